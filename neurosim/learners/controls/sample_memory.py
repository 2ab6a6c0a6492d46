"""A memory of distinct samples, for controls that need all of their training data at once."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class SampleMemory:
    """Keep each distinct pair of a sample and what is asked of it once, in the order in which it was first seen.

    Parameters
    ----------
    n_features : int
        Length of a sample.
    n_targets : int, optional
        Numbers that are asked of a sample; by default a class number.
    """

    def __init__(self, n_features: int, n_targets: int | None = None) -> None:
        self._seen: set[bytes] = set()
        self._X: list[Array] = [np.empty((0, n_features), np.float32)]
        nothing = np.empty(0, np.int64) if n_targets is None else np.empty((0, n_targets), np.float32)
        self._targets: list[Array] = [nothing]

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()
        self._X, self._targets = [self._X[0][:0]], [self._targets[0][:0]]

    def add(self, X: Array, targets: Array) -> None:
        """Take in what is new among these samples."""
        fresh = [row for row in range(len(X)) if self._is_new(X[row], targets[row])]
        self._X.append(X[fresh])
        self._targets.append(targets[fresh])

    def samples(self) -> tuple[Array, Array]:
        """Give all distinct samples and their class numbers, or targets."""
        self._X = [np.concatenate(self._X)]
        self._targets = [np.concatenate(self._targets)]
        return self._X[0], self._targets[0]

    def _is_new(self, sample: Array, target: Array) -> bool:
        key = hashlib.blake2b(sample.tobytes() + target.tobytes(), digest_size=16).digest()
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
