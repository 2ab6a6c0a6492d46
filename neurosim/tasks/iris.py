"""Fisher's iris flowers (1936): a table so small that it is judged by repeated stratified 5-fold cross-validation."""

from __future__ import annotations

import numpy as np

from neurosim.data import Classes, Dataset, Signature, Split
from neurosim.tasks.base import Task, content_checksum
from neurosim.tasks.partition import SharedPool
from neurosim.tasks.shipped import ShippedTable
from neurosim.tasks.splitting import fifth_tested, repeated_fold, scaled_by_training

CHECKSUM = "c9a2400f2744c466f25fc58b4d20189fc9c0d69af2ff3b5df83fdd06653b7dd1"
TABLE = ShippedTable(("iris.csv",), "load_iris", n_header=1)
N_FLOWERS, N_TEST, N_VALIDATION = 150, 30, 24


def iris() -> Task:
    """Make the iris task: 150 flowers, 4 measures, 3 species."""
    return Task(
        name="iris",
        summary="150 flowers, 4 measures, 3 species",
        load=_load,
        load_fold=_load_fold,
        signature=Signature((4,), Classes((0, 1, 2))),
        source="Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x, as shipped with scikit-learn",
        licence="public domain",
        checksum=CHECKSUM,
        partition=SharedPool(N_FLOWERS, N_FLOWERS - N_TEST - N_VALIDATION),
    )


def _table() -> Dataset:
    X, y = TABLE.load()
    if content_checksum(X, y.astype(np.int64)) != CHECKSUM:
        raise ValueError("iris: scikit-learn's copy differs from the one this task was made with (checksum)")
    return Dataset(X.astype(np.float32), y.astype(np.int64), np.arange(len(X)))


def _load(seed: int, train_size: int | None = None) -> Split:
    return scaled_by_training(fifth_tested(_table(), seed, train_size, "iris"))


def _load_fold(seed: int, train_size: int | None = None) -> Split:
    return scaled_by_training(repeated_fold(_table(), seed, train_size))
