"""A number as the activity of a population: each unit prefers one value and is the more active the nearer it is.

A number becomes a Gaussian bump over preferred values; a bump becomes a number again as the mean of preferred values,
weighted by activity (Salinas and Abbott 1994, doi:10.1007/BF00962720; Pouget, Dayan and Zemel 2000,
doi:10.1038/35039062).

Preferred values are evenly spaced over [0, 1] and ``MARGIN`` widths beyond either end: a bump that is cut off at its
middle would have its mean pulled inwards. For numbers in [0, 1], and preferred values at most a width apart, the way
there and back moves a number by less than ``MARGIN_ERROR`` widths.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MARGIN = 3.0
MARGIN_ERROR = 0.01


def preferred_values(n_units: int, width: float) -> Array:
    """Give the values that units prefer, shape (n_units,), float64, for bumps of this standard deviation."""
    return np.linspace(-MARGIN * width, 1 + MARGIN * width, n_units)


def bumps(values: Array, preferred: Array, width: float) -> Array:
    """Encode numbers as Gaussian bumps.

    Parameters
    ----------
    values : ndarray, shape (n_samples,)
        Numbers.
    preferred : ndarray, shape (n_units,)
        Preferred values.
    width : float
        Standard deviation of a bump.

    Returns
    -------
    ndarray of float32, shape (n_samples, n_units)
        Activity; rows add up to 1. A number beyond all preferred values has its bump at the nearest one.
    """
    squared = ((np.asarray(values, np.float64)[:, None] - preferred) / width) ** 2
    # Set against the nearest unit, far ones vanish and none overflows.
    activity = np.exp((squared.min(axis=1, keepdims=True) - squared) / 2)
    return np.asarray(activity / activity.sum(axis=1, keepdims=True)).astype(np.float32)


def weighted_means(activity: Array, preferred: Array) -> Array:
    """Decode activity, shape (n_samples, n_units), rows that add up to 1, as numbers, shape (n_samples,)."""
    return np.asarray((activity * preferred).sum(axis=1))
