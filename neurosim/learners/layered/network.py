"""What learners on a layered rate network share, taught or rewarded: its layers, answering, counting, keeping."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import field
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Activate, Dense, Dropout, Layer
from neurosim.ann.network import (
    Parameters,
    forward,
    initial_parameters,
    last_layers,
    named_matrices,
    weight_matrices,
    zeros_like,
)
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.ann.training import restored_training, training_arrays
from neurosim.coding.noise import TRAINING, PresentationNoise
from neurosim.data import EventCounts, Locality
from neurosim.learners.bitwise import row_by_row
from neurosim.learners.layered.counting import answering_counts, learning_counts, optimizer_counts
from neurosim.learners.layered.stepping import SteppingLearner
from neurosim.parameters import bounded, layer_sizes
from neurosim.seeding import sequence, stream

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
    """Dense layers of rate units, whose weights an optimizer moves.

    A softmax output, cross-entropy and no dropout are fixed where a learner does not make them parameters. Parameters
    that are not listed are those of :class:`neurosim.learners.layered.stepping.SteppingLearner`.

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

    @abstractmethod
    def _hidden_counts(self) -> EventCounts:
        """Give what the hidden layers' learning takes, beyond forward pass and optimizer.

        For one sample; ``weight_writes`` for one step, of hidden layers that do not go by the optimizer.
        """

    def _output(self) -> tuple[int, str]:
        """Give the number of output units and their activation; of classes one each, or one for two."""
        if self.loss == "cross-entropy":
            return self._n_outputs(), "softmax"
        return 1 if self._n_outputs() == 2 else self._n_outputs(), "sigmoid"

    def _start(self) -> None:
        self.layers_ = self._build_layers()
        self.noise_ = noise_of_steps(self.seed_)
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
        return self.noise_.generator(TRAINING, self.optimizer_state_.n_steps)

    # -- answering ----------------------------------------------------------------------------------------------

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        y, counts = self._outputs(X), answering_counts(X, self.parameters_, self.activation)
        if y.shape[1] == 1:
            return np.column_stack([1 - y, y]), counts
        # Independent sigmoid outputs need not sum to one, and may all be zero.
        total = y.sum(axis=1, keepdims=True)
        return np.where(total > 0, y / np.where(total > 0, total, 1), 1 / y.shape[1]), counts

    def _activity(self, X: Array) -> Array:
        return self._outputs(X, self.layers_[:-2] or self.layers_)

    def _outputs(self, X: Array, layers: tuple[Layer, ...] | None = None) -> Array:
        layers = self.layers_ if layers is None else layers
        parameters = self.parameters_.by_layer[: len(layers)]
        return row_by_row(lambda block: forward(layers, parameters, block)[0], X)

    def weights(self) -> dict[str, Array]:
        """Give the weight matrices ``layer_1``, ``layer_2``, ..., each (n_in, n_out)."""
        return {name: matrix.copy() for name, matrix in named_matrices(self.parameters_).items()}

    # -- keeping ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Array]:
        return training_arrays(self.parameters_, self.optimizer_state_)

    def _restore(self, state: dict[str, Array]) -> None:
        self.optimizer_state_ = restored_training(state, self.parameters_, self.optimizer_state_)


def noise_of_steps(seed: int) -> PresentationNoise:
    """Give random numbers that depend on a step's number alone: opening a stream would take longer than the step."""
    return PresentationNoise(sequence(seed, "noise").generate_state(2, np.uint64).astype(np.uint64))
