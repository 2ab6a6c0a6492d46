"""What learners share whose competing neurons receive spikes: the parameters of the stimulus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from neurosim.learners.base import Array
from neurosim.learners.competing.stimulus import SPIKE_CODES, Stimulus
from neurosim.learners.encoded import EncodedLearner
from neurosim.parameters import bounded, named, whole
from neurosim.snn.networks.onsets import Onsets

STRETCH = 256
"""Presentations that are prepared together: enough to forget the cost of a call, and few enough for the cache."""


def stretches(n_samples: int) -> Iterator[slice]:
    """Cut samples into stretches."""
    for start in range(0, n_samples, STRETCH):
        yield slice(start, min(start + STRETCH, n_samples))


class SpikeCodedLearner(EncodedLearner):
    """Encoded samples become input spikes.

    Parameters that are not listed are those of :class:`neurosim.learners.encoded.EncodedLearner`.

    Parameters
    ----------
    n_neurons : int, default=100
        Competing neurons.
    spike_code : {"regular", "poisson", "latency"}, default="regular"
        How rates become spikes; see :mod:`neurosim.coding.spike_codes`.
    presentation_ms : float, default=100
        How long a sample is shown.
    input_rate_hz : float, default=20000
        Spikes a second of all inputs together, for a typical sample.
    """

    n_neurons: int = whole(100)
    spike_code: str = named("regular", SPIKE_CODES)
    presentation_ms: float = bounded(100.0, low=1.0, high=10_000.0)
    input_rate_hz: float = bounded(20_000.0, low=1.0, high=1e6)

    def _start(self) -> None:
        super()._start()
        self.stimulus_ = Stimulus(self.spike_code, self.input_rate_hz, self.presentation_ms, self.seed_)

    def _onsets(self, encoded: Array, purpose: int, keys: Sequence[int]) -> Iterator[tuple[slice, Onsets]]:
        """Give what presentations begin with, stretch by stretch, and which rows these are."""
        for rows in stretches(len(encoded)):
            yield rows, self.stimulus_.onsets(encoded[rows], purpose, keys[rows])
