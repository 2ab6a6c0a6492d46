"""The network of Diehl and Cook: its wiring, its rules, its homeostasis and its rest, against the published text."""

from __future__ import annotations

import pickle
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from neurosim.snn.engine import open_engine
from neurosim.snn.networks.excitation_inhibition import (
    RULES,
    ExcitationInhibitionNetwork,
    Presentation,
    excitation_inhibition_circuit,
    fast_variables,
    fresh_state,
)

N_INPUTS, N_NEURONS = 7, 6
RELEASED, TEXT = RULES
EXPONENTIAL = np.full(N_INPUTS, 0.5)


def network(rule: str = RELEASED, **changes: Any) -> ExcitationInhibitionNetwork:
    rng = np.random.default_rng(4)
    settings = {
        "rule": rule, "learning_rate": 0.01, "threshold_increment_mv": 0.05, "threshold_time_constant_ms": 1e5,
        "weight_sum": 3.0, "presentation_ms": 60.0, "rest_ms": 20.0,
    }  # fmt: skip
    weights = rng.uniform(0.1, 0.4, (N_INPUTS, N_NEURONS))
    return ExcitationInhibitionNetwork(fresh_state(weights * 3 / weights.sum(axis=0), rule), **settings | changes)


def show(
    net: ExcitationInhibitionNetwork, learning: bool, rate: float = 400.0, gain: float = 4.0, seed: int = 1
) -> Presentation:
    if learning:
        return net.present(np.full(N_INPUTS, rate), EXPONENTIAL, seed, gain)
    counts, n_spikes = net.respond(np.full((1, N_INPUTS), rate), EXPONENTIAL[None], [seed], gain)
    n_input, n_excitatory, n_inhibitory = map(int, n_spikes)
    return Presentation(counts[0], n_excitatory, n_inhibitory, n_input, net.n_steps)


def test_an_excitatory_spike_silences_all_but_its_own_neuron() -> None:
    """Neuron 2 is made to spike: 10.4 nS make its partner spike once, which opens 17 nS in every other neuron."""
    with open_engine(excitation_inhibition_circuit(N_INPUTS, N_NEURONS, RELEASED)) as engine:
        np.fill_diagonal(engine.view("inhibition.w").reshape(N_NEURONS, N_NEURONS), 0)
        engine.view("excitatory.v")[2] = -0.04
        opened = np.zeros(N_NEURONS)
        for _ in range(20):
            engine.run_steps(1)
            opened = np.maximum(opened, engine.view("excitatory.inhibitory_conductance"))
        assert engine.view("excitatory.n_spikes").tolist() == [0, 0, 1, 0, 0, 0]
        assert engine.view("inhibitory.n_spikes").tolist() == [0, 0, 1, 0, 0, 0]
    np.testing.assert_allclose(np.delete(opened, 2), 17e-9, rtol=1e-5)
    assert opened[2] == 0


def test_the_network_has_no_inhibition_of_oneself() -> None:
    net = network()
    show(net, learning=False)
    inhibition = net.engine.view("inhibition.w").reshape(N_NEURONS, N_NEURONS)
    assert (np.diag(inhibition) == 0).all()
    np.testing.assert_allclose(inhibition[~np.eye(N_NEURONS, dtype=bool)], 17e-9, rtol=1e-6)


def test_thresholds_rise_with_spikes_and_decay_with_time() -> None:
    """Two presentations of 80 ms: theta = (theta + 0.05 mV x spikes) exp(-80 / 1e5), from 20 mV on."""
    net = network()
    theta = np.full(N_NEURONS, 20.0)
    for seed in (1, 2):
        response = show(net, learning=True, seed=seed)
        assert response.counts.sum() > 3
        in_rest = net.views["n_excitatory"] - response.counts
        assert in_rest.min() >= 0 and in_rest.sum() <= 1, "the rest is quiet but for what was under way"
        theta = (theta + 0.05 * net.views["n_excitatory"]) * np.exp(-80 / 1e5)
    assert len(set(theta)) > 1
    np.testing.assert_allclose(net.state()["adaptation"], theta * 1e-3, rtol=1e-6)


def test_copies_go_on_the_same_and_apart_from_their_original() -> None:
    """What a rest leaves is carried along by copies, pickled or not, and shared with none."""
    net = network()
    show(net, learning=True)
    before = net.state()
    assert before["potential"].std() > 0
    twins = [deepcopy(net), pickle.loads(pickle.dumps(net))]
    for twin in twins:
        show(twin, learning=True, seed=2)
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    show(net, learning=True, seed=2)
    for name, array in net.state().items():
        for twin in twins:
            np.testing.assert_array_equal(array, twin.state()[name], err_msg=name)
    assert not np.array_equal(net.state()["weights"], before["weights"])


def test_thresholds_start_at_minus_52_and_end_at_minus_72() -> None:
    circuit = excitation_inhibition_circuit(N_INPUTS, N_NEURONS, TEXT)
    floor = circuit.populations[1].parameters["threshold_potential"].si
    assert floor == pytest.approx(-0.072)
    assert floor + fresh_state(np.ones((2, 3)), TEXT)["adaptation"] == pytest.approx(np.full(3, -0.052))


@pytest.mark.parametrize("rule", RULES)
def test_learning_moves_weights_and_keeps_their_sum(rule: str) -> None:
    net = network(rule)
    before = net.weights.copy()
    assert show(net, learning=True).counts.sum() > 3
    assert np.abs(net.weights - before).max() > 1e-4
    np.testing.assert_allclose(net.weights.sum(axis=0), 3.0, rtol=1e-5)


def test_the_released_rule_by_hand() -> None:
    """The weights of one presentation, replayed spike by spike in NumPy from the rule's own text."""
    net = network(RELEASED, weight_sum=3.0)
    before = net.weights.astype(float)
    engine = net.engine
    engine.record_spikes("inputs")
    engine.record_spikes("excitatory")
    assert show(net, learning=True).counts.sum() > 3
    inputs, outputs = engine.spikes("inputs"), engine.spikes("excitatory")
    pre, fast, slow = np.zeros(N_INPUTS), np.zeros(N_NEURONS), np.zeros(N_NEURONS)
    w = before.copy()
    for step in range(160):
        pre, fast, slow = pre * np.exp(-0.5 / 20), fast * np.exp(-0.5 / 20), slow * np.exp(-0.5 / 40)
        fired_in, fired_out = inputs.indices[inputs.steps == step], outputs.indices[outputs.steps == step]
        w[fired_in] = np.clip(w[fired_in] - 1e-4 * fast, 0, 1)
        w[:, fired_out] = np.clip(w[:, fired_out] + 0.01 * pre[:, None] * slow[fired_out], 0, 1)
        pre[fired_in], fast[fired_out], slow[fired_out] = 1, 1, 1
    assert np.abs(w - before).max() > 1e-4
    np.testing.assert_allclose(net.weights, w * 3 / w.sum(axis=0), atol=2e-6)


@pytest.mark.parametrize("rule", RULES)
def test_predicting_leaves_weights_thresholds_and_what_is_carried_alone(rule: str) -> None:
    twin, net = network(rule), network(rule)
    for one in (net, twin):
        show(one, learning=True)
    before = net.state()
    first = show(net, learning=False, seed=9)
    second = show(net, learning=False, seed=9)
    assert first.counts.sum() > 3
    np.testing.assert_array_equal(first.counts, second.counts)
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    for one in (net, twin):
        show(one, learning=True, seed=2)
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, twin.state()[name], err_msg=name)


def test_the_rest_leaves_a_remainder_that_is_carried_and_nothing_else() -> None:
    """After 150 ms: 22 % of the potential's distance from rest, 0.06 % of the traces (20 ms), no conductance."""
    net = network(rest_ms=150.0)
    show(net, learning=True)
    state = net.state()
    assert 0 < np.abs(state["potential"] + 0.065).max() < 0.3 * 0.04
    assert 0 < state["presynaptic_trace"].max() <= np.exp(-150 / 20) * 1.01
    for name in fast_variables(RELEASED):
        if name.endswith("conductance"):
            assert state[name].max() < 1e-30


def test_a_sample_does_not_begin_in_the_refractory_period_of_the_one_before() -> None:
    """A presentation that ends right after a spike: the next prediction is what it would be at first."""
    fresh = show(network(presentation_ms=5.0), learning=False, rate=900.0, gain=40.0, seed=3)
    assert fresh.counts.sum() > 0
    net = network(presentation_ms=5.0)
    show(net, learning=False, rate=900.0, gain=40.0, seed=2)
    since = (net.engine.step * 0.5e-3 - net.views["last_excitatory"]).min()
    assert since < 5e-3, "the presentation before did end within a refractory period"
    again = show(net, learning=False, rate=900.0, gain=40.0, seed=3)
    np.testing.assert_array_equal(again.counts, fresh.counts)
    assert (again.n_excitatory, again.n_inhibitory, again.n_input) == (
        fresh.n_excitatory, fresh.n_inhibitory, fresh.n_input,
    )  # fmt: skip
