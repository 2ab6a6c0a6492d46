"""The network of Diehl and Cook: its wiring, its rules, its homeostasis and its counts, against the published text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.learners.competing.diehl_cook import MEAN_WEIGHT, DiehlCook, constants_for_length
from neurosim.snn.engine import open_engine
from neurosim.snn.networks.excitation_inhibition import (
    RULES,
    ExcitationInhibitionNetwork,
    excitation_inhibition_circuit,
    fast_variables,
    fresh_state,
)
from neurosim.tasks import load_task

N_INPUTS, N_NEURONS = 12, 5
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


def show(net: ExcitationInhibitionNetwork, learning: bool, rate: float = 400.0, gain: float = 4.0, seed: int = 1):
    return net.present(np.full(N_INPUTS, rate), EXPONENTIAL, seed, gain, learning)


@pytest.fixture(scope="module")
def trained() -> DiehlCook:
    split = load_task("patterns:n_classes=4,flip=0.05").load(0, 80)
    return DiehlCook(
        n_neurons=20, presentation_ms=50.0, rest_ms=10.0, highest_rate_hz=255.0, epochs=2, random_state=3
    ).fit(split.train.X, split.train.y)


def test_published_constants_stand_where_the_run_is_as_long_as_theirs() -> None:
    for horizon in (None, 60_000, 180_000):
        assert constants_for_length(400, horizon, 500.0) == (0.01, 0.05, 1e7)
    learner = DiehlCook()
    assert (learner.n_neurons, learner.highest_rate_hz, learner.presentation_ms, learner.rest_ms) == (
        400, 63.75, 350.0, 150.0,
    )  # fmt: skip
    np.testing.assert_allclose(MEAN_WEIGHT * 784, 78)


def test_a_short_run_keeps_the_balance_of_the_thresholds() -> None:
    """6,000 presentations of 100 ms to 50 neurons: haste 10, share 1.25; theta x trial / tau a neuron and spike."""
    rate, increment, time_constant = constants_for_length(50, 6_000, 100.0)
    assert rate == pytest.approx(0.0125)
    assert time_constant == pytest.approx(1e7 / 10 / 5)
    spikes_a_sample = 50 * 60.0 * 100.0 / time_constant / increment
    assert spikes_a_sample == pytest.approx(400 * 60.0 * 500.0 / 1e7 / 0.05)


def test_an_excitatory_spike_silences_all_but_its_own_neuron() -> None:
    """Neuron 2 is made to spike: 10.4 nS make its partner spike once, which opens 17 nS in every other neuron."""
    engine = open_engine(excitation_inhibition_circuit(N_INPUTS, N_NEURONS, RELEASED))
    np.fill_diagonal(engine.view("inhibition.w").reshape(N_NEURONS, N_NEURONS), 0)
    engine.view("excitatory.v")[2] = -0.04
    opened = np.zeros(N_NEURONS)
    for _ in range(20):
        engine.run_steps(1)
        opened = np.maximum(opened, engine.view("excitatory.inhibitory_conductance"))
    assert engine.view("excitatory.n_spikes").tolist() == [0, 0, 1, 0, 0]
    assert engine.view("inhibitory.n_spikes").tolist() == [0, 0, 1, 0, 0]
    np.testing.assert_allclose(np.delete(opened, 2), 17e-9, rtol=1e-5)
    assert opened[2] == 0
    engine.close()


def test_the_learner_s_own_circuit_has_no_inhibition_of_oneself() -> None:
    net = network()
    show(net, learning=False)
    inhibition = net._engine.view("inhibition.w").reshape(N_NEURONS, N_NEURONS)
    assert (np.diag(inhibition) == 0).all()
    np.testing.assert_allclose(inhibition[~np.eye(N_NEURONS, dtype=bool)], 17e-9, rtol=1e-6)


def test_thresholds_rise_with_spikes_and_decay_with_time() -> None:
    """Two presentations of 80 ms: theta = (theta + 0.05 mV x spikes) exp(-80 / 1e5), from 20 mV on."""
    net = network()
    theta = np.full(N_NEURONS, 20.0)
    for seed in (1, 2):
        response = show(net, learning=True, seed=seed)
        assert response.counts.sum() > 3
        in_rest = net._views["n_excitatory"] - response.counts
        assert in_rest.min() >= 0 and in_rest.sum() <= 1, "the rest is quiet but for what was under way"
        theta = (theta + 0.05 * net._views["n_excitatory"]) * np.exp(-80 / 1e5)
    assert len(set(theta)) > 1
    np.testing.assert_allclose(net.state()["adaptation"], theta * 1e-3, rtol=1e-6)


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
    engine = net._engine
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


def test_counts_by_hand() -> None:
    """One presentation of 50 ms and 10 ms rest (120 steps), 7 inputs, 6 neurons."""
    learner = DiehlCook(
        n_neurons=6,
        highest_rate_hz=300.0,
        presentation_ms=50.0,
        rest_ms=10.0,
        encoder="intensity",
        max_retries=0,
        random_state=1,
    )
    learner.begin(None, [0, 1], 7)
    x = np.full((1, 7), 0.9, np.float32)
    learner.partial_fit(x, [0])
    counts = learner.costs().learning
    n_excitatory = int(learner.network_._views["n_excitatory"].sum())
    n_inhibitory = int(learner.network_._views["n_inhibitory"].sum())
    assert n_excitatory > 0 and counts.input_spikes > 50
    assert n_inhibitory == n_excitatory
    assert counts.spikes == n_excitatory + n_inhibitory
    assert counts.connections == 120 * (7 * 6 + 6 + 6 * 5)
    assert counts.spike_deliveries == counts.input_spikes * 6 + n_excitatory + n_inhibitory * 5
    assert counts.state_updates == 120 * (7 + 6 * 6)
    assert counts.trace_updates == 120 * (7 + 2 * 6) + 6
    assert counts.weight_writes == counts.input_spikes * 6 + n_excitatory * 7 + 7 * 6
    assert (counts.presentations, counts.labels, counts.silent_samples) == (1, 0, 0)
    with pytest.warns(UserWarning, match="one neuron gives"):
        learner.fit_readout(x, [0])
    readout = learner.costs().readout
    assert (readout.presentations, readout.labels, readout.weight_writes, readout.trace_updates) == (1, 1, 0, 0)
    assert readout.state_updates == 100 * (7 + 6 * 6)


def test_a_black_sample_is_retried_a_bounded_number_of_times_and_counted_as_silent() -> None:
    learner = DiehlCook(
        n_neurons=6, presentation_ms=20.0, rest_ms=10.0, encoder="intensity", max_retries=3, random_state=1
    )  # fmt: skip
    learner.begin(None, [0, 1], 7)
    learner.partial_fit(np.zeros((2, 7), np.float32), [0, 1])
    counts = learner.costs().learning
    assert (counts.presentations, counts.silent_samples, counts.input_spikes) == (2, 2, 0)
    assert counts.state_updates == 2 * 4 * 60 * (7 + 6 * 6)
    assert learner.n_retries_ == 6


def test_each_attempt_has_spikes_of_its_own_and_more_of_them() -> None:
    learner = DiehlCook(
        n_neurons=6, highest_rate_hz=100.0, presentation_ms=200.0, rest_ms=10.0, encoder="intensity",
        enough_spikes=1000, max_retries=4, random_state=1,
    )  # fmt: skip
    learner.begin(None, [0, 1], 40)
    attempts = learner._show(np.full(40, 0.5, np.float32), 0, 0, learning=True).attempts
    expected = 40 * 0.5 * 100 * 0.2 * np.array([1, 1.5, 2, 2.5, 3])
    found = np.array([response.n_input for response in attempts])
    assert (np.abs(found - expected) < 4 * np.sqrt(expected)).all()


@pytest.mark.parametrize(("mean_sum", "conductance"), [(102.5, 1), (80, 1), (140, 1), (224, 0.5), (19.5, 4), (7, 16)])
def test_conductance_follows_the_size_of_the_samples_in_powers_of_two(mean_sum: float, conductance: float) -> None:
    learner = DiehlCook(n_neurons=2)
    learner.mean_sum_ = mean_sum
    assert learner.conductance_ns == conductance


def test_neurons_share_the_work_and_answer_every_sample(trained: DiehlCook) -> None:
    split = load_task("patterns:n_classes=4,flip=0.05").load(0, 80)
    activity = trained.activity(split.validation.X)
    assert (activity.sum(axis=1) > 0).all()
    assert np.mean(activity.sum(axis=0) > 0) > 0.9
    assert 5 < activity.sum(axis=1).mean() < 40


@pytest.mark.parametrize("readout", ["class-mean", "proportion", "poisson-likelihood", "linear-probe"])
def test_any_registered_readout_can_be_chosen_and_saved(readout: str, tmp_path) -> None:
    split = load_task("patterns:n_classes=4,flip=0.05").load(0, 80)
    learner = DiehlCook(
        n_neurons=20,
        presentation_ms=50.0,
        rest_ms=10.0,
        highest_rate_hz=255.0,
        readout=readout,
        epochs=2,
        random_state=3,
    ).fit(split.train.X, split.train.y)
    learner.save(tmp_path / "a.npz")
    loaded = DiehlCook.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(loaded.predict_proba(split.test.X[:50]), learner.predict_proba(split.test.X[:50]))
    assert learner.score(split.test.X, split.test.y) > 0.8


def test_a_network_that_stays_silent_says_so() -> None:
    X = np.random.default_rng(0).random((10, 20)).astype(np.float32)
    learner = DiehlCook(
        n_neurons=5, highest_rate_hz=0.1, presentation_ms=10.0, rest_ms=10.0, max_retries=0,
        threshold_time_constant_ms=1e7, random_state=0,
    )  # fmt: skip
    with pytest.warns(UserWarning, match="silent: raise highest_rate_hz"):
        learner.fit(X, np.arange(10) % 2)


def test_a_sample_does_not_begin_in_the_refractory_period_of_the_one_before() -> None:
    """A presentation that ends right after a spike: the next prediction is what it would be at first."""
    fresh = show(network(presentation_ms=5.0), learning=False, rate=900.0, gain=40.0, seed=3)
    assert fresh.counts.sum() > 0
    net = network(presentation_ms=5.0)
    show(net, learning=False, rate=900.0, gain=40.0, seed=2)
    since = (net._engine.step * 0.5e-3 - net._views["last_excitatory"]).min()
    assert since < 5e-3, "the presentation before did end within a refractory period"
    again = show(net, learning=False, rate=900.0, gain=40.0, seed=3)
    np.testing.assert_array_equal(again.counts, fresh.counts)
    assert (again.n_excitatory, again.n_inhibitory, again.n_input) == (
        fresh.n_excitatory, fresh.n_inhibitory, fresh.n_input,
    )  # fmt: skip
