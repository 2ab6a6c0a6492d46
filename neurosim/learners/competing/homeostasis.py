"""The thresholds of a competition: what keeps decisions late, and neurons equally busy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEVEL_STEP = 0.02


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
    biases : ndarray, shape (n_neurons,)
        Shares of the level; they count while learning, and fade.
    corrections : ndarray, shape (n_neurons,)
        Shares of the level that stay.
    """

    def __init__(self, n_neurons: int, level: float, conscience: float, spikes_per_sample: float | None) -> None:
        self._level = np.array([level], np.float64)
        self.conscience = conscience
        self.spikes_per_sample = spikes_per_sample
        self.biases = np.zeros(n_neurons, np.float32)
        self.corrections = np.zeros(n_neurons, np.float32)

    @property
    def level(self) -> float:
        """The common level."""
        return float(self._level[0])

    @level.setter
    def level(self, level: float) -> None:
        self._level[0] = level

    def memory(self) -> tuple[Array, Array, Array]:
        """Give the arrays themselves, level (shape (1,)), biases and corrections, for compiled trials."""
        return self._level, self.biases, self.corrections

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
        mean = np.float32(self.biases.mean(dtype=np.float64))
        self.biases += np.float32(share) * (mean - self.biases)

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
        self.biases[:], self.corrections[:] = arrays["biases"], arrays["corrections"]
