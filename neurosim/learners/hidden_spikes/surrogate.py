"""What learners share whose errors reach a spiking hidden layer: everything but the weights over which they travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.hidden_spikes.base import Batch, HiddenSpikesNetwork
from neurosim.learners.hidden_spikes.eligibility import hidden_changes
from neurosim.parameters import bounded

Array = NDArray[Any]
FEEDBACKS: Mapping[str, str] = MappingProxyType({"random": "fixed random feedback", "symmetric": "symmetric feedback"})
"""Weights over which errors may travel, in words."""


class SurrogateLearner(HiddenSpikesNetwork):
    """Multiply errors that reach hidden neurons with eligibilities; hand the sum over a batch to Adam.

    Local are the input's filtered spike train (presynaptic), the hidden potential and its surrogate derivative
    (postsynaptic), and their product summed forwards in time, the eligibility (at the synapse). Not local is, besides
    what :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesNetwork` says of the output, the error that
    a hidden neuron hears, which comes over weights of the learner's choice.

    Parameters that are not listed are those of :class:`neurosim.learners.hidden_spikes.base.HiddenSpikesNetwork`.

    Parameters
    ----------
    surrogate_slope : float, default=2
        How fast the surrogate derivative falls off with the distance from the threshold.
    """

    surrogate_slope: float = bounded(2.0, low=1e-3, high=1e3)
    feedback: str = field(default="symmetric", init=False)

    def _draw(self, rng: np.random.Generator) -> None:
        super()._draw(rng)
        if self.feedback == "random":
            _, n_hidden, n_outputs = self.network_.sizes
            self.random_feedback_ = rng.normal(0, n_hidden**-0.5, (n_hidden, n_outputs)).astype(np.float32)

    def _feedback(self) -> Array:
        """Give the weights over which output errors reach hidden neurons, shape (n_hidden, n_outputs)."""
        return self.random_feedback_ if self.feedback == "random" else self.parameters_.by_layer[1][0]

    def _teach_hidden(self, batch: Batch, error: Array, rate: float) -> EventCounts:
        shown, (n_inputs, n_hidden, n_outputs) = batch.shown, self.network_.sizes
        (hidden, hidden_bias), _ = self.gradients_.by_layer
        signal = error @ self._feedback().T
        changes, hidden_bias[:] = hidden_changes(shown, signal, self.timing_, self.surrogate_slope, n_inputs)
        np.multiply(changes, self.charge, out=hidden)
        # Errors carried back once a sample, and one product for each weight's change; surrogates and their sums.
        n_samples = len(batch.target)
        return EventCounts(
            feedback_connections=n_samples * n_hidden * n_outputs + len(shown.input_steps) * n_hidden,
            trace_updates=2 * n_samples * n_hidden * self.timing_.n_steps,
        )

    def _state(self) -> dict[str, Array]:
        state = super()._state()
        return state | {"random_feedback": self.random_feedback_} if self.feedback == "random" else state

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        if self.feedback == "random":
            self.random_feedback_ = state["random_feedback"]
