"""What the benchmarks of the engine share: a network after Diehl & Cook (2015), synthetic digits, and timing."""

from __future__ import annotations

import ctypes
import gc
import os
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import AllToAll, Circuit, FixedInDegree, LateralInhibition, Pathway, Population
from neurosim.snn.models import Uniform
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.rules.pair_additive import PAIR_ADDITIVE
from neurosim.snn.units import Quantity

N_INPUTS = 784
DT = Quantity(0.5, "ms")
STEPS_A_SAMPLE = 700
WEIGHT_SUM = 78.4


def diehl_cook(n: int, in_degree: int | None = None) -> Circuit:
    """784 Poisson inputs to ``n`` neurons with an adaptive threshold: pair STDP and lateral inhibition, float32.

    With ``in_degree`` the projection is sparse.
    """
    connect = AllToAll() if in_degree is None else FixedInDegree(in_degree)
    return Circuit(
        "diehl_cook",
        populations=(Population("inputs", N_INPUTS, POISSON), Population("neurons", n, LIF_ADAPTIVE_THRESHOLD)),
        pathways=(
            Pathway("feedforward", "inputs", "neurons", "excitatory", Uniform(0.0, 0.2), connect, rule=PAIR_ADDITIVE),
        ),
        inhibition=(LateralInhibition("lateral", "neurons", Quantity(17.0, "nS"), Quantity(2.0, "ms")),),
        dt=DT,
    )


def digits(n_samples: int, seed: int = 0) -> NDArray[np.float64]:
    """Rates in Hz like those of MNIST at Diehl & Cook's 63.75 Hz: a fifth of 784 pixels lit, 1,900 spikes a sample.

    Shape ``(n_samples, 784)``.
    """
    rng = np.random.default_rng(seed)
    rates = np.zeros((n_samples, N_INPUTS))
    for row in rates:
        row[rng.choice(N_INPUTS, 150, replace=False)] = rng.uniform(10.0, 63.75, 150)
    return rates


def best_of(times: int, work: Callable[[], object]) -> float:
    """Give the shortest of some repetitions, in seconds: what the machine can do when nobody else wants it."""
    shortest = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - began)
    return shortest


def resident_bytes() -> int:
    """Give the memory of this process, without what is freed but not yet given back (Linux with glibc)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm", encoding="ascii") as table:
        return int(table.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def show(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    texts = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[k]) for row in texts) for k in range(len(header))]
    for row in texts:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
