"""Two intertwined spirals in the plane (after Lang and Witbrock 1988): hard for shallow networks, easily drawn."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Classes, Signature, Split
from neurosim.errors import out_of_range
from neurosim.seeding import stream
from neurosim.tasks.base import Task
from neurosim.tasks.partition import DrawnAfresh
from neurosim.tasks.plane import generated_split


def spirals(turns: float = 1.5, noise: float = 0.02) -> Task:
    """Make the spirals task.

    Parameters
    ----------
    turns : float, default=1.5
        How often each arm goes round, 0.5 to 4.
    noise : float, default=0.02
        Standard deviation of Gaussian noise, in units of the outer radius.

    Returns
    -------
    Task
    """
    if not isinstance(turns, int | float) or not 0.5 <= turns <= 4:
        raise out_of_range("turns", turns, "0.5 to 4")
    if not isinstance(noise, int | float) or not 0 <= noise <= 0.5:
        raise out_of_range("noise", noise, "0 to 0.5")
    return Task(
        name="spirals",
        summary=f"two intertwined spirals of {turns:g} turns in the plane, noise {noise:g}",
        load=partial(_load, turns=turns, noise=noise),
        signature=Signature((2,), Classes((0, 1))),
        source="generated, after Lang and Witbrock 1988",
        licence="none needed",
        checksum="generated",
        partition=DrawnAfresh(),
    )


def _load(seed: int, train_size: int | None = None, *, turns: float, noise: float) -> Split:
    draw = partial(_draw, turns=turns, noise=noise)
    return generated_split(draw, seed, train_size, low=(-1.1, -1.1), high=(1.1, 1.1))


def _draw(seed: int, part: int, n: int, *, turns: float, noise: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = stream(seed, "task", 4, part)
    y = rng.permutation(np.arange(n) % 2)
    # The square root spreads points evenly along the arm, whose length grows with the radius.
    radius = np.sqrt(rng.uniform(0.02, 1.0, n))
    angle = 2 * np.pi * turns * radius + np.pi * y
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), y
