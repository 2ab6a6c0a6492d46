"""Competitive STDP: what it converges to, how it decides, what it counts, and what it says when it fails."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from neurosim.coding.noise import PREDICTION
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.schedule import CompetitionSchedule, conscience_a_spike, fair_share, final_rate
from neurosim.learners.competing.stdp import RETRIES, STDP
from neurosim.learners.competing.stimulus import HIGHEST_RATE_HZ, SPIKE_CODES, Stimulus

RNG = np.random.default_rng(4)
N_INPUTS = 32
PROTOTYPES = (RNG.random((3, N_INPUTS)) < 0.3) * np.linspace(0.4, 1, N_INPUTS)
"""As many inputs as other tests of this learner have, and 20 neurons where their number does not matter: built once."""


def _noisy(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return np.clip(PROTOTYPES[y] + 0.03 * rng.standard_normal((n, N_INPUTS)), 0, 1).astype(np.float32), y


def test_weights_become_the_mean_encoded_sample_of_what_a_neuron_wins() -> None:
    X, y = _noisy(900, 0)
    learner = STDP(n_neurons=3, random_state=1)
    learner.begin(len(X), range(3), N_INPUTS)
    learner.partial_fit(X, y)
    learner.fit_readout(X, y)
    assert sorted(learner.readout_.unit_classes.tolist()) == [0, 1, 2]
    weights = learner.weights()["layer_1"]
    encoded = learner.encoder_.encode(X)
    for neuron, code in enumerate(learner.readout_.unit_classes):
        mean = encoded[y == code].mean(axis=0)
        # The trace decays within the presentation: it stands at 1 - exp(-t / tau) of the rate when the neuron spikes.
        cosine = weights[:, neuron] @ mean / np.linalg.norm(weights[:, neuron]) / np.linalg.norm(mean)
        assert cosine > 0.995
    assert learner.score(*_noisy(90, 1)) == 1.0


def test_the_first_to_spike_points_most_nearly_towards_the_sample() -> None:
    """Given weights of unequal lengths, the decision is that of the largest cosine, but for near ties."""
    X, y = _noisy(60, 2)
    learner = STDP(n_neurons=20, random_state=3)
    learner.begin(1000, range(3), N_INPUTS)
    learner.partial_fit(X, y)
    rng = np.random.default_rng(5)
    weights = rng.random((N_INPUTS, 20)) * rng.uniform(0.3, 1.5, 20)
    learner.network_.weights[:] = weights
    learner.lengths_[:] = np.linalg.norm(weights, axis=0)
    samples = rng.random((60, N_INPUTS)).astype(np.float32)
    cosine = learner.encoder_.encode(samples) @ (weights / learner.lengths_)
    activity = learner.activity(samples)
    best_two = np.sort(cosine, axis=1)[:, -2:]
    clear = best_two[:, 1] - best_two[:, 0] > 0.02
    assert clear.sum() > 15
    # Whoever spikes is among the best; the very best one nearly always spikes.
    spiked_best = activity[np.arange(60), cosine.argmax(axis=1)] > 0
    assert spiked_best[clear].mean() > 0.9


def test_events_counted_by_hand() -> None:
    """Two inputs of equal rate, three neurons, one presentation of 100 steps."""
    learner = STDP(n_neurons=3, encoder="intensity", input_rate_hz=1000.0, random_state=0)
    learner.begin(10, [0, 1], 2)
    learner.partial_fit(np.array([[0.5, 0.5]], np.float32), [1])
    counts = learner.costs().learning
    # 500 Hz each for 100 ms: 50 spikes, give or take the phase.
    assert 99 <= counts.input_spikes <= 101
    n_spikes = counts.spikes
    assert n_spikes == int(learner.n_wins_.sum()) > 0
    assert counts.connections == 100 * (2 * 3 + 3 * 2)
    assert counts.spike_deliveries == counts.input_spikes * 3 + n_spikes * 2
    assert counts.state_updates == 100 * (2 + 2 * 3)
    assert counts.trace_updates == 100 * 2
    assert counts.weight_writes == n_spikes * 2 + 3
    assert counts.silent_samples == 0
    assert counts.labels == 0
    learner.fit_readout(np.array([[0.5, 0.5], [0.9, 0.1]], np.float32), [1, 0])
    assert learner.costs().readout.labels == 2
    assert learner.costs().learning == counts


def test_an_input_never_exceeds_one_spike_a_step() -> None:
    """A sample of one strong feature: its input fires at the highest rate, and the neurons still answer."""
    X = np.zeros((30, N_INPUTS), np.float32)
    X[np.arange(30), np.arange(30) % 20] = 1
    learner = STDP(n_neurons=20, conscience=0.06, random_state=0, input_rate_hz=50_000.0)
    learner.begin(30, [0, 1], N_INPUTS)
    learner.partial_fit(X, np.arange(30) % 2)
    counts = learner.costs().learning
    n_attempts = counts.connections / (100 * (32 * 20 + 20 * 19))
    assert 30 <= n_attempts <= 30 * (RETRIES.at_most + 1)
    assert abs(counts.input_spikes / n_attempts - HIGHEST_RATE_HZ["regular"] / 10) < 1.5
    assert counts.silent_samples < 15


def test_the_schedule() -> None:
    schedule = CompetitionSchedule(0.4, 0.1, 100)
    assert [schedule.learning_rate(k) for k in (0, 50, 100, 400)] == pytest.approx([0.4, 0.2, 0.1, 0.1])
    assert [schedule.slowing(k) for k in (0, 50, 100)] == pytest.approx([1.0, 0.5, 0.25])
    assert [schedule.fading(k) for k in (0, 25, 100, 400)] == pytest.approx([1.0, 0.75, 0.0, 0.0])
    assert CompetitionSchedule(0.4, 0.1, None).learning_rate(12345) == pytest.approx(0.2)
    assert CompetitionSchedule(0.4, 0.1, None).fading(12345) == 1.0


def test_the_last_rate_and_the_conscience_follow_from_a_neurons_share() -> None:
    """2,000 presentations for 40 neurons are 50 each: averaging over a quarter of them asks for a rate of 1 / 12.5."""
    assert fair_share(2000, 40) == 50
    assert fair_share(3, 40) == 1
    assert final_rate(0.25, 50, 0.3) == pytest.approx(1 / 12.5)
    assert final_rate(0.25, 2, 0.3) == 0.3, "never above the first rate"
    assert conscience_a_spike(4.0, 50) == pytest.approx(0.08)
    learner = STDP(n_neurons=40, averaging=0.25, conscience=3.0)
    learner.begin(2000, [0, 1], 20)
    assert learner.schedule_.end == pytest.approx(1 / 12.5)
    assert learner.homeostasis_.conscience == pytest.approx(0.06)


def test_the_level_settles_where_the_wanted_number_of_spikes_answers() -> None:
    """Spikes fall as the level rises, here as 2 - level; 1.2 of them are had at a level of 0.8."""
    homeostasis = Homeostasis(3, level=0.2, conscience=0.1, spikes_per_sample=1.2)
    for _ in range(2000):
        homeostasis.settle(2 - homeostasis.level, 1.0)
    assert homeostasis.level == pytest.approx(0.8)
    fixed = Homeostasis(3, level=0.2, conscience=0.1, spikes_per_sample=None)
    fixed.settle(5.0, 1.0)
    assert fixed.level == 0.2


def test_biases_keep_their_sum_and_reach_only_those_who_competed() -> None:
    homeostasis = Homeostasis(4, level=0.5, conscience=0.1, spikes_per_sample=None)
    homeostasis.share_out(np.array([0.0, 3.0, 0.0, 0.0]), np.array([True, True, False, True]))
    np.testing.assert_allclose(homeostasis.biases, [-0.1 / 3, 0.2 / 3, 0, -0.1 / 3], rtol=1e-6)
    homeostasis.corrections[3] = 0.5
    np.testing.assert_allclose(
        homeostasis.thresholds(0.5)[[1, 2, 3]], [0.5 * (1 + 0.1 / 3), 0.5, 0.5 * (1.5 - 0.1 / 6)], rtol=1e-6
    )


@pytest.mark.parametrize("code", SPIKE_CODES)
def test_every_spike_code_tells_samples_apart(code: str) -> None:
    X, y = _noisy(600, 6)
    learner = STDP(n_neurons=20, spike_code=code, random_state=2)
    learner.begin(len(X), range(3), N_INPUTS)
    learner.partial_fit(X, y)
    learner.fit_readout(X, y)
    assert learner.score(*_noisy(90, 7)) > 0.95
    counts = learner.costs().inference
    assert counts.silent_samples == 0
    n_active = float(np.mean([np.count_nonzero(u > 0.1 * u.max()) for u in learner.encoder_.encode(X)]))
    if code == "latency":
        n_attempts = counts.connections / (100 * (32 * 20 + 20 * 19))
        assert counts.input_spikes / n_attempts == pytest.approx(n_active, rel=0.1), "one spike an input"
    else:
        assert counts.input_spikes / 90 > 20 * n_active


@pytest.mark.parametrize("code", ["regular", "poisson"])
def test_the_budget_of_input_spikes_is_kept(code: str) -> None:
    """A typical sample is given its rate times the presentation, each time that it is shown."""
    learner = STDP(n_neurons=20, spike_code=code, input_rate_hz=1500.0, presentation_ms=80.0, random_state=0)
    learner.begin(300, [0, 1, 2], N_INPUTS)
    X, y = _noisy(300, 8)
    learner.partial_fit(X, y)
    counts = learner.costs().learning
    n_shown = counts.connections / (80 * (32 * 20 + 20 * 19))
    assert 300 <= n_shown < 400
    assert counts.input_spikes / n_shown == pytest.approx(1500 * 0.08, rel=0.03)


def test_a_code_is_random_where_it_should_be() -> None:
    u = np.full(7, 7**-0.5, np.float32)
    written = {
        "regular": {"rate", "phase"},
        "poisson": {"rate", "hazard_left"},
        "latency": {"latency", "elapsed_steps"},
    }
    for code, names in written.items():
        stimulus = Stimulus(code, 1000.0, 100.0, seed=3)
        stimulus.measure(u, 0)
        first, again, other = (stimulus.onsets(u[None], PREDICTION, [key]) for key in (5, 5, 6))
        assert set(first.writes) == names
        assert all(np.array_equal(first.writes[name], again.writes[name]) for name in names)
        assert first.seeds == again.seeds
        assert any(not np.array_equal(first.writes[name], other.writes[name]) for name in names)


@pytest.mark.parametrize("readout", ["vote", "class-mean", "proportion", "poisson-likelihood", "linear-probe"])
def test_any_read_out_can_answer(readout: str) -> None:
    X, y = _noisy(300, 9)
    learner = STDP(n_neurons=20, readout=readout, random_state=2)
    learner.begin(len(X), range(3), N_INPUTS)
    learner.partial_fit(X, y)
    learner.fit_readout(X, y)
    assert learner.score(*_noisy(60, 10)) > 0.95


def test_silence_is_said_and_is_an_outcome() -> None:
    """With a threshold that nothing reaches, the prior answers, the samples count as silent, and a warning says why."""
    X, y = _noisy(30, 3)
    learner = STDP(n_neurons=20, threshold=5.0, random_state=0)
    with pytest.warns(UserWarning, match="100 % of the samples leave all neurons silent"):
        learner.fit_readout(X, y)
    np.testing.assert_allclose(learner.predict_proba(X[:2]), np.full((2, 3), 1 / 3))
    assert learner.costs().inference.silent_samples == 2


def test_one_neuron_that_wins_all_is_said() -> None:
    X, y = _noisy(300, 4)
    learner = STDP(n_neurons=20, conscience=0.0, random_state=0)
    learner.begin(300, range(3), N_INPUTS)
    learner.partial_fit(np.tile(X[:1], (300, 1)), y)
    with pytest.warns(UserWarning, match="one neuron gives"):
        learner.fit_readout(X[:1], y[:1])


def test_a_healthy_network_is_silent_about_itself() -> None:
    X, y = _noisy(300, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        STDP(n_neurons=20, epochs=2, random_state=0).fit(X, y)
