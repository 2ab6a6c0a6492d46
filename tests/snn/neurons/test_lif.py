"""Leaky integrate-and-fire neurons against their closed forms."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from spike_trains import by_neuron

from neurosim.snn.circuits import Circuit, LateralInhibition, OneToOne, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.neurons.closed_form import passage_time
from neurosim.snn.neurons.given_times import GIVEN_TIMES, load
from neurosim.snn.neurons.if_reset_by_subtraction import IF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.lif import LIF, lif_rate
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD, adapted_rate
from neurosim.snn.neurons.lif_conductance import (
    DIEHL_COOK_INHIBITORY,
    LIF_CONDUCTANCE,
    conductance_steady_state,
    lif_conductance_rate,
)
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION, leaky_rate
from neurosim.snn.units import Quantity

# 15 mV over 40 megohm: the rheobase of the default cell.
RHEOBASE = 375e-12
FOREVER = Quantity(1e12, "ms")


def test_lif_rate_by_hand() -> None:
    """At twice the rheobase the passage takes tau ln 2, and below it there is none."""
    assert lif_rate(LIF.parameters, 2 * RHEOBASE) == pytest.approx(1 / (2e-3 + 10e-3 * math.log(2)), rel=1e-12)
    assert lif_rate(LIF.parameters, RHEOBASE) == 0.0 == lif_rate(LIF.parameters, -RHEOBASE)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("refractory", [0.0, 2.0, 3.5])
def test_lif_intervals_are_those_of_the_f_i_curve(trains, refractory: float, precision: str) -> None:
    """Every interval is the passage time, rounded up to steps, plus the refractory period without its first step.

    The first refractory step is the one that the spike ends: a spike of step k stands for time (k + 1) dt.
    """
    dt, factors = 0.1, np.array([0.9, 0.999, 1.001, 1.05, 1.3, 2.0, 5.0])
    parameters = {"refractory_period": Quantity(refractory, "ms"), "reset_potential": Quantity(-62.0, "mV")}
    found = trains(LIF, factors * RHEOBASE, dt=dt, duration=600.0, parameters=parameters, precision=precision)
    rest, reset, threshold = -65.0, -62.0, -50.0
    for factor, steps in zip(factors, found, strict=True):
        if factor < 1:
            assert len(steps) == 0
            continue
        passage = passage_time(reset, rest + 15.0 * factor, threshold, 10.0)
        expected = math.ceil(passage / dt - 1e-9) + max(round(refractory / dt) - 1, 0)
        assert len(steps) > 5
        slack = 0 if precision == "float64" or factor > 1.01 else 3
        assert np.abs(np.diff(steps) - expected).max() <= slack


def test_lif_rate_converges_to_the_f_i_curve(trains) -> None:
    """Halving the step halves the distance to the analytic rate, at most half a step an interval."""
    current = 1.37 * RHEOBASE
    for dt in (0.5, 0.25, 0.125):
        (steps,) = trains(LIF, current, dt=dt, duration=500.0)
        interval = np.diff(steps).mean() * dt
        assert abs(interval - 1e3 / lif_rate(LIF.parameters, current)) < dt


@pytest.mark.parametrize("dt", [0.5, 0.1])
@pytest.mark.parametrize(("synaptic", "membrane"), [(0.5, 10.0), (10.0, 10.0), (3.0, 7.0)])
def test_postsynaptic_potential(opened, dt: float, synaptic: float, membrane: float) -> None:
    """One spike of 87.8 pA makes the potential of the closed form, also where both time constants are equal."""
    parameters = {
        "excitatory_time_constant": Quantity(synaptic, "ms"),
        "membrane_time_constant": Quantity(membrane, "ms"),
    }
    cells = Population("cells", 1, LIF, parameters=parameters)
    source = Population("source", 1, GIVEN_TIMES)
    pathway = Pathway("input", "source", "cells", "excitatory", Quantity(87.8, "pA"), OneToOne())
    engine = opened(source, cells, pathways=(pathway,), dt=dt)
    load(engine, "source", [[0.0]])
    engine.record("cells.v")
    engine.run_steps(round(150 / dt))
    potential = engine.trajectory("cells.v").values[:, 0] + 65e-3
    # The spike of step 0 acts from step 1 on.
    time = np.arange(len(potential)) * dt
    if synaptic == membrane:
        shape = time * np.exp(-time / membrane)
    else:
        shape = synaptic * membrane / (membrane - synaptic) * (np.exp(-time / membrane) - np.exp(-time / synaptic))
    expected = 87.8 / 250.0 * shape * 1e-3
    np.testing.assert_allclose(potential, expected, atol=0.006 * expected.max())
    assert potential.sum() * dt == pytest.approx(87.8 / 250.0 * synaptic * membrane * 1e-3, rel=2e-3)
    if (synaptic, membrane) == (0.5, 10.0):
        assert potential.max() == pytest.approx(0.15e-3, rel=0.01)  # Potjans & Diesmann 2014, Table 5


def test_inhibitory_current_hyperpolarises(opened) -> None:
    """A positive weight on the inhibitory receptor pulls down, by as much as the excitatory one pushes up."""
    cells, source = Population("cells", 2, LIF), Population("source", 2, GIVEN_TIMES)
    pathways = (
        Pathway("up", "source", "cells", "excitatory", Quantity(50.0, "pA"), OneToOne()),
        Pathway("down", "source", "cells", "inhibitory", Quantity(80.0, "pA"), OneToOne()),
    )
    engine = opened(source, cells, pathways=pathways, dt=0.1)
    load(engine, "source", [[0.0], []])
    engine.run_steps(20)
    moved, still = engine.view("cells.v") + 65e-3
    assert moved == pytest.approx(
        (50.0 - 80.0) * 0.5 / 250.0 * 1e-3 * (10 / 9.5) * (math.exp(-0.19) - math.exp(-3.8)), rel=2e-3
    )
    assert still == 0


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_conductance_steady_state(opened, precision: str) -> None:
    """Under constant conductances the potential relaxes to the weighted mean of the reversals, faster by their sum."""
    frozen = {"excitatory_time_constant": FOREVER, "inhibitory_time_constant": FOREVER}
    engine = opened(Population("cells", 3, LIF_CONDUCTANCE, parameters=frozen), dt=0.1, precision=precision)
    excitatory, inhibitory, current = (
        np.array([0.5e-9, 0.0, 3e-9]),
        np.array([0.0, 7e-9, 20e-9]),
        np.array([20e-12, -30e-12, 0.0]),
    )
    engine.view("cells.excitatory_conductance")[:] = excitatory
    engine.view("cells.inhibitory_conductance")[:] = inhibitory
    engine.view("cells.input_current")[:] = current
    engine.run_steps(137)
    early = engine.view("cells.v").copy()
    engine.run_steps(6_000)
    assert len(engine.spikes("cells").steps) == 0
    for cell, drive in enumerate(zip(current, excitatory, inhibitory, strict=True)):
        target, time_constant = conductance_steady_state(LIF_CONDUCTANCE.parameters, *drive)
        assert engine.view("cells.v")[cell] == pytest.approx(target, abs=1e-9 if precision == "float64" else 2e-6)
        expected = target + (-60e-3 - target) * math.exp(-13.7e-3 / time_constant)
        assert early[cell] == pytest.approx(expected, abs=1e-9 if precision == "float64" else 2e-6)


def test_conductance_steady_state_by_hand() -> None:
    """Rest -60, reversals 0 and -80, conductances of 5 and 15 nS, 20 pA through 10 nS: (-60 - 120 + 2) / 3."""
    potential, time_constant = conductance_steady_state(LIF_CONDUCTANCE.parameters, 20e-12, 5e-9, 15e-9)
    assert potential == pytest.approx(-178e-3 / 3) and time_constant == pytest.approx(20e-3 / 3)


def test_conductance_rate(trains) -> None:
    """Currents of the paper's background and more make the analytic rate; 100 pA is the rheobase."""
    currents, dt = np.array([99e-12, 102e-12, 200e-12, 450e-12]), 0.1
    found = trains(LIF_CONDUCTANCE, currents, dt=dt, duration=1000.0)
    assert len(found[0]) == 0 and lif_conductance_rate(LIF_CONDUCTANCE.parameters, currents[0]) == 0
    for current, steps in zip(currents[1:], found[1:], strict=True):
        rate = lif_conductance_rate(LIF_CONDUCTANCE.parameters, current)
        assert np.diff(steps).mean() * dt * 1e-3 == pytest.approx(1 / rate, abs=dt * 1e-3)
        assert len(steps) >= 8


@pytest.mark.parametrize("increment", [0.4, 3.0])
def test_adaptive_threshold_settles_at_its_fixed_point(opened, increment: float) -> None:
    """Intervals grow until what a spike adds to the threshold decays in one of them."""
    parameters = {
        "membrane_time_constant": Quantity(15.0, "ms"),
        "threshold_increment": Quantity(increment, "mV"),
        "threshold_time_constant": Quantity(200.0, "ms"),
    }
    dt = 0.1
    engine = opened(Population("cells", 2, LIF_ADAPTIVE_THRESHOLD, parameters=parameters), dt=dt)
    currents = np.array([25e-12, 60e-12])
    engine.view("cells.input_current")[:] = currents
    engine.run_steps(round(1500 / dt))
    for current, steps in zip(currents, by_neuron(engine.spikes("cells"), 2), strict=True):
        intervals = np.diff(steps) * dt
        rate = adapted_rate({**LIF_ADAPTIVE_THRESHOLD.parameters, **parameters}, current)
        assert len(intervals) > 15 and intervals[-1] > 1.15 * intervals[0]
        assert intervals[-5:].mean() == pytest.approx(1e3 / rate, abs=2 * dt)


def test_adaptation_jumps_and_raises_the_threshold(trains, opened) -> None:
    """With a lasting adaptation the n-th spike comes where the potential reaches the threshold plus n increments."""
    parameters = {"threshold_increment": Quantity(1.5, "mV"), "threshold_time_constant": FOREVER}
    (steps,) = trains(LIF_ADAPTIVE_THRESHOLD, 25e-12, dt=0.1, duration=2000.0, parameters=parameters)
    # The potential ends at -40 mV: eight thresholds from -52 to -41.5 mV lie below it.
    assert len(steps) == 8
    passages = [passage_time(-65.0, -40.0, -52.0 + 1.5 * n, 100.0) for n in range(8)]
    np.testing.assert_allclose(np.diff(steps) * 0.1, np.array(passages[1:]) + 5.0, atol=0.1)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_slow_adaptation_decays_in_single_precision(opened, precision: str) -> None:
    """A decay too slow for one float32 step (20 mV by 1e-7 a step) still follows the exponential."""
    tau, dt = 1e7 * 0.5, 0.5
    parameters = {"threshold_time_constant": Quantity(tau, "ms")}
    engine = opened(Population("cells", 3, LIF_ADAPTIVE_THRESHOLD, parameters=parameters), dt=dt, precision=precision)
    engine.view("cells.threshold_adaptation")[:] = 20e-3
    every = 1 + int(tau / (1024 * dt))
    engine.run_steps(every + 1)
    lost = 20e-3 - engine.view("cells.threshold_adaptation").astype(float)
    np.testing.assert_allclose(lost, -20e-3 * math.expm1(-2 * every * dt / tau), rtol=1e-3)


def test_fast_adaptation_decays_every_step(opened) -> None:
    """A time constant of a hundred steps is followed step by step."""
    parameters = {"threshold_time_constant": Quantity(50.0, "ms")}
    engine = opened(Population("cells", 1, LIF_ADAPTIVE_THRESHOLD, parameters=parameters), dt=0.5)
    engine.view("cells.threshold_adaptation")[:] = 7e-3
    engine.run_steps(37)
    assert engine.view("cells.threshold_adaptation")[0] == pytest.approx(7e-3 * math.exp(-37 * 0.5 / 50), rel=1e-12)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_reset_by_subtraction_counts_the_floor_of_its_input(trains, precision: str) -> None:
    """Spikes are the whole part of the integrated input over the threshold: nothing is lost at a reset."""
    rng = np.random.default_rng(3)
    expected = rng.integers(0, 700, 60) + rng.uniform(0.05, 0.95, 60)
    drives = expected * 1.25 / 0.5
    drives[:5] *= -1
    parameters = {"threshold": Quantity(1.25)}
    found = trains(
        IF_RESET_BY_SUBTRACTION,
        drives,
        "input_drive",
        dt=0.5,
        duration=500.0,
        parameters=parameters,
        precision=precision,
    )
    assert [len(steps) for steps in found] == [0] * 5 + [int(count) for count in expected[5:]]
    assert IF_RESET_BY_SUBTRACTION.rate({"threshold": Quantity(1.25)}, 250.0) == 200.0


def test_reset_by_subtraction_keeps_all_charge(opened) -> None:
    """Charge in equals spikes times threshold plus what is left, for weights above the threshold and negative ones."""
    cells, source = Population("cells", 3, IF_RESET_BY_SUBTRACTION), Population("source", 3, GIVEN_TIMES)
    pathway = Pathway("input", "source", "cells", "excitatory", Quantity(0.0), OneToOne())
    engine = opened(source, cells, pathways=(pathway,), dt=1.0)
    weights = np.array([0.375, 2.25, -0.5])
    engine.view("input.w")[:] = weights
    load(engine, "source", [np.arange(0, 45, 5.0)] * 3)
    engine.run_steps(60)
    counts = [len(steps) for steps in by_neuron(engine.spikes("cells"), 3)]
    assert counts == [3, 20, 0]
    np.testing.assert_array_equal(engine.view("cells.v"), 9 * weights - np.array(counts))


def test_rate_functions_know_their_parameters() -> None:
    """A halved threshold increment, a stronger leak: the closed forms move the way they must."""
    base = LIF_ADAPTIVE_THRESHOLD.parameters | {"threshold_time_constant": Quantity(100.0, "ms")}
    weak, strong = (base | {"threshold_increment": Quantity(x, "mV")} for x in (0.5, 1.0))
    none = lif_conductance_rate(base, 30e-12)
    assert none > adapted_rate(weak, 30e-12) > adapted_rate(strong, 30e-12) > 0
    assert replace(LIF, rate=None) == LIF


@pytest.mark.parametrize("model", [LIF_CONDUCTANCE, LIF_ADAPTIVE_THRESHOLD], ids=lambda model: model.name)
def test_lateral_inhibition_acts_as_a_conductance(model, opened) -> None:
    """A spike of one neuron pulls all others, not itself, towards the inhibitory reversal."""
    part = LateralInhibition("rivals", "cells", Quantity(3.0, "nS"), Quantity(8.0, "ms"))
    engine = opened(Population("cells", 3, model), dt=0.5, inhibition=(part,))
    rest, threshold, reversal = (
        model.parameters[name].si
        for name in ("resting_potential", "threshold_potential", "inhibitory_reversal_potential")
    )
    engine.view("cells.v")[:] = [threshold + 1e-3, rest, rest - 2e-3]
    engine.run_steps(1)
    assert list(engine.spikes("cells").indices) == [0]
    engine.run_steps(10)
    still, pulled, low = engine.view("cells.v")
    assert still == pytest.approx(rest, abs=1e-12) and rest - 2e-3 > low > reversal
    # To first order: the charge of the decaying conductance times the driving force, over the capacitance.
    leak, membrane = (model.parameters[name].si for name in ("leak_conductance", "membrane_time_constant"))
    charge = 3e-9 * sum(0.5e-3 * math.exp(-k * 0.5 / 8) for k in range(1, 11))
    fraction = charge / (leak * membrane)
    assert 0.7 * fraction < (rest - pulled) / (rest - reversal) < fraction


def test_diehl_cook_inhibitory_cell(trains) -> None:
    """The named set fires at its own analytic rate: rheobase 20 pA through 1 nS."""
    parameters = dict(DIEHL_COOK_INHIBITORY)
    below, above = trains(LIF_CONDUCTANCE, [19.5e-12, 33e-12], dt=0.1, duration=400.0, parameters=parameters)
    rate = lif_conductance_rate({**LIF_CONDUCTANCE.parameters, **parameters}, 33e-12)
    assert len(below) == 0 and len(above) > 20
    assert np.diff(above).mean() * 1e-4 == pytest.approx(1 / rate, abs=1e-4)


def test_constant_drive_gives_the_analytic_rate_where_the_reset_subtracts() -> None:
    """Interval from reset to threshold: tau ln(b / (b - 1)); bounded by a step for each interval."""
    bias = np.array([0.9, 1.2, 1.7, 3.0])
    circuit = Circuit(
        "rates", (Population("cells", 4, LIF_RESET_BY_SUBTRACTION),), dt=Quantity(0.01, "ms"), precision="float64"
    )
    with open_engine(circuit, engine="runtime") as engine:
        engine.view("cells.bias")[:] = bias
        engine.run(Quantity(400, "ms"))
        found = engine.view("cells.n_spikes") / 0.4
    expected = [leaky_rate(LIF_RESET_BY_SUBTRACTION.parameters, b) for b in bias]
    assert expected[0] == 0 and expected[1] == pytest.approx(1 / (0.02 * np.log(6)))
    np.testing.assert_allclose(found, expected, atol=2.5, rtol=0.01)
