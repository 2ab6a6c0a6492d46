"""A memory of distinct samples, for controls that need all of their training data at once."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class SampleMemory:
    """Keep each distinct (sample, label) once, in the order in which it was first seen.

    Parameters
    ----------
    n_features : int
        Length of a sample.
    """

    def __init__(self, n_features: int) -> None:
        self._seen: set[bytes] = set()
        self._X: list[Array] = [np.empty((0, n_features), np.float32)]
        self._codes: list[NDArray[np.int64]] = [np.empty(0, np.int64)]

    def add(self, X: Array, codes: NDArray[np.int64]) -> None:
        """Take in what is new among these samples."""
        fresh = [row for row, code in enumerate(codes) if self._is_new(X[row], int(code))]
        self._X.append(X[fresh])
        self._codes.append(codes[fresh])

    def samples(self) -> tuple[Array, NDArray[np.int64]]:
        """Give all distinct samples and their class numbers."""
        self._X = [np.concatenate(self._X)]
        self._codes = [np.concatenate(self._codes)]
        return self._X[0], self._codes[0]

    def _is_new(self, sample: Array, code: int) -> bool:
        key = hashlib.blake2b(sample.tobytes(), digest_size=16, salt=code.to_bytes(8, "little")).digest()
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
