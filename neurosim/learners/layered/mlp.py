"""``mlp``: a multilayer perceptron trained by backpropagation, on the layers of :mod:`neurosim.ann`."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import loss_gradient, weight_matrices
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import backpropagation_counts

Array = NDArray[Any]


class MLP(LayeredLearner):
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
            # The default schedule; a constant rate knows no end.
            known_end=True,
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
        super().__init__(
            hidden_units=hidden_units, activation=activation, optimizer=optimizer, learning_rate=learning_rate,
            schedule=schedule, batch_size=batch_size, weight_decay=weight_decay, initialiser=initialiser,
            initial_gain=initial_gain, epochs=epochs, n_presentations=n_presentations, random_state=random_state,
        )  # fmt: skip
        self.loss = loss
        self.dropout = dropout

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_layer, slopes = self.parameters_.by_layer, self.gradients_.by_layer
        rng = self._step_noise() if self.dropout else None
        loss_gradient(self.layers_, LOSSES[self.loss], by_layer, x, target, slopes, rng)

    def _hidden_counts(self) -> EventCounts:
        return backpropagation_counts(weight_matrices(self.parameters_))
