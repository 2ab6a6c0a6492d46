"""How fast a competition learns and how strictly it shares out the samples, free of the task's size.

What counts is how many presentations a neuron gets. With a fair share of ``n``, a last learning rate of
``1 / (averaging n)`` lets weights average over the share ``averaging`` of what a neuron wins, and a conscience of
``conscience / n`` a spike moves a threshold by ``conscience`` in total, however long the run is and however many
neurons compete.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HIGHEST_CONSCIENCE = 0.1
"""A spike: beyond it, shorter runs share out no better, and decide worse."""
OPEN_SHARE = 150.0
"""Presentations a neuron that an open end is taken for."""


@dataclass(frozen=True)
class CompetitionSchedule:
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

    def at(self, number: int) -> tuple[float, float, float]:
        """Give learning rate, fading and slowing of presentation ``number``."""
        rate = self.learning_rate(number)
        return rate, self.fading(number), rate / self.start

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


def between(start: float, end: float, progress: float) -> float:
    """Go exponentially from ``start`` to ``end`` as ``progress`` goes from 0 to 1."""
    return float(start * (end / start) ** min(progress, 1.0))


def stage(number: int, horizon: int | None, correction: float) -> tuple[bool, float]:
    """Say where a run of two stages is.

    Parameters
    ----------
    number : int
        Presentations made.
    horizon : int or None
        Presentations in all; without a known end the stages take turns.
    correction : float
        Share of the presentations that belongs to the second stage.

    Returns
    -------
    free : bool
        Whether all compete (the second stage).
    progress : float
        How far that stage has come, from 0 to 1.
    """
    if horizon is None:
        return bool(number % 2) and correction > 0, 0.5
    done, share = number / horizon, 1 - correction
    if done < share or not correction:
        return False, done / share
    return True, (done - share) / correction
