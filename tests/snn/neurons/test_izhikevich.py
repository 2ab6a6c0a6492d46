"""Izhikevich's model against the cell types of his paper and its own fixed points."""

from __future__ import annotations

import numpy as np
import pytest
from spike_trains import by_neuron

from neurosim.snn.circuits import Population
from neurosim.snn.neurons.izhikevich import IZHIKEVICH, IZHIKEVICH_TYPES


@pytest.fixture(params=[("float64", 0.1), ("float32", 0.5)], ids=["float64", "float32-coarse"])
def intervals(request: pytest.FixtureRequest, opened) -> dict[str, np.ndarray]:
    """Give the intervals (ms) of every cell type over 500 ms of its current, from rest."""
    precision, dt = request.param
    names = {name: name.replace("-", "_") for name in IZHIKEVICH_TYPES}
    cells = [
        Population(names[name], 1, IZHIKEVICH, parameters=cell.parameters, initial=cell.initial)
        for name, cell in IZHIKEVICH_TYPES.items()
    ]
    engine = opened(*cells, dt=dt, precision=precision)
    for name, cell in IZHIKEVICH_TYPES.items():
        engine.set(f"{names[name]}.input_current", cell.current)
    engine.run_steps(round(500 / dt))
    return {name: np.diff(by_neuron(engine.spikes(names[name]), 1)[0]) * dt for name in IZHIKEVICH_TYPES}


def test_cell_types_fire_as_published(intervals: dict[str, np.ndarray]) -> None:
    """Each set shows the pattern that its letters stand for."""
    regular = intervals["regular-spiking"]
    assert regular[0] < 0.5 * regular[1] and regular[1:].std() < 0.02 * regular[1:].mean(), "adapts, then is regular"
    assert 15 < 1e3 / regular[-1] < 30

    bursting = intervals["intrinsically-bursting"]
    assert bursting[:2].max() < 8 and bursting[2:].min() > 25, "a burst at first, single spikes after it"

    chattering = intervals["chattering"]
    assert np.sum(chattering > 40) >= 4 and np.median(chattering) < 5, "bursts again and again"

    fast = intervals["fast-spiking"]
    assert 1e3 / fast[-1] > 100 and fast[-1] < 1.3 * fast[2], "fast, with hardly any adaptation"

    low = intervals["low-threshold-spiking"]
    assert low[0] < 5 and 2.5 * low[0] < low[-1] < regular[-1], "fast at first, adapts"

    thalamic = intervals["thalamo-cortical"]
    assert thalamic[-3:].std() < 0.1 * thalamic[-3:].mean() and len(thalamic) > 15, "tonic from its rest"

    resonator = intervals["resonator"]
    assert resonator.std() < 0.02 * resonator.mean() and len(resonator) > 10


def test_rebound_after_hyperpolarisation(opened) -> None:
    """Released from hyperpolarisation the thalamo-cortical cell fires a burst, the regular-spiking one nothing."""
    types = {"relay": IZHIKEVICH_TYPES["thalamo-cortical"], "cortex": IZHIKEVICH_TYPES["regular-spiking"]}
    engine = opened(
        *(
            Population(key, 1, IZHIKEVICH, parameters=cell.parameters, initial=cell.initial)
            for key, cell in types.items()
        ),
        dt=0.1,
    )
    for key in types:
        engine.view(f"{key}.input_current")[:] = -20.0
    engine.run_steps(2000)
    assert not len(engine.spikes("relay").steps) and not len(engine.spikes("cortex").steps)
    for key in types:
        engine.view(f"{key}.input_current")[:] = 0.0
    engine.run_steps(1000)
    relay = (engine.spikes("relay").steps - 2000) * 0.1
    assert len(relay) >= 4 and relay[3] < 40 and len(engine.spikes("cortex").steps) == 0


def test_resonator_rings_and_integrator_does_not(opened) -> None:
    """A step too small to fire makes the resonator's potential oscillate, the regular-spiking cell's rise."""
    turns = {}
    types = {"resonator": IZHIKEVICH_TYPES["resonator"], "cortex": IZHIKEVICH_TYPES["regular-spiking"]}
    engine = opened(
        *(
            Population(key, 1, IZHIKEVICH, parameters=cell.parameters, initial=cell.initial)
            for key, cell in types.items()
        ),
        dt=0.1,
    )
    for key in types:
        engine.view(f"{key}.input_current")[:] = 0.15
        engine.record(f"{key}.v")
    engine.run_steps(1500)
    for key in types:
        assert len(engine.spikes(key).steps) == 0
        slope = np.diff(engine.trajectory(f"{key}.v").values[:, 0])
        turns[key] = np.count_nonzero(np.diff(np.sign(slope)))
    assert turns["resonator"] >= 6 and turns["cortex"] <= 1


@pytest.mark.parametrize("cell", IZHIKEVICH_TYPES.values(), ids=lambda cell: cell.name)
def test_start_values_are_the_fixed_point(cell) -> None:
    """At rest the potential solves 0.04 v^2 + (5 - b) v + 140 = 0, and u is b v."""
    v, b = cell.initial["v"].value, cell.parameters["recovery_sensitivity"].value
    # The root's own rounding to 0.1 microvolt leaves a slope of less than 1e-4 mV a ms.
    assert 0.04 * v**2 + (5 - b) * v + 140 == pytest.approx(0.0, abs=1e-4)
    assert cell.initial["u"].value == pytest.approx(b * v)


def test_rheobase_of_the_regular_spiking_cell(opened) -> None:
    """The fixed point vanishes at a current of (5 - b)^2 / (4 * 0.04) - 140 = 4 mV/ms; below it the cell can rest."""
    engine = opened(Population("cells", 2, IZHIKEVICH), dt=0.1)
    engine.view("cells.input_current")[:] = [2.0, 4.2]
    engine.run_steps(10_000)
    below, above = by_neuron(engine.spikes("cells"), 2)
    assert len(below) == 0 and len(above) >= 5 and above[-1] > 8000
    assert engine.view("cells.v")[0] * 1e3 == pytest.approx((-4.8 - np.sqrt(4.8**2 - 0.16 * 142)) / 0.08, abs=1e-3)


def test_synaptic_current_has_its_time_constant(opened) -> None:
    """A synaptic current falls to 1/e within its time constant."""
    engine = opened(Population("cells", 1, IZHIKEVICH), dt=0.01)
    engine.view("cells.excitatory_current")[:] = 0.5
    engine.view("cells.inhibitory_current")[:] = 0.7
    engine.run_steps(500)
    assert engine.view("cells.excitatory_current")[0] == pytest.approx(0.5 / np.e, rel=2e-3)
    assert engine.view("cells.inhibitory_current")[0] == pytest.approx(0.7 / np.sqrt(np.e), rel=2e-3)
