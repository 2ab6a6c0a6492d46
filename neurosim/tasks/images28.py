"""Load an MNIST-like data set of four IDX files: 60,000 images to learn and validate, 10,000 official test images."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Dataset, Split
from neurosim.tasks.fetching import RemoteData, read_remote
from neurosim.tasks.idx import parse_idx
from neurosim.tasks.splitting import hold_out

N_VALIDATION = 10_000


def checksum_of(data: RemoteData) -> str:
    """Give one checksum over the checksums of all files."""
    return hashlib.sha256("".join(file.sha256 for file in data.files).encode()).hexdigest()


def load_images(seed: int, train_size: int | None = None, *, data: RemoteData) -> Split:
    """Give train, validation and test images, shape (n, 28, 28), float32 in [0, 1].

    Raises
    ------
    InputError
        If the files cannot be had, or ``train_size`` is out of range.
    """
    X_pool, y_pool, X_test, y_test = (parse_idx(read_remote(data, file)) for file in data.files)
    n_pool = len(X_pool)
    rows = hold_out(
        Dataset(X_pool, y_pool.astype(np.int64), np.arange(n_pool)),
        Dataset(X_test, y_test.astype(np.int64), np.arange(n_pool, n_pool + len(X_test))),
        seed,
        N_VALIDATION,
        train_size,
        data.name,
    )
    return Split(_scaled(rows.train), _scaled(rows.validation), _scaled(rows.test))


def _scaled(part: Dataset) -> Dataset:
    X: NDArray[Any] = part.X.astype(np.float32)
    X /= 255
    return Dataset(X, part.y, part.index)
