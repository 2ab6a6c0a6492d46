"""Raw samples, or samples of unit length: a choice of controls that go by distances."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
RAW, UNIT_LENGTH, CHOSEN = "raw", "unit-length", "chosen"
SCALINGS = (RAW, UNIT_LENGTH)


def scaled(X: Array, scaling: str) -> Array:
    """Give samples, shape (n_samples, n_features), as they are or of unit length."""
    return unit_norm(X) if scaling == UNIT_LENGTH else X


def unit_norm(X: Array) -> Array:
    """Scale each sample to unit Euclidean length; a sample of zeros stays as it is."""
    length = np.linalg.norm(X, axis=1, keepdims=True)
    return X / np.where(length > 0, length, 1)
