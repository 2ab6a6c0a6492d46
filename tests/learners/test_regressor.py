"""What the role of learners that answer with numbers promises beyond the contract; the perceptron and the controls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor

from neurosim.ann.losses import LOSSES
from neurosim.coding.population import preferred_values, weighted_means
from neurosim.data import Classes, Reals, Signature
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.learners.scaling import TargetRange
from neurosim.seeding import integer_seed
from neurosim.tasks import load_task
from tests.learners.settings import REGRESSORS, quick, with_slow

SEVERAL = tuple(name for name in REGRESSORS if name != "snn-regressor")


@pytest.fixture(scope="module")
def split() -> Any:
    return load_task("diabetes").split(9000, 60)


def flat(split: Any) -> tuple[np.ndarray, np.ndarray]:
    return split.train.X, split.train.labels


@pytest.mark.parametrize("name", with_slow(REGRESSORS, ["snn-regressor"]))
@pytest.mark.parametrize(("factor", "shift"), [(0.001, 5.0), (-40.0, 1e4)])
def test_the_unit_of_the_target_changes_nothing(name: str, factor: float, shift: float, split: Any) -> None:
    """Targets in another unit give the same answers in that unit; turned around, for those that know no direction."""
    X, y = flat(split)
    if factor < 0 and name not in ("mean", "linear-regressor", "neighbour-regressor"):
        factor = -factor
    plain, other = quick(name).fit(X, y), quick(name).fit(X, factor * y + shift)
    expected = factor * plain.predict(split.test.X) + shift
    assert np.ptp(expected) > 0 or name == "mean"
    np.testing.assert_allclose(other.predict(split.test.X), expected, atol=2e-3 * abs(factor) * np.ptp(y))


def test_targets_beyond_the_range_are_extrapolated() -> None:
    """Four times the range comes out as four times the range, also of a range that has no width."""
    told = TargetRange.between(np.array([10.0, 3.0]), np.array([20.0, 3.0]))
    inside = told.standardised(np.array([[10.0, 3.0], [20.0, 4.0], [50.0, 1.0]]))
    assert inside.dtype == np.float32 and inside.tolist() == [[0, 0], [1, 1], [4, -2]]
    assert told.restored(inside).tolist() == [[10, 3], [20, 4], [50, 1]]
    learner = quick("linear-regressor", penalty=0.0).begin(None, 1, target_low=0.0, target_high=1.0)
    x = np.linspace(0, 1, 9)[:, None]
    np.testing.assert_allclose(learner.partial_fit(x, 7 * x[:, 0] - 3).predict(x), 7 * x[:, 0] - 3, atol=1e-4)


def test_the_range_is_what_begin_was_told_else_that_of_the_first_trials(split: Any) -> None:
    X, y = flat(split)
    signature = Signature((10,), Reals(1, "", 0.0, 500.0))
    told = quick("mlp-regressor").begin_for(signature, len(X)).partial_fit(X, y)
    assert (told.target_range_.low, told.target_range_.width) == (0, 500)
    first = quick("mlp-regressor").partial_fit(X[:20], y[:20]).partial_fit(X[20:], y[20:])
    assert (first.target_range_.low, first.target_range_.width) == (y[:20].min(), np.ptp(y[:20]))
    begun = quick("mlp-regressor").begin_for(Signature((10,), Reals()), len(X))
    with pytest.raises(NotFittedError, match="has met no target yet"):
        begun.predict(X)
    assert begun.partial_fit(X, y).target_range_.width == np.ptp(y)


@pytest.mark.parametrize("name", SEVERAL)
def test_several_targets_each_have_their_own_range_and_columns_stay_columns(
    name: str, split: Any, tmp_path: Path
) -> None:
    X, y = flat(split)
    both = np.column_stack([y, 0.001 * X[:, 2] - 7])
    learner = quick(name).fit(X, both)
    answers = learner.predict(split.test.X)
    assert answers.shape == (len(split.test), 2)
    assert abs(answers[:, 0].mean() - y.mean()) < 40 and abs(answers[:, 1].mean() - both[:, 1].mean()) < 3e-4
    learner.save(tmp_path / "a.npz")
    np.testing.assert_array_equal(learner_class(name).load(tmp_path / "a.npz").predict(split.test.X), answers)
    assert quick(name).fit(X, y[:, None]).predict(X).shape == (60, 1)
    assert learner.costs().learning.labels in (0, 2 * learner.presentations_)
    with pytest.raises(InputError, match="y has 1 targets a sample; accepted: 2, as before"):
        learner.partial_fit(X, y)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"n_targets": 0}, "n_targets is 0; accepted: a whole number, 1 or more"),
        ({"target_low": 1.0}, "target_low is 1.0 and target_high is None; accepted: both, or neither"),
        ({"target_low": 3.0, "target_high": 2.0}, "accepted: finite numbers, the lower first"),
        ({"target_low": 0.0, "target_high": np.inf}, "accepted: finite numbers"),
        (
            {"target_low": [0, 1, 2], "target_high": 5, "n_targets": 2},
            "the range of 2 targets .*; accepted: a number e",
        ),
        ({"n_presentations": 0}, "n_presentations is 0; accepted: 1 or more, or None"),
    ],
)
def test_what_begin_cannot_take_is_refused(told: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        quick("mlp-regressor").begin(n_features=3, **told)
    with pytest.raises(InputError, match="n_targets is 2; accepted: 1"):
        quick("snn-regressor").begin(n_features=3, n_targets=2)


def test_a_regressor_refuses_classes_and_a_classifier_numbers() -> None:
    with pytest.raises(InputError, match="MLPRegressor answers with a number, but asked for is one of 2 classes"):
        quick("mlp-regressor").begin_for(Signature((3,), Classes((0, 1))))
    with pytest.raises(InputError, match="MLP answers with a class, but asked for is a number"):
        quick("mlp").begin_for(Signature((3,), Reals()))


@pytest.mark.parametrize("hidden_units", [(), (6, 5)])
def test_the_perceptrons_gradient_is_that_of_its_loss(hidden_units: tuple[int, ...]) -> None:
    """Central differences in float64, for two targets."""
    rng = np.random.default_rng(2)
    X, y = rng.random((7, 4)).astype(np.float32), rng.normal(size=(7, 2))
    learner = quick("mlp-regressor", hidden_units=hidden_units, activation="tanh").begin(None, 4, 2, y.min(0), y.max(0))
    targets = learner.target_range_.standardised(y)
    learner._write_slopes(X, targets, 0.1)
    flat, slopes = learner.parameters_.flat, learner.gradients_.flat.copy()

    def loss(number: int, step: float) -> float:
        kept = flat[number]
        flat[number] = kept + step
        value = LOSSES["mean-squared-error"].value(learner._outputs(X).astype(float), targets)
        flat[number] = kept
        return value

    numeric = np.array([(loss(k, 1e-2) - loss(k, -1e-2)) / 2e-2 for k in range(len(flat))])
    assert np.abs(slopes).max() > 0.01
    np.testing.assert_allclose(slopes, numeric, atol=2e-4)


def test_a_perceptron_without_hidden_units_finds_least_squares(split: Any) -> None:
    X, y = flat(split)
    learner = quick(
        "mlp-regressor", hidden_units=(), weight_decay=0.0, batch_size=60, epochs=2000, learning_rate=0.05
    ).fit(X, y)
    A = np.column_stack([X, np.ones(len(X))])
    best = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    np.testing.assert_allclose(learner.predict(X), best, atol=0.02 * np.ptp(y))


def test_controls_are_what_scikit_learn_makes_of_the_samples(split: Any) -> None:
    X, y = flat(split)
    cases = {
        "linear-regressor": ({"penalty": 0.3}, Ridge(alpha=0.3)),
        "neighbour-regressor": (
            {"n_neighbours": 4, "weighting": "distance"},
            KNeighborsRegressor(4, weights="distance"),
        ),
        "forest-regressor": (
            {"n_trees": 20, "feature_share": 0.5, "least_leaf": 3},
            RandomForestRegressor(20, max_features=0.5, min_samples_leaf=3, random_state=integer_seed(7, "init")),
        ),
    }
    for name, (parameters, oracle) in cases.items():
        found = quick(name, **parameters).fit(X, y).predict(split.test.X)
        # In another order of rows, a forest would draw others: learners keep samples in the order of their trials.
        memory_X, memory_y = quick(name, **parameters).fit(X, y).memory_.samples()
        low, width = y.min(), np.ptp(y)
        expected = low + width * oracle.fit(memory_X, memory_y[:, 0]).predict(split.test.X)
        np.testing.assert_allclose(found, expected, atol=1e-3 * width)
    assert quick("mean").fit(X, y).predict(X[:3]).tolist() == pytest.approx([y.mean()] * 3, rel=1e-6)


def test_fewer_samples_than_neighbours_are_all_asked() -> None:
    X = np.array([[0.1], [0.9], [0.4]])
    assert quick("neighbour-regressor").fit(X, [1.0, 2.0, 6.0]).predict([[0.2]]) == pytest.approx(3.0)


def test_controls_that_saw_nothing_answer_the_middle() -> None:
    for name in ("mean", "linear-regressor", "forest-regressor"):
        learner = quick(name).begin(None, 2, target_low=10.0, target_high=30.0)
        assert learner.predict([[0.1, 0.7]]) == pytest.approx([20.0])


def test_the_spiking_regressor_answers_with_the_weighted_mean_of_its_outputs(split: Any) -> None:
    """Its hidden weights move, its neurons fire, and the answer is what the code makes of the outputs' softmax."""
    X, y = flat(split)
    learner = quick("snn-regressor").begin(2 * len(X), 10, 1, y.min(), y.max())
    before = learner.weights()["layer_1"]
    learner.partial_fit(X, y)
    assert np.abs(learner.weights()["layer_1"] - before).max() > 1e-3 and learner.activity(X).sum() > 100
    shares, _ = learner._shares(X)
    assert shares.shape == (60, 12) and np.allclose(shares.sum(axis=1), 1)
    means = weighted_means(shares, preferred_values(12, 0.1))
    np.testing.assert_allclose(learner.predict(X), y.min() + np.ptp(y) * means)


@pytest.mark.parametrize("name", [name for name in SEVERAL if name != "mean"])
def test_shuffled_targets_teach_nothing_of_the_samples(name: str, split: Any) -> None:
    """On their own targets learners explain a part of the test variance; on shuffled ones, nothing."""
    X, y = flat(split)
    shuffled = np.random.default_rng(6).permutation(y)
    right, wrong = (quick(name).fit(X, told).score(split.test.X, split.test.labels) for told in (y, shuffled))
    assert right > 0.2 and wrong < 0.05
