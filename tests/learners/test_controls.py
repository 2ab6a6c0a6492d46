"""The controls against scikit-learn and against what they claim."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from neurosim.coding.vote import UNASSIGNED, assign_classes, vote
from neurosim.learners.controls.exemplars import Exemplars
from neurosim.learners.controls.kmeans import KMeansCentres
from neurosim.learners.controls.majority import Majority
from neurosim.learners.controls.prototypes import unit_norm
from neurosim.learners.controls.raw_linear import RawLinear
from neurosim.learners.controls.sample_memory import SampleMemory
from neurosim.tasks import load_task


def test_majority_counts() -> None:
    learner = Majority().fit(np.zeros((6, 1)), [2, 0, 2, 1, 2, 0])
    assert learner.predict([[0.3]]).tolist() == [2]
    np.testing.assert_allclose(learner.predict_proba([[0.3]]), [[2 / 6, 1 / 6, 3 / 6]])


def test_raw_linear_is_scikit_learns_logistic_regression() -> None:
    split = load_task("digits").load(0)
    X, y = split.train.X.reshape(len(split.train), -1).astype(float), split.train.y
    oracle = LogisticRegression(max_iter=200).fit(X, y)
    learner = RawLinear().fit(split.train.X, y)
    test = split.test.X.reshape(len(split.test), -1)
    np.testing.assert_allclose(learner.predict_proba(split.test.X), oracle.predict_proba(test), atol=1e-6)


def test_raw_linear_knows_only_the_classes_it_has_seen() -> None:
    rng = np.random.default_rng(0)
    X = rng.random((60, 3))
    y = (X[:, 0] > 0.5).astype(int) * 2
    learner = RawLinear().partial_fit(X, y, classes=[0, 1, 2])
    proba = learner.predict_proba(X)
    assert (proba[:, 1] == 0).all()
    assert np.mean(learner.predict(X) == y) > 0.9
    one_class = RawLinear().partial_fit(X, np.full(60, 1), classes=[0, 1, 2])
    assert set(one_class.predict(X)) == {1}


def test_exemplars_are_unit_norm_training_samples() -> None:
    split = load_task("digits").load(0)
    learner = Exemplars(n_units=30, random_state=5).fit(split.train.X, split.train.y)
    rows = unit_norm(split.train.X.reshape(len(split.train), -1))
    centres = learner.weights()["layer_1"].T
    assert centres.shape == (30, 64)
    distance = ((centres[:, None] - rows[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(distance.min(axis=1), 0, atol=1e-10)
    assert len(np.unique(distance.argmin(axis=1))) == 30


def test_kmeans_centres_are_fixed_points_of_lloyds_step() -> None:
    split = load_task("iris").load(0)
    learner = KMeansCentres(n_units=4, random_state=1).fit(split.train.X, split.train.y)
    rows = split.train.X
    winners = learner.activity(split.train.X).argmax(axis=1)
    means = np.array([rows[winners == k].mean(axis=0) for k in range(4)])
    np.testing.assert_allclose(learner.weights()["layer_1"].T, means, atol=1e-5)
    assert np.ptp(means, axis=0).max() > 0.1


def test_more_prototypes_than_samples_means_all_samples() -> None:
    X = np.array([[0.1, 0.9], [0.9, 0.1], [0.5, 0.6]])
    for cls in (Exemplars, KMeansCentres):
        learner = cls(n_units=50, random_state=0).fit(X, [0, 1, 0])
        assert learner.weights()["layer_1"].shape == (2, 3)
        assert learner.predict(X).tolist() == [0, 1, 0]


def test_the_vote_by_hand() -> None:
    """Unit 0 answers class 1 more, unit 1 class 0, unit 2 never anything."""
    activity = np.array([[1, 5, 0], [3, 4, 0], [4, 0, 0], [2, 1, 0]])
    codes = np.array([0, 0, 1, 1])
    unit_classes = assign_classes(activity, codes, 3)
    assert unit_classes.tolist() == [1, 0, UNASSIGNED]
    prior = np.array([0.2, 0.5, 0.3])
    scores = vote(np.array([[1, 3, 9], [0, 0, 2]]), unit_classes, prior)
    np.testing.assert_allclose(scores, [[0.75, 0.25, 0], prior])


def test_rare_classes_count_by_their_mean_response() -> None:
    activity = np.array([[2.0], [2.0], [2.0], [3.0]])
    assert assign_classes(activity, np.array([0, 0, 0, 1]), 2).tolist() == [1]


def test_the_memory_keeps_each_sample_once_in_order_of_appearance() -> None:
    memory = SampleMemory(2)
    a, b = np.array([[1, 2]], np.float32), np.array([[3, 4]], np.float32)
    memory.add(np.vstack([b, a, b]), np.array([0, 0, 0]))
    memory.add(np.vstack([a, b]), np.array([0, 1]))
    X, codes = memory.samples()
    np.testing.assert_array_equal(X, [[3, 4], [1, 2], [3, 4]])
    assert codes.tolist() == [0, 0, 1]
