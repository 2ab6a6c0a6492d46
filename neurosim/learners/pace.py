"""How fast a competition learns and how strictly it shares out the samples, free of the task's size.

What counts is how many presentations a neuron gets. With a fair share of ``n``, a last learning rate of
``1 / (averaging n)`` lets weights average over the share ``averaging`` of what a neuron wins, and a conscience of
``conscience / n`` a spike moves a threshold by ``conscience`` in total, however long the run is and however many
neurons compete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEVEL_STEP = 0.02

HIGHEST_CONSCIENCE = 0.1
"""A spike: beyond it, shorter runs share out no better, and decide worse."""
OPEN_SHARE = 150.0
"""Presentations a neuron that an open end is taken for."""


@dataclass(frozen=True)
class Pace:
    """Learning rate and homeostasis over a run.

    Attributes
    ----------
    start, end : float
        Learning rate of the first and of the last presentation.
    horizon : int or None
        Presentations to come.
    """

    start: float
    end: float
    horizon: int | None

    def learning_rate(self, number: int) -> float:
        """Give the rate of presentation ``number``; without a horizon the geometric mean of both holds throughout."""
        if self.horizon is None:
            return float(np.sqrt(self.start * self.end))
        return float(self.start * (self.end / self.start) ** min(number / self.horizon, 1.0))

    def slowing(self, number: int) -> float:
        """Give the rate of presentation ``number`` as a share of the first one."""
        return self.learning_rate(number) / self.start

    def fading(self, number: int) -> float:
        """Give the share of the biases that counts: all at first, none at the end, when nobody predicts with them."""
        return 1.0 if self.horizon is None else max(1 - number / self.horizon, 0.0)


class Homeostasis:
    """The thresholds of a competition: a common level that keeps decisions late, and biases that keep neurons busy.

    Parameters
    ----------
    n_neurons : int
        Competing neurons.
    level : float
        Start value of the common level.
    conscience : float
        By how much of the level a threshold moves for each spike more or less than the fair share.
    spikes_per_sample : float, optional
        The level moves until a sample is answered by so many spikes; by default it stays.

    Attributes
    ----------
    level : float
        The common level.
    biases : ndarray, shape (n_neurons,)
        Shares of the level; they count while learning, and fade.
    corrections : ndarray, shape (n_neurons,)
        Shares of the level that stay.
    """

    def __init__(self, n_neurons: int, level: float, conscience: float, spikes_per_sample: float | None) -> None:
        self.level = level
        self.conscience = conscience
        self.spikes_per_sample = spikes_per_sample
        self.biases = np.zeros(n_neurons, np.float32)
        self.corrections = np.zeros(n_neurons, np.float32)

    def thresholds(self, fading: float) -> Array:
        """Give the thresholds, shape (n_neurons,), with ``fading`` the share of the biases that counts."""
        return self.level * (1 + fading * self.biases + self.corrections)

    def share_out(self, counts: Array, among: Array | slice = slice(None), strength: float = 1.0) -> None:
        """Let spikes, shape (n_neurons,), raise the thresholds of those that won, and lower all others' a little.

        ``among`` says who competed; ``strength`` is a share of the conscience.
        """
        own = np.minimum(counts[among], 1)
        self.biases[among] += strength * self.conscience * (own - own.mean())

    def forget(self, share: float) -> None:
        """Bring the biases back together by a share of their distance from the mean."""
        self.biases += np.float32(share) * (self.biases.mean() - self.biases)

    def settle(self, n_spikes: float, pace: float) -> None:
        """Move the level: many spikes at once are a decision too early, silence is one too late."""
        if self.spikes_per_sample is not None:
            # A third spike says no more than a second.
            self.level *= 1 + LEVEL_STEP * pace * (min(n_spikes, 2.0) - self.spikes_per_sample)

    def arrays(self) -> dict[str, Array]:
        """Give what :meth:`restore` takes."""
        return {"level": np.array(self.level), "biases": self.biases, "corrections": self.corrections}

    def restore(self, arrays: dict[str, Array]) -> None:
        """Go on where :meth:`arrays` was taken."""
        self.level = float(arrays["level"])
        self.biases, self.corrections = arrays["biases"].copy(), arrays["corrections"].copy()


def fair_share(horizon: float | None, n_neurons: int) -> float:
    """Give the presentations that a neuron gets, at least 1; an open end is taken for 150."""
    return OPEN_SHARE if horizon is None else max(horizon / n_neurons, 1.0)


def final_rate(averaging: float, share: float, learning_rate: float) -> float:
    """Give the last learning rate of a neuron that averages over the part ``averaging`` of its share.

    Never more than the first rate.
    """
    return min(1 / (averaging * share), learning_rate)


def conscience_a_spike(conscience: float, share: float) -> float:
    """Give what a spike moves of a threshold, so that a fair share of spikes moves ``conscience``."""
    return min(conscience / share, HIGHEST_CONSCIENCE)
