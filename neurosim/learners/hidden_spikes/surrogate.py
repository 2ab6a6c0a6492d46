"""What learners share whose errors reach a spiking hidden layer: everything but the weights over which they travel."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.hidden_spikes.base import Batch, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.eligibility import hidden_changes
from neurosim.learners.parameters import check_ranges

Array = NDArray[Any]


class SurrogateLearner(HiddenSpikesLearner):
    """Multiply errors that reach hidden neurons with eligibilities; hand the sum over a batch to Adam.

    Local are the input's filtered spike train (presynaptic), the hidden potential and its surrogate derivative
    (postsynaptic), and their product summed forwards in time, the eligibility (at the synapse). Not local is, besides
    what :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner` says of the output, the error that
    a hidden neuron hears, which comes over weights of the learner's choice.

    Parameters
    ----------
    n_hidden, hidden, encoder, n_fields, peak_rate_hz, presentation_ms, membrane_ms, output_ms
        As in :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner`, with the defaults there.
    surrogate_slope : float, default=2
        How fast the surrogate derivative falls off with the distance from the threshold.
    initial_gain, initial_bias, learning_rate, schedule, batch_size, epochs, n_presentations, random_state
        As there, too.
    """

    def __init__(
        self,
        n_hidden: int = 100,
        hidden: str = "learned",
        encoder: str = "auto",
        n_fields: int = 8,
        peak_rate_hz: float = 1300.0,
        presentation_ms: float = 50.0,
        membrane_ms: float = 20.0,
        output_ms: float = 100.0,
        surrogate_slope: float = 2.0,
        initial_gain: float | None = None,
        initial_bias: float = 0.3,
        learning_rate: float | None = None,
        schedule: str = "linear",
        batch_size: int = 8,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            n_hidden=n_hidden, hidden=hidden, encoder=encoder, n_fields=n_fields, peak_rate_hz=peak_rate_hz,
            presentation_ms=presentation_ms, membrane_ms=membrane_ms, output_ms=output_ms, initial_gain=initial_gain,
            initial_bias=initial_bias, learning_rate=learning_rate, schedule=schedule, batch_size=batch_size,
            epochs=epochs, n_presentations=n_presentations, random_state=random_state,
        )  # fmt: skip
        self.surrogate_slope = surrogate_slope

    @abstractmethod
    def _feedback(self) -> Array:
        """Give the weights over which output errors reach hidden neurons, shape (n_hidden, n_classes)."""

    def _teach_hidden(self, batch: Batch, error: Array, rate: float) -> EventCounts:
        shown, (n_inputs, n_hidden, n_classes) = batch.shown, self.network_.sizes
        (hidden, hidden_bias), _ = self.gradients_.by_layer
        signal = error @ self._feedback().T
        hidden[:], hidden_bias[:] = hidden_changes(shown, signal, self.timing_, self.surrogate_slope, n_inputs)
        hidden *= self.charge
        # Errors carried back once a sample, and one product for each weight's change; surrogates and their sums.
        n_samples = len(batch.codes)
        return EventCounts(
            feedback_connections=n_samples * n_hidden * n_classes + len(shown.input_steps) * n_hidden,
            trace_updates=2 * n_samples * n_hidden * self.timing_.n_steps,
        )

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_ranges(self, {"surrogate_slope": (1e-3, 1e3)})
