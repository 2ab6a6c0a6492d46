"""Measures of answers that are numbers: root mean squared error, explained variance."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Reals, Signature
from neurosim.errors import InputError
from neurosim.metrics.measure import Measure

Array = NDArray[Any]


def squared_errors(answers: Array, targets: Array) -> Array:
    """Give the squared error of each item, shape (n_items,); of several targets the mean over them."""
    squared: Array = (np.asarray(answers, float) - np.asarray(targets, float)) ** 2
    return np.asarray(squared.reshape(len(squared), -1).mean(axis=1))


def _root_items(answers: Array, targets: Array) -> Array:
    """Linearise the root at the mean: ``r + (e**2 - r**2) / (2 r)``, whose mean is ``r``."""
    squared = squared_errors(answers, targets)
    root = float(np.sqrt(squared.mean()))
    return np.zeros_like(squared) if root == 0 else (root + squared / root) / 2


def _spread(targets: Array) -> float:
    numbers = np.asarray(targets, float)
    return float(np.sqrt(((numbers - numbers.mean(axis=0)) ** 2).mean()))


def _explained_items(answers: Array, targets: Array) -> Array:
    variance, squared = _spread(targets) ** 2, squared_errors(answers, targets)
    return np.full_like(squared, np.nan) if variance == 0 else 1 - squared / variance


def _nothing_explained(targets: Array) -> float:
    return 0.0


def root_mean_squared_error(signature: Signature) -> Measure:
    """Make the measure in the target's own unit; chance is always answering the mean.

    Raises
    ------
    InputError
        If classes are asked for.
    """
    if not isinstance(signature.target, Reals):
        raise InputError(f"measure 'rmse' judges numbers, but asked for is {signature.target.in_words}")
    unit = signature.target.unit
    return Measure(
        "rmse", "root mean squared error", unit, False, "closer to the target", "farther from the target", unit, 1.0, 2,
        lowest=0.0, items=_root_items, chance=_spread,
    )  # fmt: skip


EXPLAINED_VARIANCE = Measure(
    "r2", "R²", "", True, "better", "worse", "", 1.0, 3, highest=1.0, items=_explained_items, chance=_nothing_explained
)  # fmt: skip
"""One minus the squared error over the targets' variance on these items; 0 for always answering their mean."""
