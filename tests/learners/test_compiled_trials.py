"""Trials in compiled code: the same bits, weights, thresholds and counts as the learners' own trials in Python."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from neurosim.learners import make_learner
from neurosim.learners.competing import class_wired, stdp
from neurosim.learners.competing.rstdp import RSTDPActor
from neurosim.snn.engine.live import looping

N, N_FEATURES, NEURONS = 90, 4, 20
CASES = [
    ("stdp", {"spike_code": "regular"}),
    ("stdp", {"spike_code": "poisson", "threshold": 0.4}),
    ("stdp", {"spike_code": "latency"}),
    ("stdp", {"input_rate_hz": 300.0}),
    ("stdp-supervised", {"retry": True}),
    ("stdp-supervised", {"retry": False, "spike_code": "latency"}),
    ("rstdp", {}),
    ("rstdp", {"spike_code": "poisson"}),
]


def samples(n: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Three classes, told apart by which feature is strong."""
    rng = np.random.default_rng(8)
    y = rng.integers(0, 3, n)
    X = rng.uniform(0, 0.5, (n, N_FEATURES)).astype(np.float32)
    X[np.arange(n), y] += 0.45
    return X, y


def trained(kind: str, settings: dict[str, Any], pieces: tuple[int, ...] = (N,)) -> Any:
    X, y = samples()
    learner = make_learner(kind, n_neurons=NEURONS, presentation_ms=60.0, random_state=4, **settings)
    learner.begin(N, np.arange(3), N_FEATURES)
    start = 0
    for size in pieces:
        learner.partial_fit(X[start : start + size], y[start : start + size])
        start += size
    if hasattr(learner, "fit_readout"):
        learner.fit_readout(X[:30], y[:30])
    return learner


def in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (stdp, class_wired):
        monkeypatch.setattr(module, "compiled_trials", lambda *_: None)


def assert_equal(one: Any, other: Any) -> None:
    X, _ = samples()
    mine, theirs = one._state(), other._state()
    assert mine.keys() == theirs.keys()
    for name, array in mine.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    assert one.costs() == other.costs()


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_compiled_trials_are_those_of_python(
    kind: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = trained(kind, settings)
    with monkeypatch.context() as patched:
        in_python(patched)
        interpreted = trained(kind, settings)
        assert_equal(compiled, interpreted)
    moved = compiled.weights()["layer_1"] != trained(kind, settings, pieces=(2,)).weights()["layer_1"]
    assert moved.any(axis=0).sum() > 3 and compiled.costs().learning.spikes > N / 2


@pytest.mark.parametrize(("kind", "settings"), CASES[-2:] + CASES[:1] + CASES[4:5])
def test_neither_stretches_nor_time_slices_change_a_bit(
    kind: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trained(kind, settings)
    monkeypatch.setattr("neurosim.learners.competing.spike_coded.STRETCH", 7)
    monkeypatch.setattr(looping, "SLICE_NS", 1)
    assert_equal(trained(kind, settings, pieces=(31, 1, N - 32)), whole)


@pytest.mark.parametrize("kind", ["stdp", "stdp-supervised", "rstdp"])
def test_copies_go_on_apart_from_their_original(kind: str) -> None:
    X, y = samples()
    learner, expected = trained(kind, {}, pieces=(40,)), trained(kind, {}, pieces=(40,))
    twins = [copy.deepcopy(learner), pickle.loads(pickle.dumps(learner))]
    expected.partial_fit(X[40:60], y[40:60])
    for twin in (*twins, learner):
        twin.partial_fit(X[40:60], y[40:60])
        assert_equal(twin, copy.deepcopy(expected))


@pytest.mark.parametrize("error", [ZeroDivisionError("no reward"), KeyboardInterrupt()])
def test_an_error_of_the_world_comes_through_and_learning_goes_on(error: BaseException) -> None:
    X, y = samples()
    actor = RSTDPActor(n_neurons=NEURONS, random_state=1).begin(N, 3, N_FEATURES)
    asked: list[int] = []

    def judge(rows: slice, actions: np.ndarray) -> np.ndarray:
        asked.append(rows.start)
        if len(asked) == 6:
            raise error
        return np.asarray(actions == y[rows], np.float32)

    with pytest.raises(type(error)):
        actor.attend(X, judge)
    assert asked == list(range(6)) and actor.presentations_ == 5
    actor.attend(X[6:], judge)
    assert len(asked) == N and actor.costs().learning.presentations == 0
    # All but the one that the world gave no reward for.
    assert actor.take_counts().feedback_bits == N - 1


def test_the_world_is_asked_once_for_each_action_and_in_order() -> None:
    X, _ = samples(20)
    actor = RSTDPActor(n_neurons=NEURONS, random_state=1).begin(20, 3, N_FEATURES)
    asked: list[tuple[int, int, int]] = []

    def judge(rows: slice, actions: np.ndarray) -> np.ndarray:
        asked.append((rows.start, rows.stop, int(actions[0])))
        return np.ones(1, np.float32)

    actor.attend(X, judge)
    assert [rows[:2] for rows in asked] == [(k, k + 1) for k in range(20)]
    assert {action for _, _, action in asked} <= {-1, 0, 1, 2} and len({action for _, _, action in asked}) > 1
