"""Checks of constructor parameters that several learners share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from neurosim.errors import out_of_range


def check_ranges(learner: object, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check that parameters are numbers within closed ranges.

    Parameters
    ----------
    learner : object
        Holds the parameters as attributes.
    ranges : mapping of str to tuple of float
        Lowest and highest value of each parameter.

    Raises
    ------
    InputError
        At the first parameter that is no number, NaN, or out of its range.
    """
    for field, (low, high) in ranges.items():
        value = getattr(learner, field)
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not low <= value <= high:
            raise out_of_range(field, value, f"a number from {low:g} to {high:g}")
