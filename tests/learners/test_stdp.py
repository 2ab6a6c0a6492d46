"""Competitive STDP: what it converges to, how it decides, what it counts, and what it says when it fails."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from neurosim.errors import InputError
from neurosim.learners.competition import HIGHEST_RATE_HZ
from neurosim.learners.stdp import RETRIES, STDP

RNG = np.random.default_rng(4)
PROTOTYPES = (RNG.random((3, 40)) < 0.3) * np.linspace(0.4, 1, 40)


def _noisy(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return np.clip(PROTOTYPES[y] + 0.03 * rng.standard_normal((n, 40)), 0, 1).astype(np.float32), y


def test_weights_become_the_mean_encoded_sample_of_what_a_neuron_wins() -> None:
    X, y = _noisy(900, 0)
    learner = STDP(n_neurons=3, random_state=1)
    learner.begin(len(X), range(3), 40)
    learner.partial_fit(X, y)
    learner.fit_readout(X, y)
    assert sorted(learner.unit_classes_.tolist()) == [0, 1, 2]
    weights = learner.weights()["layer_1"]
    encoded = learner.encoder_.encode(X)
    for neuron, code in enumerate(learner.unit_classes_):
        mean = encoded[y == code].mean(axis=0)
        # The trace decays within the presentation: it stands at 1 - exp(-t / tau) of the rate when the neuron spikes.
        cosine = weights[:, neuron] @ mean / np.linalg.norm(weights[:, neuron]) / np.linalg.norm(mean)
        assert cosine > 0.995
    assert learner.score(*_noisy(90, 1)) == 1.0


def test_the_first_to_spike_points_most_nearly_towards_the_sample() -> None:
    """Given weights of unequal lengths, the decision is that of the largest cosine, but for near ties."""
    X, y = _noisy(60, 2)
    learner = STDP(n_neurons=25, random_state=3)
    learner.begin(1000, range(3), 40)
    learner.partial_fit(X, y)
    rng = np.random.default_rng(5)
    weights = rng.random((40, 25)) * rng.uniform(0.3, 1.5, 25)
    learner.network_.weights[:] = weights
    learner.lengths_[:] = np.linalg.norm(weights, axis=0)
    samples = rng.random((60, 40)).astype(np.float32)
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
    X = np.zeros((30, 20), np.float32)
    X[np.arange(30), np.arange(30) % 20] = 1
    learner = STDP(n_neurons=5, random_state=0, input_rate_hz=50_000.0)
    learner.begin(30, [0, 1], 20)
    learner.partial_fit(X, np.arange(30) % 2)
    counts = learner.costs().learning
    n_attempts = counts.connections / (100 * (20 * 5 + 5 * 4))
    assert 30 <= n_attempts <= 30 * (RETRIES.at_most + 1)
    assert abs(counts.input_spikes / n_attempts - HIGHEST_RATE_HZ / 10) < 1.5
    assert counts.silent_samples < 15


def test_the_schedule() -> None:
    learner = STDP(learning_rate=0.4, final_learning_rate=0.1)
    learner.begin(100, [0, 1], 20)
    assert [learner._rate(k) for k in (0, 50, 100, 400)] == pytest.approx([0.4, 0.2, 0.1, 0.1])
    learner.begin(None, [0, 1], 20)
    assert learner._rate(12345) == pytest.approx(0.2)


def test_silence_is_said_and_is_an_outcome() -> None:
    """With a threshold that nothing reaches, the prior answers, the samples count as silent, and a warning says why."""
    X, y = _noisy(30, 3)
    learner = STDP(n_neurons=4, threshold=5.0, random_state=0)
    with pytest.warns(UserWarning, match="100 % of the samples leave all neurons silent"):
        learner.fit_readout(X, y)
    np.testing.assert_allclose(learner.predict_proba(X[:2]), np.full((2, 3), 1 / 3))
    assert learner.costs().inference.silent_samples == 2


def test_one_neuron_that_wins_all_is_said() -> None:
    X, y = _noisy(300, 4)
    learner = STDP(n_neurons=6, conscience=0.0, random_state=0)
    learner.begin(300, range(3), 40)
    learner.partial_fit(np.tile(X[:1], (300, 1)), y)
    with pytest.warns(UserWarning, match="one neuron gives"):
        learner.fit_readout(X[:1], y[:1])


def test_a_healthy_network_is_silent_about_itself() -> None:
    X, y = _noisy(300, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        STDP(n_neurons=6, epochs=2, random_state=0).fit(X, y)


@pytest.mark.parametrize(
    ("field", "value"),
    [("n_neurons", 0), ("presentation_ms", 0.0), ("learning_rate", 1.5), ("threshold", -1.0), ("encoder", "intensty"),
     ("n_fields", 1), ("conscience", float("nan"))],
)  # fmt: skip
def test_a_parameter_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{field}"):
        STDP(**{field: value}).begin(10, [0, 1], 4)
