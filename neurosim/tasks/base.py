"""What a task is: a frozen record whose ``load`` gives the three parts of one run. NumPy only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Reals, Signature, Split

MEASURES: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {Classes: ("accuracy", "balanced-accuracy", "recall"), Reals: ("rmse", "r2")}
)
"""How answers are judged where a task does not say it."""


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
    signature : Signature
        What is asked: the shape of a sample, whose values lie in [0, 1], and the target.
    best_possible : float or None
        Best value of the first measure that anybody can reach, where it is known: the Bayes accuracy, the noise.
    measures : tuple of str
        Registry names of the measures by which answers are judged; the first is the one that is tested. By default
        those of the target: accuracy, balanced accuracy and recall of classes, root mean squared error and explained
        variance of numbers.
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
    signature: Signature
    source: str
    licence: str
    checksum: str
    best_possible: float | None = None
    load_fold: Loader | None = None
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.measures:
            object.__setattr__(self, "measures", MEASURES[type(self.signature.target)])

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
