"""The vote read-out: each unit stands for the class it answers most, and the class with the most activity wins.

After Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099): labels touch the read-out only, never a weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
UNASSIGNED = -1


def assign_classes(activity: Array, codes: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Give each unit the class to which its mean response is largest.

    Parameters
    ----------
    activity : ndarray, shape (n_samples, n_units)
        Responses to labelled training samples.
    codes : ndarray of int, shape (n_samples,)
        Class numbers.
    n_classes : int
        How many classes there are.

    Returns
    -------
    ndarray of int, shape (n_units,)
        Class numbers; -1 for a unit that never answered.
    """
    members = np.eye(n_classes)[codes]
    presented = np.maximum(members.sum(axis=0), 1)
    mean_response = (members.T @ activity.astype(np.float64)) / presented[:, None]
    return np.where(mean_response.max(axis=0) > 0, mean_response.argmax(axis=0), UNASSIGNED)


def vote(activity: Array, unit_classes: NDArray[np.int64], prior: Array) -> Array:
    """Give class scores: the share of activity that comes from each class's units.

    Parameters
    ----------
    activity : ndarray, shape (n_samples, n_units)
        Responses.
    unit_classes : ndarray of int, shape (n_units,)
        Class of each unit, -1 for none.
    prior : ndarray, shape (n_classes,)
        Class frequencies, which answer for a sample on which no assigned unit was active.

    Returns
    -------
    ndarray, shape (n_samples, n_classes)
        Rows sum to 1.
    """
    n_classes = len(prior)
    assigned = unit_classes != UNASSIGNED
    membership = np.zeros((len(unit_classes), n_classes))
    membership[np.flatnonzero(assigned), unit_classes[assigned]] = 1
    scores = activity.astype(np.float64) @ membership
    total = scores.sum(axis=1, keepdims=True)
    return np.where(total > 0, scores / np.where(total > 0, total, 1), prior)


@dataclass(frozen=True, eq=False)
class Vote:
    """The vote as a read-out that a learner can choose by name.

    Attributes
    ----------
    unit_classes : ndarray of int, shape (n_units,)
        Class of each unit, -1 for none.
    prior : ndarray, shape (n_classes,)
        Class frequencies.
    """

    unit_classes: NDArray[np.int64]
    prior: Array

    @classmethod
    def fit(cls, activity: Array, codes: NDArray[np.int64], n_classes: int) -> Self:
        """Learn from labelled activity, shape (n_samples, n_units)."""
        return cls(assign_classes(activity, codes, n_classes), np.bincount(codes, minlength=n_classes) / len(codes))

    def scores(self, activity: Array) -> Array:
        """Give class scores, shape (n_samples, n_classes)."""
        return vote(activity, self.unit_classes, self.prior)

    def arrays(self) -> dict[str, Array]:
        """Give both attributes."""
        return {"unit_classes": self.unit_classes, "prior": self.prior}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Self:
        """Make the read-out again."""
        return cls(arrays["unit_classes"], arrays["prior"])
