"""``mlp``: a multilayer perceptron trained by backpropagation, on the layers of :mod:`neurosim.ann`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import ACTIVATIONS
from neurosim.ann.initialisers import INITIALISERS
from neurosim.ann.layers import Activate, Dense, Dropout, Layer
from neurosim.ann.losses import LOSSES
from neurosim.ann.network import forward, initial_parameters, last_layers, zeros_like
from neurosim.ann.optimizers import OPTIMIZERS, State
from neurosim.ann.training import training_step
from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import out_of_range, unknown_name
from neurosim.learners.base import Learner
from neurosim.learners.blocks import in_blocks
from neurosim.seeding import stream

Array = NDArray[Any]
SCHEDULES = ("constant", "linear")


class MLP(Learner):
    """Learn by gradient descent on a loss, layer by layer backwards.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer; empty for a linear classifier.
    activation : {"relu", "sigmoid", "tanh", "identity"}, default="relu"
        Of the hidden layers.
    loss : {"cross-entropy", "binary-cross-entropy", "mean-squared-error"}, default="cross-entropy"
        With softmax outputs for the first, sigmoid outputs for the others (one output where there are two classes).
    optimizer : {"adam", "gradient-descent", "momentum", "adagrad", "rmsprop"}, default="adam"
        How a gradient becomes a step.
    learning_rate : float, default=0.01
        Size of a step.
    schedule : {"constant", "linear"}, default="linear"
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    batch_size : int, default=8
        Samples a step; gradient descent proper takes them all.
    weight_decay : float, default=0.001
        Strength of the penalty on squared weights.
    dropout : float, default=0.2
        Probability that a hidden unit is silenced in a training step.
    initialiser : str, default="he-normal"
        See :mod:`neurosim.ann.initialisers`.
    initial_gain : float, default=1
        Factor on the initial weights.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order and dropout.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="backpropagation (gradient descent on a loss)",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="while learning",
            feedback_bits_per_trial="log2(classes)",
            weight_transport=True,
            global_signal=True,
        ),
    )

    def __init__(
        self,
        hidden_units: tuple[int, ...] = (100,),
        activation: str = "relu",
        loss: str = "cross-entropy",
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        schedule: str = "linear",
        batch_size: int = 8,
        weight_decay: float = 0.001,
        dropout: float = 0.2,
        initialiser: str = "he-normal",
        initial_gain: float = 1.0,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.initialiser = initialiser
        self.initial_gain = initial_gain
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _start(self) -> None:
        self._check_parameters()
        self.layers_ = self._build_layers()
        self.parameters_ = initial_parameters(self.layers_, stream(self.seed_, "init"))
        self.gradients_ = zeros_like(self.parameters_)
        self.optimizer_state_ = OPTIMIZERS[self.optimizer]().initial(self.parameters_.flat)

    def _build_layers(self) -> tuple[Layer, ...]:
        single = len(self.classes_) == 2 and self.loss != "cross-entropy"
        sizes = (self.n_features_in_, *self.hidden_units, 1 if single else len(self.classes_))
        layers: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            layers += [Dense(n_in, n_out, self.initialiser, self.initial_gain), Activate(self.activation)]
            if self.dropout:
                layers.append(Dropout(self.dropout))
        layers.append(Dense(sizes[-2], sizes[-1], self.initialiser, self.initial_gain))
        layers.append(Activate("softmax" if self.loss == "cross-entropy" else "sigmoid"))
        return tuple(layers)

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        optimizer, target = OPTIMIZERS[self.optimizer](), self._targets(codes)
        for start in range(0, len(X), self.batch_size):
            batch = slice(start, start + self.batch_size)
            self.optimizer_state_, _ = training_step(
                self.layers_, LOSSES[self.loss], optimizer, self.parameters_, self.gradients_, self.optimizer_state_,
                X[batch], target[batch], self._rate(self.presentations_ + start), self.weight_decay,
                stream(self.seed_, "noise", self.optimizer_state_.n_steps) if self.dropout else None,
            )  # fmt: skip
        return self._learning_counts(X, -(-len(X) // self.batch_size))

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        # A trained network has learned its output; an untrained one gets it here, over its random hidden layer.
        if self.presentations_ or not self.hidden_units:
            return EventCounts()
        layers, parameters = self.layers_[-2:], last_layers(self.parameters_, 2)
        gradients, optimizer = zeros_like(parameters), OPTIMIZERS[self.optimizer]()
        state, target = optimizer.initial(parameters.flat), self._targets(codes)
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
        n_presentations, output = self.epochs * len(X), parameters.by_layer[0][0]
        below = [theta[0] for theta in self.parameters_.by_layer if theta][:-1]
        return EventCounts(
            presentations=n_presentations,
            labels=n_presentations,
            # The random layers answer once a sample, the output once a step.
            connections=len(X) * sum(weight.size for weight in below) + n_presentations * output.size,
            active_connections=self._active_connections(X, below)
            + self.epochs * int(np.count_nonzero(hidden)) * output.shape[1],
            feedback_connections=n_presentations * output.size,
            state_updates=len(X) * sum(weight.shape[1] for weight in below) + n_presentations * output.shape[1],
            trace_updates=n_steps * sum(vector.size for vector in state.vectors),
            weight_writes=n_steps * parameters.flat.size,
        )

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        y = self._outputs(X)
        weight_layers = [theta[0] for theta in self.parameters_.by_layer if theta]
        counts = EventCounts(
            presentations=len(X),
            connections=len(X) * self._n_connections(self.parameters_.by_layer),
            active_connections=self._active_connections(X, weight_layers),
            state_updates=len(X) * sum(weight.shape[1] for weight in weight_layers),
        )
        if y.shape[1] == 1:
            return np.column_stack([1 - y, y]), counts
        # Independent sigmoid outputs need not sum to one, and may all be zero.
        total = y.sum(axis=1, keepdims=True)
        return np.where(total > 0, y / np.where(total > 0, total, 1), 1 / y.shape[1]), counts

    def _activity(self, X: Array) -> Array:
        return self._outputs(X, self.layers_[:-2] or self.layers_)

    def weights(self) -> dict[str, Array]:
        """Give the weight matrices ``layer_1``, ``layer_2``, ..., each (n_in, n_out)."""
        matrices = [theta[0] for theta in self.parameters_.by_layer if theta]
        return {f"layer_{number}": matrix.copy() for number, matrix in enumerate(matrices, 1)}

    def loss_value(self, X: Array, y: Array) -> float:
        """Give the loss on labelled samples, averaged over them."""
        outputs = self._outputs(self._ready(X))
        return LOSSES[self.loss].value(outputs, self._targets(self._codes(np.asarray(y))))

    def _state(self) -> dict[str, Array]:
        vectors = {f"optimizer_{k}": vector for k, vector in enumerate(self.optimizer_state_.vectors)}
        count = np.array(self.optimizer_state_.n_steps)
        return {"parameters": self.parameters_.flat, "optimizer_count": count, **vectors}

    def _restore(self, state: dict[str, Array]) -> None:
        self.parameters_.flat[:] = state["parameters"]
        n_vectors = len(self.optimizer_state_.vectors)
        vectors = tuple(state[f"optimizer_{k}"].copy() for k in range(n_vectors))
        self.optimizer_state_ = State(int(state["optimizer_count"]), vectors)

    def _rate(self, presentations: int) -> float:
        if self.schedule == "constant" or self.horizon_ is None:
            return self.learning_rate
        return self.learning_rate * max(1 - presentations / self.horizon_, 0)

    def _targets(self, codes: NDArray[np.int64]) -> Array:
        if self.layers_[-2].n_out == 1:  # type: ignore[attr-defined]
            return codes[:, None].astype(np.float32)
        return np.eye(len(self.classes_), dtype=np.float32)[codes]

    def _outputs(self, X: Array, layers: tuple[Layer, ...] | None = None) -> Array:
        layers = self.layers_ if layers is None else layers
        parameters = self.parameters_.by_layer[: len(layers)]
        return in_blocks(lambda block: forward(layers, parameters, block)[0], X)

    def _n_connections(self, by_layer: tuple[tuple[Array, ...], ...]) -> int:
        return sum(theta[0].size for theta in by_layer if theta)

    def _active_connections(self, X: Array, weight_layers: list[Array]) -> int:
        active, x = 0, X
        for number, weight in enumerate(weight_layers):
            active += int(np.count_nonzero(x, axis=0) @ np.count_nonzero(weight, axis=1))
            if number < len(weight_layers) - 1:
                x = ACTIVATIONS[self.activation].function(x @ weight + self._bias(number))
        return active

    def _bias(self, number: int) -> Array:
        return [theta[1] for theta in self.parameters_.by_layer if theta][number]

    def _learning_counts(self, X: Array, n_steps: int) -> EventCounts:
        sizes = [theta[0].shape for theta in self.parameters_.by_layer if theta]
        forward_pass = sum(n_in * n_out for n_in, n_out in sizes)
        # Every weight's own gradient, and the error carried back through all layers but the first.
        backward_pass = forward_pass + sum(n_in * n_out for n_in, n_out in sizes[1:])
        # Hidden activity is not re-evaluated for counting: only zeros of the input are taken as inactive.
        hidden = forward_pass - sizes[0][0] * sizes[0][1]
        return EventCounts(
            presentations=len(X),
            labels=len(X),
            feedback_bits=len(X) * float(np.log2(len(self.classes_))),
            connections=len(X) * forward_pass,
            active_connections=int(np.count_nonzero(X > 0)) * sizes[0][1] + len(X) * hidden,
            feedback_connections=len(X) * backward_pass,
            state_updates=len(X) * sum(n_out for _, n_out in sizes),
            trace_updates=n_steps * sum(vector.size for vector in self.optimizer_state_.vectors),
            weight_writes=n_steps * self.parameters_.flat.size,
        )

    def _check_parameters(self) -> None:
        hidden = self.hidden_units
        if not isinstance(hidden, tuple | list) or not all(isinstance(n, int | np.integer) and n > 0 for n in hidden):
            raise out_of_range("hidden_units", hidden, "a tuple of whole numbers above 0, for example (100,)")
        named = {
            "activation": set(ACTIVATIONS) - {"softmax"},
            "loss": LOSSES,
            "optimizer": OPTIMIZERS,
            "schedule": SCHEDULES,
            "initialiser": INITIALISERS,
        }
        for field, accepted in named.items():
            if getattr(self, field) not in accepted:
                raise unknown_name(field, str(getattr(self, field)), accepted)
        if not isinstance(self.batch_size, int | np.integer) or self.batch_size < 1:
            raise out_of_range("batch_size", self.batch_size, "a whole number, 1 or more")
        ranges = {
            "learning_rate": (0, np.inf, "above 0"),
            "initial_gain": (0, np.inf, "above 0"),
            "weight_decay": (-1e-300, np.inf, "0 or more"),
            "dropout": (-1e-300, 1, "0 to below 1"),
        }
        for field, (low, high, accepted_text) in ranges.items():
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not low < value < high:
                raise out_of_range(field, value, f"a number {accepted_text}")
