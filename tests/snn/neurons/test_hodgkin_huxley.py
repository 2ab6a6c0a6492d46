"""The Hodgkin-Huxley membrane against its resting state, its rheobase and the shape of its spike."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.snn.circuits import Population
from neurosim.snn.neurons.hodgkin_huxley import HODGKIN_HUXLEY

MICROAMP_PER_CM2 = 1e-2
REST = {"v": -65e-3, "m": 0.0529, "h": 0.5961, "n": 0.3177}


def steady_gates(v: float) -> dict[str, float]:
    """Give the gates' steady state at a potential in mV, from the rate functions as the paper prints them."""
    depolarisation = v + 65.0
    alpha = {
        "n": 0.01 * (10 - depolarisation) / (np.exp((10 - depolarisation) / 10) - 1),
        "m": 0.1 * (25 - depolarisation) / (np.exp((25 - depolarisation) / 10) - 1),
        "h": 0.07 * np.exp(-depolarisation / 20),
    }
    beta = {
        "n": 0.125 * np.exp(-depolarisation / 80),
        "m": 4 * np.exp(-depolarisation / 18),
        "h": 1 / (np.exp((30 - depolarisation) / 10) + 1),
    }
    return {gate: alpha[gate] / (alpha[gate] + beta[gate]) for gate in alpha}


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_resting_state(opened, precision: str) -> None:
    """From a disturbed start the membrane returns to -65 mV and the gates to their published values."""
    engine = opened(Population("cells", 2, HODGKIN_HUXLEY), dt=0.05, precision=precision)
    engine.view("cells.v")[:] = [-75e-3, -62e-3]
    engine.view("cells.n")[:] = 0.35
    engine.run_steps(3000)
    assert len(engine.spikes("cells").steps) == 0
    for name, value in REST.items():
        np.testing.assert_allclose(engine.view(f"cells.{name}"), value, atol=1e-5 if name == "v" else 2e-4)
    for gate, value in steady_gates(-65.0).items():
        assert HODGKIN_HUXLEY.initial[gate].value == pytest.approx(value, abs=1e-8)


@pytest.mark.filterwarnings("ignore:population 'cells'. dt = 0.5 ms is longer")
def test_rate_functions_are_those_of_the_paper(opened) -> None:
    """Held at a potential, each gate settles where the printed rate functions say, also where these are 0/0."""
    potentials = np.array([-90.0, -65.0, -55.0, -40.0, -12.5, 30.0])
    engine = opened(Population("cells", 6, HODGKIN_HUXLEY), dt=0.5)
    held = engine.view("cells.v")
    for _ in range(400):
        held[:] = potentials * 1e-3
        engine.run_steps(1)
    for cell, potential in enumerate(potentials):
        # The printed quotients are 0/0 at -55 and -40 mV; a picovolt beside it they are not.
        for gate, value in steady_gates(potential + 1e-6).items():
            assert engine.view(f"cells.{gate}")[cell] == pytest.approx(value, abs=2e-6)


def test_rheobase_and_onset_of_repetitive_firing(trains) -> None:
    """A step from rest fires once from about 2.25 uA/cm2, and without end from about 6.27 uA/cm2."""
    currents = np.array([2.0, 2.2, 2.3, 3.0, 5.0, 6.1, 6.4, 10.0])
    found = trains(HODGKIN_HUXLEY, currents * MICROAMP_PER_CM2, dt=0.025, duration=200.0)
    counts = [len(steps) for steps in found]
    assert counts[:5] == [0, 0, 1, 1, 1]
    assert counts[5] <= 4 and found[5][-1] * 0.025 < 100, "a few spikes, then rest"
    assert counts[6] >= 9 and found[6][-1] * 0.025 > 170, "goes on"
    # 68 spikes a second at 10 uA/cm2.
    assert 1e3 / (np.diff(found[7])[-1] * 0.025) == pytest.approx(68.0, abs=1.0)


def test_spike_overshoots_and_undershoots(opened) -> None:
    """The spike reaches about +40 mV, the undershoot lies near the potassium reversal."""
    engine = opened(Population("cells", 1, HODGKIN_HUXLEY), dt=0.025)
    engine.view("cells.input_current")[:] = 10 * MICROAMP_PER_CM2
    engine.record("cells.v")
    engine.run_steps(480)
    (spike,) = engine.spikes("cells").steps
    potential = engine.trajectory("cells.v").values[:, 0] * 1e3
    assert 35 < potential.max() < 45 and -77 < potential[spike:].min() < -72
    assert potential[spike] >= 0 > potential[spike - 1]


def test_halving_the_step_converges(trains) -> None:
    """The interval at 10 uA/cm2 changes by half as much at each halving: the method is of first order."""
    intervals = []
    for dt in (0.05, 0.025, 0.0125):
        (steps,) = trains(HODGKIN_HUXLEY, 10 * MICROAMP_PER_CM2, dt=dt, duration=75.0)
        intervals.append((steps[-1] - steps[1]) / (len(steps) - 2) * dt)
    first, second = intervals[0] - intervals[1], intervals[1] - intervals[2]
    assert 0 < second < 0.7 * first < 0.3


def test_strong_hyperpolarisation_is_survived_in_single_precision(opened) -> None:
    """At -120 mV no rate overflows or vanishes, although exp(-120) is below the smallest float32."""
    engine = opened(Population("cells", 1, HODGKIN_HUXLEY), dt=0.05, precision="float32")
    engine.view("cells.v")[:] = -120e-3
    engine.view("cells.input_current")[:] = -18 * MICROAMP_PER_CM2
    engine.run_steps(1000)
    for gate, value in steady_gates(float(engine.view("cells.v")[0]) * 1e3).items():
        assert engine.view(f"cells.{gate}")[0] == pytest.approx(value, abs=1e-4)
    assert engine.view("cells.v")[0] < -90e-3
