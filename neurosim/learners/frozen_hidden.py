"""``frozen-hidden``: random hidden layers that stay as they began, and an output layer that learns."""

from __future__ import annotations

from typing import Any, ClassVar

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.ladder import Batch, Ladder


class FrozenHidden(Ladder):
    """Train the output layer alone, by the delta rule, over random hidden layers: the lowest rung of the ladder.

    Parameters
    ----------
    hidden_units : tuple of int, default=(100,)
        Units of each hidden layer.
    activation : {"relu", "sigmoid", "tanh", "identity"}, default="relu"
        Of the hidden layers.
    optimizer : {"adam", "gradient-descent", "momentum", "adagrad", "rmsprop"}, default="adam"
        How a slope becomes a step.
    learning_rate : float, default=0.01
        Size of a step.
    schedule : {"constant", "linear"}, default="linear"
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    batch_size : int, default=8
        Samples a step.
    weight_decay : float, default=0.0001
        Strength of the penalty on squared weights.
    initialiser : str, default="he-normal"
        See :mod:`neurosim.ann.initialisers`.
    initial_gain : float, default=1
        Factor on the initial weights.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights and order.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="delta rule at the output; random hidden layers stay as they began",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="while learning",
            feedback_bits_per_trial="log2(classes)",
            weight_transport=False,
            global_signal=True,
            known_end=True,
        ),
    )
    hidden_by_optimizer = False

    def __init__(
        self,
        hidden_units: tuple[int, ...] = (100,),
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        schedule: str = "linear",
        batch_size: int = 8,
        weight_decay: float = 0.0001,
        initialiser: str = "he-normal",
        initial_gain: float = 1.0,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.initialiser = initialiser
        self.initial_gain = initial_gain
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _change_hidden(self, batch: Batch) -> None:
        pass

    def _hidden_counts(self) -> EventCounts:
        return EventCounts()
