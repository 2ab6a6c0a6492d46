"""Read-outs by class means: the mean response of a class's units, plain or weighted by how much each prefers it.

Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099) answer with the class whose neurons have the highest
mean rate. The weighted form is the "proportion weighting" of Hazan et al. 2018 (doi:10.3389/fninf.2018.00089).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.readouts import class_means, class_shares, to_shares
from neurosim.coding.vote import UNASSIGNED

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class ClassMean:
    """Each unit stands for the class it answers most; the class whose units answer most *on average* wins.

    Unlike the vote, a class is not favoured for having many units.

    Attributes
    ----------
    contributions : ndarray, shape (n_units, n_classes)
        What one spike of a unit adds to the score of a class.
    prior : ndarray, shape (n_classes,)
        Class frequencies, which answer where no unit did.
    """

    contributions: Array
    prior: Array

    @classmethod
    def fit(cls, activity: Array, codes: NDArray[np.int64], n_classes: int) -> Self:
        """Learn from labelled activity, shape (n_samples, n_units)."""
        mean_response = class_means(activity, codes, n_classes)
        classes = np.where(mean_response.max(axis=0) > 0, mean_response.argmax(axis=0), UNASSIGNED)
        assigned = np.flatnonzero(classes != UNASSIGNED)
        n_units = np.maximum(np.bincount(classes[assigned], minlength=n_classes), 1)
        contributions = np.zeros((activity.shape[1], n_classes))
        weights = cls._weights(mean_response)[classes[assigned], assigned]
        contributions[assigned, classes[assigned]] = weights / n_units[classes[assigned]]
        return cls(contributions, class_shares(codes, n_classes))

    @staticmethod
    def _weights(mean_response: Array) -> Array:
        return np.ones_like(mean_response)

    def scores(self, activity: Array) -> Array:
        """Give each class's share of the summed class means, shape (n_samples, n_classes)."""
        return to_shares(activity.astype(np.float64) @ self.contributions, self.prior)

    def arrays(self) -> dict[str, Array]:
        """Give both attributes."""
        return {"contributions": self.contributions, "prior": self.prior}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Self:
        """Make the read-out again."""
        return cls(arrays["contributions"], arrays["prior"])


class Proportion(ClassMean):
    """The class mean, each unit weighted by the share of its response that its class gets."""

    @staticmethod
    def _weights(mean_response: Array) -> Array:
        total = mean_response.sum(axis=0)
        return mean_response / np.where(total > 0, total, 1)
