"""What the rungs of the ladder share: one architecture, an output layer by the delta rule, and a place for the rest.

The rungs differ in what reaches the hidden layers, and in nothing else: the same initial weights, order, batches and
schedule for the same seed. The top rung, backpropagation, is :class:`neurosim.learners.mlp.MLP` without dropout.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.network import Parameters, forward, last_layers
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import add_weight_decay
from neurosim.data import EventCounts
from neurosim.learners.mlp import MLP

Array = NDArray[Any]


class Batch(NamedTuple):
    """What a step knows.

    Attributes
    ----------
    x, target, y : ndarray
        Samples, what was wanted, and the network's output.
    memories : list
        Of all layers, from the forward pass.
    error : ndarray, shape (n_samples, n_classes)
        ``(y - target) / n_samples``.
    pace : float
        The schedule's factor on learning rates, 1 at the start.
    """

    x: Array
    target: Array
    y: Array
    memories: list[Any]
    error: Array
    pace: float


class Ladder(MLP):
    """A multilayer perceptron whose output layer follows the delta rule; a subclass says how hidden layers change.

    Parameters are those of :class:`neurosim.learners.mlp.MLP` that keep their meaning: a softmax output, cross-entropy
    and no dropout are fixed.
    """

    loss = "cross-entropy"
    dropout = 0.0
    hidden_by_optimizer: ClassVar[bool] = True
    """Whether hidden layers take steps with the output's optimizer and weight decay."""

    @abstractmethod
    def _change_hidden(self, batch: Batch) -> None:
        """Write what hidden layers are to descend into ``gradients_``, or change their weights by their own rule."""

    @abstractmethod
    def _hidden_counts(self) -> EventCounts:
        """Give what the hidden layers' learning takes for one sample, beyond forward pass and optimizer."""

    def _start(self) -> None:
        super()._start()
        self.optimizer_state_ = OPTIMIZERS[self.optimizer]().initial(self._stepped(self.parameters_).flat)

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        optimizer, targets, output = OPTIMIZERS[self.optimizer](), self._targets(codes), len(self.layers_) - 2
        parameters, gradients = self._stepped(self.parameters_), self._stepped(self.gradients_)
        by_layer = self.parameters_.by_layer
        for start in range(0, len(X), self.batch_size):
            x, target = X[start : start + self.batch_size], targets[start : start + self.batch_size]
            rate = self._rate(self.presentations_ + start)
            y, memories = forward(self.layers_, by_layer, x)
            error = (y - target) / y.dtype.type(len(y))
            # The delta rule: the output's error times what arrives there.
            self.layers_[output].backward(
                by_layer[output], memories[output], error, self.gradients_.by_layer[output], False
            )
            self._change_hidden(Batch(x, target, y, memories, error, rate / self.learning_rate))
            add_weight_decay(parameters, gradients, self.weight_decay)
            self.optimizer_state_ = optimizer.update(parameters.flat, gradients.flat, self.optimizer_state_, rate)
        return self._learning_counts(X, -(-len(X) // self.batch_size))

    def _stepped(self, parameters: Parameters) -> Parameters:
        """Give the part that the optimizer steps."""
        return parameters if self.hidden_by_optimizer else last_layers(parameters, 2)

    def _hidden_sizes(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.hidden_units)

    def _n_hidden_weights(self) -> int:
        return sum(theta[0].size for theta in self.parameters_.by_layer[:-2] if theta)

    def _learning_counts(self, X: Array, n_steps: int) -> EventCounts:
        counts, hidden = super()._learning_counts(X, n_steps), self._hidden_counts()
        n, n_output_weights = len(X), self.parameters_.by_layer[-2][0].size
        return replace(
            counts,
            connections=counts.connections + n * hidden.connections,
            active_connections=counts.active_connections + n * hidden.connections,
            feedback_connections=n * (n_output_weights + hidden.feedback_connections),
            state_updates=counts.state_updates + n * hidden.state_updates,
            weight_writes=n_steps * (self._stepped(self.parameters_).flat.size + hidden.weight_writes),
        )
