"""What learners share whose errors reach a spiking hidden layer: everything but the weights over which they travel."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.hidden_spikes.base import Batch, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.eligibility import hidden_changes
from neurosim.parameters import bounded

Array = NDArray[Any]


class SurrogateLearner(HiddenSpikesLearner):
    """Multiply errors that reach hidden neurons with eligibilities; hand the sum over a batch to Adam.

    Local are the input's filtered spike train (presynaptic), the hidden potential and its surrogate derivative
    (postsynaptic), and their product summed forwards in time, the eligibility (at the synapse). Not local is, besides
    what :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner` says of the output, the error that
    a hidden neuron hears, which comes over weights of the learner's choice.

    Parameters that are not listed are those of :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesLearner`.

    Parameters
    ----------
    surrogate_slope : float, default=2
        How fast the surrogate derivative falls off with the distance from the threshold.
    """

    surrogate_slope: float = bounded(2.0, low=1e-3, high=1e3)

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
