"""What is particular to the run-time engine."""

from __future__ import annotations

import numpy as np
import pytest
from small_circuits import NOISY, busy_circuit, pair_circuit

from neurosim.snn.brian import b2
from neurosim.snn.circuits import Circuit, Population
from neurosim.snn.engine.runtime import RuntimeEngine
from neurosim.snn.engine.surroundings import brian_as_before
from neurosim.snn.units import Quantity


def test_it_says_what_it_is():
    """Results record engine and target."""
    engine = RuntimeEngine(pair_circuit())
    assert (engine.name, engine.target) == ("runtime", "numpy")


def test_stepping_from_outside_equals_brian2s_own_run():
    """The same objects and start values, run by ``Network.run`` in one go, give the same bits."""
    engine = RuntimeEngine(busy_circuit(), construction_seed=6)
    engine.set("source.noise", 0.0)
    other = RuntimeEngine(busy_circuit(), construction_seed=6)
    other.set("source.noise", 0.0)
    for _ in range(20):
        engine.run_steps(40)
    rewards = [other._network[name] for name in ("plastic_reward", "late_reward")]
    for reward in rewards:
        reward.active = False
    with brian_as_before(other._device, {"codegen.target": "numpy"}):
        other._network.run(0.4 * b2.second, namespace={})
    assert len(set(engine.view("target.lastspike").tolist())) > 1
    for key in ("plastic.w", "late.w", "source.v", "target.v", "target.lastspike", "target.lateral_inhibition"):
        np.testing.assert_array_equal(engine.view(key), other.view(key))


def test_noise_has_the_variance_of_its_equation():
    """An Ornstein-Uhlenbeck membrane below threshold: stationary variance noise**2/2, correlation time as set."""
    model = NOISY
    circuit = Circuit(
        "noise", (Population("cell", 400, model, initial={"drive": Quantity(-2.0)}),), precision="float64"
    )
    engine = RuntimeEngine(circuit, construction_seed=1)
    engine.view("cell.v")[:] = -2
    engine.record("cell.v", every_steps=1)
    engine.run_steps(2000)
    values = engine.trajectory("cell.v").values[400:]
    deviation = values - values.mean()
    assert deviation.var() == pytest.approx(0.2**2 / 2, rel=0.05)
    lag = (deviation[:-40] * deviation[40:]).mean() / deviation.var()
    assert lag == pytest.approx(np.exp(-1), abs=0.04)


def test_recording_again_starts_with_the_new_interval():
    """The last call of record decides."""
    engine = RuntimeEngine(pair_circuit())
    engine.record("target.total")
    engine.record("target.total", every_steps=5)
    engine.run_steps(10)
    np.testing.assert_array_equal(engine.trajectory("target.total").steps, [4, 9])


def test_monitors_of_a_researcher_are_restored_too():
    """A snapshot holds what monitors have recorded, whose arrays grow."""

    def watched():
        group = b2.NeuronGroup(2, "x : 1", threshold="x > 2", reset="x = 0", name="group", dt=0.5 * b2.ms)
        group.run_regularly("x += 1 + i", name="count")
        return group, b2.SpikeMonitor(group, name="spikes"), b2.StateMonitor(group, "x", record=True, name="states")

    engine = RuntimeEngine(watched)
    engine.run_steps(4)
    snapshot = engine.snapshot()
    engine.run_steps(9)
    spikes, states = engine.view("spikes.i").copy(), engine.view("states.x").copy()
    assert len(spikes) > 5 and states.shape[0] == 13
    engine.restore(snapshot)
    assert engine.view("states.x").shape[0] == 4
    engine.run_steps(9)
    np.testing.assert_array_equal(engine.view("spikes.i"), spikes)
    np.testing.assert_array_equal(engine.view("states.x"), states)
