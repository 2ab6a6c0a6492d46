"""What a task is: a frozen record whose ``load`` gives the three parts of one run. NumPy only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Reals, Resampling, Signature, Split
from neurosim.tasks.partition import Partition, SharedPool
from neurosim.tasks.splitting import N_FOLDS

MEASURES: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {Classes: ("accuracy", "balanced-accuracy", "recall"), Reals: ("rmse", "r2")}
)
"""How answers are judged where a task does not say it."""


class Loader(Protocol):
    """How a task hands out its parts."""

    def __call__(self, seed: int, train_size: int | None = None) -> Split:
        """Give train, validation and test for a seed."""
        ...


class BlockLoader(Protocol):
    """How a task with a large pool hands out its parts."""

    def __call__(self, seed: int, train_size: int | None, seeds: range, tuning: bool) -> Split:
        """Give train, validation and test for a seed among all seeds of an experiment."""
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
    exhaustive : bool
        Is the test part all there is, as a truth table is, rather than a sample of it?
    tested_on : str
        What the test part is, in words, where that says more than its size: ``"892 images by about seven writers"``.
    measures : tuple of str
        Registry names of the measures by which answers are judged; the first is the one that is tested. By default
        those of the target: accuracy, balanced accuracy and recall of classes, root mean squared error and explained
        variance of numbers.
    source, licence : str
        Where the data come from and what one may do with them.
    checksum : str
        SHA-256 of the source data, or ``"generated"``.
    partition : Partition or None
        How the training samples of different seeds relate; None where that is not known.
    load_fold : callable or None
        For tables too small for one fixed test part: ``load_fold(seed, train_size=None)`` gives fold ``seed % 5``
        of the stratified partition number ``seed // 5``.
    load_block : callable or None
        For pools so large that no two seeds have to learn from the same sample: ``load_block(seed, train_size, seeds,
        tuning)`` gives the block of a seed among all seeds of an experiment; with ``tuning`` one of the reserve.
    """

    name: str
    summary: str
    load: Loader
    signature: Signature
    source: str
    licence: str
    checksum: str
    best_possible: float | None = None
    partition: Partition | None = None
    load_fold: Loader | None = None
    load_block: BlockLoader | None = None
    measures: tuple[str, ...] = ()
    tested_on: str = ""
    exhaustive: bool = False

    def __post_init__(self) -> None:
        if not self.measures:
            object.__setattr__(self, "measures", MEASURES[type(self.signature.target)])

    def split(
        self, seed: int, train_size: int | None = None, seeds: range | None = None, *, tuning: bool = False
    ) -> Split:
        """Give the parts that a comparison uses: folds of tiny tables, disjoint blocks of large pools, else by seed.

        Parameters
        ----------
        seed : int
            The run's seed.
        train_size : int, optional
            Size of the training sub-sample; all by default.
        seeds : range, optional
            All seeds of the experiment, among them ``seed``, which share a large pool out among themselves; this one
            alone by default.
        tuning : bool, default=False
            Do the parts serve to choose settings? Then a large pool gives samples of its reserve.

        Returns
        -------
        Split

        Raises
        ------
        InputError
            If there are not as many samples.
        """
        if self.load_block is not None:
            return self.load_block(seed, train_size, range(seed, seed + 1) if seeds is None else seeds, tuning)
        return (self.load_fold or self.load)(seed, train_size)

    def resampling(self, train_size: int | None = None) -> Resampling:
        """Say how the seeds of an experiment relate to each other."""
        overlap = None if self.partition is None else self.partition.overlap(train_size)
        grouped = self.partition is not None and self.partition.grouped
        if self.load_fold is None:
            return Resampling("one test part", 0.0, overlap, grouped, self.exhaustive)
        if not isinstance(self.partition, SharedPool):
            # A fold's test part is a quarter as large as the other four folds, of which some may validate.
            return Resampling("repeated folds", 1 / (N_FOLDS - 1), overlap, grouped)
        n_learned = self.partition.n_train if train_size is None else train_size
        return Resampling("repeated folds", self.partition.n_pool / N_FOLDS / n_learned, overlap, grouped)


def content_checksum(*arrays: NDArray[np.generic]) -> str:
    """Give the SHA-256 of arrays' types, shapes and bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
