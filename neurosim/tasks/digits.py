"""Handwritten digits of 8x8 pixels, shipped with scikit-learn: the default task, offline.

scikit-learn's 1,797 images are the test writers of the UCI set (13 people), in contiguous runs a writer. A random split
would put one writer's digits on both sides, so the test part is a contiguous block: the second half.
"""

from __future__ import annotations

import numpy as np

from neurosim.data import Classes, Dataset, Signature, Split
from neurosim.tasks.base import Task, content_checksum
from neurosim.tasks.partition import SharedPool
from neurosim.tasks.shipped import ShippedTable
from neurosim.tasks.splitting import hold_out

CHECKSUM = "0b3e4ee14f82503950f2fd8375b2e78056c1dd5ef2cb04e4cd0cc4827c0e6bb6"
TABLE = ShippedTable(("digits.csv.gz",), "load_digits")
N_IMAGES, N_TEST, N_VALIDATION = 1797, 899, 180


def digits() -> Task:
    """Make the digits task: 718 images to learn from, 180 to validate, the last 899 for the report."""
    return Task(
        name="digits",
        summary="1,797 handwritten digits of 8x8 pixels; the test part is a contiguous block of writers",
        load=_load,
        signature=Signature((8, 8), Classes(tuple(range(10)))),
        source="Alpaydin and Kaynak 1998, UCI Machine Learning Repository, doi:10.24432/C50P49, test part, as shipped "
        "with scikit-learn",
        licence="CC BY 4.0",
        checksum=CHECKSUM,
        partition=SharedPool(N_IMAGES - N_TEST, N_IMAGES - N_TEST - N_VALIDATION),
    )


def _load(seed: int, train_size: int | None = None) -> Split:
    X, y = TABLE.load()
    if content_checksum(X, y.astype(np.int64)) != CHECKSUM:
        raise ValueError("digits: scikit-learn's copy differs from the one this task was made with (checksum)")
    images = (X / 16).astype(np.float32).reshape(-1, 8, 8)
    table = Dataset(images, y.astype(np.int64), np.arange(len(X)))
    pool, test = np.split(np.arange(len(X)), [len(X) - N_TEST])
    return hold_out(table.take(pool), table.take(test), seed, N_VALIDATION, train_size, "digits")
