"""What a protocol is, what it is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.data import CurvePoint, Dataset, EventCounts, Series, Signature, Split
from neurosim.metrics.measure import Measure
from neurosim.seeding import stream

if TYPE_CHECKING:
    from neurosim.learners import Learner

Tell = Callable[[float, float | None], None]
"""Told the finished share of a cell, 0 to 1, and the value of the first measure on validation data, if it is known."""


@dataclass(frozen=True)
class Budget:
    """How many presentations (None: twenty passes, at least 5,000; 0: none, the untrained control) and evaluations."""

    presentations: int | None
    n_evaluations: int


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
        What the task asks, with the range of the training targets where they are numbers.
    measures : tuple of Measure
        By what the task's answers are judged; the first is the one that is tested.
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
        """The task's first measure."""
        return self.measures[0]

    def value(self, part: Dataset) -> float:
        """Let the learner answer a part; gives the value of the first measure."""
        return self.measure.value(self.learner.predict(part.X), part.labels)

    def stream(self, purpose: str, *key: int) -> np.random.Generator:
        """Give a named stream of the run's seed: the same for every learner, whatever else was drawn."""
        return stream(self.seed, purpose, *key)


@dataclass(frozen=True)
class Findings:
    """What a protocol found out about one learner on one seed; what all protocols share is added by the cell.

    Attributes
    ----------
    values : mapping of str to mapping of str to float or None
        Of each of the protocol's measures, by name: ``"test"``, the value that is tested, and perhaps ``"train"``,
        ``"validation"`` and ``"chance"``.
    items : mapping of str to ndarray
        Of measures, by name: one number a test item, shape (n_test,), whose mean is the value. What the protocol
        sweeps inside the learner is reduced for each item first; only then are there intervals over items.
    series : mapping of str to Series
        What varies inside the learner, for pictures.
    curve : tuple of CurvePoint
        What validation data said along the way.
    answers : ndarray, shape (n_test,), or None
        To the test part as it is, where it was presented.
    inference : EventCounts or None
        What one pass over the test part took; None where there was none.
    arrays : mapping of str to ndarray
        Further evidence; see :class:`neurosim.data.Record`.
    unavailable : mapping of str to str
        What could not be measured, and why.
    wall_s : mapping of str to float
        Seconds spent.
    activity : ndarray, shape (n_test, n_units), or None
        Of the learner's units on the test part as it is, where the protocol looked at it anyhow.
    """

    values: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    items: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    curve: tuple[CurvePoint, ...] = ()
    answers: NDArray[Any] | None = None
    inference: EventCounts | None = None
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)
    wall_s: Mapping[str, float] = field(default_factory=dict)
    activity: NDArray[Any] | None = None


class Presenting(Protocol):
    """A protocol: a frozen dataclass whose fields are the table ``[protocol]`` of an experiment.

    One that says nothing of controls is run for them too. One with a method ``check(kind, cls)`` may refuse a learner's
    class before the first trial.
    """

    def measures(self, asked: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Give the measures of what it finds, made of those of the task; the first is the one that is tested."""
        ...

    def run(self, work: Work) -> Findings:
        """Let a learner learn and answer."""
        ...
