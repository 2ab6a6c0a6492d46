"""Answers into what measures make of them: a value, and one number a test item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.metrics.measure import Measure

Array = NDArray[Any]
Values = dict[str, dict[str, float | None]]


def judged(measures: Iterable[Measure], answers: Array, targets: Array) -> tuple[Values, dict[str, Array]]:
    """Judge answers to the test part.

    Parameters
    ----------
    measures : iterable of Measure
        By what.
    answers, targets : ndarray, shape (n_test,)
        What was said, and what would have been right.

    Returns
    -------
    values : dict of str to dict
        By the measure's name: ``"test"``, and ``"chance"``, the value of the best answer that looks at no sample; None
        where the test part holds nothing to judge by.
    items : dict of str to ndarray, shape (n_test,)
        By the measure's name; a measure without a value has none.
    """
    values: Values = {}
    items: dict[str, Array] = {}
    for one in measures:
        numbers = np.asarray(one.items(answers, targets))
        found = {"test": float(np.mean(numbers)) if len(numbers) else np.nan, "chance": one.chance(targets)}
        values[one.name] = {part: None if np.isnan(value) else value for part, value in found.items()}
        if values[one.name]["test"] is not None:
            items[one.name] = small(numbers)
    return values, items


def small(items: Array) -> Array:
    """Keep right and wrong answers as bits, other numbers in single precision."""
    numbers = np.asarray(items)
    return numbers.astype(bool) if np.isin(numbers, (0, 1)).all() else numbers.astype(np.float32)
