"""All models in compiled code: the spikes of the run-time engine in float64, the sources' exactness in float32."""

from __future__ import annotations

import math

import numpy as np
import pytest
from spike_trains import by_neuron

from neurosim.snn.circuits import Population
from neurosim.snn.engine.live import live_available
from neurosim.snn.neurons.adex import ADEX, ADEX_PATTERNS
from neurosim.snn.neurons.given_times import GIVEN_TIMES, load
from neurosim.snn.neurons.hodgkin_huxley import HODGKIN_HUXLEY
from neurosim.snn.neurons.if_reset_by_subtraction import IF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.izhikevich import IZHIKEVICH, IZHIKEVICH_TYPES
from neurosim.snn.neurons.latency import LATENCY, present
from neurosim.snn.neurons.lif import LIF
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.lif_conductance import LIF_CONDUCTANCE
from neurosim.snn.neurons.poisson import POISSON, redraw
from neurosim.snn.neurons.regular import REGULAR, set_phase
from neurosim.snn.units import Quantity

pytestmark = pytest.mark.skipif(live_available() is not None, reason=f"no live engine: {live_available()}")

BURSTING, CHATTERING = ADEX_PATTERNS["bursting"], IZHIKEVICH_TYPES["chattering"]
ADAPTING = {
    "membrane_time_constant": Quantity(15.0, "ms"),
    "threshold_increment": Quantity(0.7, "mV"),
    "threshold_time_constant": Quantity(60.0, "ms"),
}
CELLS = (
    (Population("lif", 6, LIF), [390e-12, 900e-12]),
    (Population("conductance", 6, LIF_CONDUCTANCE), [105e-12, 400e-12]),
    (Population("adapting", 6, LIF_ADAPTIVE_THRESHOLD, parameters=ADAPTING), [20e-12, 80e-12]),
    (Population("adex", 6, ADEX, parameters=BURSTING.parameters, initial=BURSTING.initial), [210e-12, 600e-12]),
    (
        Population("izhikevich", 6, IZHIKEVICH, parameters=CHATTERING.parameters, initial=CHATTERING.initial),
        [7.0, 14.0],
    ),
    (Population("squid", 6, HODGKIN_HUXLEY), [0.09, 0.2]),
)


def test_compiled_code_spikes_as_the_run_time_engine(opened) -> None:
    """In float64 every model makes the same spikes in both engines."""
    populations = (
        *(population for population, _ in CELLS),
        Population("integrator", 6, IF_RESET_BY_SUBTRACTION),
        Population("regular", 6, REGULAR),
        Population("latency", 6, LATENCY),
        Population("given", 6, GIVEN_TIMES),
    )
    found = {}
    for name in ("runtime", "live"):
        engine = opened(*populations, dt=0.05, engine=name)
        assert engine.name == name
        for population, (low, high) in CELLS:
            engine.view(f"{population.name}.input_current")[:] = np.linspace(low, high, 6)
        engine.view("integrator.input_drive")[:] = np.linspace(33.3, 777.7, 6)
        engine.view("regular.rate")[:] = np.linspace(47.0, 203.0, 6)
        present(engine, "latency", np.linspace(3.03, 61.3, 6))
        load(engine, "given", [np.linspace(1.0 + own, 70.0, 5 + own) for own in range(6)])
        engine.run_steps(1600)
        found[name] = {population.name: engine.spikes(population.name) for population in populations}
    for population in populations:
        slow, fast = (found[name][population.name] for name in ("runtime", "live"))
        assert len(slow.steps) >= 6, population.name
        for own, other in zip(by_neuron(slow, 6), by_neuron(fast, 6), strict=True):
            np.testing.assert_array_equal(own, other, err_msg=population.name)


def test_compiled_sources_are_exact_in_single_precision(opened) -> None:
    """Counts, steps, rates and slow decays hold in float32, whose intermediate values are single in compiled code."""
    tau, dt, n, n_steps = 5e6, 0.5, 2000, 40_000
    slow = {"threshold_time_constant": Quantity(tau, "ms"), "threshold_increment": Quantity(0.0, "mV")}
    engine = opened(
        Population("adapting", 3, LIF_ADAPTIVE_THRESHOLD, parameters=slow),
        Population("poisson", n, POISSON),
        Population("regular", 80, REGULAR),
        Population("latency", 3, LATENCY),
        Population("given", 3, GIVEN_TIMES),
        dt=dt,
        precision="float32",
        engine="live",
    )
    rng = np.random.default_rng(6)
    phases, expected = rng.uniform(size=80), rng.integers(0, 4000, 80)
    rates = np.maximum(expected + rng.uniform(0.05, 0.95, 80) - phases, 0.0) / (n_steps * dt * 1e-3)
    engine.view("regular.rate")[:] = rates
    set_phase(engine, "regular", phases)
    engine.view("adapting.threshold_adaptation")[:] = 20e-3
    engine.view("poisson.rate")[:] = 63.75
    engine.seed(9)
    redraw(engine, "poisson", rng)
    present(engine, "latency", [0.0, 19_999.5, -1.0])
    load(engine, "given", [[0.0, 19_999.5], [], [7.3, 8.1, 12_345.5]])
    engine.run_steps(n_steps)
    counts = np.bincount(engine.spikes("regular").indices, minlength=80)
    np.testing.assert_array_equal(counts, np.floor(rates * n_steps * dt * 1e-3 + phases))
    assert [list(own) for own in by_neuron(engine.spikes("latency"), 3)] == [[0], [39_999], []]
    assert [list(own) for own in by_neuron(engine.spikes("given"), 3)] == [[0, 39_999], [], [15, 16, 24_691]]
    every = 1 + int(tau / (1024 * dt))
    lost = 20e-3 - engine.view("adapting.threshold_adaptation").astype(float)
    decays = 1 + (n_steps - 1) // every
    np.testing.assert_allclose(lost, -20e-3 * math.expm1(-decays * every * dt / tau), rtol=1e-3)

    counts = np.bincount(engine.spikes("poisson").indices, minlength=n)
    p = 63.75 * dt * 1e-3
    assert abs(counts.mean() - n_steps * p) < 4 * np.sqrt(n_steps * p * (1 - p) / n)
    assert counts.var(ddof=1) / counts.mean() == pytest.approx(1 - p, abs=4 * np.sqrt(2 / n))
    engine.view("poisson.rate")[:] = 0.0
    engine.run_steps(200)
    assert len(engine.spikes("poisson").steps) == 0
