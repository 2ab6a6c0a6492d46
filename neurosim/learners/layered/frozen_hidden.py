"""``frozen-hidden``: random hidden layers that stay as they began, and an output layer that learns."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray

from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.delta_rule import by_delta_rule
from neurosim.learners.layered.network import LEDGER

Array = NDArray[Any]


class FrozenHidden(LayeredLearner):
    """Train the output layer alone, by the delta rule, over random hidden layers: the lowest rung of the ladder.

    All parameters are those of :class:`neurosim.learners.layered.base.LayeredLearner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="delta rule at the output; random hidden layers stay as they began",
        teacher="label",
        locality=LEDGER,
    )
    hidden_by_optimizer = False

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        by_delta_rule(self.layers_, self.parameters_, x, target, self.gradients_)

    def _hidden_counts(self) -> EventCounts:
        return EventCounts()
