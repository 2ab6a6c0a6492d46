"""One suite for every registered learner: what classifiers and regressors promise."""

from __future__ import annotations

import functools
import inspect
import pickle
import re
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from neurosim.data import Locality, Split, Traits
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.learners.base import Learner
from neurosim.learners.regressor import Regressor
from neurosim.learners.roles import Classifier
from neurosim.tasks import load_task
from tests.learners.asking import answers, begun, first_fitted
from tests.learners.settings import CLASSIFIERS, LONG, NAMES, REGRESSORS, SIBLINGS, UNCOUNTED, brief, quick, with_slow

TASKS = ("iris", "patterns:n_classes=4,flip=0.05")
NUMBERS = ("diabetes", "sine")
"""What regressors learn; both lists begin with a small table."""
LEARNS = tuple(name for name in NAMES if name not in ("majority", "mean"))
DECIDED = (
    "majority",
    "mean",
    "raw-linear",
    "linear-regressor",
    "neighbour-regressor",
    "nearest-neighbour",
    "svm",
    "lda",
)
"""Learners that draw nothing at random."""


@functools.lru_cache
def _load(task: str) -> Split:
    return load_task(task).load(0, 80)


@pytest.fixture
def split(request: pytest.FixtureRequest) -> Split:
    return _load(request.param)


def _is_slow(metafunc: pytest.Metafunc, name: str, task: str) -> bool:
    core = (test_it_learns, test_the_same_seed_gives_the_same_bits_and_another_seed_others, test_shapes,
            test_saved_and_loaded_it_goes_on_exactly, test_predicting_changes_nothing)  # fmt: skip
    return (name in LONG and task in (TASKS[1], NUMBERS[1])) or (name in SIBLINGS and metafunc.function not in core)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test over every learner and task; slow learners meet the second task among the slow tests."""
    by_function = {test_it_learns: LEARNS, test_labels_that_were_not_announced_are_refused: CLASSIFIERS}
    names = by_function.get(metafunc.function, NAMES)
    if "split" not in metafunc.fixturenames:
        shared = metafunc.function is test_any_sample_shape_is_accepted
        metafunc.parametrize("name", with_slow(names, SIBLINGS if shared else ()))
        return
    cases = [
        pytest.param(name, task, marks=[pytest.mark.slow] if _is_slow(metafunc, name, task) else [])
        for name in names
        for task in (NUMBERS if name in REGRESSORS else TASKS)
    ]
    metafunc.parametrize(("name", "split"), cases, indirect=["split"])


def _state(learner: Any) -> dict[str, np.ndarray]:
    return {key: np.array(value) for key, value in learner._state().items()}


def _assert_same(a: Any, b: Any) -> None:
    a, b = _state(a), _state(b)
    assert a.keys() == b.keys()
    for key in a:
        np.testing.assert_array_equal(a[key], b[key], err_msg=key)


def _classes(split) -> np.ndarray:
    return np.unique(split.train.y)


def _online(name: str, split, chunks: list[slice] | None = None, **changes: Any) -> Any:
    learner = begun(quick(name, **changes), split.train.X, split.train.y, len(split.train))
    for rows in chunks or [slice(None)]:
        learner.partial_fit(split.train.X[rows], split.train.y[rows])
    return learner


def test_it_is_a_learner_with_traits(name: str) -> None:
    cls = learner_class(name)
    role = Regressor if name in REGRESSORS else Classifier
    assert issubclass(cls, role) and issubclass(role, Learner)
    assert isinstance(cls.traits, Traits)
    assert isinstance(cls.traits.locality, Locality)
    assert cls.__doc__ and re.search("[Pp]arameter", cls.__doc__)
    told = {"nothing": "for read-out", "reward": "never", "label": "while learning"}[cls.traits.teacher]
    assert cls.traits.locality.labels == told


def test_it_extends_abstract_classes_only(name: str) -> None:
    """What two learners share stands in a family's base or in a function, never in one of the two."""
    bases = [base for base in learner_class(name).__mro__[1:] if issubclass(base, Learner)]
    assert Learner in bases
    assert all(inspect.isabstract(base) for base in bases)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(name: str, split) -> None:
    X, y = split.train.X, split.train.y
    first, second = brief(name).fit(X, y), brief(name).fit(X, y)
    _assert_same(first, second)
    np.testing.assert_array_equal(answers(first, split.test.X), answers(second, split.test.X))
    if name in DECIDED:
        return
    other = brief(name, random_state=8).fit(X, y)
    found = [[*learner.weights().values()] or [answers(learner, split.test.X)] for learner in (first, other)]
    assert any(not np.array_equal(a, b) for a, b in zip(*found, strict=True))


def test_it_learns(name: str, split) -> None:
    """Far better than guessing, which shows that everything below is not about an idle learner."""
    learner = quick(name).fit(split.train.X, split.train.y)
    if name in REGRESSORS:
        assert learner.score(split.test.X, split.test.y) > 0.2
        return
    chance = max(np.mean(split.test.y == label) for label in _classes(split))
    assert learner.score(split.test.X, split.test.y) > chance + 0.3


def test_predicting_changes_nothing(name: str, split) -> None:
    learner = brief(name).fit(split.train.X, split.train.y)
    before, costs = _state(learner), learner.costs()
    first = answers(learner, split.test.X)
    learner.predict(split.validation.X)
    learner.activity(split.validation.X)
    second = answers(learner, split.test.X)
    np.testing.assert_array_equal(first, second)
    after = _state(learner)
    for key, value in before.items():
        np.testing.assert_array_equal(value, after[key])
    assert learner.costs().learning == costs.learning
    assert learner.costs().readout == costs.readout
    asked = 2 * len(split.test) + len(split.validation)
    assert learner.costs().inference.presentations == (0 if name in UNCOUNTED else asked)


def test_order_and_batch_of_predictions_change_no_bit(name: str, split) -> None:
    learner = brief(name).fit(split.train.X, split.train.y)
    X = split.test.X[:30]
    whole = answers(learner, X)
    np.testing.assert_array_equal(answers(learner, X[::-1])[::-1], whole)
    np.testing.assert_array_equal(np.concatenate([answers(learner, X[k : k + 1]) for k in range(30)]), whole)
    np.testing.assert_array_equal(learner.activity(X[::-1])[::-1], learner.activity(X))


def test_fit_forgets(name: str, split) -> None:
    X, y = split.train.X, split.train.y
    used = brief(name).fit(X[::-1] ** 2, np.roll(y, 3)).partial_fit(X, y)
    _assert_same(used.fit(X, y), brief(name).fit(X, y))


def test_chunks_at_batch_boundaries_equal_one_call(name: str, split) -> None:
    batch_size = learner_class(name)().batch_size
    size = max(1, 8 // batch_size) * batch_size
    n = len(split.train)
    chunks = [slice(start, min(start + size, n)) for start in range(0, n, size)]
    assert len(chunks) > 1
    whole, parts = _online(name, split), _online(name, split, chunks)
    _assert_same(whole, parts)
    assert whole.presentations_ == parts.presentations_ == n
    assert whole.costs().learning == parts.costs().learning


def test_the_order_of_trials_is_kept(name: str, split) -> None:
    """partial_fit never shuffles: presenting one trial at a time gives the same as all at once."""
    if learner_class(name)().batch_size > 1:
        one_by_one = [slice(k, k + 1) for k in range(len(split.train))]
        _assert_same(_online(name, split, batch_size=1), _online(name, split, one_by_one, batch_size=1))
    else:
        _assert_same(_online(name, split), _online(name, split, [slice(0, 3), slice(3, 40), slice(40, None)]))


def test_a_learner_runs_without_a_horizon(name: str, split) -> None:
    learner = begun(quick(name), split.train.X, split.train.y)
    learner.partial_fit(split.train.X, split.train.y).fit_readout(split.train.X, split.train.y)
    assert np.isfinite(answers(learner, split.test.X)).all()


def test_going_beyond_the_horizon_is_allowed(name: str, split) -> None:
    learner = _online(name, split)
    learner.partial_fit(split.train.X, split.train.y).fit_readout(split.train.X, split.train.y)
    assert learner.presentations_ == 2 * len(split.train)
    assert np.isfinite(answers(learner, split.test.X)).all()


def test_saved_and_loaded_it_goes_on_exactly(name: str, split, tmp_path: Path) -> None:
    half = slice(0, 40)
    whole = _online(name, split, [half])
    whole.save(tmp_path / "learner.npz")
    loaded = learner_class(name).load(tmp_path / "learner.npz")
    assert loaded.get_params() == whole.get_params()
    _assert_same(loaded, whole)
    for learner in (whole, loaded):
        learner.partial_fit(split.train.X[40:], split.train.y[40:]).fit_readout(split.train.X, split.train.y)
    _assert_same(loaded, whole)
    assert loaded.costs().learning == whole.costs().learning
    np.testing.assert_array_equal(answers(loaded, split.test.X), answers(whole, split.test.X))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["learner.npz"]


def test_fitted_ranges_and_text_labels_survive_saving(name: str, split, tmp_path: Path) -> None:
    names = np.array(["no", "perhaps", "surely", "yes"])
    X = split.train.X * 50 - 7
    y = split.train.labels * 3.0 - 900 if name in REGRESSORS else names[split.train.labels]
    learner = brief(name).fit(X, y)
    learner.save(tmp_path / "a.npz")
    loaded = learner_class(name).load(tmp_path / "a.npz")
    np.testing.assert_array_equal(loaded.predict(X), learner.predict(X))
    if name in REGRESSORS:
        assert np.mean(np.abs(loaded.predict(X) - y.mean())) < np.ptp(y)
    else:
        assert set(loaded.predict(X)) <= set(y)


def test_a_damaged_or_foreign_file_is_refused(name: str, split, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    brief(name).fit(split.train.X, split.train.y).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be read"):
        learner_class(name).load(path)
    path.write_bytes(whole)
    other = "majority" if name != "majority" else "mlp"
    with pytest.raises(InputError, match="is of learner"):
        learner_class(other).load(path)


def test_pickled_and_cloned(name: str, split) -> None:
    learner = _online(name, split, [slice(0, 40)])
    twin = pickle.loads(pickle.dumps(learner))
    for one in (learner, twin):
        one.partial_fit(split.train.X[40:], split.train.y[40:])
    _assert_same(learner, twin)
    fresh = clone(learner)
    assert fresh.get_params() == learner.get_params()
    with pytest.raises(NotFittedError):
        fresh.predict(split.test.X)


def test_before_learning_there_is_a_clear_error(name: str, split) -> None:
    for ask in ("predict", "activity", *(() if name in REGRESSORS else ("predict_proba",))):
        with pytest.raises(NotFittedError):
            getattr(quick(name), ask)(split.test.X)
    if name in REGRESSORS:
        with pytest.raises(InputError, match="begin needs n_features"):
            quick(name).begin()
        with pytest.raises(NotFittedError, match="has met no target yet"):
            quick(name).begin(10, split.test.X[0].size).predict(split.test.X)
        return
    with pytest.raises(InputError, match="classes is None in the first call"):
        quick(name).partial_fit(split.train.X, split.train.y)
    with pytest.raises(InputError, match="begin needs classes and n_features"):
        quick(name).begin()


def test_labels_that_were_not_announced_are_refused(name: str, split) -> None:
    learner = quick(name)
    with pytest.raises(InputError, match="y holds 99"):
        learner.partial_fit(split.train.X[:5], [0, 1, 99, 0, 1], classes=[0, 1])


def test_the_untrained_control_has_labels_and_answers(name: str, split) -> None:
    learner = quick(name).fit_readout(split.train.X, split.train.y)
    assert learner.presentations_ == 0
    assert learner.costs().learning.presentations == 0
    if name in REGRESSORS:
        assert np.isfinite(learner.predict(split.test.X)).all()
        return
    assert set(learner.predict(split.test.X)) <= set(_classes(split))


def test_shapes(name: str, split) -> None:
    learner = brief(name).fit(split.train.X, split.train.y)
    if name not in REGRESSORS:
        proba = learner.predict_proba(split.test.X)
        assert proba.shape == (len(split.test), len(_classes(split)))
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    assert learner.predict(split.test.X).shape == (len(split.test),)
    activity = learner.activity(split.test.X)
    assert activity.ndim == 2 and len(activity) == len(split.test)
    assert hasattr(learner, "transform") is learner.has_units is (activity.shape[1] > 0)
    if learner.has_units:
        np.testing.assert_array_equal(learner.transform(split.test.X), activity)
    for matrix in learner.weights().values():
        assert matrix.ndim == 2
    if learner.weights():
        n_inputs = learner.encoder_.n_inputs if hasattr(learner, "encoder_") else split.train.X[0].size
        assert next(iter(learner.weights().values())).shape[0] == n_inputs


def test_weights_are_copies(name: str, split) -> None:
    learner = brief(name).fit(split.train.X, split.train.y)
    before = answers(learner, split.test.X)
    for matrix in learner.weights().values():
        matrix[:] = 0
    np.testing.assert_array_equal(answers(learner, split.test.X), before)


def test_costs_only_grow(name: str, split) -> None:
    learner = _online(name, split, [slice(0, 40)])
    early = asdict(learner.costs().learning)
    learner.partial_fit(split.train.X[40:], split.train.y[40:])
    late = asdict(learner.costs().learning)
    assert all(late[key] >= early[key] for key in early)
    if name in UNCOUNTED:
        assert not any(late.values())
        return
    assert late["presentations"] == len(split.train)
    told = learner.traits.teacher == "label"
    assert (late["labels"] > 0) is told


def test_any_sample_shape_is_accepted(name: str) -> None:
    split = load_task("iris").load(0, 80)
    flat, squares = split.train.X, split.train.X.reshape(-1, 2, 2)
    a, b = brief(name).fit(squares, split.train.y), brief(name).fit(flat, split.train.y)
    np.testing.assert_array_equal(answers(a, split.test.X.reshape(-1, 2, 2)), answers(b, split.test.X))


def test_fit_learns_the_range_of_each_feature(name: str, split) -> None:
    """Shifted and stretched features give the same predictions, up to float32's rounding of the scaling."""
    X = split.train.X.astype(np.float64)
    low, high = X.min(axis=0), X.max(axis=0)
    X = (X - low) / (high - low)
    stretch, shift = 2.0 ** np.arange(X.shape[1]), 64.0
    plain = quick(name).fit(X, split.train.y)
    moved = quick(name).fit(X * stretch - shift, split.train.y)
    one, other = plain.predict(X), moved.predict(X * stretch - shift)
    # A spike that comes a step later makes a number a little another.
    share = 0.1 if learner_class(name).traits.unit == "spike" else 0.05
    near = share * np.ptp(split.train.y) if name in REGRESSORS else 0
    assert np.mean(np.abs(one - other) <= near) > 0.95


def test_partial_fit_takes_the_unit_interval_as_given_and_clips_with_one_warning(name: str, split) -> None:
    learner = quick(name)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        first_fitted(learner, split.train.X * 2 - 0.5, split.train.y)
        learner.partial_fit(split.train.X * 2 - 0.5, split.train.y)
    assert len([w for w in seen if "clipped" in str(w.message)]) == 1
    clipped = quick(name)
    first_fitted(clipped, np.clip(split.train.X * 2 - 0.5, 0, 1), split.train.y)
    clipped.partial_fit(np.clip(split.train.X * 2 - 0.5, 0, 1), split.train.y)
    _assert_same(learner, clipped)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_input_that_is_not_finite_is_refused(name: str, split, bad: float) -> None:
    X = split.train.X.copy()
    X[3, 0] = bad
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        quick(name).fit(X, split.train.y)


def test_training_labels_reach_no_learner_that_says_so(name: str, split) -> None:
    """Permuting training labels before the read-out changes no weight of a learner that is told nothing."""
    if learner_class(name).traits.teacher != "nothing":
        pytest.skip("this learner is told something while it learns")
    permuted = np.random.default_rng(0).permutation(split.train.y)
    a = _online(name, split)
    b = begun(quick(name), split.train.X, split.train.y, len(split.train))
    b.partial_fit(split.train.X, permuted)
    for one, two in zip(a.weights().values(), b.weights().values(), strict=True):
        np.testing.assert_array_equal(one, two)
