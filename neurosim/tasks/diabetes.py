"""Diabetes (Efron et al. 2004): a small table with a measured target, judged by repeated 5-fold cross-validation."""

from __future__ import annotations

import numpy as np

from neurosim.data import Dataset, Reals, Signature, Split
from neurosim.tasks.base import Task, content_checksum
from neurosim.tasks.partition import SharedPool
from neurosim.tasks.shipped import ShippedTable
from neurosim.tasks.splitting import fifth_tested, repeated_fold, scaled_by_training

CHECKSUM = "43a28c7d3cf1c4cbb9cb67486e89ac06e370b76abd43210371b235e2ee2bc3b9"
TABLE = ShippedTable(
    ("diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"), "load_diabetes", None, options={"scaled": False}
)
N_PATIENTS, N_TRAIN = 442, 284


def diabetes() -> Task:
    """Make the diabetes task: 442 patients, 10 measures, progression of the disease after one year.

    The target, from 25 to 346, is a score without a unit. Parts are stratified by tenths of it.
    """
    return Task(
        name="diabetes",
        summary="442 patients, 10 measures, progression of diabetes after one year",
        load=_load,
        load_fold=_load_fold,
        signature=Signature((10,), Reals(1, "points of progression")),
        source="Efron et al. 2004, doi:10.1214/009053604000000067, as shipped with scikit-learn",
        licence="none stated by its authors, who published it with the paper",
        checksum=CHECKSUM,
        partition=SharedPool(N_PATIENTS, N_TRAIN),
    )


def _table() -> Dataset:
    X, y = TABLE.load()
    if content_checksum(X, y) != CHECKSUM:
        raise ValueError("diabetes: scikit-learn's copy differs from the one this task was made with (checksum)")
    return Dataset(X.astype(np.float32), y.astype(np.float64), np.arange(len(X)))


def _load(seed: int, train_size: int | None = None) -> Split:
    return scaled_by_training(fifth_tested(_table(), seed, train_size, "diabetes"))


def _load_fold(seed: int, train_size: int | None = None) -> Split:
    return scaled_by_training(repeated_fold(_table(), seed, train_size))
