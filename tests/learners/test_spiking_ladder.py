"""The rungs of the spiking ladder: one network; what Hebb and node perturbation do to its hidden layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.learners import learner_class
from neurosim.learners.hidden_spikes.base import Batch
from neurosim.learners.hidden_spikes.eligibility import input_counts, traces_at_own_spikes
from neurosim.learners.hidden_spikes.snn_hebb_hidden import count_shares
from neurosim.snn.networks.hidden_layer import HiddenLayerNetwork, Presentations, Timing
from neurosim.tasks import load_task

Array = np.ndarray[Any, Any]
RUNGS = ("snn-hebb-hidden", "snn-node-perturbation-loss", "e-prop-random", "snn-gradient")
NEW = RUNGS[:2]
SETTINGS: dict[str, Any] = {
    "n_hidden": 4, "initial_gain": 1.5, "initial_bias": 0.3, "learning_rate": 0.04, "batch_size": 8, "random_state": 1,
}  # fmt: skip
TIMING = Timing(presentation_ms=30.0, membrane_ms=12.0, output_ms=45.0)


def _begun(name: str, n_features: int = 16, n_classes: int = 2, **settings: Any) -> Any:
    own = {"snn-hebb-hidden": {"hidden_rate": 0.1, "temperature": 0.5}, "snn-node-perturbation-loss": {"noise": 0.3}}
    learner = learner_class(name)(**(SETTINGS | own.get(name, {}) | settings))
    return learner.begin(None, range(n_classes), n_features)


def _hidden(learner: Any) -> tuple[Array, Array]:
    (weights, bias), _ = learner.parameters_.by_layer
    return weights.copy(), bias.copy()


def _samples(n: int = 40) -> tuple[Array, Array]:
    X = np.random.default_rng(2).uniform(0, 1, (n, 16)).astype(np.float32) ** 3
    return X, np.arange(n) % 2


def _cosine(a: Array, b: Array) -> float:
    return float(np.sum(a * b) / np.linalg.norm(a) / np.linalg.norm(b))


def test_the_rungs_share_everything_but_what_the_hidden_layer_hears() -> None:
    """Same start, same first step of the output; with the hidden layer frozen the same network to the end."""
    X, y = _samples()
    for hidden, n in (("learned", 8), ("frozen", 40)):
        learners = [_begun(name, hidden=hidden, batch_size=8) for name in RUNGS]
        starts = [_hidden(learner) for learner in learners]
        for learner in learners:
            learner.partial_fit(X[:n], y[:n])
        first = learners[-1]
        for learner, start in zip(learners, starts, strict=True):
            np.testing.assert_array_equal(start[0], starts[-1][0])
            np.testing.assert_array_equal(learner.weights()["layer_2"], first.weights()["layer_2"])
            assert np.array_equal(_hidden(learner)[0], start[0]) is (hidden == "frozen")
            assert np.array_equal(_hidden(learner)[1], start[1]) is (hidden == "frozen")
    for k, learner in enumerate(learners):
        assert all(
            not np.shares_memory(learner.parameters_.flat, other.parameters_.flat) for other in learners[k + 1 :]
        )


@pytest.mark.parametrize("name", NEW)
def test_what_labels_do_to_hidden_weights(name: str) -> None:
    """Nothing at all under the Hebbian rule, while the output learns from them; something under perturbation."""
    X, y = _samples()
    learners = [_begun(name) for _ in range(2)]
    start = _hidden(learners[0])
    for learner, codes in zip(learners, (y, np.random.default_rng(0).permutation(y)), strict=True):
        learner.partial_fit(X, codes)
    told, permuted = (_hidden(learner) for learner in learners)
    assert np.abs(told[0] - start[0]).max() > 0.01
    for a, b in zip(told, permuted, strict=True):
        assert np.array_equal(a, b) is (name == "snn-hebb-hidden")
    assert np.abs(learners[0].weights()["layer_2"] - learners[1].weights()["layer_2"]).max() > 0.01


# -- Hebb -----------------------------------------------------------------------------------------------------------


def _shown() -> tuple[Presentations, Array, Array]:
    """Give what a random network of 5, 4 and 3 did with 3 samples; its input and hidden spikes as 0 and 1."""
    rng = np.random.default_rng(3)
    network = HiddenLayerNetwork(5, 4, 3, TIMING)
    network.load(rng.normal(0.1, 0.35, (5, 4)), rng.normal(0.4, 0.3, 4), rng.normal(0, 0.6, (4, 3)), np.zeros(3))
    shown = network.present(rng.uniform(50, 600, (3, 5)).astype(np.float32), rng.uniform(0, 1, (3, 5)))
    network.close()
    inputs, hidden = np.zeros((3 * TIMING.n_steps, 5)), np.zeros((3 * TIMING.n_steps, 4))
    inputs[shown.input_steps, shown.input_indices] = 1
    hidden[shown.hidden_steps, shown.hidden_indices] = 1
    return shown, inputs.reshape(3, -1, 5), hidden.reshape(3, -1, 4)


def test_traces_at_own_spikes_equal_those_carried_forwards_in_time() -> None:
    """A trace decays, is read by the spikes of a step, and only then hears the step's input, as the potential does."""
    shown, inputs, hidden = _shown()
    shares = np.random.default_rng(4).uniform(0.1, 1, (3, 4)).astype(np.float32)
    expected, trace = np.zeros((5, 4)), np.zeros((3, 5))
    for step in range(TIMING.n_steps):
        trace *= TIMING.membrane_decay
        expected += np.einsum("ni,nj,nj->ij", trace, hidden[:, step], shares)
        trace += inputs[:, step]
    assert hidden.sum() > 15 and expected.max() > 1
    np.testing.assert_allclose(traces_at_own_spikes(shown, shares, TIMING, 5), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(input_counts(shown, TIMING, 5), inputs.sum(axis=1))


def test_shares_are_a_softmax_over_those_that_spiked() -> None:
    counts = np.array([[3, 1, 0, 4], [0, 0, 0, 0], [0, 2, 0, 0], [90, 91, 0, 0]], np.float32)
    shares = count_shares(counts, 0.7)
    np.testing.assert_allclose(shares.sum(axis=1), [1, 0, 1, 1], rtol=1e-6)
    assert (shares[counts == 0] == 0).all()
    assert shares[0, 3] / shares[0, 1] == pytest.approx(np.exp(3 / 0.7), rel=1e-5)
    assert shares[3, 1] / shares[3, 0] == pytest.approx(np.exp(1 / 0.7), rel=1e-5)


def test_a_single_neuron_comes_to_rest_at_the_traces_of_its_spikes() -> None:
    """With nobody to compete with, weights end as L times the mean trace at own spikes: along the sample."""
    X = np.tile(_samples(1)[0], (8, 1))
    settings = {"hidden_rate": 0.5, "active_share": 1.0, "presentation_ms": 200.0, "schedule": "constant"}
    learner = _begun("snn-hebb-hidden", **settings)
    # All others are silent for good.
    learner.parameters_.by_layer[0][1][:] = [1.5, *[-1e3] * 3]
    x = learner.encoder_.encode(X)[0]
    before = _cosine(_hidden(learner)[0][:, 0], x)
    for _ in range(30):
        learner.partial_fit(X, np.zeros(8, int))
    weights = _hidden(learner)[0]
    shown = learner.present(learner.encoder_.encode(X), 0, range(240, 248))
    assert shown.counts[:, 0].min() >= 2 and shown.counts[:, 1:].max() == 0
    change, weights = learner._instar_change(shown, weights)[:, 0], weights[:, 0]
    assert before < 0.5 and _cosine(weights, x) > 0.98
    assert np.linalg.norm(change) < 0.05 * np.linalg.norm(weights)
    length = learner.first_gain * 16**0.5
    assert 0.7 * length < np.linalg.norm(weights) < 1.1 * length


def test_neurons_that_stay_silent_keep_their_weights_and_gain_drive() -> None:
    X, y = _samples(8)
    learner = _begun("snn-hebb-hidden", batch_size=8, hidden_rate=0.2, active_share=0.3, schedule="constant")
    learner.parameters_.by_layer[0][1][:] = [-40, 0.5, 0.5, 40]
    before = _hidden(learner)
    learner.partial_fit(X, y)
    after = _hidden(learner)
    np.testing.assert_array_equal(after[0][:, 0], before[0][:, 0])
    assert np.abs(after[0][:, 3] - before[0][:, 3]).max() > 1e-3
    np.testing.assert_allclose((after[1] - before[1])[[0, 3]], [0.2 * 0.3, 0.2 * (0.3 - 1)], rtol=1e-4)


def test_every_neuron_ends_active_on_its_share_of_the_samples() -> None:
    split = load_task("iris").load(0, 60)
    settings = {"active_share": 0.3, "hidden_rate": 0.1, "initial_gain": 0.4, "schedule": "constant"}
    learner = _begun("snn-hebb-hidden", 4, 3, n_hidden=16, **settings)
    active = []
    for _ in range(12):
        active.append(np.mean(learner.activity(split.train.X) > 0, axis=0))
        learner.partial_fit(split.train.X, split.train.y)
    assert np.abs(active[0] - 0.3).max() > 0.2
    assert np.abs(np.mean(active[-5:], axis=0) - 0.3).max() < 0.12


# -- node perturbation ----------------------------------------------------------------------------------------------


def _noise_averaged_loss(weights: Array, bias: Array, read_out: tuple[Array, Array], inputs: Array, code: int) -> float:
    """Step the spiking network in float64; ``bias``, shape (n_draws, n_hidden), holds the noise."""
    decay, keeps = np.exp(-1 / TIMING.membrane_ms), np.exp(-1 / TIMING.output_ms)
    v, y = np.zeros(bias.shape), np.zeros((len(bias), len(read_out[1])))
    for now in inputs:
        v = decay * v + (1 - decay) * bias
        spikes = (v >= 1).astype(float)
        v += now @ weights - spikes
        y = keeps * y + (1 - keeps) * read_out[1] + spikes @ read_out[0]
    return float(np.mean(np.log(np.exp(y).sum(axis=1)) - y[:, code]))


def test_perturbation_follows_the_slope_of_the_noise_averaged_loss_through_real_spikes() -> None:
    """Finite differences of the loss averaged over the noise, which is smooth although spikes are not."""
    n_draws, sigma, code, h = 6000, 0.4, 2, 0.1
    learner = _begun(
        "snn-node-perturbation-loss", 5, 3, n_hidden=4, encoder="intensity", noise=sigma, presentation_ms=30.0,
        membrane_ms=12.0, output_ms=45.0, initial_gain=1.2, random_state=4,
    )  # fmt: skip
    (weights, bias), (output, output_bias) = learner.parameters_.by_layer
    bias[:] = [0.9, 0.2, 1.3, 0.6]
    output *= 2
    encoded = learner.encoder_.encode(np.tile(np.array([0.9, 0.2, 0.5, 0.7, 0.1], np.float32), (n_draws, 1)))
    keys, codes = [3] * n_draws, np.full(n_draws, code)
    shown = learner.present(encoded, 0, keys)
    learner._teach_hidden(Batch(encoded, keys, learner.targets(codes), shown), np.zeros((n_draws, 3), np.float32), 0.0)
    found, found_bias = (part.astype(float) for part in learner.gradients_.by_layer[0])

    n_steps = TIMING.n_steps
    inputs = np.zeros((n_steps, 5))
    own = shown.input_steps < n_steps
    inputs[shown.input_steps[own], shown.input_indices[own]] = 1
    noise = np.random.default_rng(0).normal(0, sigma, (n_draws, 4))

    def loss(w: Array, b: Array) -> float:
        return _noise_averaged_loss(w * learner.charge, b + noise, (output, output_bias), inputs, code)

    def slopes(of: Array, moved: Any) -> Array:
        expected = np.empty(of.shape)
        for index in np.ndindex(of.shape):
            step = np.zeros(of.shape)
            step[index] = h
            expected[index] = (loss(*moved(step)) - loss(*moved(-step))) / (2 * h)
        return expected

    expected = slopes(weights, lambda step: (weights + step, bias))
    expected_bias = slopes(bias, lambda step: (weights, bias + step))
    assert shown.counts[0].sum() > 3 and inputs.sum(axis=0).min() >= 1
    assert np.abs(expected_bias).max() > 0.1 and np.ptp(np.sign(expected)) == 2
    np.testing.assert_allclose(found_bias, expected_bias, atol=0.06)
    assert _cosine(found_bias, expected_bias) > 0.97
    assert _cosine(found, expected) > 0.95
    assert _cosine(np.roll(found, 2, axis=1), expected) < 0.5


def test_noise_is_new_in_each_step_and_the_same_again_from_the_same_seed() -> None:
    X, y = _samples(16)
    runs = [_begun("snn-node-perturbation-loss", random_state=seed).partial_fit(X, y) for seed in (1, 1, 5)]
    np.testing.assert_array_equal(runs[0].parameters_.flat, runs[1].parameters_.flat)
    assert not np.array_equal(runs[0].parameters_.flat, runs[2].parameters_.flat)
    gradients = []
    learner = _begun("snn-node-perturbation-loss", learning_rate=1e-9)
    for _ in range(2):
        learner.presentations_ = 0
        learner.partial_fit(X[:8], y[:8])
        gradients.append([theta[0].copy() for theta in learner.gradients_.by_layer])
    np.testing.assert_allclose(gradients[0][1], gradients[1][1], atol=1e-6)
    assert np.abs(gradients[0][0] - gradients[1][0]).max() > 1e-3


@pytest.mark.parametrize("name", NEW)
def test_events_are_counted_as_by_hand(name: str) -> None:
    """20 presentations of 16 features over 16 inputs, 4 hidden neurons, 2 classes, 40 steps, batches of 8."""
    X, y = _samples(20)
    learner = _begun(name, presentation_ms=40.0).partial_fit(X, y)
    counts, once = learner.costs().learning, 20 * 40 * (16 * 4 + 4 * 2)
    assert counts.presentations == counts.labels == counts.feedback_bits == 20
    output_only = 20 * 4 * 2
    if name == "snn-hebb-hidden":
        assert counts.connections == once and counts.spikes > 20
        assert counts.feedback_connections == output_only + counts.spikes * 16
        assert counts.weight_writes == 3 * (4 * 2 + 2 + 17 * 4)
        assert counts.trace_updates == 20 * 4 + 3 * 2 * (4 * 2 + 2) + 20 * 40 * 16
    else:
        assert counts.connections == 2 * once
        assert counts.input_spikes % 2 == 0 and counts.input_spikes > 20 * 16
        assert counts.feedback_connections == output_only + 20 * 16 * 4
        assert counts.weight_writes == 3 * (4 * 2 + 2 + 17 * 4)
        assert counts.trace_updates == 20 * 4 + 3 * 2 * (4 * 2 + 2 + 17 * 4) + counts.input_spikes // 2
    assert counts.state_updates == (1 if name == "snn-hebb-hidden" else 2) * 20 * 40 * (16 + 4 + 2) + 20 * 4
