"""Bring features and targets of any range to [0, 1], as training data had them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class FeatureRange:
    """Where each feature lay in training.

    Attributes
    ----------
    low, width : ndarray, shape (n_features,)
        The lowest value, and how far above it the highest lay; 1 where a feature never varied.
    """

    low: Array
    width: Array

    @classmethod
    def of(cls, X: Array) -> Self:
        """Find the range of samples, shape (n_samples, n_features); what fills [0, 1] already is taken as it is."""
        low, high = X.min(axis=0), X.max(axis=0)
        if low.min() >= 0 and 0.5 < high.max() <= 1:
            low, high = np.zeros_like(low), np.ones_like(high)
        return cls(low, np.where(high > low, high - low, 1).astype(np.float32))

    def scaled(self, X: Array) -> Array:
        """Map the range to [0, 1], and what lies beyond it to the nearer end."""
        if not self.low.any() and (self.width == 1).all() and inside_unit(X):
            return X
        clipped: Array = np.clip((X - self.low) / self.width, 0, 1)
        return clipped


@dataclass(frozen=True, eq=False)
class TargetRange:
    """Where each target lay in training. What lies beyond is extrapolated, not clipped.

    Attributes
    ----------
    low, width : ndarray of float64, shape (n_targets,)
        The lowest value, and how far above it the highest lay; 1 where a target never varied.
    """

    low: Array
    width: Array

    @classmethod
    def between(cls, low: Array, high: Array) -> Self:
        """Make the range between two ends, each of shape (n_targets,)."""
        return cls(low, np.where(high > low, high - low, 1.0))

    def standardised(self, targets: Array) -> Array:
        """Map the range to [0, 1], in float32."""
        return ((targets - self.low) / self.width).astype(np.float32)

    def restored(self, standardised: Array) -> Array:
        """Map [0, 1] to the range, in float64."""
        restored: Array = self.low + standardised.astype(np.float64) * self.width
        return restored


def inside_unit(X: Array) -> bool:
    """Say whether all values lie in [0, 1]."""
    return bool(len(X) == 0 or (X.min() >= 0 and X.max() <= 1))
