"""Learners are scikit-learn estimators: its own checks, and its tools at work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from neurosim.learners import make_learner
from neurosim.tasks import load_task
from tests.learners.settings import LONG, NAMES, quick

# Every exception stands here with its reason.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "Majority": {
        "check_classifiers_train": "it is a control that cannot learn",
    },
    "Mean": {
        "check_regressors_train": "it is a control that cannot learn",
    },
}
HELD = "parameters are held by the estimator itself, since one may be called as a method of learners is"
EXCEPTIONS |= {name: {"check_no_attributes_set_in_init": HELD} for name in ("SVC", "SVR")}


@pytest.fixture(autouse=True)
def unchanged_surroundings() -> Iterator[None]:
    """Put NumPy's global generator back: scikit-learn's own checks draw from it, so it cannot be asserted here."""
    state = np.random.get_state()
    yield
    np.random.set_state(state)


def _expected(estimator: object) -> dict[str, str]:
    return EXCEPTIONS.get(type(estimator).__name__, {})


ELSEWHERE = [make_learner(f"estimator:sklearn.svm.{name}", random_state=1) for name in ("SVC", "SVR")]


@parametrize_with_checks(
    [*(quick(name) for name in NAMES if name not in LONG), *ELSEWHERE], expected_failed_checks=_expected
)
def test_estimator_checks(estimator, check) -> None:
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([quick(name) for name in LONG], expected_failed_checks=_expected)
def test_estimator_checks_of_the_slower_learners(estimator, check) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def iris():
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


def test_cross_val_score(iris) -> None:
    """In scikit-learn's hands, on raw centimetres, the perceptron does what logistic regression does on iris."""
    scores = cross_val_score(quick("mlp", epochs=40, dropout=0.0), *iris, cv=5)
    assert scores.mean() > 0.93


def test_grid_search_picks_the_rate_that_learns(iris) -> None:
    search = GridSearchCV(quick("mlp", dropout=0.0), {"learning_rate": [1e-6, 0.02]}, cv=3).fit(*iris)
    assert search.best_params_ == {"learning_rate": 0.02}
    assert search.cv_results_["mean_test_score"][0] < search.best_score_ - 0.2


def test_pipeline(iris) -> None:
    X, y = iris
    model = make_pipeline(StandardScaler(), quick("mlp", epochs=40, dropout=0.0)).fit(X, y)
    assert model.score(X, y) > 0.93
    assert model.predict_proba(X).shape == (150, 3)


def test_units_serve_as_features_in_a_pipeline(iris) -> None:
    """A read-out of units that no label reached, far above a third; a learner without units is no transformer."""
    X, y = iris
    model = make_pipeline(quick("hebb"), LogisticRegression()).fit(X, y)
    assert model.score(X, y) > 0.6
    features = model[:-1].transform(X)
    assert features.shape == (150, 20) and features.std(axis=0).max() > 0
    np.testing.assert_array_equal(features, model[0].activity(X))
    with pytest.raises(TypeError, match="should be transformers"):
        make_pipeline(quick("majority"), LogisticRegression()).fit(X, y)


def test_text_labels_come_back_as_text() -> None:
    split = load_task("noisy-xor").load(0, 200)
    names = np.array(["even", "odd"])
    learner = quick("mlp", epochs=60, dropout=0.0).fit(split.train.X, names[split.train.y])
    assert np.mean(learner.predict(split.test.X) == names[split.test.y]) > 0.95
