"""Checks that nothing of the test part and no hidden label reaches a learner; and learners that fail them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from scipy.stats import binom

from neurosim.compare.protocols.work import Budget
from neurosim.data import Dataset, EventCounts, Locality, Split, Traits
from neurosim.learners.roles import Classifier
from tests.compare.stubs import presented, work
from tests.learners.asking import answers

Make = Callable[[], Any]
N_PROTOTYPES, N_BITS, FLIP = 60, 48, 0.02


def run(make: Make, split: Split, presentations: int = 160) -> tuple[Any, Any]:
    """Train, evaluate and test a fresh learner as a comparison does; gives it and its record."""
    learner = make()
    return learner, presented(work(learner, 1, split, Budget(presentations, 2)))


def assert_test_inputs_change_nothing(make: Make, split: Split) -> None:
    """Put noise in place of the test inputs: no weight, threshold or label table changes, and no later answer."""
    noise = np.random.default_rng(0).random(split.test.X.shape).astype(np.float32)
    assert not np.array_equal(noise, split.test.X)
    states = []
    for test in (split.test, replace(split.test, X=noise)):
        learner, _ = run(make, replace(split, test=test))
        said = answers(learner, split.validation.X)
        states.append({**learner._state(), **learner.weights(), "answers": said})
    one, other = states
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=f"the test inputs change {name}")


def assert_order_of_tests_changes_nothing(make: Make, split: Split) -> None:
    """Shuffle the test samples: each is answered as before."""
    order = np.random.default_rng(0).permutation(len(split.test))
    learner, record = run(make, split)
    shuffled, record_of_shuffled = run(make, replace(split, test=split.test.take(order)))
    if "confusion" in record.arrays:
        np.testing.assert_array_equal(record_of_shuffled.items["accuracy"], record.items["accuracy"][order])
        np.testing.assert_array_equal(record_of_shuffled.arrays["confusion"], record.arrays["confusion"])
    said = answers(learner, split.test.X)
    np.testing.assert_array_equal(answers(shuffled, split.test.X[order]), said[order])


def assert_wrong_labels_teach_nothing(make: Make, must_learn: bool = True) -> None:
    """Permute the training labels: the accuracy is that of guessing; with the right labels it is not.

    The 60 prototypes get their two labels at random, so that whatever is learned of the samples says nothing of their
    labels. Then 60 test samples, one a prototype, are 60 independent guesses, and the binomial bound holds for any
    learner. On a task whose classes are clusters it would not: all samples of a cluster are right or wrong together.
    """
    split = random_labels()
    low, high = binom.interval(0.999, len(split.test), 0.5) / np.float64(len(split.test))
    if must_learn:
        right = run(make, split, 3000)[1].value("accuracy")
        assert right > high, f"with the right labels only {right:.3f}"
    order = np.random.default_rng(3).permutation(len(split.train))
    wrong = Dataset(split.train.X, split.train.labels[order], split.train.index)
    assert np.mean(wrong.labels == split.train.labels) < 0.6
    found = run(make, replace(split, train=wrong), 3000)[1].value("accuracy")
    assert low <= found <= high, f"with permuted labels {found:.3f}, outside {low:.3f} to {high:.3f}"


def random_labels() -> Split:
    """Make noisy copies of random bit patterns, four a pattern to learn from, whose two labels are drawn at random."""
    rng = np.random.default_rng(11)
    prototypes = (rng.random((N_PROTOTYPES, N_BITS)) < 0.5).astype(np.float32)
    labels = rng.permutation(np.arange(N_PROTOTYPES) % 2)

    def part(n_copies: int) -> Dataset:
        which = np.tile(np.arange(N_PROTOTYPES), n_copies)
        flips = rng.random((len(which), N_BITS)) < FLIP
        return Dataset(np.abs(prototypes[which] - flips).astype(np.float32), labels[which], np.arange(len(which)))

    return Split(part(4), part(1), part(1))


class NearestMean(Classifier):
    """Answers the class whose running mean is nearest: honest."""

    traits: ClassVar[Traits] = Traits(
        "rate", "running mean", "label", Locality(True, True, "while learning", "1", False, False)
    )

    def __init__(self, random_state: Any = None) -> None:
        self.random_state = random_state

    def _start(self) -> None:
        self.means_ = np.full((len(self.classes_), self.n_features_in_), 0.5)

    def _learn(self, X: Any, codes: Any) -> EventCounts:
        for x, code in zip(X, codes, strict=True):
            self.means_[code] += 0.1 * (x - self.means_[code])
        return EventCounts(presentations=len(X), labels=len(X))

    def _scores(self, X: Any) -> tuple[Any, EventCounts]:
        # Sample by sample, so that no sum depends on the neighbours.
        distances = np.array([[np.sum((x - mean) ** 2) for mean in self.means_] for x in X])
        return np.exp(-distances) / np.exp(-distances).sum(axis=1, keepdims=True), EventCounts(presentations=len(X))

    def _activity(self, X: Any) -> Any:
        return np.zeros((len(X), 0))

    def weights(self) -> dict[str, Any]:
        return {"means": self.means_.T.copy()}

    def _state(self) -> dict[str, Any]:
        return {"means": self.means_}

    def _restore(self, state: dict[str, Any]) -> None:
        self.means_ = state["means"]


class Peeker(NearestMean):
    """Tunes itself on whatever it is asked."""

    def _scores(self, X: Any) -> tuple[Any, EventCounts]:
        scores, counts = super()._scores(X)
        self._learn(X, scores.argmax(axis=1))
        return scores, counts


class Standardiser(NearestMean):
    """Looks at all the samples it is asked about before it answers one; keeps nothing."""

    def _scores(self, X: Any) -> tuple[Any, EventCounts]:
        ranks = np.arange(len(X)) / max(len(X), 1)
        return super()._scores(X + 0.2 * ranks[:, None])


class Oracle(NearestMean):
    """Has seen the answers."""

    def _scores(self, X: Any) -> tuple[Any, EventCounts]:
        test = random_labels().test
        nearest = [int(np.argmin(np.sum((test.X - x) ** 2, axis=1))) for x in X]
        return np.eye(2)[test.labels[nearest]], EventCounts(presentations=len(X))
