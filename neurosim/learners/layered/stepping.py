"""What learners on :mod:`neurosim.ann` share whose weights an optimizer moves: the parameters of its steps."""

from __future__ import annotations

from neurosim.ann.activations import ACTIVATIONS
from neurosim.ann.initialisers import INITIALISERS
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.learners.base import Learner
from neurosim.learners.schedules import SCHEDULES, scheduled
from neurosim.parameters import bounded, named


class SteppingLearner(Learner):
    """Hidden layers of rate units, and an optimizer.

    Parameters
    ----------
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
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of all that is random: initial weights, order, and what else the learner draws.
    """

    activation: str = named("relu", [name for name in ACTIVATIONS if name != "softmax"])
    optimizer: str = named("adam", OPTIMIZERS)
    learning_rate: float = bounded(0.01, above=0)
    schedule: str = named("linear", SCHEDULES)
    batch_size: int = 8
    weight_decay: float = bounded(0.0001, low=0)
    initialiser: str = named("he-normal", INITIALISERS)
    epochs: int = 20
    n_presentations: int | None = None

    def rate_at(self, presentations: int) -> float:
        """Give the learning rate after so many presentations."""
        return scheduled(self.schedule, self.learning_rate, presentations, self.horizon_)
