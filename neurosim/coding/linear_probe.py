"""Linear probes on activity: a trained layer of its own, hence a row of its own in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.readouts import softmax

Array = NDArray[Any]
MOST_ITERATIONS = 2000


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """Multinomial logistic regression (L2) on activity, each unit scaled to unit variance.

    Attributes
    ----------
    weights : ndarray, shape (n_units, n_classes)
        For activity as it is.
    bias : ndarray, shape (n_classes,)
        Minus infinity for a class that did not occur.
    """

    weights: Array
    bias: Array

    @classmethod
    def fit(cls, activity: Array, codes: NDArray[np.int64], n_classes: int, penalty: float = 1.0) -> Self:
        """Learn from labelled activity, shape (n_samples, n_units).

        Parameters
        ----------
        activity : ndarray, shape (n_samples, n_units)
            Activations or spike counts.
        codes : ndarray of int, shape (n_samples,)
            Classes, from 0 on.
        n_classes : int
            How many there are; some may not occur.
        penalty : float, default=1
            Of the squared weights, for activity of unit variance, against the summed log-loss (scikit-learn's 1 / C).
        """
        from sklearn.linear_model import LogisticRegression

        weights, bias = np.zeros((activity.shape[1], n_classes)), np.full(n_classes, -np.inf)
        seen = np.unique(codes)
        if len(seen) == 1:
            bias[seen] = 0
            return cls(weights, bias)
        scale = unit_deviation(activity)
        model = LogisticRegression(C=1 / penalty, max_iter=MOST_ITERATIONS).fit(activity / scale, codes)
        if len(seen) == 2:
            weights[:, seen[1]] = model.coef_[0] / scale
            bias[seen] = 0, model.intercept_[0]
        else:
            weights[:, seen] = (model.coef_ / scale).T
            bias[seen] = model.intercept_
        return cls(weights, bias)

    def scores(self, activity: Array) -> Array:
        """Give class probabilities, shape (n_samples, n_classes)."""
        return softmax(activity.astype(np.float64) @ self.weights + self.bias)

    def arrays(self) -> dict[str, Array]:
        """Give both attributes."""
        return {"weights": self.weights, "bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Self:
        """Make the probe again."""
        return cls(arrays["weights"], arrays["bias"])


@dataclass(frozen=True, eq=False)
class RidgeProbe:
    """Ridge regression on activity, each unit scaled to unit variance.

    Attributes
    ----------
    weights : ndarray, shape (n_units,) or (n_units, n_targets)
        For activity as it is.
    bias : float or ndarray, shape (n_targets,)
        The answer to no activity.
    """

    weights: Array
    bias: Any

    @classmethod
    def fit(cls, activity: Array, targets: Array, penalty: float = 1.0) -> Self:
        """Learn from activity, shape (n_samples, n_units), and numbers, shape (n_samples,) or (n_samples, n_targets).

        ``penalty`` is that of the squared weights, for activity of unit variance, against the summed squared error.
        """
        from sklearn.linear_model import Ridge

        scale = unit_deviation(activity)
        model = Ridge(alpha=penalty).fit(activity / scale, targets)
        return cls((model.coef_ / scale).T, model.intercept_)

    def answers(self, activity: Array) -> Array:
        """Give the numbers that activity stands for."""
        return np.asarray(activity.astype(np.float64) @ self.weights + self.bias)


def unit_deviation(activity: Array) -> Array:
    """Give each unit's standard deviation over samples; 1 where it never varies."""
    deviation = activity.std(axis=0, dtype=np.float64)
    return np.asarray(np.where(deviation > 0, deviation, 1))
