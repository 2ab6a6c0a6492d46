"""``feedback-alignment`` and ``direct-feedback-alignment``: errors reach hidden layers over fixed random weights."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.feedback import feedback_gradient, random_feedback
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.ladder import Batch, Ladder
from neurosim.seeding import stream

Array = NDArray[Any]


class FeedbackAlignment(Ladder):
    """Send the output's error back from layer to layer over random weights that never change.

    The output layer learns by the delta rule. Forward weights come to lean towards the feedback, which makes the random
    errors useful (Lillicrap et al. 2016, doi:10.1038/ncomms13276). No weight is transported; otherwise the signals are
    those of backpropagation: a vector of errors for each sample, which needs all outputs and the label.

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
        Seed of initial weights, feedback weights and order.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="feedback alignment (errors over fixed random weights), delta rule at the output",
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
    direct: ClassVar[bool] = False
    """Whether every layer hears from the output, not from the layer above."""

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

    def _start(self) -> None:
        super()._start()
        sizes = (*self._hidden_sizes(), len(self.classes_))
        rngs = [stream(self.seed_, "init", layer) for layer in range(1, len(sizes))]
        self.feedback_ = random_feedback(sizes, self.initialiser, rngs, self.direct)

    def _change_hidden(self, batch: Batch) -> None:
        feedback_gradient(
            self.layers_[:-2], self.parameters_.by_layer[:-2], batch.memories[:-2], batch.error, self._feedback(),
            self.gradients_.by_layer[:-2], self.direct,
        )  # fmt: skip

    def _feedback(self) -> tuple[Array, ...]:
        return self.feedback_

    def _hidden_counts(self) -> EventCounts:
        # Errors carried back, and one product for each weight's change.
        carried = sum(weight.size for weight in self.feedback_)
        return EventCounts(feedback_connections=carried + self._n_hidden_weights())

    def _state(self) -> dict[str, Array]:
        return super()._state() | {f"feedback_{k}": weight for k, weight in enumerate(self.feedback_)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.feedback_ = tuple(np.array(state[f"feedback_{k}"]) for k in range(len(self.feedback_)))


class DirectFeedbackAlignment(FeedbackAlignment):
    """Send the output's error straight to every hidden layer over random weights that never change.

    As ``feedback-alignment``, but no layer waits for the one above it (Nøkland 2016, arXiv:1609.01596). With one hidden
    layer the two are the same.

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
        Seed of initial weights, feedback weights and order.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="direct feedback alignment (the output's error over fixed random weights), delta rule at the output",
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
    direct = True
