"""Measures of answers that are right or wrong: accuracy, balanced accuracy, the recall of each class."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Signature
from neurosim.errors import InputError
from neurosim.metrics.measure import Measure, share_measure

Array = NDArray[Any]


def _right(answers: Array, targets: Array) -> Array:
    return np.asarray(np.asarray(answers) == np.asarray(targets), dtype=float)


def _most_frequent(targets: Array) -> float:
    _, counts = np.unique(targets, return_counts=True)
    return float(np.max(counts) / len(targets))


def _balanced(answers: Array, targets: Array) -> Array:
    classes, codes = np.unique(targets, return_inverse=True)
    recalls = [_of_class(answers, targets, label=label) for label in classes]
    return np.asarray(np.mean(recalls, axis=0)) if len(codes) else np.empty(0)


def _one_class(targets: Array) -> float:
    return 1 / len(np.unique(targets))


def _of_class(answers: Array, targets: Array, *, label: Any) -> Array:
    """Linearise the recall at its value: a ratio of two means over items, whose lower one is random too."""
    members = np.asarray(targets) == label
    if not members.any():
        return np.full(len(targets), np.nan)
    right = _right(answers, targets)
    recall = float(right[members].mean())
    return np.asarray(recall + members * (right - recall) * (len(targets) / np.count_nonzero(members)))


def _says_nothing(targets: Array) -> float:
    # Always giving the class's label reaches all of it, so that no value of one recall alone is better than guessing.
    return float("nan")


ACCURACY = share_measure("accuracy", "accuracy", _right, _most_frequent, "more accurate", "less accurate")
"""The share of right answers; chance is always answering the most frequent class."""
BALANCED_ACCURACY = share_measure("balanced-accuracy", "balanced accuracy", _balanced, _one_class)
"""The mean of the recalls of the classes that occur (Brodersen et al. 2010, doi:10.1109/ICPR.2010.764)."""


def recall_of_classes(signature: Signature) -> tuple[Measure, ...]:
    """Make one measure a class: the share of its items that are answered with it.

    Raises
    ------
    InputError
        If no classes are asked for.
    """
    if not isinstance(signature.target, Classes):
        raise InputError(f"measure 'recall' judges classes, but asked for is {signature.target.in_words}")
    return tuple(
        share_measure(f"recall:{label}", f"recall of {label}", partial(_of_class, label=label), _says_nothing)
        for label in signature.target.labels
    )
