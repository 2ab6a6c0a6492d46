"""The controls against scikit-learn and against what they claim."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from neurosim.coding.vote import UNASSIGNED, assign_classes, vote
from neurosim.learners.controls.chosen_by_folds import best_by_folds, dealt, stratified_rows
from neurosim.learners.controls.exemplars import Exemplars
from neurosim.learners.controls.kmeans import KMeansCentres
from neurosim.learners.controls.kmeans_by_class import KMeansByClass
from neurosim.learners.controls.lda import LDA
from neurosim.learners.controls.majority import Majority
from neurosim.learners.controls.nearest_neighbour import NearestNeighbour
from neurosim.learners.controls.raw_linear import RawLinear
from neurosim.learners.controls.sample_memory import SampleMemory
from neurosim.learners.controls.scaled_prototypes import k_means
from neurosim.learners.controls.scaling import unit_norm
from neurosim.learners.controls.svm import SVM
from neurosim.tasks import load_task


def test_majority_counts() -> None:
    learner = Majority().fit(np.zeros((6, 1)), [2, 0, 2, 1, 2, 0])
    assert learner.predict([[0.3]]).tolist() == [2]
    np.testing.assert_allclose(learner.predict_proba([[0.3]]), [[2 / 6, 1 / 6, 3 / 6]])


def test_raw_linear_is_scikit_learns_logistic_regression() -> None:
    split = load_task("digits").load(0)
    X, y = split.train.X.reshape(len(split.train), -1).astype(float), split.train.y
    oracle = LogisticRegression(C=0.3, max_iter=200).fit(X, y)
    learner = RawLinear(inverse_penalty=0.3).fit(split.train.X, y)
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


# -- choosing by folds --------------------------------------------------------------------------------------------


def test_the_best_candidate_is_found_and_no_fold_sees_what_it_is_asked() -> None:
    """A planted threshold among three; every sample is left out once, and never learned from then."""
    rng = np.random.default_rng(3)
    X = rng.random((90, 1))
    codes = (X[:, 0] > 0.7).astype(np.int64)
    asked: list[np.ndarray] = []

    def answers(threshold: float, known: np.ndarray, of: np.ndarray, left_out: np.ndarray) -> np.ndarray:
        assert not set(known[:, 0]) & set(left_out[:, 0]) and len(known) + len(left_out) == 90
        if threshold == 0.2:
            asked.append(left_out[:, 0])
        return (left_out[:, 0] > threshold).astype(np.int64)

    assert best_by_folds((0.2, 0.7, 0.9), answers, X, codes, np.random.default_rng(0)) == 0.7
    np.testing.assert_array_equal(np.sort(np.concatenate(asked)), np.sort(X[:, 0]))
    # Of equals the first; with too few samples of a class to leave any out, the first as well.
    assert best_by_folds((0.9, 0.95), lambda *_: np.zeros(30, np.int64), X, codes, np.random.default_rng(0)) == 0.9
    assert best_by_folds(("a", "b"), answers, X[:2], np.array([0, 1]), np.random.default_rng(0)) == "a"


def test_folds_hold_each_class_evenly_and_large_parts_are_cut() -> None:
    codes = np.repeat([0, 1, 2], [2000, 400, 30])
    rows, folds = dealt(codes, np.random.default_rng(1))
    assert len(rows) == 1000 == len(set(rows.tolist()))
    counts = np.array([np.bincount(codes[rows[folds == fold]], minlength=3) for fold in range(3)])
    assert (np.ptp(counts, axis=0) <= 1).all()
    assert np.bincount(codes[rows]) == pytest.approx(np.array([823, 165, 12]), abs=2)
    assert len(stratified_rows(codes, 9999, np.random.default_rng(1))) == len(codes)


# -- the controls that could win ----------------------------------------------------------------------------------


def test_the_nearest_neighbour_is_found_as_by_hand() -> None:
    split = load_task("iris").load(0)
    X, y = split.train.X.astype(np.float64), split.train.y
    by_hand = y[((split.test.X[:, None] - X[None]) ** 2).sum(axis=2).argmin(axis=1)]
    learner = NearestNeighbour(scaling="raw", random_state=0).fit(split.train.X, y)
    assert learner.predict(split.test.X).tolist() == by_hand.tolist()
    rows = unit_norm(X)
    turned = y[(unit_norm(split.test.X.astype(np.float64)) @ rows.T).argmax(axis=1)]
    of_length_one = NearestNeighbour(scaling="unit-length", random_state=0).fit(split.train.X, y)
    assert of_length_one.predict(split.test.X).tolist() == turned.tolist() != by_hand.tolist()
    before = learner.costs().inference
    learner.predict(split.test.X[:7])
    n_kept = len(np.unique(np.column_stack([split.train.X, y]), axis=0))
    assert learner.costs().inference.connections - before.connections == 7 * n_kept * 4


def test_the_support_vector_machine_is_scikit_learns() -> None:
    split = load_task("iris").load(0)
    X, y = split.train.X.astype(np.float64), split.train.y
    _, first = np.unique(np.column_stack([X, y]), axis=0, return_index=True)
    rows = np.sort(first)
    oracle = SVC(C=4.0, gamma=0.7 / (4 * X[rows].var()), random_state=0).fit(X[rows], y[rows])
    learner = SVM(inverse_penalty=4.0, gamma=0.7, random_state=0).fit(split.train.X, y)
    assert learner.predict(split.test.X).tolist() == oracle.predict(split.test.X.astype(np.float64)).tolist()
    few = SVM(inverse_penalty=4.0, gamma=0.7, max_samples=20, random_state=0).fit(split.train.X, y)
    assert few._fitted().shape_fit_ == (20, 4)


def test_several_starts_are_no_worse_than_any_one() -> None:
    X = load_task("digits").load(0).train.X.reshape(-1, 64)[:200]

    def spread(centres: np.ndarray) -> float:
        return float(((X[:, None] - centres[None]) ** 2).sum(axis=2).min(axis=1).sum())

    best = spread(k_means(X, 8, 10, 4))
    assert best == pytest.approx(KMeans(8, n_init=10, random_state=4).fit(X).inertia_, rel=1e-4)
    assert all(best <= spread(k_means(X, 8, 1, seed)) * (1 + 1e-6) for seed in range(3))


def test_centres_within_classes_are_means_of_their_own_class_alone() -> None:
    split = load_task("iris").load(0)
    learner = KMeansByClass(n_units=7, scaling="raw", random_state=1).fit(split.train.X, split.train.y)
    assert learner.unit_classes_ is not None
    assert np.bincount(learner.unit_classes_).tolist() == [3, 2, 2], "seven shared out among three classes"
    for code in range(3):
        own = split.train.X[split.train.y == code]
        centres = learner.weights()["layer_1"].T[learner.unit_classes_ == code]
        nearest = ((own[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        assert np.allclose([own[nearest == k].mean(axis=0) for k in range(len(centres))], centres, atol=0.03)
    assert learner.score(split.test.X, split.test.y) > 0.9


def test_discriminant_analysis_finds_the_line_between_two_gaussians() -> None:
    """Equal covariances and frequencies: the boundary is half-way along S^-1 (m1 - m0)."""
    rng = np.random.default_rng(5)
    covariance = np.array([[0.010, 0.006], [0.006, 0.009]])
    means = np.array([[0.35, 0.5], [0.6, 0.55]])
    y = np.arange(4000) % 2
    X = means[y] + rng.multivariate_normal([0, 0], covariance, 4000)
    learner = LDA(random_state=0).fit(np.clip(X, 0, 1).astype(np.float32), y)
    direction = np.linalg.solve(covariance, means[1] - means[0])
    points = rng.random((500, 2)) * 0.8 + 0.1
    closed_form = ((points - means.mean(axis=0)) @ direction > 0).astype(int)
    assert np.mean(learner.predict(points) == closed_form) > 0.97


@pytest.mark.parametrize(("name", "least"), [(SVM, 0.95), (NearestNeighbour, 0.945), (KMeansByClass, 0.93)])
def test_they_are_no_straw_men_on_unseen_writers(name: type, least: float) -> None:
    split = load_task("digits").load(0)
    assert name(random_state=0).fit(split.train.X, split.train.y).score(split.test.X, split.test.y) > least


def test_discriminant_analysis_of_one_sample_a_class_answers_as_the_nearest() -> None:
    X = np.array([[0.1, 0.2], [0.8, 0.9], [0.2, 0.9]], np.float32)
    learner = LDA(random_state=0).fit(X, [0, 1, 2])
    assert learner.predict(X + 0.05).tolist() == [0, 1, 2]
