"""The live engine on researchers' own Brian2 objects: every kind of projection, delay, clock and mistake."""

from __future__ import annotations

import gc
import re
from typing import NamedTuple

import numpy as np
import pytest

from neurosim.snn.engine.interface import Spikes
from neurosim.snn.engine.live import live_available, open_live

pytestmark = pytest.mark.skipif(live_available() is not None, reason=f"{live_available()}")

N_SOURCES, N_TARGETS, DT_MS = 7, 5, 0.5


DELAYS = ("zero", "shared", "own", "left_out")
"""``"zero"`` and ``"shared"`` are one number for a pathway, ``"own"`` are stored for each synapse."""


def projections(condition=None):
    """Give a function that builds noisy sources, and for each kind of delay plastic synapses and targets of its own.

    They stand beside each other, so that they are compiled at once; the seeded noise is the same for all.
    """

    def build():
        from brian2 import NeuronGroup, ms

        source = NeuronGroup(
            N_SOURCES, "dx/dt = -x/(9*ms) : 1\np : 1", threshold="rand() < p", reset="x += 1", method="exact",
            dt=DT_MS * ms, name="source",
        )  # fmt: skip
        source.p = "0.05 + 0.02*i"
        return [source, *(part for delays in DELAYS for part in projection(source, condition, delays))]

    return build


def projection(source, condition, delays):
    """Build a target and the synapses that reach it."""
    from brian2 import NeuronGroup, Synapses, ms

    target = NeuronGroup(
        N_TARGETS, "dv/dt = -v/(20*ms) : 1 (unless refractory)\ndy/dt = -y/(13*ms) : 1", threshold="v > 1",
        reset="v = 0; y += 1", refractory=3 * ms, method="exact", dt=DT_MS * ms, name=f"target_{delays}",
    )  # fmt: skip
    shared = {"zero": 0 * ms, "shared": 2 * ms}.get(delays)
    given = {} if shared is None else {"delay": {"transmit": shared, "learn": shared, "learn_back": 0 * ms}}
    syn = Synapses(
        source, target, "w : 1",
        on_pre={"transmit": "v_post += w", "learn": "w = clip(w - 0.05*y_post*w, 0, 1)"},
        on_post={"learn_back": "w = clip(w + 0.08*x_pre*(0.6 - w), 0, 1)"},
        name=f"syn_{delays}", dt=DT_MS * ms, **given,
    )  # fmt: skip
    syn.transmit.order, syn.learn.order, syn.learn_back.order = 0, 1, 2
    syn.connect(condition=condition)
    syn.w = "0.2 + 0.01*i + 0.03*j"
    if delays == "own":
        syn.transmit.delay = syn.learn.delay = "0.5*ms*(i + j)"
    return target, syn


class Outcome(NamedTuple):
    """Spikes of a target, and the weights of the synapses that reach it."""

    spikes: Spikes
    weights: np.ndarray


def run(condition=None):
    """Run all projections for 2000 steps; give what came of each."""
    engine = open_live(projections(condition))
    engine.seed(5)
    for delays in DELAYS:
        engine.record_spikes(f"target_{delays}")
    engine.run_steps(2000)
    found = {d: Outcome(engine.spikes(f"target_{d}"), engine.view(f"syn_{d}.w").copy()) for d in DELAYS}
    engine.close()
    return found


@pytest.fixture(scope="module")
def dense():
    """Run projections that are written as all to all."""
    return run()


@pytest.fixture(scope="module")
def listed():
    """Run the same, written as a condition."""
    return run("i >= 0")


@pytest.mark.parametrize("delays", DELAYS)
def test_dense_and_listed_projections_are_the_same_network(dense, listed, delays):
    """An all-to-all projection walks along rows and columns; written as a condition it walks through lists.

    Vectorised loops may round otherwise, so that weights agree to a few units in the last place.
    """
    assert len(dense[delays].spikes.steps) > 50, "the targets hardly fired"
    assert np.ptp(dense[delays].weights) > 0.05, "the weights hardly moved"
    np.testing.assert_array_equal(dense[delays].spikes.steps, listed[delays].spikes.steps)
    np.testing.assert_array_equal(dense[delays].spikes.indices, listed[delays].spikes.indices)
    np.testing.assert_allclose(dense[delays].weights, listed[delays].weights, rtol=1e-12)


def test_delays_of_different_kinds_are_different_networks(dense):
    """Guards the test above against four times the same network; delays left out are zero."""
    assert not np.allclose(dense["zero"].weights, dense["shared"].weights)
    assert not np.allclose(dense["zero"].weights, dense["own"].weights)
    np.testing.assert_allclose(dense["zero"].weights, dense["left_out"].weights, rtol=1e-12)


def test_dense_projections_store_weights_only():
    """Who is joined to whom is arithmetic; asked for, it is told."""
    engine = open_live(projections())
    n = N_SOURCES * N_TARGETS
    np.testing.assert_array_equal(engine.view("syn_zero._synaptic_pre"), np.repeat(np.arange(N_SOURCES), N_TARGETS))
    np.testing.assert_array_equal(engine.view("syn_zero._synaptic_post"), np.tile(np.arange(N_TARGETS), N_SOURCES))
    assert engine._library.memory(engine._index["syn_zero._synaptic_pre"], np.dtype(np.int32)).size == 0
    start = 0.2 + 0.01 * np.repeat(np.arange(N_SOURCES), N_TARGETS) + 0.03 * np.tile(np.arange(N_TARGETS), N_SOURCES)
    np.testing.assert_allclose(engine.view("syn_zero.w"), start, rtol=1e-6)
    assert engine.view("syn_zero.w").size == n


def test_snapshots_hold_spikes_in_flight_of_every_kind():
    """Restored into a second instance in the middle of delays, both go on bit for bit."""
    first, second = open_live(projections()), open_live(projections())
    nothing_in_flight = len(second.snapshot().opaque["queues"])
    first.seed(1)
    first.record_spikes("source")
    first.run_steps(501)
    # A shared delay is 4 steps long; own ones that reach the last target are as long at least.
    assert first.spikes("source").steps[-1] > 501 - 4, "no spike was in flight"
    snapshot = first.snapshot()
    assert len(snapshot.opaque["queues"]) > nothing_in_flight + 4 * 8
    first.run_steps(400)
    second.seed(2)
    second.run_steps(77)
    second.restore(snapshot)
    second.run_steps(150)
    second.run_steps(250)
    of_each = ("syn.w", "target.v", "target.y", "target.lastspike")
    keys = [key.replace(".", f"_{delays}.") for delays in DELAYS for key in of_each]
    for key in ("source.x", *keys):
        np.testing.assert_array_equal(first.view(key), second.view(key))
    assert first.step == second.step == 901


def test_given_pairs_subgroups_and_repeated_pairs():
    """Sources and targets given as arrays arrive where they should, also through slices of groups and twice over."""

    def build():
        from brian2 import NeuronGroup, Synapses, ms

        source = NeuronGroup(6, "go : 1", threshold="go > 0", reset="go = 0", name="source")
        target = NeuronGroup(9, "v : 1", name="target")
        pairs = Synapses(
            source[2:],
            target[4:],
            "w : 1",
            on_pre={"transmit": "v_post += w"},
            delay={"transmit": 0 * ms},
            name="pairs",
        )
        pairs.connect(i=np.array([3, 0, 0]), j=np.array([1, 4, 4]))
        pairs.connect(i=1, j=2)
        pairs.w = "1 + i + 10*j"
        return [source, target, pairs]

    engine = open_live(build)
    np.testing.assert_array_equal(engine.view("pairs._synaptic_pre"), [5, 2, 2, 3])
    np.testing.assert_array_equal(engine.view("pairs._synaptic_post"), [5, 8, 8, 6])
    engine.view("source.go")[[0, 2, 5]] = 1
    engine.run_steps(1)
    expected = np.zeros(9)
    expected[5], expected[8] = 1 + 3 + 10, 2 * (1 + 0 + 40)
    np.testing.assert_array_equal(engine.view("target.v"), expected)


def test_monitors_clocks_and_timed_arrays():
    """Everything with an own clock keeps its own rhythm; what monitors recorded is handed out as copies."""

    def build():
        from brian2 import NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, ms

        ramp = TimedArray(np.array([1.0, 2.0, 4.0]), dt=2 * ms, name="ramp")
        group = NeuronGroup(2, "x = ramp(t) : 1\ncount : 1\ny : 1", dt=0.5 * ms, name="group", namespace={"ramp": ramp})
        group.run_regularly("count += x", dt=1 * ms, name="counter")
        given = SpikeGeneratorGroup(2, [0, 1, 1], [1, 2, 4.5] * ms, dt=0.5 * ms, name="given")
        reach = Synapses(given, group, on_pre="y_post += 1", name="reach", dt=0.5 * ms)
        reach.connect(j="i")
        return [
            group,
            given,
            reach,
            SpikeMonitor(given, name="spikes"),
            StateMonitor(group, "x", True, dt=1.5 * ms, name="state"),
        ]

    engine = open_live(build)
    engine.run_steps(14)
    np.testing.assert_array_equal(engine.view("group.count"), 1 + 1 + 2 + 2 + 4 + 4 + 4)
    np.testing.assert_array_equal(engine.view("group.y"), [1, 2])
    np.testing.assert_array_equal(engine.view("spikes.i"), [0, 1, 1])
    np.testing.assert_allclose(engine.view("spikes.t"), [1e-3, 2e-3, 4.5e-3])
    np.testing.assert_allclose(engine.view("state.t"), np.arange(5) * 1.5e-3)
    np.testing.assert_array_equal(engine.view("state.x")[:, 1], [1, 1, 2, 4, 4])
    held = engine.view("spikes.i")
    engine.run_steps(10_000)
    np.testing.assert_array_equal(held, [0, 1, 1])
    assert len(engine.view("state.t")) == 1 + 10_013 // 3


def test_clocks_that_do_not_fit_together_are_refused():
    """Steps of 0.5 and 0.7 ms have no common beat."""

    def build():
        from brian2 import NeuronGroup, ms

        group = NeuronGroup(1, "x : 1", dt=0.5 * ms, name="group")
        group.run_regularly("x += 1", dt=0.7 * ms, name="odd")
        return [group]

    with pytest.raises(ValueError, match="whole multiples"):
        open_live(build)


def test_an_error_in_generated_code_is_an_exception_with_brians_message():
    """Brian2's program would end the process here; the next network works."""

    def build():
        from brian2 import NeuronGroup, Synapses

        group = NeuronGroup(3, "x : 1", threshold="x > 0", name="group")
        synapses = Synapses(group, group, on_pre="x_post += 1", name="outside")
        synapses.connect(j="i + 2")
        return [group, synapses]

    with pytest.raises(RuntimeError, match=r"tried to create synapse to neuron j=3\s+outside range 0 to 2"):
        open_live(build)
    assert len(run()["zero"].spikes.steps) > 50


def test_a_compiler_error_shows_the_compilers_words():
    """The user's own C++ is named in the message."""

    def build():
        from brian2 import NeuronGroup, check_units, implementation

        @implementation("cpp", "double wrong(double x) { return undeclared_name; }")
        @check_units(x=1, result=1)
        def wrong(x):
            return x

        return [
            NeuronGroup(1, "y = wrong(1.0) : 1\nx : 1", threshold="y > 2", namespace={"wrong": wrong}, name="group")
        ]

    with pytest.raises(RuntimeError, match="undeclared_name"):
        open_live(build)


def test_network_operations_are_refused():
    """They would silently be left out of compiled code."""

    def build():
        from brian2 import NetworkOperation, NeuronGroup, ms

        return [NeuronGroup(1, "x : 1", name="group"), NetworkOperation(lambda: None, dt=1 * ms, name="python")]

    with pytest.raises(ValueError, match="'python' runs Python at every step"):
        open_live(build)


def test_a_second_connect_on_a_dense_projection_is_refused():
    """Rows and columns could not hold it."""

    def build():
        source, target, synapses, *others = projections()()
        synapses.connect(i=0, j=1)
        return [source, target, synapses, *others]

    with pytest.raises(ValueError, match="'syn_zero', which already joins all to all; accepted: one call"):
        open_live(build)


def test_construction_seed_decides_random_synapses_and_weights():
    """Brian2 alone would draw them anew at every start."""

    def build():
        from brian2 import NeuronGroup, Synapses

        group = NeuronGroup(30, "x : 1", threshold="x > 0", name="group")
        synapses = Synapses(group, group, "w : 1", on_pre="x_post += w", name="random")
        synapses.connect(p=0.3)
        synapses.w = "rand()"
        return [group, synapses]

    one, same, other = (open_live(build, construction_seed=seed) for seed in (3, 3, 5))
    np.testing.assert_array_equal(one.view("random.w"), same.view("random.w"))
    np.testing.assert_array_equal(one.view("random._synaptic_post"), same.view("random._synaptic_post"))
    assert one.view("random.w").size != other.view("random.w").size
    assert 150 < one.view("random.w").size < 390
    with pytest.raises(ValueError, match="topology"):
        other.restore(one.snapshot())


def test_names_in_generated_code_do_not_depend_on_what_else_lives():
    """A second network of the same objects, built while the first is alive, has the same key."""
    keep = projections()
    first = open_live(keep)
    second = open_live(keep)
    assert first.build == second.build
    assert not any(re.search(r"_codeobject_\d", entry["code"]) for entry in second._content["objects"])


def test_closing_unloads_the_library_once_the_last_view_is_gone():
    """The private copy is unlinked while loaded, and leaves the address space with the last view."""

    def loaded():
        with open("/proc/self/maps", encoding="ascii") as maps:
            return sum("/neurosim-" in line and "(deleted)" in line for line in maps)

    gc.collect()
    before = loaded()
    engine = open_live(projections())
    assert loaded() > before
    view = engine.view("syn_zero.w")
    engine.close()
    del engine
    gc.collect()
    assert loaded() > before
    view[:] = 1
    del view
    gc.collect()
    assert loaded() == before


def test_all_sorts_of_synapses_agree_with_brians_run_time_mode():
    """Summed, clock-driven and event-driven variables, own delays, subgroups, sampled pairs, a cable: to rounding."""
    from neurosim.snn.engine.runtime import RuntimeEngine

    def build():
        from brian2 import Cylinder, NeuronGroup, SpatialNeuron, Synapses, cm, ms, msiemens, ohm, uF, um

        source = NeuronGroup(
            5, "dv/dt = (1.5 + 0.1*i - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact", name="source"
        )
        target = NeuronGroup(
            4,
            "total : 1\ndu/dt = (total - u)/(5*ms) : 1",
            threshold="u > 1",
            reset="u = 0",
            method="euler",
            name="target",
        )
        dense = Synapses(
            source, target, """
            w : 1
            dz/dt = -z/(7*ms) + 0.01*(v_pre - u_post)/ms : 1 (clock-driven)
            total_post = w*z : 1 (summed)""", on_pre="z += w", name="dense", method="euler",
        )  # fmt: skip
        dense.connect()
        dense.w = "0.1*(1 + i) + 0.05*j"
        own = Synapses(
            source, target, "a : 1\ndq/dt = -q/(3*ms) : 1 (event-driven)", on_pre="q += 1; u_post += a*q",
            on_post="a = clip(a + 0.01*q, 0, 1)", name="own",
        )  # fmt: skip
        own.connect(i=[0, 1, 1, 4], j=[3, 2, 2, 0])
        own.a = [0.1, 0.2, 0.3, 0.15]
        own.delay = [0.0, 0.3, 0.5, 0.7] * ms
        part = Synapses(source[1:4], target[2:], on_pre="u_post += 0.05", name="part", delay=1 * ms)
        part.connect(j="k for k in range(2) if i != k")
        cable = SpatialNeuron(
            Cylinder(length=300 * um, diameter=1 * um, n=20), "Im = -1*msiemens/cm**2*v : amp/meter**2",
            Cm=1 * uF / cm**2, Ri=100 * ohm * cm, name="cable", method="exponential_euler",
            namespace={"msiemens": msiemens, "cm": cm},
        )  # fmt: skip
        cable.v = "i*mV"
        return [source, target, dense, own, part, cable]

    live, runtime = open_live(build), RuntimeEngine(build)
    for engine in (live, runtime):
        engine.record_spikes("target")
        engine.run_steps(1000)
    spikes, wanted = live.spikes("target"), runtime.spikes("target")
    assert len(spikes.steps) > 10
    np.testing.assert_array_equal(spikes.steps, wanted.steps)
    np.testing.assert_array_equal(spikes.indices, wanted.indices)
    for key in ("source.v", "target.u", "dense.z", "own.a", "own.q", "cable.v"):
        np.testing.assert_allclose(live.view(key), runtime.view(key), rtol=1e-10, atol=1e-13, err_msg=key)
    assert not np.array_equal(live.view("own.a"), [0.1, 0.2, 0.3, 0.15])
