"""The learner of Diehl and Cook: its constants against the published text, its attempts, its read-outs and counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.data import Split
from neurosim.learners.competing.diehl_cook import DiehlCook
from neurosim.learners.competing.diehl_cook_constants import MEAN_WEIGHT, conductance_ns, constants_for_length
from neurosim.tasks import load_task


@pytest.fixture(scope="module")
def split() -> Split:
    return load_task("iris").load(0, 80)


def small(**changes: Any) -> DiehlCook:
    """Make the network that other tests have built for this task too."""
    settings = {"presentation_ms": 50.0, "rest_ms": 10.0, "highest_rate_hz": 255.0, "epochs": 2, "random_state": 3}
    return DiehlCook(n_neurons=20, **(settings | changes))


@pytest.fixture(scope="module")
def trained(split: Split) -> DiehlCook:
    return small().fit(split.train.X, split.train.y)


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
    n_excitatory = int(learner.network_.views["n_excitatory"].sum())
    n_inhibitory = int(learner.network_.views["n_inhibitory"].sum())
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
        n_neurons=20, highest_rate_hz=100.0, presentation_ms=200.0, rest_ms=10.0, encoder="intensity",
        enough_spikes=1000, max_retries=4, random_state=1,
    )  # fmt: skip
    learner.begin(None, [0, 1], 32)
    attempts = learner._show(np.full(32, 0.5, np.float32), 0).attempts
    expected = 32 * 0.5 * 100 * 0.2 * np.array([1, 1.5, 2, 2.5, 3])
    found = np.array([response.n_input for response in attempts])
    assert (np.abs(found - expected) < 4 * np.sqrt(expected)).all()


@pytest.mark.parametrize(
    ("mean_sum", "conductance"), [(0, 1), (102.5, 1), (80, 1), (140, 1), (224, 0.5), (19.5, 4), (7, 16)]
)
def test_conductance_follows_the_size_of_the_samples_in_powers_of_two(mean_sum: float, conductance: float) -> None:
    assert conductance_ns(mean_sum) == conductance


def test_neurons_share_the_work_and_answer_every_sample(trained: DiehlCook, split: Split) -> None:
    activity = trained.activity(split.validation.X)
    assert (activity.sum(axis=1) > 0).all()
    assert np.mean(activity.sum(axis=0) > 0) > 0.9
    assert 5 < activity.sum(axis=1).mean() < 40


@pytest.mark.parametrize("readout", ["class-mean", "proportion", "poisson-likelihood", "linear-probe"])
def test_any_registered_readout_can_be_chosen_and_saved(readout: str, split: Split, tmp_path: Path) -> None:
    learner = small(readout=readout).fit(split.train.X, split.train.y)
    learner.save(tmp_path / "a.npz")
    loaded = DiehlCook.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(loaded.predict_proba(split.test.X[:50]), learner.predict_proba(split.test.X[:50]))
    assert learner.score(split.test.X, split.test.y) > 0.8


def test_a_network_that_stays_silent_says_so() -> None:
    X = np.random.default_rng(0).random((10, 32)).astype(np.float32)
    learner = small(
        highest_rate_hz=0.1, presentation_ms=10.0, max_retries=0, threshold_time_constant_ms=1e7, random_state=0
    )
    with pytest.warns(UserWarning, match="silent: raise highest_rate_hz"):
        learner.fit(X, np.arange(10) % 2)
