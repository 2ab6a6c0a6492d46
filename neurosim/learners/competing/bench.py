"""Learners whose units compete for a sample, rate and spike, on the bench.

A trial is shown by the learner's own ``partial_fit``, at its own learning rate and stage; then everything is put back.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from neurosim.ann.hebbian import Competitive
from neurosim.ann.objectives import directional_error, soft_shares, soft_shares_pullback, turning
from neurosim.coding.linear_probe import LinearProbe
from neurosim.learners.bench import (
    NOT_SEEN,
    OWN,
    READOUT,
    Array,
    Codes,
    Layers,
    Objective,
    probe_slope,
)
from neurosim.learners.competing.hebb import Hebb
from neurosim.learners.competing.hebb_supervised import HebbSupervised
from neurosim.learners.competing.rstdp import RSTDP
from neurosim.learners.competing.schedule import stage
from neurosim.learners.competing.stdp import STDP
from neurosim.learners.competing.stdp_supervised import STDPSupervised
from neurosim.learners.competing.stimulus import Stimulus
from neurosim.seeding import integer_seed

Competitor = Hebb | HebbSupervised | STDP | STDPSupervised | RSTDP
LIVE = ("network_", "stimulus_", "actor_")
"""What is put back by hand, or by what it holds itself."""
TEMPERATURE = 0.05
"""Of the soft competition that stands in for the winner: cosines this far apart share a sample e to 1."""
SOFT_READOUT = "cross-entropy of a linear read-out fitted on soft shares of the units in each sample"
STAND_IN = (
    f"a stand-in: softmax of cosines of weights and encoded sample, temperature {TEMPERATURE:g}, in place of the "
    "winner, whose gradient is zero wherever it exists; thresholds left out"
)
LVQ = "its second stage is learning vector quantisation, whose step descends no continuous loss"
HEADS = "a reward hangs on which neuron and which chooser spikes first; nothing that is smooth leads to it"


class CompetingBench:
    """A competition at fixed weights.

    Parameters
    ----------
    learner : Hebb, HebbSupervised, STDP, STDPSupervised or RSTDP
        Begun or trained, with weights.
    """

    step = (
        "one trial of the learner itself, at its present learning rate and stage; where competition is by direction, "
        "the part that turns a unit's weights: their length decides nothing"
    )

    noisy_descents = False

    def __init__(self, learner: Competitor) -> None:
        self._learner = learner = copy.deepcopy(learner)
        # An actor is an object of its own, inside its world.
        self._holders: list[Any] = [learner, learner.actor_] if isinstance(learner, RSTDP) else [learner]
        kept = [{name: value for name, value in vars(one).items() if name not in LIVE} for one in self._holders]
        self._kept = copy.deepcopy(kept)
        self._weights = learner.weights()
        # A convex mixture of what is not negative, or clipped there.
        bounded = (
            learner.traits.unit == "spike"
            or _is_instar(learner)
            or (isinstance(learner, HebbSupervised) and not _is_free(learner))
        )
        self.bounds = {"layer_1": (0.0, np.inf)} if bounded else {}
        self._by_direction = not isinstance(learner, Hebb) or _is_instar(learner)
        self._among_classes = isinstance(learner, HebbSupervised) or _is_supervised(learner)
        above = {name: NOT_SEEN for name in list(self._weights)[1:]}
        self.objectives = {
            READOUT: Objective(SOFT_READOUT, STAND_IN, surrogate=True, undefined=above),
            OWN: self._own_objective(above),
        }

    def weights(self) -> Layers:
        """Give copies of the weight matrices."""
        return {name: array.copy() for name, array in self._weights.items()}

    def activity(self, X: Array) -> Array:
        """Give the soft shares."""
        return soft_shares(self._weights["layer_1"], self._encoded(X), TEMPERATURE)

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean change of single trials."""
        learner = self._learner
        sums = {name: np.zeros(array.shape) for name, array in self._weights.items()}
        holder = self._holders[-1]
        stimulus = getattr(holder, "stimulus_", None)
        for number in range(len(X)):
            if stimulus is not None:
                holder.stimulus_ = _reseeded(stimulus, integer_seed(seed, "noise", number))
            learner.partial_fit(X[number : number + 1], learner.classes_[codes[number : number + 1]])
            for name, after in learner.weights().items():
                sums[name] += after - self._weights[name]
            self._put_back()
        if stimulus is not None:
            holder.stimulus_ = stimulus
        if self._by_direction:
            sums["layer_1"] = turning(self._weights["layer_1"], sums["layer_1"])
        return {name: total / len(X) for name, total in sums.items()}

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        weights, encoded = self._weights["layer_1"], self._encoded(X)
        if "layer_1" in self.objectives[objective].undefined:
            return {}
        if objective == READOUT:
            if probe is None:
                return {}
            return {"layer_1": soft_readout_descent(weights, encoded, codes, probe)}
        among = self._learner.unit_classes_ == codes[:, None] if self._among_classes else None
        return {"layer_1": -directional_error(weights, encoded, among)[1]}

    def _own_objective(self, above: dict[str, str]) -> Objective:
        learner = self._learner
        if isinstance(learner, RSTDP):
            undefined = {"layer_1": HEADS, "layer_2": HEADS}
            return Objective("minus the expected reward", "nothing", undefined=undefined)
        if self._among_classes and _is_free(learner):
            return Objective("none", "nothing", undefined={"layer_1": LVQ})
        if not self._by_direction:
            return Objective(
                "none", "nothing", undefined={"layer_1": f"no loss of rule {learner.rule!r} is written down"}
            )
        whose = "the nearest unit of the sample's class" if self._among_classes else "the nearest unit"
        return Objective(
            f"one minus the cosine of the encoded sample with {whose} (spherical k-means)",
            "the nearest unit's weights",
            undefined=above,
        )

    def _encoded(self, X: Array) -> Array:
        return np.asarray(self._learner.encoder_.encode(self._learner.prepared(X)))

    def _put_back(self) -> None:
        for holder, kept in zip(self._holders, self._kept, strict=True):
            vars(holder).update(copy.deepcopy(kept))
        network = getattr(self._holders[-1], "network_", None)
        if network is not None:
            network.weights[:] = self._weights["layer_1"]
            if "layer_2" in self._weights:
                network.choices[:] = self._weights["layer_2"]


def soft_readout_descent(weights: Array, encoded: Array, codes: Codes, probe: LinearProbe) -> Array:
    """Give minus the gradient of a read-out's cross-entropy on the soft shares that stand in for the winner."""
    slope = probe_slope(probe, soft_shares(weights, encoded, TEMPERATURE), codes)
    return -soft_shares_pullback(weights, encoded, TEMPERATURE, slope)


def _reseeded(stimulus: Stimulus, seed: int) -> Stimulus:
    """Give a stimulus of the same gain with noise of its own; trials at one and the same moment need it."""
    fresh = Stimulus(stimulus.code, stimulus.input_rate_hz, stimulus.presentation_ms, seed)
    fresh.mean_size = stimulus.mean_size
    return fresh


def _is_instar(learner: Competitor) -> bool:
    return isinstance(learner, Hebb) and isinstance(learner.rule_, Competitive)


def _is_supervised(learner: Competitor) -> bool:
    return isinstance(learner, STDPSupervised)


def _is_free(learner: Competitor) -> bool:
    """Say whether the next trial is one of the second stage, in which all units compete."""
    return stage(learner.presentations_, learner.horizon_, learner.correction)[0]
