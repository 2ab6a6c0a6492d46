"""What one measure gave for one learner, as statistics take it: a value a seed, a number a seed and test item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.figure import Answers, figure_of
from neurosim.compare.statistics.intervals import is_right_or_wrong
from neurosim.compare.statistics.two_way import two_way_interval
from neurosim.data import ONE_TEST_PART, Record, Resampling

NO_ITEMS = "the records do not hold a number for each test item"
OWN_TEST_PARTS = "the test part is another one for each seed"
FOLDS_A_TABLE = 5
"""Folds in which each row is tested once."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Values of one measure, of one learner.

    Attributes
    ----------
    values : tuple of float
        One a seed, in the order of seeds.
    items : ndarray, shape (n_seeds, n_items), or None
        One number a seed and test item, where all seeds answered the same items.
    no_items : str
        Why there are none; empty where there are.
    groups : ndarray, shape (n_items,), or None
        What each test item belongs to, where the task knows it.
    answers : Answers
        How many there were, and whether they are right or wrong.
    """

    values: tuple[float, ...]
    items: NDArray[Any] | None = None
    no_items: str = NO_ITEMS
    groups: NDArray[Any] | None = None
    answers: Answers = Answers()  # noqa: RUF009 (frozen)

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return float(np.mean(self.values))

    def figure(self, resampling: Resampling = ONE_TEST_PART) -> dict[str, Any]:
        """Give mean, intervals and values, as in ``results.json``."""
        items, groups = self.items, self.groups

        def two_way(overlap: float) -> list[float] | None:
            return None if items is None else two_way_interval(items, groups, overlap=overlap).ends

        return figure_of(self.values, resampling, self.answers, None if items is None else two_way)


def measured(
    records: Sequence[Record],
    measure: str,
    resampling: Resampling = ONE_TEST_PART,
    part: str = "test",
    groups: NDArray[Any] | None = None,
) -> Measured | None:
    """Gather what a measure gave; None where a seed lacks its value.

    Parameters
    ----------
    records : sequence of Record
        One a seed, in the order of seeds.
    measure : str
        Its name.
    resampling : Resampling
        How the seeds relate to each other.
    part : str, default="test"
        Of which part; numbers for each item are there of the test part only.
    groups : ndarray, shape (n_items,), optional
        What each test item belongs to; passed over where the measure was taken on other items.
    """
    values = [record.value(measure, part) for record in records]
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return None
    if part != "test":
        return Measured(known)
    rows = [record.items[measure] for record in records if measure in record.items]
    if len(rows) < len(records):
        return Measured(known)
    lengths = [len(row) for row in rows]
    shares = all(is_right_or_wrong(np.asarray(row, float)) for row in rows)
    if resampling.own_test_parts or len(set(lengths)) != 1:
        # In repeated folds each row of the table is tested again.
        n_distinct = sum(lengths) * FOLDS_A_TABLE // max(len(lengths), FOLDS_A_TABLE)
        return Measured(known, None, OWN_TEST_PARTS, None, Answers(n_distinct, shares))
    fitting = groups if groups is not None and len(groups) == lengths[0] else None
    n_groups = None if fitting is None else len(np.unique(fitting))
    return Measured(known, np.array(rows), "", fitting, Answers(sum(lengths), shares, lengths[0], n_groups))
