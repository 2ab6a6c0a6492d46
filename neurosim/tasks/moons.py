"""Two interleaved half circles in the plane: a decision surface that can be drawn."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Signature, Split
from neurosim.errors import out_of_range
from neurosim.seeding import integer_seed
from neurosim.tasks.base import Task
from neurosim.tasks.partition import DrawnAfresh
from neurosim.tasks.plane import generated_split


def moons(noise: float = 0.15) -> Task:
    """Make the moons task.

    Parameters
    ----------
    noise : float, default=0.15
        Standard deviation of Gaussian noise, in units of the circles' radius.

    Returns
    -------
    Task
    """
    if not isinstance(noise, int | float) or not 0 <= noise <= 1:
        raise out_of_range("noise", noise, "0 to 1")
    return Task(
        name="moons",
        summary=f"two interleaved half circles in the plane, noise {noise:g}",
        load=partial(_load, noise=noise),
        signature=Signature((2,), Classes((0, 1))),
        source="generated (sklearn.datasets.make_moons)",
        licence="none needed",
        checksum="generated",
        partition=DrawnAfresh(),
    )


def _load(seed: int, train_size: int | None = None, *, noise: float) -> Split:
    return generated_split(partial(_draw, noise=noise), seed, train_size, low=(-1.7, -1.2), high=(2.7, 1.7))


def _draw(seed: int, part: int, n: int, *, noise: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import make_moons

    X, y = make_moons(n, noise=noise, random_state=integer_seed(seed, "task", 3, part))
    return X, y
