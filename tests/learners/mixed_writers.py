"""Digits with every writer in all parts: for tests of what a mechanism does, not of how it carries over to others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neurosim.data import Split
from neurosim.tasks import load_task
from neurosim.tasks.digits import TABLE
from neurosim.tasks.splitting import hold_out

N_POOL, N_VALIDATION = 898, 180


def digits_of_mixed_writers(seed: int, train_size: int | None = None) -> Split:
    """Give the first half of the file, a fifth of it held out by a stratified draw."""
    task = load_task("digits").load(0)
    X, y = TABLE.load()
    images = (X / 16).astype(np.float32).reshape(-1, 8, 8)
    rows = np.arange(N_POOL)
    pool = replace(task.train, X=images[rows], y=y[rows].astype(np.int64), index=rows, groups=None)
    return hold_out(pool, task.test, seed, N_VALIDATION, train_size, "digits")
