"""The Poisson log-likelihood read-out: under which class are these spike counts likeliest?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.readouts import class_shares, softmax

Array = NDArray[Any]
PRIOR_STRENGTH = 1.0
"""Imaginary samples of the unit's overall mean added to each class, so that a count never seen is not impossible."""


@dataclass(frozen=True, eq=False)
class PoissonLikelihood:
    """Take counts as independent Poisson numbers with a mean for each unit and class (naive Bayes).

    Attributes
    ----------
    means : ndarray, shape (n_units, n_classes)
        Expected counts, above 0.
    prior : ndarray, shape (n_classes,)
        Class frequencies.
    """

    means: Array
    prior: Array

    @classmethod
    def fit(cls, activity: Array, codes: NDArray[np.int64], n_classes: int) -> Self:
        """Learn from labelled activity, shape (n_samples, n_units).

        The means are those of the posterior under a gamma prior with shape ``PRIOR_STRENGTH`` times the unit's overall
        mean (one spike in all added) and rate ``PRIOR_STRENGTH``.
        """
        members = np.eye(n_classes)[codes]
        counts = activity.astype(np.float64)
        overall = (counts.sum(axis=0) + 1) / (len(counts) + 1)
        totals = counts.T @ members + PRIOR_STRENGTH * overall[:, None]
        return cls(totals / (members.sum(axis=0) + PRIOR_STRENGTH), class_shares(codes, n_classes))

    def log_likelihood(self, activity: Array) -> Array:
        """Give log P(counts | class) but for the log factorials, which all classes share; (n_samples, n_classes)."""
        likelihood: Array = activity.astype(np.float64) @ np.log(self.means) - self.means.sum(axis=0)
        return likelihood

    def scores(self, activity: Array) -> Array:
        """Give posterior class probabilities, shape (n_samples, n_classes)."""
        with np.errstate(divide="ignore"):
            return softmax(self.log_likelihood(activity) + np.log(self.prior))

    def arrays(self) -> dict[str, Array]:
        """Give both attributes."""
        return {"means": self.means, "prior": self.prior}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Self:
        """Make the read-out again."""
        return cls(arrays["means"], arrays["prior"])
