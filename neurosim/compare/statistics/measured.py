"""What one measure gave for one learner, as statistics take it: a value a seed, a number a seed and test item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.intervals import item_interval, seed_interval
from neurosim.data import ONE_TEST_PART, Record, Resampling

NO_ITEMS = "the records do not hold a number for each test item"
OWN_TEST_PARTS = "the test part is another one for each seed"


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
    """

    values: tuple[float, ...]
    items: NDArray[Any] | None = None
    no_items: str = NO_ITEMS

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return float(np.mean(self.values))

    def figure(self, resampling: Resampling = ONE_TEST_PART) -> dict[str, Any]:
        """Give mean, intervals over seeds and over test items, and values, as in ``results.json``."""
        over_items = None if self.items is None else item_interval(self.items).ends
        return seed_figure(self.values, resampling) | {"items_ci95": over_items, "per_seed": list(self.values)}


def measured(
    records: Sequence[Record], measure: str, resampling: Resampling = ONE_TEST_PART, part: str = "test"
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
    if resampling.own_test_parts or len({len(row) for row in rows}) != 1:
        return Measured(known, None, OWN_TEST_PARTS)
    return Measured(known, np.array(rows), "")


def seed_figure(values: Sequence[float], resampling: Resampling = ONE_TEST_PART) -> dict[str, Any]:
    """Give mean, interval over seeds and its method, as plain values."""
    interval, method = seed_interval(values, resampling=resampling)
    return {"mean": interval.mean, "ci95": interval.ends, "method": method if interval.ends else None}
