"""``hebb-supervised``: its two stages by hand, LVQ1 against Kohonen's formula, what correction adds."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.learners.competing.hebb_supervised import HebbSupervised
from tests.learners.mixed_writers import digits_of_mixed_writers

RATES = {"learning_rate": 0.3, "final_learning_rate": 0.02, "correction_rate": 0.05, "final_correction_rate": 0.002}


def _open(weights: np.ndarray, **parameters: object) -> HebbSupervised:
    """Give a learner of two classes in 16 dimensions with given weights, without a horizon."""
    settings = RATES | parameters
    learner = HebbSupervised(n_units=weights.shape[1], random_state=0, **settings).begin(None, [0, 1], 16)
    learner.weights_[:] = weights
    return learner


def _weights() -> np.ndarray:
    """Give four units; 0 and 2 stand for class 0, 1 and 3 for class 1."""
    weights = np.zeros((16, 4), np.float32)
    weights[0, 0], weights[1, 1], weights[2, 2], weights[3, 3] = 1, 0.5, 1, 1
    return weights


def _sample(*strengths: float) -> np.ndarray:
    x = np.zeros((1, 16), np.float32)
    x[0, : len(strengths)] = strengths
    return x / np.linalg.norm(x)


def test_the_first_stage_lets_only_the_classs_own_units_compete() -> None:
    """The sample is nearest to unit 0, but its class is 1: unit 1 moves by the geometric mean of both rates."""
    learner, x = _open(_weights(), correction=0.0), _sample(0.8, 0.5, 0.0, 0.2)
    learner.partial_fit(x, [1])
    rate = np.sqrt(0.3 * 0.02)
    expected = _weights()
    expected[:, 1] += rate * (x[0] - expected[:, 1])
    np.testing.assert_allclose(learner.weights()["layer_1"], expected, rtol=1e-6)
    biases = learner.homeostasis_.biases
    assert biases[1] > 0 > biases[3] and biases[0] == biases[2] == 0


@pytest.mark.parametrize("code", [0, 1])
def test_the_second_stage_is_lvq1(code: int) -> None:
    """Kohonen 1990: the nearest unit moves towards the sample if it is of its class, else away from it."""
    learner = _open(_weights(), retry=False)
    learner.presentations_ = 1  # Without a horizon every other presentation corrects.
    x, rate = _sample(0.8, 0.5, 0.0, 0.2), np.sqrt(0.05 * 0.002)
    learner.partial_fit(x, [code])
    expected = _weights()
    expected[:, 0] += (rate if code == 0 else -rate) * (x[0] - expected[:, 0])
    np.testing.assert_allclose(learner.weights()["layer_1"], expected, rtol=1e-6)


def test_a_retry_moves_the_right_classs_best_unit_as_well() -> None:
    learner = _open(_weights(), retry=True, threshold_correction=0.1)
    learner.presentations_ = 1
    x, rate = _sample(0.8, 0.5, 0.0, 0.2), np.sqrt(0.05 * 0.002)
    learner.partial_fit(x, [1])
    expected = _weights()
    expected[:, 0] -= rate * (x[0] - expected[:, 0])
    expected[:, 1] += rate * (x[0] - expected[:, 1])
    np.testing.assert_allclose(learner.weights()["layer_1"], expected, rtol=1e-6)
    corrections = learner.homeostasis_.corrections
    assert corrections[0] > 0 and corrections[1] == -corrections[0] and not corrections[2:].any()
    assert learner.costs().learning.weight_writes == 2 * 16


def test_a_handicap_changes_the_answer() -> None:
    """Unit 0 is nearest; a lasting handicap of half its cosine lets unit 1 answer."""
    learner, x = _open(_weights()), _sample(0.8, 0.5)
    assert learner.predict(x) == [0]
    learner.homeostasis_.corrections[0] = 0.5
    assert learner.predict(x) == [1]
    np.testing.assert_array_equal(learner.activity(x), [[0, 1, 0, 0]])


def test_correction_adds_to_sharing_out() -> None:
    """Validation data by the same writers, three tuning seeds, one unit a class: LVQ moves borders between means."""
    gains = []
    for seed in range(9000, 9003):
        split = digits_of_mixed_writers(seed, 600)
        scores = [
            HebbSupervised(n_units=10, correction=correction, epochs=5, random_state=seed)
            .fit(split.train.X, split.train.y)
            .score(split.validation.X, split.validation.y)
            for correction in (0.0, 0.5)
        ]
        gains.append(scores[1] - scores[0])
    assert np.mean(gains) > 0.005, gains


def test_units_stand_for_classes_before_any_data() -> None:
    learner = HebbSupervised(n_units=7, random_state=0).begin(10, ["a", "b", "c"], 4)
    np.testing.assert_array_equal(learner.unit_classes_, [0, 1, 2, 0, 1, 2, 0])
