"""A researcher's own function that builds Brian2 objects, run by either engine, and what it may not do."""

from __future__ import annotations

import numpy as np
import pytest
from small_circuits import open_or_skip, spike_at

from neurosim.snn.brian import b2
from neurosim.snn.engine import open_engine
from neurosim.snn.units import Quantity


def two_groups():
    """Sources on command and a trace of what arrives; learns at presynaptic spikes."""
    b2.defaultclock.dt = 0.25 * b2.ms
    source = b2.NeuronGroup(2, "command : 1", threshold="command > 0.5", reset="command = 0", name="source")
    target = b2.NeuronGroup(
        3, "dx/dt = -x/tau : volt", method="exact", name="target", namespace={"tau": 8 * b2.ms, "unused": 3}
    )
    synapses = b2.Synapses(
        source, target, "w : volt", on_pre={"transmit": "x_post += w", "learn": "w += 1*mV"}, name="junction"
    )
    synapses.connect()
    synapses.w = "(1 + i)*mV"
    return source, target, synapses


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_own_objects_run_and_can_be_frozen(kind):
    """Transmission with the weight before learning, then decay; frozen, the weight stays."""
    engine = open_or_skip(two_groups, kind)
    assert engine.dt.si == 0.00025
    spike_at(engine, {"source": [(0, 1)]}, 5)
    np.testing.assert_allclose(engine.view("junction.w"), [1e-3] * 3 + [3e-3] * 3, rtol=1e-12)
    arrived = engine.view("target.x")[0] / np.exp(-1.0 / 8.0)
    assert min(abs(arrived - weight) for weight in (2e-3, 3e-3)) < 1e-12
    engine.freeze("junction")
    spike_at(engine, {"source": [(0, 0)]}, 3)
    engine.unfreeze("junction")
    np.testing.assert_allclose(engine.view("junction.w"), [1e-3] * 3 + [3e-3] * 3, rtol=1e-12)
    with pytest.raises(ValueError, match=r"second|volt"):
        engine.set("target.x", Quantity(1.0, "ms"))
    engine.close()


def noisy_random():
    """Random topology and start values, drawn by Brian2 itself."""
    group = b2.NeuronGroup(30, "dv/dt = -v/(9*ms) + 0.3*xi/(ms**0.5) : 1", threshold="v > 1", reset="v = 0",
                           method="euler", name="group", dt=0.5 * b2.ms)  # fmt: skip
    group.v = "rand()"
    synapses = b2.Synapses(group, group, on_pre="v_post += 0.1", name="junction", delay=2 * b2.ms)
    synapses.connect(p=0.2)
    return group, synapses


def test_construction_is_decided_by_its_seed():
    """Also what Brian2 draws; the user's random state is not touched (the fixture looks)."""
    engines = [open_engine(noisy_random, "runtime", construction_seed=seed) for seed in (3, 3, 4)]
    starts = [engine.view("group.v").copy() for engine in engines]
    np.testing.assert_array_equal(starts[0], starts[1])
    assert not np.array_equal(starts[0], starts[2])
    for engine in engines:
        engine.run_steps(300)
    np.testing.assert_array_equal(engines[0].view("group.v"), engines[1].view("group.v"))
    first, same, other = (engine.snapshot().topology for engine in engines)
    assert first == same != other


def slow_counter():
    """Two clocks: one object runs every fourth step."""
    fast = b2.NeuronGroup(1, "x : 1", name="fast", dt=0.5 * b2.ms)
    fast.run_regularly("x += 1", name="fast_count")
    slow = b2.NeuronGroup(1, "y : 1\nlast : second", name="slow", dt=0.5 * b2.ms)
    slow.run_regularly("y += 1; last = t", dt=2 * b2.ms, name="slow_count")
    return fast, slow


def test_several_clocks_that_fit_together():
    """The slow one runs at 0, 2, 4 ms... also when the run is cut in between, and after a restore."""
    engine = open_engine(slow_counter, "runtime")
    engine.run_steps(6)
    assert (engine.view("fast.x")[0], engine.view("slow.y")[0], engine.view("slow.last")[0]) == (6, 2, 0.002)
    snapshot = engine.snapshot()
    for _ in range(3):
        engine.run_steps(1)
    assert (engine.view("slow.y")[0], engine.view("slow.last")[0]) == (3, 0.004)
    engine.restore(snapshot)
    engine.run_steps(11)
    assert (engine.view("fast.x")[0], engine.view("slow.y")[0], engine.view("slow.last")[0]) == (17, 5, 0.008)


def given_spikes():
    """Spikes from Brian2's own generator and a timed array."""
    drive = b2.TimedArray([0.0, 2.0, 5.0], dt=1 * b2.ms, name="drive_values")
    source = b2.SpikeGeneratorGroup(2, [0, 1, 1], [1, 2, 3] * b2.ms, dt=0.5 * b2.ms, name="source")
    target = b2.NeuronGroup(1, "x : 1\ny = drive(t) : 1", name="target", dt=0.5 * b2.ms, namespace={"drive": drive})
    synapses = b2.Synapses(
        source, target, on_pre="x_post += 1 + 10*i + y_post", name="junction", delay=0 * b2.ms,
        namespace={"drive": drive},
    )  # fmt: skip
    synapses.connect()
    return source, target, synapses


def test_brian2s_own_sources_run_and_are_part_of_snapshots():
    """1 + 2 at 1 ms, then 11 + 5 at 2 and 3 ms; a snapshot in between goes on the same."""
    engine = open_engine(given_spikes, "runtime")
    engine.run_steps(4)
    assert engine.view("target.x")[0] == 3
    snapshot = engine.snapshot()
    engine.run_steps(6)
    assert engine.view("target.x")[0] == 3 + 2 * 16
    engine.restore(snapshot)
    engine.run_steps(6)
    assert engine.view("target.x")[0] == 3 + 2 * 16


def group(**options):
    """One neuron."""
    return b2.NeuronGroup(1, "x : 1", **options)


def with_network_operation():
    """Python at every step."""
    cell = group(name="cell")

    @b2.network_operation(name="hook")
    def hook():
        cell.x = 1

    return cell, hook


def with_run():
    """A run inside."""
    cell = group(name="cell")
    b2.Network(cell).run(1 * b2.ms)
    return (cell,)


def with_reading():
    """A value read inside."""
    cell = group(name="cell")
    cell.x = "rand()"
    assert cell.x[0] < 1
    return (cell,)


def with_misfitting_clocks():
    """0.5 and 0.7 ms."""
    return group(name="cell", dt=0.5 * b2.ms), group(name="other", dt=0.7 * b2.ms)


@pytest.mark.parametrize(
    ("function", "error", "told"),
    [
        (with_network_operation, ValueError, "hook.*run_regularly"),
        (with_run, RuntimeError, "cannot be run"),
        (with_reading, RuntimeError, "cannot be read"),
        (with_misfitting_clocks, ValueError, "0.7 ms.*0.5 ms"),
        (lambda: (group(),), ValueError, "automatic name"),
        (lambda: group(name="cell"), TypeError, "iterable"),
        (lambda: (group(name="cell"), 3), TypeError, "3"),
        (lambda: None, TypeError, "None"),
        (lambda: (), ValueError, "nothing to run"),
        (3, TypeError, "Circuit"),
    ],
)
def test_what_cannot_work_is_refused_with_one_line(function, error, told):
    """And nothing of it stays behind (the fixture looks)."""
    with pytest.raises(error, match=told) as raised:
        open_engine(function, "runtime")
    assert "\n" not in str(raised.value)


def test_pathways_that_do_not_say_what_learns_cannot_be_frozen():
    """A researcher names the learning part."""
    engine = open_engine(given_spikes, "runtime")
    with pytest.raises(ValueError, match="learn"):
        engine.freeze("junction")


def background():
    """Neurons under Poisson input, an object that Brian2 lets nobody name."""
    group = b2.NeuronGroup(
        40, "dv/dt = -v/(10*ms) : 1", threshold="v > 50", reset="v = 0", method="exact", name="group", dt=0.1 * b2.ms
    )
    return group, b2.PoissonInput(group, "v", N=100, rate=20 * b2.Hz, weight=0.2)


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_poisson_input_is_accepted_and_has_its_mean(kind):
    """100 inputs of 20 Hz and weight 0.2 through 10 ms: mean 100 * 20 * 0.2 * 0.01 = 4."""
    engine = open_or_skip(background, kind)
    engine.seed(3)
    engine.run(Quantity(100.0, "ms"))
    means = []
    for _ in range(40):
        engine.run(Quantity(20.0, "ms"))
        means.append(engine.view("group.v").mean())
    # Standard deviation of v is sqrt(2000 * 0.04 * 0.01 / 2) = 0.63; of this mean about 0.02.
    assert abs(np.mean(means) - 4.0) < 0.1
    engine.close()
