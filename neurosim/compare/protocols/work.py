"""What a protocol is given: one fresh learner, what it is asked, by what it is judged, and how much it may learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neurosim.data import Dataset, Signature, Split
from neurosim.metrics.measure import Measure

if TYPE_CHECKING:
    from neurosim.learners import Learner

Tell = Callable[[float, float | None], None]
"""Told the finished share of a cell, 0 to 1, and the value of the first measure on validation data, if it is known."""


@dataclass(frozen=True)
class Budget:
    """How many presentations (None: twenty passes, at least 5,000; 0: none, the untrained control) and evaluations.

    With ``linear_probe``, a linear probe reads the trained learner's units; it is no part of the learner's costs.
    """

    presentations: int | None
    n_evaluations: int
    linear_probe: bool = False


@dataclass(frozen=True)
class Work:
    """One learner on one seed.

    Attributes
    ----------
    learner : Learner
        Fresh.
    split : Split
        The parts.
    signature : Signature
        What the task asks.
    measures : tuple of Measure
        By what answers are judged; the first is the one that is tested.
    seed : int
        Decides the order of trials.
    budget : Budget
        Presentations and evaluations.
    tell : callable, optional
        Told at each evaluation how far it is.
    """

    learner: Learner
    split: Split
    signature: Signature
    measures: tuple[Measure, ...]
    seed: int
    budget: Budget
    tell: Tell | None = None

    @property
    def measure(self) -> Measure:
        """The measure that is tested."""
        return self.measures[0]

    def value(self, part: Dataset) -> float:
        """Let the learner answer a part; gives the value of the first measure."""
        return self.measure.value(self.learner.predict(part.X), part.labels)
