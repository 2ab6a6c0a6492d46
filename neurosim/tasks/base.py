"""What a task is: a frozen record whose ``load`` gives the three parts of one run. NumPy only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Split


class Loader(Protocol):
    """How a task hands out its parts."""

    def __call__(self, seed: int, train_size: int | None = None) -> Split:
        """Give train, validation and test for a seed."""
        ...


@dataclass(frozen=True)
class Task:
    """Something to be learned.

    Attributes
    ----------
    name, summary : str
        Registry name and one line.
    load : callable
        ``load(seed, train_size=None) -> Split``. The test part is the same for every seed.
    sample_shape : tuple of int
        Shape of one sample; values lie in [0, 1].
    classes : tuple
        The labels that occur.
    chance : float
        Accuracy of always guessing the most frequent class of the test part.
    best_possible : float or None
        Bayes accuracy, where it is known.
    source, licence : str
        Where the data come from and what one may do with them.
    checksum : str
        SHA-256 of the source data, or ``"generated"``.
    load_fold : callable or None
        For tables too small for one fixed test part: ``load_fold(seed, train_size=None)`` gives fold ``seed % 5``
        of the stratified partition number ``seed // 5``.
    """

    name: str
    summary: str
    load: Loader
    sample_shape: tuple[int, ...]
    classes: tuple[Any, ...]
    chance: float
    source: str
    licence: str
    checksum: str
    best_possible: float | None = None
    load_fold: Loader | None = None

    @property
    def split(self) -> Callable[..., Split]:
        """The loader a comparison uses: folds for tiny tables, else the fixed test part."""
        return self.load_fold or self.load


def content_checksum(*arrays: NDArray[np.generic]) -> str:
    """Give the SHA-256 of arrays' types, shapes and bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def majority_rate(y: NDArray[Any]) -> float:
    """Give the share of the most frequent label."""
    return float(np.max(np.unique(y, return_counts=True)[1]) / len(y))
