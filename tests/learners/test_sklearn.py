"""Learners are scikit-learn estimators: its own checks, and its tools at work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_array

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


def test_tools_that_expect_the_base_class_find_what_it_has(iris) -> None:
    """Representation, page and pipeline of a learner, and the metadata that scikit-learn's routing may hand it."""
    learner = quick("mlp", learning_rate=0.25)
    assert "MLP(" in repr(learner) and "learning_rate=0.25" in repr(learner) and "momentum" not in repr(learner)
    assert "MLP" in learner._repr_html_() and "MLP" in make_pipeline(StandardScaler(), learner)._repr_html_()
    assert is_classifier(learner) and not is_regressor(learner) and is_regressor(quick("mlp-regressor"))
    with config_context(enable_metadata_routing=True):
        asked = clone(learner.set_score_request(sample_weight=True)).get_metadata_routing()
        assert asked.score.requests == {"sample_weight": True}
        assert asked.partial_fit.requests == {"classes": None}
        weights = np.arange(len(iris[1])) % 2
        scores = cross_validate(learner, *iris, cv=2, params={"sample_weight": weights})["test_score"]
    assert len(scores) == 2 and np.isfinite(scores).all()


def test_plain_arrays_are_checked_as_scikit_learn_checks_them() -> None:
    """What is no plain array of finite numbers gets scikit-learn's words; what is, comes out as it would."""
    learner = quick("mlp").begin(None, [0, 1], 3)
    X = np.arange(12).reshape(4, 3) / 12
    for given in (X, X.astype(np.float32), (X > 0.4), np.asfortranarray(X), X[::2], (12 * X).astype(np.uint8)):
        prepared = learner.prepared(given / max(given.max(), 1) if given.dtype == np.uint8 else given)
        wanted = check_array(given / max(given.max(), 1) if given.dtype == np.uint8 else given, dtype=np.float32)
        assert prepared.dtype == np.float32 and np.array_equal(prepared, wanted)
    wrong = {"NaN": np.where(X > 0.5, np.nan, X), "infinity": X * 1e300, "3 features": X[:, :2], "sample": X[:0]}
    for text, given in wrong.items():
        with pytest.raises(ValueError, match=text):
            learner.prepared(given)
        with pytest.raises(ValueError, match=text):
            learner.partial_fit(given, np.zeros(len(given), int))
    with pytest.raises(ValueError, match="inconsistent numbers"):
        learner.partial_fit(X, np.zeros(3, int))
    with pytest.raises(ValueError, match="continuous"):
        learner.partial_fit(X, np.linspace(0, 1, 4))
