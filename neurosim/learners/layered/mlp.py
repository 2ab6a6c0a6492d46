"""``mlp``: a multilayer perceptron trained by backpropagation, on the layers of :mod:`neurosim.ann`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import loss_gradient, weight_matrices
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import backpropagation_counts
from neurosim.learners.layered.network import LEDGER
from neurosim.parameters import bounded, named

Array = NDArray[Any]


class MLP(LayeredLearner):
    """Learn by gradient descent on a loss, layer by layer backwards.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.base.LayeredLearner`.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer; empty for a linear classifier.
    loss : {"cross-entropy", "binary-cross-entropy", "mean-squared-error"}, default="cross-entropy"
        With softmax outputs for the first, sigmoid outputs for the others (one output where there are two classes).
    batch_size : int, default=8
        Samples a step; gradient descent proper takes them all.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0.2
        Probability that a hidden unit is silenced in a training step.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="backpropagation (gradient descent on a loss)",
        teacher="label",
        locality=replace(LEDGER, weight_transport=True),
    )

    loss: str = named("cross-entropy", LOSSES)
    weight_decay: float = 0.001
    dropout: float = bounded(0.2, low=0.0, below=1.0)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        rng = self._step_noise() if self.dropout else None
        loss_gradient(self.layers_, LOSSES[self.loss], by_layer, x, target, slopes, rng)

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))
