"""What learners share whose competing neurons receive spikes: the parameters of the stimulus."""

from __future__ import annotations

from neurosim.learners.competing.stimulus import SPIKE_CODES, Stimulus
from neurosim.learners.encoded import EncodedLearner
from neurosim.parameters import bounded, named, whole


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
