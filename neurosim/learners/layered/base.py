"""What learners on a layered rate network share: its layers, the order of a step, answering, keeping.

A step is the same for all of them: slopes are written, weight decay is added, an optimizer moves the weights. A
learner says how slopes come about (``_write_slopes``) and what that takes (``_hidden_counts``), and nothing else. So
two of them with the same seed have the same initial weights, order, batches and schedule.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import field
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Activate, Dense, Dropout, Layer
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import (
    Parameters,
    first_layers,
    forward,
    initial_parameters,
    last_layers,
    named_matrices,
    weight_matrices,
    zeros_like,
)
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import add_weight_decay, restored_training, training_arrays, training_step
from neurosim.data import EventCounts, Locality
from neurosim.learners.bitwise import row_by_row
from neurosim.learners.layered.counting import (
    answering_counts,
    learning_counts,
    optimizer_counts,
    output_fitting_counts,
)
from neurosim.learners.layered.stepping import SteppingLearner
from neurosim.learners.roles import Classifier
from neurosim.parameters import bounded, layer_sizes
from neurosim.seeding import stream

Array = NDArray[Any]
LEDGER = Locality(
    local_in_space=False,
    local_in_time=True,
    labels="while learning",
    feedback_bits_per_trial="log2(classes)",
    weight_transport=False,
    global_signal=True,
    # The default schedule; a constant rate knows no end.
    known_end=True,
)
"""That of a delta rule at the output; learners say where theirs differs."""


class LayeredNetwork(SteppingLearner):
    """Dense layers of rate units, taught in batches, whatever they answer with.

    No dropout is fixed where a learner does not make it a parameter. Parameters that are not listed are those of
    :class:`neurosim.learners.layered.stepping.SteppingLearner`.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer.
    initial_gain : float, default=1
        Factor on the initial weights.
    """

    hidden_by_optimizer: ClassVar[bool] = True
    """Whether hidden layers take steps with the output's optimizer and weight decay."""

    hidden_units: tuple[int, ...] = layer_sizes((100,))
    loss: str = field(default="cross-entropy", init=False)
    dropout: float = field(default=0.0, init=False)
    initial_gain: float = bounded(1.0, above=0)

    # -- what a learner adds ------------------------------------------------------------------------------------

    @abstractmethod
    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        """Write what the optimizer is to descend into ``gradients_``, from one batch at this learning rate.

        Where hidden layers do not go by the optimizer, change their weights here, by their own rule.
        """

    @abstractmethod
    def _hidden_counts(self) -> EventCounts:
        """Give what the hidden layers' learning takes, beyond forward pass and optimizer.

        For one sample; ``weight_writes`` for one step, of hidden layers that do not go by the optimizer.
        """

    @abstractmethod
    def _output(self) -> tuple[int, str]:
        """Give the number of output units, and their activation."""

    @abstractmethod
    def targets(self, asked: Array) -> Array:
        """Give what the output should answer to samples of which this is asked, shape (n_samples, n_outputs)."""

    # -- learning -----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.layers_ = self._build_layers()
        self.parameters_ = initial_parameters(self.layers_, stream(self.seed_, "init"))
        self.gradients_ = zeros_like(self.parameters_)
        self.optimizer_state_ = OPTIMIZERS[self.optimizer]().initial(self._stepped(self.parameters_).flat)

    def _build_layers(self) -> tuple[Layer, ...]:
        n_outputs, output_activation = self._output()
        sizes = (self.n_features_in_, *self.hidden_units, n_outputs)
        layers: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            layers += [Dense(n_in, n_out, self.initialiser, self.initial_gain), Activate(self.activation)]
            if self.dropout:
                layers.append(Dropout(self.dropout))
        layers.append(Dense(sizes[-2], sizes[-1], self.initialiser, self.initial_gain))
        layers.append(Activate(output_activation))
        return tuple(layers)

    def _learn(self, X: Array, targets: Array) -> EventCounts:
        optimizer, wanted = OPTIMIZERS[self.optimizer](), self.targets(targets)
        parameters, slopes = self._stepped(self.parameters_), self._stepped(self.gradients_)
        for start in range(0, len(X), self.batch_size):
            batch, rate = slice(start, start + self.batch_size), self.rate_at(self.presentations_ + start)
            self._write_slopes(X[batch], wanted[batch], rate)
            add_weight_decay(parameters, slopes, self.weight_decay)
            self.optimizer_state_ = optimizer.update(parameters.flat, slopes.flat, self.optimizer_state_, rate)
        return self._learning_counts(X, -(-len(X) // self.batch_size))

    def _learning_counts(self, X: Array, n_steps: int) -> EventCounts:
        hidden = self._hidden_counts()
        n_written = self._stepped(self.parameters_).flat.size + hidden.weight_writes
        counts = learning_counts(X, weight_matrices(self.parameters_), hidden, self._told())
        return counts + optimizer_counts(n_steps, self.optimizer_state_, n_written)

    def _stepped(self, parameters: Parameters) -> Parameters:
        """Give the part that the optimizer steps."""
        return parameters if self.hidden_by_optimizer else last_layers(parameters, 2)

    def _step_noise(self) -> np.random.Generator:
        """Give the random numbers of the coming step."""
        return stream(self.seed_, "noise", self.optimizer_state_.n_steps)

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

    # -- answering ----------------------------------------------------------------------------------------------

    def _activity(self, X: Array) -> Array:
        return self._outputs(X, self.layers_[:-2] or self.layers_)

    def _outputs(self, X: Array, layers: tuple[Layer, ...] | None = None) -> Array:
        layers = self.layers_ if layers is None else layers
        parameters = self.parameters_.by_layer[: len(layers)]
        return row_by_row(lambda block: forward(layers, parameters, block)[0], X)

    def loss_value(self, X: Array, y: Array) -> float:
        """Give the loss on samples of which the answers are known, averaged over them."""
        outputs = self._outputs(self.prepared(X))
        return LOSSES[self.loss].value(outputs, self.targets(self._targets(np.asarray(y))))

    def weights(self) -> dict[str, Array]:
        """Give the weight matrices ``layer_1``, ``layer_2``, ..., each (n_in, n_out)."""
        return {name: matrix.copy() for name, matrix in named_matrices(self.parameters_).items()}

    # -- keeping ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Array]:
        return training_arrays(self.parameters_, self.optimizer_state_)

    def _restore(self, state: dict[str, Array]) -> None:
        self.optimizer_state_ = restored_training(state, self.parameters_, self.optimizer_state_)


class LayeredLearner(LayeredNetwork, Classifier):
    """Dense layers of rate units that answer with a class.

    A softmax output and cross-entropy are fixed where a learner does not make them parameters. Parameters are those of
    :class:`neurosim.learners.layered.base.LayeredNetwork`.
    """

    bench: ClassVar[str] = "neurosim.learners.layered.bench:RateBench"

    def _output(self) -> tuple[int, str]:
        if self.loss == "cross-entropy":
            return len(self.classes_), "softmax"
        return 1 if len(self.classes_) == 2 else len(self.classes_), "sigmoid"

    def targets(self, asked: NDArray[np.int64]) -> Array:
        """Give what the output should answer to samples of these classes, shape (n_samples, n_outputs)."""
        if self._output()[0] == 1:
            return asked[:, None].astype(np.float32)
        return np.eye(len(self.classes_), dtype=np.float32)[asked]

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        y, counts = self._outputs(X), answering_counts(X, self.parameters_, self.activation)
        if y.shape[1] == 1:
            return np.column_stack([1 - y, y]), counts
        # Independent sigmoid outputs need not sum to one, and may all be zero.
        total = y.sum(axis=1, keepdims=True)
        return np.where(total > 0, y / np.where(total > 0, total, 1), 1 / y.shape[1]), counts
