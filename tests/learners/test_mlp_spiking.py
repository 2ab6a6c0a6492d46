"""A perceptron carried over to spikes: rates against activations, accuracy against time, and what a leak loses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from neurosim.errors import InputError
from neurosim.learners.layered.mlp import MLP
from neurosim.learners.layered.mlp_spiking import MLPSpiking
from neurosim.snn.networks.integrators import hidden_names
from tests.learners.mixed_writers import digits_of_mixed_writers


@pytest.fixture(scope="module")
def split() -> Any:
    return digits_of_mixed_writers(9000)


@pytest.fixture(scope="module")
def trained(split: Any) -> MLPSpiking:
    return MLPSpiking(hidden_units=(60,), epochs=10, random_state=9000).fit(split.train.X, split.train.y)


def _flat(X: Any) -> Any:
    return X.reshape(len(X), -1)


def test_it_is_trained_as_mlp(split: Any, trained: MLPSpiking) -> None:
    """The same weights, bit for bit."""
    mlp = MLP(hidden_units=(60,), epochs=10, random_state=9000).fit(split.train.X, split.train.y)
    np.testing.assert_array_equal(trained.parameters_.flat, mlp.parameters_.flat)
    np.testing.assert_allclose(
        trained.perceptron_proba(split.validation.X), mlp.predict_proba(split.validation.X), rtol=1e-5
    )


def test_within_a_point_of_its_perceptron(split: Any, trained: MLPSpiking) -> None:
    """On unseen digits, at the default time; and the perceptron has learned something."""
    perceptron = trained.perceptron_proba(split.validation.X).argmax(axis=1)
    accuracy = np.mean(trained.classes_[perceptron] == split.validation.y)
    assert accuracy > 0.95
    assert abs(trained.score(split.validation.X, split.validation.y) - accuracy) <= 0.01


def test_the_conversion_error_goes_away_with_time(split: Any, trained: MLPSpiking) -> None:
    """Answers after a few steps differ from the perceptron's, after many they do not."""
    X = split.validation.X[:200]
    own = trained.classes_[trained.perceptron_proba(X).argmax(axis=1)]
    answers = trained.predict_over_time(X, [2, 5, 20, 100, 500])
    disagree = np.mean(answers != own, axis=1)
    assert disagree[0] > 0.1 and disagree[-1] <= 0.005
    assert disagree[0] > disagree[1] >= disagree[2] >= disagree[4]
    np.testing.assert_array_equal(answers[3], trained.predict(X))


def test_spike_counts_are_activations(split: Any, trained: MLPSpiking) -> None:
    """A neuron's rate is its unit's activation in units of the layer's scale, one spike a step at most."""
    X = _flat(split.validation.X[:50])
    (weight, bias), scale = trained.parameters_.by_layer[0], trained.scales_[0]
    rate = np.clip((X @ weight + bias) / scale, 0, 1)
    long = MLPSpiking(**(trained.get_params() | {"presentation_ms": 2000.0})).fit(split.train.X, split.train.y)
    found = long.activity(split.validation.X[:50]) / 2000
    np.testing.assert_allclose(found, rate, atol=0.01)
    assert rate.max() > 0.5 and 0.1 < np.mean(rate > 0.02) < 0.9


def test_scales_are_percentiles_of_training_activations(split: Any, trained: MLPSpiking) -> None:
    """Few training activations lie above the scale; with 100 percent, none."""
    X = _flat(split.train.X)
    weight, bias = trained.parameters_.by_layer[0]
    hidden = np.maximum(X @ weight + bias, 0)
    assert trained.scales_[0] == pytest.approx(np.percentile(hidden, 99.9), rel=1e-4)
    whole = MLPSpiking(**(trained.get_params() | {"percentile": 100.0})).fit(split.train.X, split.train.y)
    assert whole.scales_[0] == pytest.approx(hidden.max(), rel=1e-5)


def test_a_leak_costs_accuracy_where_it_is_strong(split: Any, trained: MLPSpiking) -> None:
    """Neurons that forget within 2 steps answer differently from the perceptron; without a leak they hardly do."""
    X = split.validation.X[:200]
    own = trained.perceptron_proba(X)
    error = {}
    for membrane_ms in (None, 20.0, 2.0):
        leaky = MLPSpiking(**(trained.get_params() | {"membrane_ms": membrane_ms})).fit(split.train.X, split.train.y)
        error[membrane_ms] = np.abs(leaky.predict_proba(X) - own).mean()
    assert error[None] < 0.01
    assert error[None] < error[20.0] < error[2.0]


def test_deep_networks_and_their_names(split: Any) -> None:
    """Two hidden layers: the lower one's spikes are shown, the upper one's are the activity."""
    learner = MLPSpiking(hidden_units=(30, 20), epochs=6, random_state=9000).fit(split.train.X, split.train.y)
    X = split.validation.X[:100]
    own = learner.classes_[learner.perceptron_proba(X).argmax(axis=1)]
    assert np.mean(learner.predict(X) == own) > 0.95
    spikes = learner.spikes(X[:1])
    assert dict(spikes.n_units) == {"inputs": 64, "below_1": 30, "hidden": 20}
    counts = np.bincount(spikes.unit[spikes.population == "hidden"], minlength=20)
    np.testing.assert_array_equal(counts, learner.activity(X[:1])[0])
    assert hidden_names(3) == ("below_2", "below_1", "hidden")


def test_it_says_that_it_is_a_test() -> None:
    """A control, no finding."""
    assert MLPSpiking.traits.role == "control" and "test of the code" in MLPSpiking.traits.rule


def test_before_its_scales_are_known_there_are_no_answers(split: Any) -> None:
    """Weights alone are not enough; more training after the scales is allowed."""
    learner = MLPSpiking(hidden_units=(60,), random_state=0).begin(None, range(10), 64)
    learner.partial_fit(split.train.X[:40], split.train.y[:40])
    with pytest.raises(NotFittedError):
        learner.predict(split.validation.X)
    learner.fit_readout(split.train.X, split.train.y)
    assert len(learner.predict(split.validation.X[:3])) == 3


def test_times_must_grow(trained: MLPSpiking, split: Any) -> None:
    for times in ([], [0], [5, 5], [10, 5]):
        with pytest.raises(InputError, match="times_ms"):
            trained.predict_over_time(split.validation.X[:2], times)
