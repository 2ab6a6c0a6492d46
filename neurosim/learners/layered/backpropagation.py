"""What learners share whose layered network descends the gradient of a loss."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import loss_gradient, weight_matrices
from neurosim.data import EventCounts
from neurosim.learners.layered.base import TaughtNetwork
from neurosim.learners.layered.counting import backpropagation_counts
from neurosim.parameters import bounded

Array = NDArray[Any]
RULE = "backpropagation (gradient descent on a loss)"


class BackpropagationNetwork(TaughtNetwork):
    """Learn by gradient descent on a loss, layer by layer backwards.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.network.LayeredNetwork`.

    Parameters
    ----------
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0.2
        Probability that a hidden unit is silenced in a training step.
    """

    weight_decay: float = 0.001
    dropout: float = bounded(0.2, low=0.0, below=1.0)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        rng = self._step_noise() if self.dropout else None
        loss_gradient(self.layers_, LOSSES[self.loss], by_layer, x, target, slopes, rng)

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))
