"""Latency spike source: one spike a neuron, some time after the onset."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from neurosim.snn.engine.interface import Engine
from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity

LATENCY = NeuronModel(
    name="latency",
    summary="one spike a neuron at a given latency after the onset",
    equations="""
    delapsed_steps/dt = 1/dt : 1
    latency : second
    """,
    threshold="elapsed_steps >= latency/dt + 0.5 and elapsed_steps < latency/dt + 1.5",
    reset="",
    method="exponential_euler",
    parameters={},
    initial={"latency": Quantity(-1.0, "second"), "elapsed_steps": Quantity(0.0)},
    reference=Reference(
        authors="Thorpe, S., Delorme, A., & Van Rullen, R.",
        year=2001,
        title="Spike-based strategies for rapid processing",
        doi="10.1016/S0893-6080(01)00083-1",
        where="Time to first spike as a code",
    ),
    departures="A latency is rounded to the nearest step; 0 is the first step after the onset. Negative and infinite "
    "latencies are silent. A trial may last 2^24 steps (2.3 hours at 0.5 ms): steps are counted in the circuit's "
    "precision.",
)


def present(engine: Engine, population: str, latency_ms: ArrayLike) -> None:
    """Start a trial: the onset is now, and every neuron will spike once, after its latency.

    Parameters
    ----------
    engine : Engine
        Holds a population of this model.
    population : str
        Its name.
    latency_ms : array_like, shape (n,) or ()
        Milliseconds; negative or infinite where a neuron is to be silent.

    Raises
    ------
    ValueError
        If a latency is NaN.
    """
    latencies = np.asarray(latency_ms, float)
    if np.isnan(latencies).any():
        raise ValueError(f"latency_ms of {population!r} holds NaN; accepted: milliseconds, negative for no spike")
    engine.view(f"{population}.latency")[:] = latencies * 1e-3
    engine.view(f"{population}.elapsed_steps")[:] = 0
