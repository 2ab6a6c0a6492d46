"""A sine with noise: a regression whose best possible error is known exactly."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Reals, Signature, Split
from neurosim.errors import out_of_range
from neurosim.seeding import stream
from neurosim.tasks.base import Task
from neurosim.tasks.partition import DrawnAfresh
from neurosim.tasks.plane import N_TRAIN, generated_split

LARGEST = 1_000_000


def sine(noise: float = 0.1, n_train: int = N_TRAIN) -> Task:
    """Make the sine task: ``y = sin(x)`` plus Gaussian noise, with ``x`` uniform from 0 to 2 pi.

    Parameters
    ----------
    noise : float, default=0.1
        Standard deviation of the noise on ``y``: the root mean squared error of who knows the sine, and the best
        possible one.
    n_train : int, default=1000
        Samples of a seed's training part.

    Returns
    -------
    Task

    Raises
    ------
    InputError
        If a parameter is out of range.
    """
    if not isinstance(noise, int | float) or not 0 <= noise <= 2:
        raise out_of_range("noise", noise, "0 to 2")
    if not isinstance(n_train, int) or not 10 <= n_train <= LARGEST:
        raise out_of_range("n_train", n_train, f"a whole number from 10 to {LARGEST}")
    return Task(
        name="sine",
        summary=f"the sine of a number from 0 to 2 pi, noise {noise:g}",
        load=partial(_load, noise=noise, n_train=n_train),
        signature=Signature((1,), Reals()),
        best_possible=float(noise),
        source="generated",
        licence="none needed",
        checksum="generated",
        partition=DrawnAfresh(),
    )


def _load(seed: int, train_size: int | None = None, *, noise: float, n_train: int) -> Split:
    return generated_split(partial(_draw, noise=noise), seed, train_size, (0.0,), (2 * np.pi,), n_train)


def _draw(seed: int, part: int, n: int, *, noise: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = stream(seed, "task", 6, part)
    x = rng.uniform(0, 2 * np.pi, n)
    return x[:, None], np.sin(x) + noise * rng.standard_normal(n)
