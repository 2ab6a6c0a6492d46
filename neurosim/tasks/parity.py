"""Parity: is the number of ones odd? Not linearly separable for two bits or more; with two bits it is exclusive or."""

from __future__ import annotations

from functools import partial
from itertools import product
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Dataset, Signature, Split
from neurosim.errors import out_of_range
from neurosim.seeding import stream
from neurosim.tasks.base import Task
from neurosim.tasks.partition import DrawnAfresh, SharedPool
from neurosim.tasks.splitting import training_sample

N_TRAIN, N_VALIDATION, N_TEST = 1000, 500, 2000
MAX_BITS = 12


def patterns_of(n_bits: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Give all patterns of ``n_bits`` bits, shape (2**n_bits, n_bits), and their parities."""
    X = np.array(list(product((0, 1), repeat=n_bits)), dtype=np.float32)
    return X, (X.sum(axis=1) % 2).astype(np.int64)


def bayes_accuracy(n_bits: int, noise: float) -> float:
    """Give the accuracy of rounding every bit, the best there is with equal Gaussian noise on all bits.

    A bit is read wrongly with probability ``q = 1 - Phi(0.5 / noise)``; the parity is right when an even number of
    bits is wrong, which happens with probability ``(1 + (1 - 2 q) ** n_bits) / 2``.
    """
    if noise == 0:
        return 1.0
    wrong = 1 - NormalDist().cdf(0.5 / noise)
    return (1 + (1 - 2 * wrong) ** n_bits) / 2


def parity(n_bits: int = 4, noise: float = 0.0) -> Task:
    """Make the parity task.

    Parameters
    ----------
    n_bits : int, default=4
        Number of inputs, 2 to 12.
    noise : float, default=0
        Standard deviation of Gaussian noise on each bit. Without noise the task is the truth table itself: train,
        validation and test are all ``2**n_bits`` patterns, and an accuracy says whether the table was learned.

    Returns
    -------
    Task

    Raises
    ------
    InputError
        If a parameter is out of range.
    """
    if not isinstance(n_bits, int) or not 2 <= n_bits <= MAX_BITS:
        raise out_of_range("n_bits", n_bits, f"a whole number from 2 to {MAX_BITS}")
    if not isinstance(noise, int | float) or not 0 <= noise <= 2:
        raise out_of_range("noise", noise, "0 to 2")
    return Task(
        name="parity",
        summary=f"is the number of ones among {n_bits} bits odd?" + (f" (noise {noise:g})" if noise else ""),
        load=partial(_noisy, n_bits=n_bits, noise=noise) if noise else partial(_table, n_bits=n_bits),
        signature=Signature((n_bits,), Classes((0, 1))),
        best_possible=bayes_accuracy(n_bits, noise),
        source="generated",
        licence="none needed",
        checksum="generated",
        partition=DrawnAfresh() if noise else SharedPool(2**n_bits, 2**n_bits),
        tested_on="" if noise else f"all {2**n_bits} patterns there are",
        exhaustive=not noise,
    )


def _table(seed: int, train_size: int | None = None, *, n_bits: int) -> Split:
    X, y = patterns_of(n_bits)
    table = Dataset(X, y, np.arange(len(X)))
    return Split(training_sample(table, train_size, seed), table, table)


def _noisy(seed: int, train_size: int | None = None, *, n_bits: int, noise: float) -> Split:
    test = _draw(stream(0, "task", 99), N_TEST, 0, n_bits, noise)
    rng = stream(seed, "task", 2)
    train = _draw(rng, N_TRAIN, N_TEST, n_bits, noise)
    validation = _draw(rng, N_VALIDATION, N_TEST + N_TRAIN, n_bits, noise)
    return Split(training_sample(train, train_size, seed), validation, test)


def _draw(rng: np.random.Generator, n: int, first_index: int, n_bits: int, noise: float) -> Dataset:
    X, y = patterns_of(n_bits)
    # Patterns 2k and 2k + 1 differ in one bit, so that drawing both keeps the two parities equally frequent.
    rounds = [rng.permutation(len(X) // 2) for _ in range(-(-n // len(X)))]
    pairs = np.concatenate(rounds)[: n // 2]
    which = rng.permutation(np.concatenate([2 * pairs, 2 * pairs + 1]))
    noisy = X[which] + noise * rng.standard_normal((n, n_bits))
    # Corners stand at 0.25 and 0.75, so that noise has room on both sides inside [0, 1].
    scaled = np.clip((noisy + 0.5) / 2, 0, 1).astype(np.float32)
    return Dataset(scaled, y[which], np.arange(first_index, first_index + n))
