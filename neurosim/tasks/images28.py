"""Load an MNIST-like data set of four IDX files: 60,000 images to learn and validate, 10,000 official test images."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from neurosim.data import Dataset, Split
from neurosim.tasks.fetching import RemoteData, read_remote
from neurosim.tasks.idx import parse_idx
from neurosim.tasks.partition import DisjointBlocks

N_POOL, N_VALIDATION, N_RESERVE = 60_000, 10_000, 10_000


def checksum_of(data: RemoteData) -> str:
    """Give one checksum over the checksums of all files."""
    return hashlib.sha256("".join(file.sha256 for file in data.files).encode()).hexdigest()


def blocks_of(data: RemoteData) -> DisjointBlocks:
    """Say how the 60,000 are shared out: 10,000 to validate, 10,000 for tuning, 40,000 for blocks."""
    return DisjointBlocks(data.name, N_POOL, N_VALIDATION, N_RESERVE)


def load_images(seed: int, train_size: int | None = None, *, data: RemoteData) -> Split:
    """Give the parts of a seed that has the whole pool for itself; as :func:`load_block`."""
    return load_block(seed, train_size, range(seed, seed + 1), False, data=data)


def load_block(seed: int, train_size: int | None, seeds: range, tuning: bool, *, data: RemoteData) -> Split:
    """Give train, validation and test images, shape (n, 28, 28), float32 in [0, 1].

    Parameters
    ----------
    seed, train_size, seeds, tuning
        As :meth:`neurosim.tasks.partition.DisjointBlocks.rows` takes them.
    data : RemoteData
        The four files.

    Returns
    -------
    Split

    Raises
    ------
    InputError
        If the files cannot be had, or blocks of ``train_size`` cannot be disjoint.
    """
    blocks = blocks_of(data)
    # A size that cannot be should not have to wait for the data.
    blocks.check(train_size, len(seeds), tuning)
    X_pool, y_pool, X_test, y_test = (parse_idx(read_remote(data, file)) for file in data.files)
    n_pool = len(X_pool)
    labels = y_pool.astype(np.int64)
    pool = Dataset(X_pool, labels, np.arange(n_pool))
    test = Dataset(X_test, y_test.astype(np.int64), np.arange(n_pool, n_pool + len(X_test)))
    train, validation = blocks.rows(labels, seed, train_size, seeds, tuning)
    return Split(_scaled(pool.take(train)), _scaled(pool.take(validation)), _scaled(test))


def _scaled(part: Dataset) -> Dataset:
    X = part.X.astype(np.float32)
    X /= 255
    return replace(part, X=X)
