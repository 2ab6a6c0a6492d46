"""When a spiking network has decided: how long its first answering spike takes, and what came in until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import SampleSpikes

if TYPE_CHECKING:
    from neurosim.learners import Learner

INPUTS = "inputs"
SAMPLES_TIMED = 30


def timed(learner: Learner, X: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Watch a learner answer some samples, spike by spike.

    Parameters
    ----------
    learner : Learner
        Trained; its ``answer_population`` names the neurons whose first spike is a decision.
    X : ndarray, shape (n_samples, ...)
        Samples.

    Returns
    -------
    dict of str to ndarray
        ``decision_ms`` (n_samples,): from the sample's onset to the first spike of an answering neuron, NaN where none
        spiked. ``decision_share`` (n_samples,): share of the input spikes that had come by then, 1 where none spiked.
        ``busiest_input_hz`` (1,): the highest rate of an input in any sample. Empty where the answer is read otherwise.
    """
    if not learner.answer_population or not len(X):
        return {}
    try:
        seen = [learner.spikes(X[row : row + 1]) for row in range(len(X))]
    except NotImplementedError:
        # A learner of somebody's own owes us no spikes.
        return {}
    decided = np.array([first_spike_ms(one, learner.answer_population) for one in seen])
    shares = [input_share(one, time_ms) for one, time_ms in zip(seen, decided, strict=True)]
    arrays = {"decision_ms": decided.astype(np.float32), "decision_share": np.array(shares, np.float32)}
    duration_ms = getattr(learner, "presentation_ms", None)
    if duration_ms is not None:
        most = max(_most_of_an_input(one) for one in seen)
        arrays["busiest_input_hz"] = np.array([1e3 * most / duration_ms], np.float32)
    return arrays


def first_spike_ms(spikes: SampleSpikes, population: str) -> float:
    """Give the time of a population's first spike since the sample's onset, in ms; NaN where it is silent."""
    times = spikes.times_ms[spikes.population == population]
    return float(times.min()) if len(times) else float("nan")


def input_share(spikes: SampleSpikes, time_ms: float) -> float:
    """Give the share of input spikes up to a time in ms, 0 to 1; 1 where the time is NaN or there were none."""
    times = spikes.times_ms[spikes.population == INPUTS]
    return 1.0 if np.isnan(time_ms) or not len(times) else float(np.mean(times <= time_ms))


def _most_of_an_input(spikes: SampleSpikes) -> int:
    units = spikes.unit[spikes.population == INPUTS]
    return max(np.unique(units, return_counts=True)[1].tolist(), default=0)
