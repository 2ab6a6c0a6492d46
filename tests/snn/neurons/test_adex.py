"""The AdEx neuron against the firing patterns of Naud et al. (2008) and its own equations."""

from __future__ import annotations

import numpy as np
import pytest
from spike_trains import by_neuron

from neurosim.snn.circuits import Population
from neurosim.snn.neurons.adex import ADEX, ADEX_PATTERNS

DT = 0.1


def name_of(pattern: str) -> str:
    """Make an identifier of a pattern's name."""
    return pattern.replace("-", "_")


def run_patterns(opened, precision: str) -> dict[str, tuple[float, np.ndarray]]:
    """Give the first spike (ms) and the intervals (ms) of every pattern over half a second from rest."""
    populations = [
        Population(name_of(name), 1, ADEX, parameters=pattern.parameters, initial=pattern.initial)
        for name, pattern in ADEX_PATTERNS.items()
    ]
    engine = opened(*populations, dt=DT, precision=precision)
    for name, pattern in ADEX_PATTERNS.items():
        engine.set(f"{name_of(name)}.input_current", pattern.current)
    engine.run_steps(round(500 / DT))
    found = {}
    for name in ADEX_PATTERNS:
        times = by_neuron(engine.spikes(name_of(name)), 1)[0] * DT
        found[name] = (times[0], np.diff(times))
    return found


@pytest.mark.parametrize("precision", ["float64", pytest.param("float32", marks=pytest.mark.slow)])
def test_firing_patterns(opened, precision: str) -> None:
    """Each parameter set fires as its figure is named, and no two alike."""
    intervals = run_patterns(opened, precision)
    first, tonic = intervals["tonic"]
    assert first < 20 and len(tonic) > 40 and tonic[10:].std() < 0.01 * tonic.mean()
    assert tonic[-1] == pytest.approx(tonic[0], rel=0.08)

    first, adapting = intervals["adapting"]
    assert first < 20 and np.all(np.diff(adapting[:7]) > 0) and adapting[-1] > 5 * adapting[0]
    assert adapting[-3:].std() < 0.01 * adapting[-1]

    _, initial = intervals["initial-burst"]
    assert initial[:2].max() < 10 and initial[2:].min() > 50, "a burst of three spikes, then single ones"

    _, bursting = intervals["bursting"]
    short, long = bursting[bursting < 20], bursting[bursting > 100]
    assert len(short) + len(long) == len(bursting) and len(long) >= 3
    assert np.all(bursting[2::2] > 100) and np.all(bursting[3::2] < 20), "two spikes a burst, again and again"

    first, accelerating = intervals["delayed-accelerating"]
    assert first > 30 and len(accelerating) > 30 and np.all(np.diff(accelerating[:20]) < 0)

    first, delayed = intervals["delayed-bursting"]
    assert first > 50 and np.sum(delayed > 40) >= 5 and np.median(delayed) < 10

    first, transient = intervals["transient"]
    assert first < 50 and len(transient) <= 3 and transient.sum() < 100, "silent after its first spikes"

    _, irregular = intervals["irregular"]
    late = irregular[5:]
    assert late.std() > 0.4 * late.mean() and len(np.unique(late.round(1))) > 0.6 * len(late)
    trains = {tuple(np.round(times[:10], 1)) for _, times in intervals.values()}
    assert len(trains) == len(ADEX_PATTERNS)


def test_subthreshold_response_of_the_default_cell(opened) -> None:
    """Far below threshold the cell is linear: the potential rises by I / (g_L + a), the adaptation to a times that."""
    engine = opened(Population("cells", 1, ADEX), dt=0.1)
    engine.view("cells.input_current")[:] = 50e-12
    engine.run_steps(15_000)
    rise = 50e-12 / 34e-9
    # The exponential adds its own 0.1 microvolt or so at -69 mV.
    assert engine.view("cells.v")[0] + 70.6e-3 == pytest.approx(rise, rel=1e-3)
    assert engine.view("cells.adaptation_current")[0] == pytest.approx(4e-9 * rise, rel=1e-3)
    assert len(engine.spikes("cells").steps) == 0


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_spike_adds_its_adaptation_and_no_more(opened, precision: str) -> None:
    """However far the last step of the upstroke overshoots, the adaptation grows by b and a little."""
    engine = opened(Population("cells", 1, ADEX), dt=0.1, precision=precision)
    engine.view("cells.input_current")[:] = 1.2e-9
    engine.record("cells.adaptation_current")
    engine.run_steps(400)
    steps = engine.spikes("cells").steps
    adaptation = engine.trajectory("cells.adaptation_current").values[:, 0]
    jumps = adaptation[steps] - adaptation[steps - 1]
    assert len(steps) >= 2
    # In one step a (v_peak - E_L) dt / tau_w, 0.25 pA, can join the 80.5 pA of the spike.
    np.testing.assert_allclose(jumps, 80.5e-12, atol=0.6e-12)


def test_halving_the_step_hardly_changes_the_intervals(trains) -> None:
    """At the largest step the default cell's intervals are those of half the step within a step or two."""
    found = {}
    for dt in (0.1, 0.05):
        (steps,) = trains(ADEX, 1e-9, dt=dt, duration=400.0)
        found[dt] = np.diff(steps) * dt
    assert len(found[0.1]) == len(found[0.05]) > 5
    np.testing.assert_allclose(found[0.1], found[0.05], atol=0.2)
