"""Load an MNIST-like data set of four IDX files: 60,000 images to learn and validate, 10,000 official test images."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Dataset, Split
from neurosim.tasks.fetching import RemoteData, RemoteFile, read_remote
from neurosim.tasks.idx import parse_idx
from neurosim.tasks.partition import DisjointBlocks

N_POOL, N_VALIDATION, N_RESERVE = 60_000, 10_000, 10_000
AT_ONCE = 4096
"""Images that are scaled in one go: few enough to take no memory to speak of."""


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
    pool_images, pool_labels, test_images, test_labels = data.files
    # One file after the other, so that bytes and scaled numbers of all parts are never there at the same time.
    images, labels = _read(data, pool_images), _read(data, pool_labels).astype(np.int64)
    train, validation = (
        Dataset(_scaled(images, rows), labels[rows], rows)
        for rows in blocks.rows(labels, seed, train_size, seeds, tuning)
    )
    n_pool = len(images)
    del images
    images, labels = _read(data, test_images), _read(data, test_labels).astype(np.int64)
    rows = np.arange(len(images))
    return Split(train, validation, Dataset(_scaled(images, rows), labels, n_pool + rows))


def _read(data: RemoteData, file: RemoteFile) -> NDArray[np.uint8]:
    return parse_idx(read_remote(data, file))


def _scaled(images: NDArray[np.uint8], rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Give these images with pixels in [0, 1]."""
    scaled = np.empty((len(rows), *images.shape[1:]), np.float32)
    for start in range(0, len(rows), AT_ONCE):
        scaled[start : start + AT_ONCE] = images[rows[start : start + AT_ONCE]]
    scaled /= 255
    return scaled
