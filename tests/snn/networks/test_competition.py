"""A competition's presentations: what spikes leave behind, and what global signals make of it, in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.coding.spike_codes import RegularCode
from neurosim.snn.networks.choosers import EXPECTATION
from neurosim.snn.networks.competition import CompetitiveNetwork
from neurosim.snn.networks.competition_circuit import TIME_CONSTANT_MS
from neurosim.snn.networks.competition_copies import LEARNED, N_COPIES, copies_of
from neurosim.snn.networks.onsets import Onsets, Presentation
from neurosim.snn.playing import Part

N_INPUTS, N_NEURONS, N_CHOOSERS = 5, 6, 4
SAMPLE = np.array([0.7, 0.1, 0.5, 0.0, 0.5], np.float32)


def small_network(**changes: Any) -> CompetitiveNetwork:
    rng = np.random.default_rng(5)
    weights = rng.uniform(0.1, 0.6, (N_INPUTS, N_NEURONS))
    return CompetitiveNetwork(weights, np.full(N_NEURONS, 0.2), 100.0, modulated=True, **changes)


def onset() -> Onsets:
    """Regular inputs at 500 Hz for a relative rate of 1, one spike counting as much as a weight's unit needs."""
    writes = RegularCode(500.0).writes(SAMPLE[None], np.linspace(0, 0.8, N_INPUTS)[None])
    return Onsets(writes, np.zeros(1, np.int64), np.array([1e3 / (500.0 * TIME_CONSTANT_MS)]))


def shown(network: CompetitiveNetwork, learning: bool = True) -> Presentation:
    return network.present(onset(), 0, float(learning))


@pytest.mark.parametrize("step", [0.3, -0.4])
def test_visiting_the_winners_is_the_rule_for_all_synapses(step: float) -> None:
    """The quick path and the rule's own statements for every synapse give the same weights, and winners only move."""
    quick, whole = small_network(), small_network()
    start = quick.weights.copy()
    for network in (quick, whole):
        won = shown(network).counts > 0
    assert 0 < won.sum() < N_NEURONS
    n_written = quick.modulate(step)
    assert n_written == won.sum() * N_INPUTS
    whole.engine.set("synapses.learning_rate", abs(step))
    whole.engine.set("synapses.modulator", np.sign(step))
    whole.engine.call("synapses", "modulate")
    whole.engine.call("synapses", "forget")
    np.testing.assert_allclose(quick.weights, whole.weights, rtol=1e-6, atol=1e-7)
    moved = (quick.weights != start).any(axis=0)
    np.testing.assert_array_equal(moved, won)
    assert not quick.views["eligibility"].any() and not whole.views["eligibility"].any()


def test_the_winner_moves_towards_the_sample_or_away_from_it() -> None:
    """At a late spike the scaled trace is close to the charge u (1 - exp(-t/tau)): the step is eta (trace - w)."""
    for step in (0.3, -0.2):
        network = small_network()
        start = network.weights.copy()
        winner = int(shown(network).counts.argmax())
        eligibility = network.views["eligibility"][:, winner].copy()
        trace = eligibility + start[:, winner]
        # One time constant of input at most has come in: no trace exceeds (1 - 1/e) u and one spike's share.
        assert np.all(trace <= (1 - np.exp(-1)) * SAMPLE + 1e3 / (500.0 * 100.0) + 1e-6)
        assert trace[0] > trace[2] > trace[1] >= trace[3] == 0
        network.modulate(step)
        expected = np.clip(start[:, winner] + step * eligibility, 0, 10)
        np.testing.assert_allclose(network.weights[:, winner], expected, rtol=1e-6)


def test_weights_can_be_kept_at_unit_length() -> None:
    network = small_network()
    won = shown(network).counts > 0
    network.modulate(-0.5, 1.0)
    np.testing.assert_allclose(np.linalg.norm(network.weights[:, won], axis=0), 1, rtol=1e-6)


def test_predicting_leaves_no_eligibility() -> None:
    network = small_network()
    assert shown(network, learning=False).counts.any()
    assert not network.views["eligibility"].any()


def test_a_choice_is_worth_the_reward_above_average() -> None:
    """The eligible weight moves by alpha e (M - a); all others stay. Its fixed point is the mean modulator."""
    network = small_network(choices=np.zeros((N_NEURONS, N_CHOOSERS)))
    head_starts = np.array([0.0, 0.3, 0.0, 0.0])
    response = network.present(onset(), 0, 1.0, head_starts=head_starts)
    np.testing.assert_array_equal(response.choices > 0, [False, True, False, False])
    eligibility = network.engine.view("choices.eligibility").reshape(N_NEURONS, N_CHOOSERS).copy()
    assert not eligibility[:, [0, 2, 3]].any()
    winners = response.counts > 0
    assert np.all((eligibility[winners, 1] > 0.3) & (eligibility[winners, 1] <= 1))
    assert not eligibility[~winners].any()
    network.modulate_choices(0.2, 0.7)
    np.testing.assert_allclose(network.choices, 0.2 * eligibility * 0.7, rtol=1e-6)
    network.modulate_choices(0.2, 0.7)
    np.testing.assert_allclose(network.choices, 0.2 * eligibility * 0.7, rtol=1e-6), "eligibility is spent"
    assert set(EXPECTATION.on_demand) == {"modulate"}


def test_the_most_rewarded_chooser_answers() -> None:
    """Without head starts, whichever weight from the winner is largest wins the race."""
    for best in range(N_CHOOSERS):
        choices = np.full((N_NEURONS, N_CHOOSERS), -0.2)
        choices[:, best] = 0.4
        response = shown(small_network(choices=choices), learning=False)
        np.testing.assert_array_equal(response.choices.argmax(), best)
        assert np.count_nonzero(response.choices) == 1


@pytest.mark.parametrize("n_choosers", [0, N_CHOOSERS])
def test_samples_shown_at_once_are_answered_as_one_after_the_other(n_choosers: int) -> None:
    """More samples than copies and no multiple of them; weights written since are those that count."""
    choices = np.random.default_rng(3).uniform(-0.5, 0.5, (N_NEURONS, n_choosers)) if n_choosers else None
    network, n_samples = small_network(choices=choices), 2 * N_COPIES + 3
    rng = np.random.default_rng(6)
    samples = rng.uniform(0, 1, (n_samples, N_INPUTS)).astype(np.float32)
    code, gains = RegularCode(500.0), rng.uniform(0.05, 0.4, n_samples)
    phases = rng.uniform(0, 1, samples.shape).astype(np.float32)
    onsets = Onsets(code.writes(samples, phases), code.spikes(samples, phases, 100.0).sum(axis=1), gains)
    thresholds = rng.uniform(0.2, 0.6, N_NEURONS).astype(np.float32)
    copies = copies_of(network)
    assert copies is not None
    for _ in range(2):
        network.weights[:] = rng.uniform(0.1, 0.6, network.weights.shape)
        learned = {name: network.views[name] for name in LEARNED if name in network.views}
        first, *later = network.parts
        found = copies.respond(onsets, thresholds, learned, (Part(first.n_steps), *later))
        expected = network.respond(onsets, thresholds)
        np.testing.assert_array_equal(found.counts, expected.counts)
        np.testing.assert_array_equal(found.n_input_spikes, expected.n_input_spikes)
        assert len(np.unique(expected.counts, axis=0)) > 3
        if n_choosers:
            assert found.choices is not None and expected.choices is not None and expected.choices.any()
            np.testing.assert_array_equal(found.choices, expected.choices)


def test_inputs_that_draw_while_they_run_are_shown_one_after_the_other() -> None:
    assert copies_of(small_network(code="poisson")) is None
