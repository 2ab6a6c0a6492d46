"""``frozen-hidden``: random hidden layers that stay as they began, and an output layer that learns."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.delta_rule import by_delta_rule

Array = NDArray[Any]


class FrozenHidden(LayeredLearner):
    """Train the output layer alone, by the delta rule, over random hidden layers: the lowest rung of the ladder.

    Parameters
    ----------
    hidden_units, activation, optimizer, learning_rate, schedule, batch_size, weight_decay
        As in :class:`neurosim.learners.layered.base.LayeredLearner`, with the defaults there.
    initialiser, initial_gain, epochs, n_presentations, random_state
        As there, too.
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

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_delta_rule(self.layers_, self.parameters_, x, target, self.gradients_)

    def _hidden_counts(self) -> EventCounts:
        return EventCounts()
