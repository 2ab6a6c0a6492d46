"""Poisson spike source: intervals are drawn, one random number a spike."""

from __future__ import annotations

import numpy as np

from neurosim.snn.engine.interface import Engine
from neurosim.snn.models import Exponential, NeuronModel, Reference
from neurosim.snn.units import Quantity

POISSON = NeuronModel(
    name="poisson",
    summary="Poisson source, one rate a neuron, settable between runs",
    equations="""
    dhazard_left/dt = -rate*(1 + 0.5*spikes_a_step + spikes_a_step**2/3) : 1
    spikes_a_step = rate*dt : 1
    rate : Hz
    """,
    threshold="hazard_left <= 0",
    reset="hazard_left = -log(1 - rand())",
    method="exponential_euler",
    parameters={},
    initial={"rate": Quantity(0.0, "Hz"), "hazard_left": Exponential(1.0)},
    reference=Reference(
        authors="Brown, E. N., Barbieri, R., Ventura, V., Kass, R. E., & Frank, L. M.",
        year=2002,
        title="The time-rescaling theorem and its application to neural spike train data analysis",
        doi="10.1162/08997660252741149",
        where="Time-rescaling theorem: between spikes the integral of the rate is exponential with mean 1",
    ),
    departures="In discrete time: at most one spike a step, with probability rate*dt in every step, whatever came "
    "before. The bracket is the series of -log(1 - rate*dt), which makes it so: to 0.03 % at rate*dt = 0.1, 3 % at "
    "0.5. Counts therefore have a Fano factor of 1 - rate*dt. In float32 the mean is exact to 0.1 % for rate*dt "
    "above 1e-4. What is left of the hazard has no memory of the rate, so that a new rate holds from the next step "
    "on and 0 Hz is silent.",
)


def redraw(engine: Engine, population: str, rng: np.random.Generator) -> None:
    """Forget what is left of each neuron's interval and draw it anew, so that a trial depends on ``rng`` alone.

    Parameters
    ----------
    engine : Engine
        Holds a population of this model.
    population : str
        Its name.
    rng : numpy.random.Generator
        Where the new hazards come from; later intervals come from the engine's own generator (``engine.seed``).
    """
    view = engine.view(f"{population}.hazard_left")
    view[:] = rng.exponential(size=view.shape)
