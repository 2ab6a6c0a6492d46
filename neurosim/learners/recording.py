"""The spikes with which a learner answers one sample, from a copy that records: the learner itself stays as it is."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from neurosim.data import SampleSpikes

if TYPE_CHECKING:
    from neurosim.learners.base import Learner


def spikes_of(learner: Learner, X: ArrayLike) -> SampleSpikes:
    """Give all spikes of a prediction.

    Parameters
    ----------
    learner : Learner
        Of spiking units; its ``network_`` can ``record`` and hand out what was ``recorded``.
    X : array-like, shape (1, ...)
        One sample.

    Returns
    -------
    SampleSpikes
        Those of the last attempt, where silence has the sample shown again.

    Raises
    ------
    NotImplementedError
        If the learner's network cannot record, and the class does not say otherwise how it spikes.
    """
    # An engine that once records goes on recording, so a copy with an engine of its own does it.
    twin = deepcopy(learner)
    if getattr(twin, "network_", None) is None:
        # Opens a network that waits for its first sample, or says that the learner has not learned yet.
        twin.activity(X)
    network: Any = getattr(twin, "network_", None)
    if not hasattr(network, "record"):
        raise NotImplementedError(f"{type(learner).__name__} has no network_ that records, and no spikes of its own")
    network.record()
    twin.activity(X)
    spikes: SampleSpikes = network.recorded()
    network.close()
    return spikes
