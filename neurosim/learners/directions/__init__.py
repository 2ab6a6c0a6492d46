"""Learners at fixed weights: what single trials would change, and which way losses fall from there."""

from __future__ import annotations

from typing import Any

from neurosim.errors import InputError
from neurosim.learners.autoencoder import Autoencoder
from neurosim.learners.diehl_cook import DiehlCook
from neurosim.learners.directions.autoencoder import AutoencoderBench
from neurosim.learners.directions.bench import Bench
from neurosim.learners.directions.competing import CompetingBench
from neurosim.learners.directions.diehl_cook import DiehlCookBench
from neurosim.learners.directions.hidden_spikes import HiddenSpikesBench
from neurosim.learners.directions.rate import RateBench
from neurosim.learners.hebb import Hebb
from neurosim.learners.hebb_supervised import HebbSupervised
from neurosim.learners.hidden_spikes import HiddenSpikesLearner
from neurosim.learners.layered import LayeredLearner
from neurosim.learners.mlp_spiking import MLPSpiking
from neurosim.learners.stdp import STDP
from neurosim.learners.wired import WiredLearner

__all__ = ["Bench", "bench_class", "make_bench"]

BENCHES: tuple[tuple[type, Any], ...] = (
    (LayeredLearner, RateBench),
    (Autoencoder, AutoencoderBench),
    (Hebb, CompetingBench),
    (HebbSupervised, CompetingBench),
    (STDP, CompetingBench),
    (WiredLearner, CompetingBench),
    (HiddenSpikesLearner, HiddenSpikesBench),
    (DiehlCook, DiehlCookBench),
)


def bench_class(learner_class: type, kind: str) -> Any:
    """Find the bench for a class of learners.

    Parameters
    ----------
    learner_class : type
        Of the learner.
    kind : str
        Its registry name, for the error.

    Raises
    ------
    InputError
        If nobody has written down how a single trial's change can be had from such a learner.
    """
    # Converted from a network that learned by backpropagation: no spike ever changes a weight.
    if not issubclass(learner_class, MLPSpiking):
        for known, bench in BENCHES:
            if issubclass(learner_class, known):
                return bench
    names = "mlp and its relatives, autoencoder, hebb, hebb-supervised, stdp, stdp-supervised, rstdp, diehl-cook, "
    raise InputError(
        f"learner {kind!r} has no weight change of a single trial that could be measured; accepted: {names}"
        "snn-gradient and its relatives"
    )


def make_bench(learner: Any, kind: str) -> Bench:
    """Put a copy of a learner on its bench.

    Parameters
    ----------
    learner : Learner
        Begun or trained, with weights; it is not changed.
    kind : str
        Its registry name.

    Returns
    -------
    Bench

    Raises
    ------
    InputError
        If such a learner cannot be measured.
    """
    bench: Bench = bench_class(type(learner), kind)(learner)
    return bench
