"""What tasks on the line and in the plane share: three parts drawn from one generator, scaled by fixed bounds."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Dataset, Split
from neurosim.tasks.splitting import training_sample

N_TRAIN, N_VALIDATION, N_TEST = 1000, 500, 2000


class Draw(Protocol):
    """Draw ``n`` points and labels, or numbers, for a part of a seed."""

    def __call__(self, seed: int, part: int, n: int) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Give points, shape (n, n_features), and labels."""
        ...


def generated_split(
    draw: Draw,
    seed: int,
    train_size: int | None,
    low: tuple[float, ...],
    high: tuple[float, ...],
    n_train: int = N_TRAIN,
) -> Split:
    """Draw train and validation for a seed and the one test part that all seeds share.

    Parameters
    ----------
    draw : callable
        Gives points and labels.
    seed : int
        The run's seed.
    train_size : int or None
        Size of the nested training sub-sample.
    low, high : tuple of float
        Fixed bounds that become 0 and 1; points outside are moved to the edge.
    n_train : int, default=1000
        Samples of the whole training part.

    Returns
    -------
    Split
    """

    def part(part_seed: int, number: int, n: int, first: int) -> Dataset:
        X, y = draw(part_seed, number, n)
        scaled = (X - np.array(low)) / (np.array(high) - np.array(low))
        return Dataset(np.clip(scaled, 0, 1).astype(np.float32), y, np.arange(first, first + n))

    train = part(seed, 0, n_train, N_TEST)
    validation = part(seed, 1, N_VALIDATION, N_TEST + n_train)
    # Part number 2 is drawn for the test alone, so that no seed's training points can coincide with it.
    return Split(training_sample(train, train_size, seed), validation, part(0, 2, N_TEST, 0))
