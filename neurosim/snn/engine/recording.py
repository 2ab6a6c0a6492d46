"""Records spikes and variables of a network that Python steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.engine.interface import Spikes, Trajectory


class SpikeRecorder:
    """Copies the spikes of one group after each step.

    Parameters
    ----------
    spikespace : ndarray of int32, shape (n + 1,)
        Brian2's list of the neurons that spiked in this step; their number is the last element.
    """

    def __init__(self, spikespace: NDArray[np.int32]) -> None:
        self._spikespace = spikespace
        self.clear()

    def clear(self) -> None:
        """Forget what was recorded."""
        self._steps: list[int] = []
        self._indices: list[NDArray[np.int32]] = []

    def after_step(self, step: int) -> None:
        """Take over the spikes of a step."""
        count = self._spikespace[-1]
        if count:
            self._steps.append(step)
            self._indices.append(self._spikespace[:count].copy())

    def drain(self, dt_ms: float) -> Spikes:
        """Hand out what was recorded, and forget it."""
        counts = [len(indices) for indices in self._indices]
        steps = np.repeat(np.array(self._steps, dtype=np.int64), counts)
        indices = np.concatenate([np.empty(0, np.int32), *self._indices])
        self.clear()
        return Spikes(steps, indices, dt_ms)


class VariableRecorder:
    """Copies one array after each step ``s`` for which ``s + 1`` is a multiple of ``every_steps``."""

    def __init__(self, values: NDArray[np.generic], every_steps: int) -> None:
        self._values, self._every = values, every_steps
        self.clear()

    def clear(self) -> None:
        """Forget what was recorded."""
        self._steps: list[int] = []
        self._rows: list[NDArray[np.generic]] = []

    def after_step(self, step: int) -> None:
        """Take over the state after a step."""
        if (step + 1) % self._every == 0:
            self._steps.append(step)
            self._rows.append(self._values.copy())

    def drain(self, dt_ms: float) -> Trajectory:
        """Hand out what was recorded, and forget it."""
        rows = np.array(self._rows, dtype=self._values.dtype).reshape(len(self._rows), self._values.size)
        steps = np.array(self._steps, dtype=np.int64)
        self.clear()
        return Trajectory(steps, rows, dt_ms)
