"""Regular spike source: equal intervals, a random phase."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from neurosim.snn.engine.interface import Engine
from neurosim.snn.models import NeuronModel, Reference, Uniform
from neurosim.snn.units import Quantity

REGULAR = NeuronModel(
    name="regular",
    summary="regular source, one rate a neuron, random phase, settable between runs",
    equations="""
    dphase/dt = rate : 1
    rate : Hz
    """,
    threshold="phase >= 1",
    reset="phase -= 1",
    method="exponential_euler",
    parameters={},
    initial={"rate": Quantity(0.0, "Hz"), "phase": Uniform(0.0, 1.0)},
    reference=Reference(
        authors="Abbott, L. F.",
        year=1999,
        title="Lapicque's introduction of the integrate-and-fire model neuron (1907)",
        doi="10.1016/S0361-9230(99)00161-6",
        where="The integrate-and-fire neuron without leak under a constant current",
    ),
    departures="The potential is a phase between 0 and 1 that starts anywhere, so that a population does not spike "
    "in step. In a time T a neuron spikes floor(rate*T + phase) times; rate*dt must be below 1. A new rate holds "
    "from the next step on: the phase goes on from where it is.",
)


def set_phase(engine: Engine, population: str, phase: ArrayLike | np.random.Generator) -> None:
    """Start a trial at given phases, or at phases drawn uniformly.

    Parameters
    ----------
    engine : Engine
        Holds a population of this model.
    population : str
        Its name.
    phase : array_like or numpy.random.Generator
        Phases in [0, 1), one number or one a neuron; or the generator to draw them from.

    Raises
    ------
    ValueError
        If a phase lies outside [0, 1).
    """
    view = engine.view(f"{population}.phase")
    phases = phase.uniform(size=view.shape) if isinstance(phase, np.random.Generator) else np.asarray(phase, float)
    if not np.all((phases >= 0) & (phases < 1)):
        raise ValueError(f"phase of {population!r} = {phases}; accepted: 0 up to, but not including, 1")
    view[:] = phases
    # The largest float64 below 1 rounds to 1 in float32, which would be a spike at once.
    np.minimum(view, np.nextafter(view.dtype.type(1), view.dtype.type(0)), out=view)
