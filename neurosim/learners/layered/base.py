"""What learners on a layered rate network share that are told labels: the order of a step, and an untrained control.

A step is the same for all of them: slopes are written, weight decay is added, an optimizer moves the weights. A
learner says how slopes come about (``_write_slopes``) and what that takes (``_hidden_counts``), and nothing else. So
two of them with the same seed have the same initial weights, order, batches and schedule.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import first_layers, last_layers, weight_matrices, zeros_like
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import add_weight_decay, training_step
from neurosim.data import EventCounts
from neurosim.learners.layered.counting import answering_counts, optimizer_counts, output_fitting_counts
from neurosim.learners.layered.network import LayeredNetwork
from neurosim.learners.roles import Classifier
from neurosim.seeding import stream

Array = NDArray[Any]


class TaughtNetwork(LayeredNetwork):
    """Dense layers of rate units, taught in batches, whatever they answer with.

    All parameters are those of :class:`neurosim.learners.layered.network.LayeredNetwork`.
    """

    # -- what a learner adds ------------------------------------------------------------------------------------

    @abstractmethod
    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        """Write what the optimizer is to descend into ``gradients_``, from one batch at this learning rate.

        Where hidden layers do not go by the optimizer, change their weights here, by their own rule.
        """

    @abstractmethod
    def targets(self, asked: Array) -> Array:
        """Give what the output should answer to samples of which this is asked, shape (n_samples, n_outputs)."""

    # -- learning -----------------------------------------------------------------------------------------------

    def _learn(self, X: Array, targets: Array) -> EventCounts:
        optimizer, wanted = OPTIMIZERS[self.optimizer](), self.targets(targets)
        parameters, slopes = self._stepped(self.parameters_), self._stepped(self.gradients_)
        for start in range(0, len(X), self.batch_size):
            batch, rate = slice(start, start + self.batch_size), self.rate_at(self.presentations_ + start)
            self._write_slopes(X[batch], wanted[batch], rate)
            add_weight_decay(parameters, slopes, self.weight_decay)
            self.optimizer_state_ = optimizer.update(parameters.flat, slopes.flat, self.optimizer_state_, rate)
        return self._learning_counts(X, -(-len(X) // self.batch_size))

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        # A trained network has learned its output; an untrained one gets it here, over its random hidden layer.
        if self.presentations_ or not self.hidden_units:
            return EventCounts()
        layers, parameters = self.layers_[-2:], last_layers(self.parameters_, 2)
        gradients, optimizer = zeros_like(parameters), OPTIMIZERS[self.optimizer]()
        state, target = optimizer.initial(parameters.flat), self.targets(targets)
        hidden = self._outputs(X, self.layers_[:-2])
        n_steps = 0
        for epoch in range(self.epochs):
            order = stream(self.seed_, "readout", epoch).permutation(len(X))
            for start in range(0, len(X), self.batch_size):
                rows = order[start : start + self.batch_size]
                state, _ = training_step(
                    layers, LOSSES[self.loss], optimizer, parameters, gradients, state,
                    hidden[rows], target[rows], self.learning_rate, self.weight_decay,
                )  # fmt: skip
                n_steps += 1
        below = answering_counts(X, first_layers(self.parameters_, -2), self.activation)
        counts = output_fitting_counts(below, hidden, weight_matrices(parameters)[0], self.epochs, self._told())
        return counts + optimizer_counts(n_steps, state, parameters.flat.size)

    def loss_value(self, X: Array, y: Array) -> float:
        """Give the loss on samples of which the answers are known, averaged over them."""
        outputs = self._outputs(self.prepared(X))
        return LOSSES[self.loss].value(outputs, self.targets(self._targets(np.asarray(y))))


class LayeredLearner(TaughtNetwork, Classifier):
    """Dense layers of rate units that answer with a class.

    All parameters are those of :class:`neurosim.learners.layered.network.LayeredNetwork`.
    """

    bench: ClassVar[str] = "neurosim.learners.layered.bench:RateBench"

    def targets(self, asked: NDArray[np.int64]) -> Array:
        """Give what the output should answer to samples of these classes, shape (n_samples, n_outputs)."""
        if self._output()[0] == 1:
            return asked[:, None].astype(np.float32)
        return np.eye(len(self.classes_), dtype=np.float32)[asked]
