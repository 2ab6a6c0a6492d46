"""Samples, the parts of a run, and the spikes with which one sample is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Dataset:
    """Samples and what is to be said about them.

    Attributes
    ----------
    X : ndarray, shape (n_samples, *sample_shape)
        The samples.
    y : ndarray, shape (n_samples,), or None
        The labels; None where a task has none.
    index : ndarray of int, shape (n_samples,)
        Row of each sample in the task's source, so that parts can be compared without comparing values.
    groups : ndarray, shape (n_samples,), or None
        What each sample belongs to, for example its writer, where samples of one group resemble each other; None where
        the task has no groups.

    Raises
    ------
    ValueError
        If the lengths of ``X``, ``y``, ``index`` and ``groups`` differ.
    """

    X: NDArray[Any]
    y: NDArray[Any] | None
    index: NDArray[np.int64]
    groups: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        lengths = {"X": len(self.X), "index": len(self.index)}
        if self.y is not None:
            lengths["y"] = len(self.y)
        if self.groups is not None:
            lengths["groups"] = len(self.groups)
        if len(set(lengths.values())) != 1:
            raise ValueError(f"a data set needs parts of equal length, got {lengths}")

    def __len__(self) -> int:
        return len(self.X)

    @property
    def labels(self) -> NDArray[Any]:
        """The labels of a task that has them.

        Raises
        ------
        ValueError
            If the data set carries no labels.
        """
        if self.y is None:
            raise ValueError("this data set has no labels (y is None)")
        return self.y

    def take(self, rows: NDArray[np.integer]) -> Dataset:
        """Pick rows by position, in the order given."""
        y, groups = (None if part is None else part[rows] for part in (self.y, self.groups))
        return Dataset(self.X[rows], y, self.index[rows], groups)


@dataclass(frozen=True)
class Split:
    """The three parts of one run: learn from, select by, report on."""

    train: Dataset
    validation: Dataset
    test: Dataset


@dataclass(frozen=True)
class SampleSpikes:
    """The spikes with which a network answers one sample.

    Attributes
    ----------
    times_ms : ndarray, shape (n_spikes,)
        Since the sample's onset.
    unit : ndarray of int, shape (n_spikes,)
        Which neuron of its population.
    population : ndarray of str, shape (n_spikes,)
        Name of the population.
    n_units : mapping of str to int
        Name of each population, from input to output, and its number of neurons.
    """

    times_ms: NDArray[np.floating]
    unit: NDArray[np.integer]
    population: NDArray[np.str_]
    n_units: Mapping[str, int]
