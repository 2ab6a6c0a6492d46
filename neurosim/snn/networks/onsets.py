"""What presentations to a competition begin with, and what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Onsets:
    """What presentations begin with, one sample a row.

    Attributes
    ----------
    writes : dict of str to ndarray, each of shape (n_samples, n_inputs)
        The source's variables.
    n_spikes : ndarray of int, shape (n_samples,), or None
        Input spikes of each presentation; None where chance decides and they are counted.
    scales : ndarray, shape (n_samples,)
        What one spike counts for, in potential and presynaptic trace.
    seeds : tuple of int or None
        Of the engine's own generator, where the source draws while it runs.
    """

    writes: dict[str, Array]
    n_spikes: NDArray[np.int64] | None
    scales: NDArray[np.float64]
    seeds: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.scales)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> Onsets:
        """Give those of some samples."""
        seeds = self.seeds
        if seeds is not None:
            seeds = seeds[rows] if isinstance(rows, slice) else tuple(seeds[row] for row in rows)
        n_spikes = None if self.n_spikes is None else self.n_spikes[rows]
        writes = {name: values[rows] for name, values in self.writes.items()}
        return Onsets(writes, n_spikes, self.scales[rows], seeds)


@dataclass(frozen=True)
class Presentation:
    """What one presentation gave: spikes of every neuron, of all inputs together, and of every chooser."""

    counts: NDArray[np.float32]
    n_input_spikes: int
    choices: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Responses:
    """What many presentations gave, one sample a row, as :class:`Presentation` has it of one."""

    counts: NDArray[np.float32]
    n_input_spikes: NDArray[np.int64]
    choices: NDArray[np.float32] | None = None
