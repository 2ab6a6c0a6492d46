"""Noisy copies of binary prototypes: a task whose best possible accuracy is known exactly."""

from __future__ import annotations

from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Dataset, Signature, Split
from neurosim.errors import out_of_range
from neurosim.seeding import stream
from neurosim.tasks.base import Task
from neurosim.tasks.partition import DrawnAfresh
from neurosim.tasks.splitting import training_sample

N_BITS = 16
N_TRAIN, N_VALIDATION, N_TEST = 1000, 500, 2000


def prototypes_of(n_classes: int) -> NDArray[np.float32]:
    """Give ``n_classes`` distinct random prototypes, shape (n_classes, 16), the same in every run."""
    codes = stream(0, "task", 98).choice(2**N_BITS, size=n_classes, replace=False)
    return ((codes[:, None] >> np.arange(N_BITS)) & 1).astype(np.float32)


def bayes_accuracy(prototypes: NDArray[np.float32], flip: float) -> float:
    """Give the accuracy of always choosing the likeliest prototype, by summing over all 2**16 patterns.

    With equal priors it is ``sum over x of max over k of p(x | k) / n_classes``, where
    ``p(x | k) = flip**d * (1 - flip)**(16 - d)`` and ``d`` counts the differing bits.
    """
    bits = np.arange(N_BITS)[::-1]
    codes = (prototypes.astype(np.int64) << bits).sum(axis=1)
    n_set = ((np.arange(2**N_BITS)[:, None] >> bits) & 1).sum(axis=1, dtype=np.int8)
    # The likelihood falls with the distance as long as fewer than half of the bits flip.
    distances = (n_set[np.arange(2**N_BITS) ^ code] for code in codes)
    nearest = reduce(np.minimum, distances).astype(np.float32)
    return float(np.sum(flip**nearest * (1 - flip) ** (N_BITS - nearest)) / len(prototypes))


def patterns(n_classes: int = 10, flip: float = 0.15) -> Task:
    """Make the patterns task.

    Parameters
    ----------
    n_classes : int, default=10
        Number of prototypes, 2 to 100.
    flip : float, default=0.15
        Probability that a bit is inverted, 0 to 0.5.

    Returns
    -------
    Task
    """
    if not isinstance(n_classes, int) or not 2 <= n_classes <= 100:
        raise out_of_range("n_classes", n_classes, "a whole number from 2 to 100")
    if not isinstance(flip, int | float) or not 0 <= flip <= 0.5:
        raise out_of_range("flip", flip, "0 to 0.5")
    return Task(
        name="patterns",
        summary=f"{n_classes} binary prototypes of {N_BITS} bits, each bit inverted with probability {flip:g}",
        load=partial(_load, n_classes=n_classes, flip=flip),
        signature=Signature((N_BITS,), Classes(tuple(range(n_classes)))),
        best_possible=bayes_accuracy(prototypes_of(n_classes), flip),
        source="generated",
        licence="none needed",
        checksum="generated",
        partition=DrawnAfresh(),
    )


def _load(seed: int, train_size: int | None = None, *, n_classes: int, flip: float) -> Split:
    prototypes = prototypes_of(n_classes)

    def draw(rng: np.random.Generator, n: int, first: int) -> Dataset:
        y = rng.permutation(np.arange(n) % n_classes)
        flipped = rng.random((n, N_BITS)) < flip
        return Dataset(np.abs(prototypes[y] - flipped).astype(np.float32), y, np.arange(first, first + n))

    rng = stream(seed, "task", 5)
    train, validation = draw(rng, N_TRAIN, N_TEST), draw(rng, N_VALIDATION, N_TEST + N_TRAIN)
    test = draw(stream(0, "task", 99), N_TEST, 0)
    return Split(training_sample(train, train_size, seed), validation, test)
