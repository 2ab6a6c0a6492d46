"""What every engine owes its driver, whatever runs underneath."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time

import numpy as np
import pytest
from small_circuits import busy_circuit, open_or_skip, pair_circuit, rules_circuit, spike_at, state

from neurosim.snn.units import Quantity

ENGINES = ["runtime", "live"]
BUSY_KEYS = (
    "source.v",
    "target.v",
    "target.lastspike",
    "source.not_refractory",
    "target.lateral_inhibition",
    "plastic.w",
    "late.w",
    "source.presynaptic_trace_of_plastic",
    "target.presynaptic_trace_of_late",
    "source.postsynaptic_trace_of_late",
)


@pytest.fixture(params=ENGINES)
def kind(request):
    """Name an engine."""
    return request.param


@pytest.fixture
def pairs(kind):
    """Open the small circuit with spikes on command."""
    engine = open_or_skip(pair_circuit(), kind)
    yield engine
    engine.close()


@pytest.fixture
def busy(kind):
    """Open the circuit that has everything."""
    engine = open_or_skip(busy_circuit(), kind, construction_seed=4)
    yield engine
    engine.close()


def test_time_is_counted_in_whole_steps(pairs):
    """Many short runs do not drift: step and clock agree exactly with the product."""
    for _ in range(300):
        pairs.run(Quantity(1.5, "ms"))
    assert pairs.step == 900
    assert pairs.dt.si == 0.0005
    assert pairs.view("pairs_clock.t")[0] == 900 * 0.0005


@pytest.mark.parametrize("duration", [Quantity(0.75, "ms"), Quantity(-1.0, "ms"), Quantity(3.0, "mV"), Quantity(7.0)])
def test_durations_that_are_no_whole_steps_are_refused(pairs, duration):
    """The message names the duration, and nothing has run."""
    with pytest.raises(ValueError, match="duration"):
        pairs.run(duration)
    assert pairs.step == 0


@pytest.mark.parametrize("n_steps", [-1, 2.0, "3", True])
def test_numbers_of_steps_are_integers(pairs, n_steps):
    """A float is no number of steps."""
    with pytest.raises(ValueError, match="n_steps"):
        pairs.run_steps(n_steps)


def test_a_spike_is_delivered_once_to_each_target_with_its_own_weight(pairs):
    """Transmission is dense and source-major: neuron 1 reaches target k through weight 3 + k."""
    pairs.view("plastic.w")[:] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    spike_at(pairs, {"source": [(2, 1)]}, 5)
    np.testing.assert_array_equal(pairs.view("target.total"), [0.4, 0.5, 0.6])


@pytest.mark.parametrize("gap", [-9, -1, 0, 1, 2, 12])
def test_pair_window(pairs, gap):
    """One pair changes the weight by the closed form; a pair within one step changes nothing."""
    spike_at(pairs, {"source": [(20, 1)], "target": [(20 + gap, 2)]}, 40)
    expected = np.full(6, 0.5)
    if gap > 0:
        expected[5] += 0.010 * np.exp(-gap * 0.5 / 17.0)
    if gap < 0:
        expected[5] -= 0.007 * np.exp(gap * 0.5 / 34.0)
    np.testing.assert_allclose(pairs.view("plastic.w"), expected, rtol=1e-12)


@pytest.mark.parametrize("gap", [-9, 3, 5, 7, 12])
def test_pair_window_with_a_delay_counts_from_the_arrival(kind, gap):
    """The presynaptic spike transmits and learns three steps after it was emitted."""
    engine = open_or_skip(pair_circuit(delay_ms=1.5), kind)
    engine.record("target.total")
    spike_at(engine, {"source": [(20, 1)], "target": [(20 + gap, 2)]}, 40)
    total = engine.trajectory("target.total").values[:, 2]
    assert (np.flatnonzero(total)[0], total[-1]) == (23, 0.5)
    from_arrival = gap - 3
    change = 0.0
    if from_arrival > 0:
        change = 0.010 * np.exp(-from_arrival * 0.5 / 17.0)
    if from_arrival < 0:
        change = -0.007 * np.exp(from_arrival * 0.5 / 34.0)
    np.testing.assert_allclose(engine.view("plastic.w"), [0.5] * 5 + [0.5 + change], rtol=1e-12)
    engine.close()


def test_parameters_are_set_between_runs_without_a_rebuild(pairs):
    """A time constant that only neuron groups read, and one that the synapse reads, both take effect at once."""
    pairs.set("plastic.presynaptic_time_constant", Quantity(5.0, "ms"))
    pairs.set("plastic.potentiation", 0.125)
    spike_at(pairs, {"source": [(1, 0)], "target": [(4, 0)]}, 8)
    np.testing.assert_allclose(pairs.view("plastic.w")[0], 0.5 + 0.125 * np.exp(-1.5 / 5.0), rtol=1e-12)


def test_weights_stay_within_their_bounds(pairs):
    """The builder clips after each learning statement, and the bounds can be moved."""
    pairs.view("plastic.w")[:] = [0.999, 0.001, 0.5, 0.5, 0.5, 0.5]
    pairs.set("plastic.potentiation", 0.3)
    pairs.set("plastic.depression", 0.2)
    spike_at(pairs, {"source": [(2, 0)], "target": [(0, 1), (4, 0)]}, 8)
    np.testing.assert_array_equal(pairs.view("plastic.w")[:2], [1.0, 0.0])
    pairs.set("plastic.w_max", 0.6)
    spike_at(pairs, {"source": [(0, 1)], "target": [(1, 2)]}, 3)
    assert pairs.view("plastic.w")[5] == 0.6


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("plastic.presynaptic_time_constant", 0.02, "second"),
        ("plastic.presynaptic_time_constant", Quantity(20.0, "mV"), "volt"),
        ("plastic.potentiation", Quantity(1.0, "ms"), "pure number"),
        ("plastic.w", [0.1, 0.2], "6 elements"),
        ("plastic.w", float("nan"), "NaN"),
        ("plastic._synaptic_pre", 1, "structure"),
    ],
)
def test_set_checks_unit_size_and_kind(pairs, key, value, told):
    """The message names the variable and what would be accepted."""
    with pytest.raises(ValueError, match=told) as raised:
        pairs.set(key, value)
    assert key in str(raised.value)


def test_unknown_names_get_the_closest_ones(pairs):
    """A slip of the pen is answered with the right name."""
    for call in (pairs.view, pairs.record, lambda key: pairs.set(key, 0.0)):
        with pytest.raises(KeyError, match=r"plastic\.potentiation"):
            call("plastic.potentation")
    for call in (pairs.freeze, pairs.unfreeze):
        with pytest.raises(KeyError, match="plastic"):
            call("plastik")
    with pytest.raises(KeyError, match="target"):
        pairs.record_spikes("tarjet")
    with pytest.raises(KeyError, match="reward"):
        pairs.call("plastic", "rewarb")


def test_arrays_are_set_in_their_unit(pairs):
    """A Quantity may hold an array; SI values land in the view."""
    pairs.set("plastic.w", Quantity(np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])))
    np.testing.assert_array_equal(pairs.view("plastic.w"), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_structure_cannot_be_written(pairs):
    """Indices and clocks are shown read-only: writing them would crash compiled code."""
    for key in ("plastic._synaptic_post", "pairs_clock.t"):
        with pytest.raises(ValueError, match="read-only"):
            pairs.view(key)[0] = 99


def test_on_demand_statements_run_when_called_only(pairs):
    """A reward acts on all weights once, with the signal's present value, and not while frozen."""
    pairs.view("plastic.w")[:] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.9]
    pairs.view("plastic.reward")[0] = 2.0
    pairs.run_steps(10)
    np.testing.assert_array_equal(pairs.view("plastic.w"), [0.1, 0.2, 0.3, 0.4, 0.5, 0.9])
    pairs.call("plastic", "reward")
    np.testing.assert_allclose(pairs.view("plastic.w"), [0.15, 0.3, 0.45, 0.6, 0.75, 1.0], rtol=1e-14)
    pairs.freeze("plastic")
    pairs.call("plastic", "reward")
    np.testing.assert_allclose(pairs.view("plastic.w"), [0.15, 0.3, 0.45, 0.6, 0.75, 1.0], rtol=1e-14)
    assert pairs.step == 10


def test_a_frozen_pathway_transmits_and_keeps_its_traces_but_does_not_learn(pairs):
    """After unfreezing, the next spike meets the trace that went on decaying meanwhile."""
    pairs.freeze("plastic")
    spike_at(pairs, {"source": [(2, 1)], "target": [(0, 0), (5, 1)]}, 9)
    np.testing.assert_array_equal(pairs.view("plastic.w"), 0.5)
    assert pairs.view("target.total")[1] == 0.5
    pairs.unfreeze("plastic")
    spike_at(pairs, {"target": [(0, 2)]}, 1)
    expected = np.full(6, 0.5)
    expected[5] += 0.010 * np.exp(-7 * 0.5 / 17.0)
    np.testing.assert_allclose(pairs.view("plastic.w"), expected, rtol=1e-12)


def test_spikes_that_arrive_while_frozen_are_not_learned_from_later(kind):
    """A delayed spike is taken from the queue in its own step, frozen or not; one on its way is learned from."""
    engine = open_or_skip(pair_circuit(delay_ms=1.5), kind)
    spike_at(engine, {"source": [(1, 0)], "target": [(0, 0)]}, 3)
    engine.freeze("plastic")
    spike_at(engine, {"source": [(4, 1)]}, 6)
    engine.unfreeze("plastic")
    engine.run_steps(20)
    expected = np.full(6, 0.5)
    expected[3] -= 0.007 * np.exp(-10 * 0.5 / 34.0)
    np.testing.assert_allclose(engine.view("plastic.w"), expected, rtol=1e-12)
    np.testing.assert_array_equal(engine.view("target.total"), 1.0)
    engine.close()


def test_frozen_weights_stay_bit_for_bit_in_a_busy_network(busy):
    """Both ends spike, nothing moves; unfrozen, both pathways learn."""
    busy.record_spikes("source")
    busy.record_spikes("target")
    for pathway in ("plastic", "late"):
        busy.freeze(pathway)
    before = state(busy, "plastic.w", "late.w")
    busy.run_steps(600)
    assert len(busy.spikes("source").steps) > 20
    assert len(busy.spikes("target").steps) > 20
    for key, weights in before.items():
        np.testing.assert_array_equal(busy.view(key), weights)
    for pathway in ("plastic", "late"):
        busy.unfreeze(pathway)
    busy.run_steps(600)
    for key, weights in before.items():
        assert not np.array_equal(busy.view(key), weights)


def test_recorded_spikes_are_those_that_happened(pairs):
    """Steps count from the engine's start; what was handed out is forgotten."""
    pairs.run_steps(7)
    pairs.record_spikes("source")
    spike_at(pairs, {"source": [(0, 1), (3, 0), (3, 1)]}, 6)
    spikes = pairs.spikes("source")
    np.testing.assert_array_equal(spikes.steps, [7, 10, 10])
    np.testing.assert_array_equal(spikes.indices, [1, 0, 1])
    np.testing.assert_array_equal(spikes.times_ms, [3.5, 5.0, 5.0])
    assert (spikes.steps.dtype, spikes.indices.dtype) == (np.int64, np.int32)
    assert len(pairs.spikes("source").steps) == 0
    with pytest.raises(KeyError, match="target"):
        pairs.spikes("target")


def test_recorded_variables_are_the_state_after_every_kth_step(pairs):
    """After step s with s + 1 a multiple of 3, also across runs."""
    pairs.record("target.total", every_steps=3)
    spike_at(pairs, {"source": [(4, 0)]}, 10)
    trajectory = pairs.trajectory("target.total")
    np.testing.assert_array_equal(trajectory.steps, [2, 5, 8])
    np.testing.assert_array_equal(trajectory.values, [[0, 0, 0], [0.5] * 3, [0.5] * 3])
    pairs.run_steps(3)
    np.testing.assert_array_equal(pairs.trajectory("target.total").steps, [11])
    with pytest.raises(ValueError, match="every_steps"):
        pairs.record("target.total", every_steps=0)


def test_the_seed_decides_the_noise(busy):
    """Same seed and state, same bits; another seed, other numbers."""
    start = busy.snapshot()
    runs = []
    for seed in (5, 5, 6):
        busy.restore(start)
        busy.seed(seed)
        busy.run_steps(200)
        runs.append(busy.view("source.v").copy())
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_the_construction_seed_decides_topology_and_start(kind):
    """Two engines of one seed agree in every start value; another seed differs in each of them."""
    engines = [open_or_skip(busy_circuit(), kind, seed) for seed in (4, 4, 5)]
    for key in ("late._synaptic_pre", "late.w", "plastic.w", "target.v", "source.drive"):
        first, same, other = (engine.view(key) for engine in engines)
        np.testing.assert_array_equal(first, same)
        assert not np.array_equal(first, other)
    for engine in engines:
        engine.close()


def _mid_flight(engine):
    """Run until a spike of `target` is on its way and a neuron is refractory."""
    engine.run_steps(100)
    engine.record_spikes("target")
    for _ in range(400):
        engine.run_steps(1)
        spikes = engine.spikes("target")
        if len(spikes.steps) and not engine.view("target.not_refractory").all():
            return
    raise AssertionError("the network never spiked")


def test_snapshot_restore_continue_equals_going_on(busy, kind):
    """In the middle of a refractory period and with spikes in flight; also into a second instance, cut elsewhere."""
    _mid_flight(busy)
    snapshot = busy.snapshot()
    for _ in range(2):
        busy.run_steps(75)
    expected, reached = state(busy, *BUSY_KEYS), busy.step
    assert not np.array_equal(expected["late.w"], snapshot.arrays["late.w"])
    busy.restore(snapshot)
    busy.run_steps(150)
    second = open_or_skip(busy_circuit(), kind, construction_seed=4)
    second.run_steps(33)
    second.restore(snapshot)
    second.run_steps(149)
    second.run_steps(1)
    for engine in (busy, second):
        assert engine.step == reached
        for key, values in expected.items():
            assert engine.view(key).tobytes() == values.tobytes(), key
    second.close()


def test_a_snapshot_is_a_copy(busy):
    """Going on does not change it, and it can be restored twice."""
    busy.run_steps(50)
    snapshot = busy.snapshot()
    weights = snapshot.arrays["plastic.w"].copy()
    busy.run_steps(300)
    np.testing.assert_array_equal(snapshot.arrays["plastic.w"], weights)
    busy.restore(snapshot)
    busy.run_steps(20)
    busy.restore(snapshot)
    assert busy.step == 50
    np.testing.assert_array_equal(busy.view("plastic.w"), weights)


def test_snapshots_of_another_network_are_refused(busy, kind):
    """Another random topology, and another circuit; the engine is not touched."""
    other = open_or_skip(busy_circuit(), kind, construction_seed=9)
    stranger = open_or_skip(pair_circuit(), kind)
    busy.run_steps(5)
    for engine in (other, stranger):
        with pytest.raises(ValueError, match=r"topology|build"):
            busy.restore(engine.snapshot())
        engine.close()
    assert busy.step == 5


def test_two_instances_are_independent(busy, kind):
    """Running one does not move the other, and both can be used in turn."""
    second = open_or_skip(busy_circuit(), kind, construction_seed=4)
    still = state(second, *BUSY_KEYS)
    busy.run_steps(100)
    assert second.step == 0
    for key, values in still.items():
        np.testing.assert_array_equal(second.view(key), values)
    second.run_steps(100)
    np.testing.assert_array_equal(second.view("plastic.w"), busy.view("plastic.w"))
    second.close()


def test_views_outlive_the_engine(kind):
    """A view is valid as long as it is held, also after closing; a closed engine says so."""
    engine = open_or_skip(pair_circuit(), kind)
    weights, command = engine.view("plastic.w"), engine.view("source.command")
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        engine.run_steps(1)
    with pytest.raises(RuntimeError, match="closed"):
        engine.view("plastic.w")
    del engine
    gc.collect()
    np.testing.assert_array_equal(weights, 0.5)
    weights[:], command[:] = 0.25, 1
    np.testing.assert_array_equal(weights, 0.25)


def _interrupt_after(seconds):
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    return timer


def test_an_interrupt_ends_a_run_between_two_steps_and_the_engine_goes_on(busy):
    """KeyboardInterrupt arrives soon (0.2 s are promised; a busy machine gets 1 s), and no step is cut in half."""
    timer = _interrupt_after(0.3)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        busy.run_steps(10**10)
    assert time.monotonic() - began < 1.3
    timer.join()
    reached = busy.step
    assert reached > 0
    assert busy.view("busy_clock.t")[0] == reached * busy.dt.si
    busy.run_steps(10)
    assert busy.step == reached + 10


def test_an_interrupt_between_runs_is_pythons_own(busy):
    """No C handler has taken the signal over."""
    busy.run_steps(5)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.2)
    busy.run_steps(5)
    assert busy.step == 10


def test_an_interrupt_leaves_the_trajectory_as_it_would_have_been(busy):
    """Cut by an interrupt and continued, the network is where an uninterrupted one is."""
    start = busy.snapshot()
    timer = _interrupt_after(0.1)
    with pytest.raises(KeyboardInterrupt):
        busy.run_steps(10**10)
    timer.join()
    busy.run_steps(20)
    reached, cut = busy.step, state(busy, *BUSY_KEYS)
    busy.restore(start)
    busy.run_steps(reached)
    for key, values in cut.items():
        np.testing.assert_array_equal(busy.view(key), values)


def test_precision_is_what_the_circuit_says(kind):
    """State is stored in float32 where asked; clocks and spike times stay double."""
    engine = open_or_skip(busy_circuit("busy_single", "float32"), kind)
    assert engine.view("target.v").dtype == engine.view("plastic.w").dtype == np.float32
    assert engine.view("busy_single_clock.t").dtype == np.float64
    engine.run_steps(100)
    assert np.isfinite(engine.view("source.v")).all()
    engine.close()


def test_both_engines_give_the_same_spikes():
    """Deterministic input in float64: same spikes, same weights, lateral inhibition and delays included."""
    engines = [open_or_skip(busy_circuit(), kind, construction_seed=2) for kind in ENGINES]
    found = []
    for engine in engines:
        engine.set("source.noise", 0.0)
        for population in ("source", "target"):
            engine.record_spikes(population)
        engine.run_steps(2000)
        found.append((engine.spikes("source"), engine.spikes("target"), engine.view("plastic.w").copy()))
        engine.close()
    (source, target, weights), (other_source, other_target, other_weights) = found
    assert len(source.steps) > 100 and len(target.steps) > 50
    for ours, theirs in ((source, other_source), (target, other_target)):
        np.testing.assert_array_equal(ours.steps, theirs.steps)
        np.testing.assert_array_equal(ours.indices, theirs.indices)
    np.testing.assert_allclose(weights, other_weights, rtol=1e-10)


def test_event_driven_variables_are_brought_up_to_date_on_demand(kind):
    """An eligibility that is only updated at spikes has decayed to now when a reward reads it."""
    engine = open_or_skip(rules_circuit(), kind)
    spike_at(engine, {"source": [(0, 1)], "target": [(4, 0)]}, 5)
    engine.run_steps(25)
    engine.view("rules_clock.t")
    engine.view("eligible.reward")[0] = 3.0
    engine.call("eligible", "reward")
    expected = np.full(6, 0.5)
    expected[3] += 3.0 * 0.010 * np.exp(-2.0 / 17.0) * np.exp(-26 * 0.5 / 17.0)
    np.testing.assert_allclose(engine.view("eligible.w"), expected, rtol=1e-12)
    engine.run_steps(10)
    engine.call("eligible", "reward")
    expected[3] += 3.0 * 0.010 * np.exp(-2.0 / 17.0) * np.exp(-36 * 0.5 / 17.0)
    np.testing.assert_allclose(engine.view("eligible.w"), expected, rtol=1e-12)
    engine.close()
