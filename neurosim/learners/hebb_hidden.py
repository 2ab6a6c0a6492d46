"""``hebb-hidden``: hidden layers that learn without a teacher, by competition, and an output layer that is told."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from neurosim.ann.soft_competition import activity_change, competitive_change
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.checks import check_ranges
from neurosim.learners.ladder import Batch, Ladder


class HebbHidden(Ladder):
    """Let hidden units compete for samples while the output layer learns by the delta rule.

    Hidden weights move towards the samples that their unit answers most (SoftHebb, Moraitis et al. 2022,
    doi:10.1088/2634-4386/aca710); hidden biases keep every unit active on the same share of samples. The label reaches
    the output layer only: hidden weights are the same whatever the labels are.

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
    hidden_rate : float, default=0.1
        Learning rate of the hidden layers, under the same schedule.
    temperature : float, default=0.1
        How softly units compete; near 0 the best takes all.
    active_share : float, default=0.4
        Share of the samples on which a hidden unit is to be active.
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
        rule="competitive Hebb (SoftHebb) in hidden layers, delta rule at the output",
        teacher="label",
        locality=Locality(
            local_in_space=False,
            local_in_time=True,
            labels="while learning",
            feedback_bits_per_trial="log2(classes), to the output alone",
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
        hidden_rate: float = 0.1,
        temperature: float = 0.1,
        active_share: float = 0.4,
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
        self.hidden_rate = hidden_rate
        self.temperature = temperature
        self.active_share = active_share
        self.initialiser = initialiser
        self.initial_gain = initial_gain
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _change_hidden(self, batch: Batch) -> None:
        rate = np.float32(self.hidden_rate * batch.pace)
        for dense in range(0, len(self.layers_) - 2, 2):
            (weight, bias), below, a = (
                self.parameters_.by_layer[dense],
                batch.memories[dense],
                batch.memories[dense + 1],
            )
            weight += rate * competitive_change(below, weight, self.temperature)
            bias += rate * activity_change(a, self.active_share)

    def _hidden_counts(self) -> EventCounts:
        # Competition is for the sample at unit length: another pass, then one product for each weight's change.
        n_hidden, n_units = self._n_hidden_weights(), sum(self._hidden_sizes())
        return EventCounts(
            connections=n_hidden, feedback_connections=n_hidden, state_updates=n_units, weight_writes=n_hidden + n_units
        )

    def _check_parameters(self) -> None:
        super()._check_parameters()
        check_ranges(self, {"hidden_rate": (1e-9, 1.0), "temperature": (1e-3, 1e3), "active_share": (0.0, 1.0)})
