"""Handwritten digits of 8x8 pixels, shipped with scikit-learn: the default task, offline.

scikit-learn's 1,797 images are the test part of the UCI set, whose source names 13 writers, in contiguous runs a
writer. A random split would put one writer's digits on both sides, so that every part holds whole runs: the first seven
to learn from and to validate, one of which validates in turn, and the last seven for the report.
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
WRITER_STARTS = (0, 130, 256, 386, 516, 646, 776, 905, 1029, 1157, 1287, 1415, 1545, 1667)
"""Rows at which another writer seems to begin; the file does not say.

Writers wrote the ten digits in order three times before they went on in a mixed order: from each of these rows on the
labels run 0 to 9 three times. At 905 the first 0 is missing and at 1545 a 7 and an 8, so that these two rows may be off
by one or two. That makes 14 runs where the source speaks of 13 writers: two of them may be by one writer.
"""
N_IMAGES, TEST_START, N_POOL_WRITERS = 1797, 905, 7
LEAST_VALIDATION = 100
"""Fewer than any writer wrote, so that one validates."""


def digits() -> Task:
    """Make the digits task: six writers to learn from, one to validate, the other half for the report."""
    n_train = TEST_START * (N_POOL_WRITERS - 1) // N_POOL_WRITERS
    return Task(
        name="digits",
        summary="1,797 handwritten digits of 8x8 pixels; other writers are tested than learned from",
        load=_load,
        signature=Signature((8, 8), Classes(tuple(range(10)))),
        source="Alpaydin and Kaynak 1998, UCI Machine Learning Repository, doi:10.24432/C50P49, test part, as shipped "
        "with scikit-learn",
        licence="CC BY 4.0",
        checksum=CHECKSUM,
        partition=SharedPool(TEST_START, n_train, grouped=True),
        tested_on=f"{N_IMAGES - TEST_START} images by about seven writers",
    )


def writers() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give the writer of each image, numbered as they come, shape (1797,)."""
    return np.searchsorted(WRITER_STARTS, np.arange(N_IMAGES), side="right") - 1


def _load(seed: int, train_size: int | None = None) -> Split:
    X, y = TABLE.load()
    if content_checksum(X, y.astype(np.int64)) != CHECKSUM:
        raise ValueError("digits: scikit-learn's copy differs from the one this task was made with (checksum)")
    images = (X / 16).astype(np.float32).reshape(-1, 8, 8)
    table = Dataset(images, y.astype(np.int64), np.arange(len(X)), writers())
    pool, test = np.split(np.arange(len(X)), [TEST_START])
    return hold_out(table.take(pool), table.take(test), seed, LEAST_VALIDATION, train_size, "digits")
