"""Any estimator of scikit-learn's kind as a learner, by name."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from neurosim.data import Classes, Signature
from neurosim.errors import InputError
from neurosim.learners import learner_class, make_learner
from neurosim.metrics.costs import COUNTED_NOTHING, PHASES, uncounted
from neurosim.registry import open_registry
from neurosim.seeding import integer_seed
from neurosim.tasks import load_task

SVM = "estimator:sklearn.svm.SVC"
BOOSTED = "estimator:sklearn.ensemble.GradientBoostingRegressor"


@pytest.fixture(scope="module")
def iris() -> Any:
    return load_task("iris").load(0)


def test_it_answers_as_the_estimator_does_on_the_samples_seen_each_once(iris: Any) -> None:
    X, y, test = iris.train.X, iris.train.labels, iris.test.X
    distinct = np.sort(np.unique(np.column_stack([X, y]), axis=0, return_index=True)[1])
    online = make_learner(SVM, C=3.0, gamma=0.7, random_state=4).begin(None, [0, 1, 2], 4)
    for rows in (slice(0, 50), slice(None), slice(20, 90)):
        online.partial_fit(X[rows], y[rows])
    oracle = SVC(C=3.0, gamma=0.7, random_state=0).fit(X[distinct], y[distinct])
    assert np.array_equal(online.fit_readout(X, y).predict(test), oracle.predict(test))
    assert online.score(test, iris.test.labels) > 0.9


def test_a_regressor_gets_the_seed_and_answers_in_the_targets_unit() -> None:
    split = load_task("diabetes").split(9000)
    X, y = split.train.X, split.train.labels
    learner = make_learner(BOOSTED, subsample=0.5, n_estimators=30, random_state=4).fit(X, y)
    memory = learner.memory_.samples()
    oracle = GradientBoostingRegressor(subsample=0.5, n_estimators=30, random_state=integer_seed(4, "init"))
    expected = y.min() + np.ptp(y) * oracle.fit(memory[0], memory[1][:, 0]).predict(split.test.X)
    np.testing.assert_allclose(learner.predict(split.test.X), expected, rtol=1e-6)
    assert learner.score(split.test.X, split.test.labels) > 0.3
    other = make_learner(BOOSTED, subsample=0.5, n_estimators=30, random_state=5).fit(X, y)
    assert not np.array_equal(other.predict(split.test.X), learner.predict(split.test.X))


def test_parameters_are_the_estimators_own(iris: Any) -> None:
    """In the signature, in a clone and in a search; also one that is called as a method of learners is."""
    accepted = inspect.signature(learner_class(SVM)).parameters
    assert accepted.keys() == inspect.signature(SVC).parameters.keys() and accepted["C"].default == 1.0
    nearest = make_learner("estimator:sklearn.neighbors.KNeighborsClassifier", weights="distance", random_state=0)
    twin = clone(nearest)
    assert twin is not nearest and twin.get_params() == nearest.get_params()
    assert twin.get_params()["weights"] == "distance" and "random_state" in twin.get_params()
    assert twin.fit(iris.train.X, iris.train.labels).weights() == {} and twin.batch_size == 1
    assert twin.activity(iris.test.X).shape == (30, 0)
    search = GridSearchCV(make_learner(SVM, random_state=0), {"C": [1e-4, 10.0]}, cv=3).fit(
        iris.train.X, iris.train.labels
    )
    assert search.best_params_ == {"C": 10.0}
    with pytest.raises(InputError, match="parameter 'gama' is unknown; did you mean gamma"):
        make_learner(SVM, gama=1.0)


def test_a_wrong_value_is_found_before_the_first_trial() -> None:
    with pytest.raises(InputError, match=r"SVC: The 'C' parameter of SVC must be a float .* Got -1 instead"):
        make_learner(SVM, C=-1).begin_for(Signature((4,), Classes((0, 1))))


def test_nothing_is_counted_and_the_reason_is_given(iris: Any) -> None:
    learner = make_learner(SVM, random_state=0).fit(iris.train.X, iris.train.labels)
    learner.predict(iris.test.X)
    assert learner.traits.role == "control" and learner.traits.unit == "none"
    unknown = uncounted(learner.costs(), learner.traits, learned=True, has_weights=False)
    assert unknown == dict.fromkeys(PHASES, COUNTED_NOTHING)


def test_scores_sum_to_one_with_and_without_probabilities_and_with_classes_not_met(iris: Any) -> None:
    for name in ("svm.LinearSVC", "ensemble.RandomForestClassifier"):
        learner = make_learner(f"estimator:sklearn.{name}", random_state=1).begin(None, [0, 1, 2, 9], 4)
        np.testing.assert_array_equal(learner.predict_proba(iris.test.X), 0.25)
        one = iris.train.labels == 1
        learner.partial_fit(iris.train.X[one], iris.train.labels[one])
        assert set(learner.predict(iris.test.X)) == {1}
        proba = learner.partial_fit(iris.train.X, iris.train.labels).predict_proba(iris.test.X)
        np.testing.assert_allclose(proba.sum(axis=1), 1)
        assert (proba[:, 3] == 0).all() and np.mean(proba.argmax(axis=1) == iris.test.labels) > 0.85


@pytest.mark.parametrize("name", [SVM, BOOSTED])
def test_it_is_kept_in_files_and_travels_by_name(name: str, iris: Any, tmp_path: Path) -> None:
    """To a process that has never made the class."""
    learner = make_learner(name, random_state=3).fit(iris.train.X, iris.train.labels)
    learner.save(tmp_path / "a.npz")
    expected = learner.predict(iris.test.X)
    for twin in (learner_class(name).load(tmp_path / "a.npz"), pickle.loads(pickle.dumps(learner))):
        np.testing.assert_array_equal(twin.predict(iris.test.X), expected)
        assert type(twin) is type(learner)
    if name != SVM:
        return
    (tmp_path / "a.pickle").write_bytes(pickle.dumps(learner))
    code = (
        f"import pickle; print(pickle.load(open({str(tmp_path / 'a.pickle')!r}, 'rb')).predict([[0.2, 0.3, 0.8, 0.7]]))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(learner.predict([[0.2, 0.3, 0.8, 0.7]]))


def test_before_learning_there_is_a_clear_error() -> None:
    with pytest.raises(NotFittedError):
        make_learner(SVM).predict(np.zeros((2, 4)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("estimator:sklearn.svm.SVX", r"class 'SVX' is unknown; did you mean .*SVC"),
        ("estimator:sklearn.svmm.SVC", "module 'sklearn.svmm' cannot be imported: No module named"),
        ("estimator:SVC", "learner is 'estimator:SVC'; accepted: estimator:module.Class"),
        ("estimator:", "learner 'estimator:' is unknown"),
        ("estimator:sklearn.cluster.KMeans", "is neither a classifier nor a regressor; accepted"),
        ("estimator:collections.OrderedDict", "is no estimator of scikit-learn's kind; accepted"),
        ("estimator:sklearn.svm.l1_min_c", "is no estimator of scikit-learn's kind; accepted"),
        ("estimators:sklearn.svm.SVC", "learner 'estimators:sklearn.svm.SVC' is unknown"),
    ],
)
def test_what_is_no_estimator_is_refused_in_one_line(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        learner_class(name)
    assert "\n" not in str(caught.value)


def test_an_entry_says_where_it_comes_from() -> None:
    entry = open_registry().find("learners", SVM)
    assert (entry.origin, entry.name, entry.argument) == ("estimator", SVM, "sklearn.svm.SVC")
    assert entry.load() is learner_class(SVM) and "sklearn.svm.SVC" in entry.describe()
    with pytest.raises(InputError, match=r"task 'estimator:sklearn\.svm\.SVC' is unknown"):
        open_registry().find("tasks", SVM)


def test_networks_of_skorch_join_by_their_class(iris: Any) -> None:
    """A network of PyTorch in scikit-learn's clothes."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    pytest.importorskip("skorch", reason="skorch is not installed")
    network = torch.nn.Sequential(torch.nn.Linear(4, 20), torch.nn.ReLU(), torch.nn.Linear(20, 3))
    learner = make_learner(
        "estimator:skorch.NeuralNetClassifier", module=network, criterion=torch.nn.CrossEntropyLoss, max_epochs=40,
        lr=0.2, verbose=0, random_state=0,
    )  # fmt: skip
    assert learner.fit(iris.train.X, iris.train.labels).score(iris.test.X, iris.test.labels) > 0.6
