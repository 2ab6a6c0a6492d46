"""Who learns from what: how the training samples of seeds relate, and how a large pool is cut so that none is shared.

Three kinds are told apart: samples that are drawn afresh for each seed, one pool from which all seeds draw, and a pool
cut into disjoint blocks, one a seed, beside a validation part and a reserve for tuning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError, out_of_range
from neurosim.seeding import stream
from neurosim.tasks.splitting import stratified_order

Rows = NDArray[np.int64]


class Partition(Protocol):
    """How the training samples of different seeds relate."""

    @property
    def grouped(self) -> bool:
        """Whether samples carry groups."""
        ...

    def overlap(self, train_size: int | None) -> float:
        """Give the expected share of its training samples that a seed has in common with another."""
        ...


@dataclass(frozen=True)
class DrawnAfresh:
    """Each seed draws samples of its own from a generator, without end."""

    grouped: bool = False

    def overlap(self, train_size: int | None) -> float:
        """Give 0: no seed learns from another's samples."""
        return 0.0


@dataclass(frozen=True)
class SharedPool:
    """Every seed draws at random from the same samples.

    Attributes
    ----------
    n_pool : int
        Samples of which a seed learns a random part: for one test part those outside it, for folds the whole table.
    n_train : int
        How many a seed learns from where no size is given.
    grouped : bool
        Do samples carry groups?
    """

    n_pool: int
    n_train: int
    grouped: bool = False

    def overlap(self, train_size: int | None) -> float:
        """Give the share for two independent draws; folds of one repetition have slightly less in common."""
        return (self.n_train if train_size is None else train_size) / self.n_pool


@dataclass(frozen=True)
class DisjointBlocks:
    """A pool large enough that no two seeds learn from the same sample.

    It is cut in one stratified random order, the same in every run: the validation part, the reserve from which alone
    tuning learns, and the rest, of which each seed of an experiment has a block.

    Attributes
    ----------
    name : str
        The task's name, for error messages.
    n_pool, n_validation, n_reserve : int
        Samples in all, of the validation part, and of the reserve.
    grouped : bool
        Do samples carry groups?
    """

    name: str
    n_pool: int
    n_validation: int
    n_reserve: int
    grouped: bool = False

    def __post_init__(self) -> None:
        if min(self.n_validation, self.n_reserve) < 1 or self.n_validation + self.n_reserve >= self.n_pool:
            raise ValueError(
                f"{self.name}: {self.n_validation} samples to validate and {self.n_reserve} in reserve; accepted: "
                f"1 or more each, fewer than {self.n_pool} together"
            )

    def overlap(self, train_size: int | None) -> float:
        """Give 0 for blocks; 1 where no size is given, since all seeds learn from all there is."""
        return 1.0 if train_size is None else 0.0

    def n_to_share(self, tuning: bool = False) -> int:
        """Give how many samples there are for blocks: the reserve for tuning, else the rest."""
        return self.n_reserve if tuning else self.n_pool - self.n_validation - self.n_reserve

    def check(self, train_size: int | None, n_seeds: int, tuning: bool = False) -> None:
        """Refuse more blocks, or larger ones, than there are samples for.

        Raises
        ------
        InputError
            If so; it names what would be accepted.
        """
        there = self.n_to_share(tuning)
        if train_size is None or train_size * n_seeds <= there:
            return
        accepted = []
        if train_size <= there:
            accepted.append(f"n_seeds up to {there // train_size}")
        if n_seeds <= there:
            accepted.append(f"train_size up to {there // n_seeds}")
        raise InputError(
            f"train_size is {train_size} and n_seeds is {n_seeds}: no two seeds learn from the same sample, and "
            f"{self.name} has {there} {'for tuning' if tuning else 'to learn from'}, not {train_size * n_seeds}; "
            f"accepted: {' or '.join(accepted) or f'at most {there} of either'}"
        )

    def rows(
        self, labels: NDArray[Any], seed: int, train_size: int | None, seeds: range, tuning: bool = False
    ) -> tuple[Rows, Rows]:
        """Give the rows of the pool that a seed learns from, and those that validate.

        Parameters
        ----------
        labels : ndarray, shape (n_pool,)
            Of the whole pool.
        seed : int
            The run's seed, one of ``seeds``.
        train_size : int or None
            How many samples to learn from. With None all there are: those of the reserve too, since a setting may
            have been chosen on them but nothing is judged by them; for tuning, the reserve.
        seeds : range
            All seeds of the experiment. The pool is cut into as many blocks, and a seed learns from a prefix of the
            block at its own position, so that for the same seeds smaller sizes lie inside larger ones.
        tuning : bool, default=False
            Take blocks of the reserve.

        Returns
        -------
        train, validation : ndarray of int64

        Raises
        ------
        InputError
            If blocks of this size cannot be disjoint, or a block is smaller than the number of classes.
        """
        if len(labels) != self.n_pool:
            raise ValueError(f"{self.name}: the pool has {len(labels)} samples, not the {self.n_pool} that are stated")
        self.check(train_size, len(seeds), tuning)
        order = stratified_order(labels, stream(0, "task", 3))
        validation, reserve, rest = np.split(order, [self.n_validation, self.n_validation + self.n_reserve])
        shared = reserve if tuning else rest
        if train_size is None:
            return np.sort(shared if tuning else np.concatenate([reserve, rest])), np.sort(validation)
        length, position = len(shared) // len(seeds), seeds.index(seed)
        n_classes = len(np.unique(labels))
        if train_size < n_classes:
            raise out_of_range("train_size", train_size, f"{n_classes} (one a class) to {length}")
        block = shared[position * length : (position + 1) * length]
        return block[stratified_order(labels[block], stream(seed, "task", 1))[:train_size]], np.sort(validation)
