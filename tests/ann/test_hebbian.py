"""Hebbian rules: each step by hand, and each rule's own fixed point or closed form."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.ann.hebbian import (
    RULES,
    Competitive,
    HebbianRule,
    KrotovHopfield,
    Oja,
    Sanger,
    SoftWinnerTakeAll,
    lengths,
    winner,
)

W = np.array([[1.0, 0.0, 0.6], [0.0, 2.0, 0.8]])
X = np.array([0.8, 0.3])


def _learned(rule: HebbianRule, weights: np.ndarray, samples: np.ndarray, rates: np.ndarray) -> np.ndarray:
    weights = weights.copy()
    for x, rate in zip(samples, rates, strict=True):
        scores = rule.scores(weights, x[None])[0]
        rule.learn(weights, x, scores, rule.shares(scores), float(rate))
    return weights


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def _principal_axes(samples: np.ndarray) -> np.ndarray:
    return np.linalg.svd(samples, full_matrices=False)[2]


@pytest.fixture(scope="module")
def centred() -> np.ndarray:
    """Give samples around zero in 6 dimensions whose axes are rotated and whose variances differ."""
    rng = np.random.default_rng(5)
    rotation = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    samples = rng.standard_normal((20_000, 6)) * np.sqrt([0.5, 0.25, 0.12, 0.05, 0.02, 0.01]) @ rotation
    return samples - samples.mean(axis=0)


def _falling(n: int, first: float = 0.1) -> np.ndarray:
    return first / (1 + np.arange(n) / 100)


# -- one step by hand ---------------------------------------------------------------------------------------------


def test_one_competitive_step_by_hand() -> None:
    """Cosines times |x| are 0.8, 0.3 and 0.72: the first unit wins, and goes a quarter of the way."""
    rule, weights = Competitive(), W.copy()
    scores = rule.scores(weights, X[None])[0]
    np.testing.assert_allclose(scores, [0.8, 0.3, 0.72])
    assert rule.learn(weights, X, scores, rule.shares(scores), 0.25) == 2
    np.testing.assert_allclose(weights, [[0.95, 0.0, 0.6], [0.075, 2.0, 0.8]])


def test_one_oja_step_by_hand() -> None:
    """Scores are 0.8, 0.6 and 0.72; the winner moves by 0.5 * 0.8 * (x - 0.8 w)."""
    rule, weights = Oja(), W.copy()
    scores = rule.scores(weights, X[None])[0]
    np.testing.assert_allclose(scores, [0.8, 0.6, 0.72])
    rule.learn(weights, X, scores, rule.shares(scores), 0.5)
    np.testing.assert_allclose(weights, [[1.0, 0.0, 0.6], [0.12, 2.0, 0.8]])


def test_one_sanger_step_by_hand() -> None:
    """With u = (0.8, 0.6): unit 1 sees x - 0.8 w_1 = (0, 0.3), unit 2 sees that less 0.6 w_2 = (0, -0.9)."""
    rule, weights = Sanger(), W[:, :2].copy()
    scores = rule.scores(weights, X[None])[0]
    rule.learn(weights, X, scores, rule.shares(scores), 0.5)
    np.testing.assert_allclose(weights, [[1.0, 0.0], [0.4 * 0.3, 2 - 0.3 * 0.9]])


def test_one_soft_step_by_hand() -> None:
    """At temperature 0.1 / log 2 the scores 0.8, 0.6 and 0.7 have shares 4, 1 and 2 sevenths."""
    rule = SoftWinnerTakeAll(temperature=0.1 / np.log(2))
    weights, scores = W.copy(), np.array([0.8, 0.6, 0.7])
    shares = rule.shares(scores)
    np.testing.assert_allclose(shares, np.array([4, 1, 2]) / 7)
    rule.learn(weights, X, scores, shares, 0.7)
    np.testing.assert_allclose(weights[:, 1], [0.1 * 0.8, 2 + 0.1 * (0.3 - 0.6 * 2)])
    np.testing.assert_allclose(weights[:, 2], [0.6 + 0.2 * (0.8 - 0.42), 0.8 + 0.2 * (0.3 - 0.56)])
    opposed = SoftWinnerTakeAll(temperature=0.1 / np.log(2), anti_hebbian=0.5).shares(scores)
    np.testing.assert_allclose(opposed, np.array([4, -0.5, -1]) / 7)


def test_one_krotov_hopfield_step_by_hand() -> None:
    """With p = 3, scores are sums of w |w| x: 0.8, 1.2 and 0.48; the second wins, the first, of rank 2, unlearns."""
    rule, weights = KrotovHopfield(p=3.0, rank=2, anti_hebbian=0.2), W.copy()
    scores = rule.scores(weights, X[None])[0]
    np.testing.assert_allclose(scores, [0.8, 1.2, 0.48])
    shares = rule.shares(scores)
    np.testing.assert_allclose(shares, [-0.2, 1, 0])
    assert rule.learn(weights, X, scores, shares, 0.5) == 4
    np.testing.assert_allclose(weights[:, 0], [1 - 0.1 * (0.8 - 0.8), -0.1 * 0.3])
    np.testing.assert_allclose(weights[:, 1], [0.5 * 0.8, 2 + 0.5 * (0.3 - 2.4)])
    np.testing.assert_array_equal(weights[:, 2], W[:, 2])
    assert KrotovHopfield(rank=3, anti_hebbian=0.2).shares(scores)[2] == np.float64(-0.2)


@pytest.mark.parametrize("p", [2.0, 3.0, 4.5])
def test_krotov_hopfield_scores_are_the_signed_power(p: float) -> None:
    weights = np.array([[-0.5, 0.3], [0.7, -0.2]])
    expected = [np.sum(np.sign(w) * np.abs(w) ** (p - 1) * X) for w in weights.T]
    np.testing.assert_allclose(KrotovHopfield(p=p).scores(weights, X[None])[0], expected)


def test_the_first_of_equals_wins_and_zero_weights_have_length_one() -> None:
    np.testing.assert_array_equal(winner(np.array([0.2, 0.7, 0.7])), [0, 1, 0])
    np.testing.assert_allclose(lengths(np.array([[3.0, 0.0], [4.0, 0.0]])), [5, 1])


@pytest.mark.parametrize("rule", [make() for make in RULES.values()], ids=list(RULES))
def test_single_precision_stays_single(rule: HebbianRule) -> None:
    weights, x = W.astype(np.float32), X.astype(np.float32)
    scores = rule.scores(weights, x[None])[0]
    shares = rule.shares(scores)
    before = weights.copy()
    rule.learn(weights, x, scores, shares, 0.1)
    assert scores.dtype == shares.dtype == weights.dtype == np.float32
    assert not np.array_equal(weights, before)


@pytest.mark.parametrize("name", sorted(set(RULES) - {"sanger"}))
def test_a_rule_that_is_local_does_not_look_at_other_units(name: str) -> None:
    """Given its own score and share, a unit's change is the same whatever the others' weights and scores are."""
    rule = RULES[name]()
    rng = np.random.default_rng(2)
    own, changes = rng.uniform(0, 1, 4), []
    for _ in range(2):
        weights = np.column_stack([own, rng.uniform(0, 1, (4, 3))])
        scores = np.concatenate([[0.7], rng.uniform(0, 1, 3)])
        rule.learn(weights, np.array([0.1, 0.9, 0.3, 0.2]), scores, np.array([0.6, 0.2, 0.1, 0.1]), 0.3)
        changes.append(weights[:, 0] - own)
    assert np.abs(changes[0]).max() > 0.01
    np.testing.assert_array_equal(changes[0], changes[1])


def test_sangers_rule_does_look_at_the_units_before() -> None:
    """Which is why it is not called local: another first unit, another change of the second."""
    changes = []
    for first in ([1.0, 0.0], [0.0, 1.0]):
        weights = np.column_stack([first, [0.5, 0.5]])
        Sanger().learn(weights, X, np.array([0.4, 0.55]), np.ones(2), 0.3)
        changes.append(weights[:, 1] - 0.5)
    assert not np.allclose(changes[0], changes[1])


# -- fixed points -------------------------------------------------------------------------------------------------


def test_competitive_units_come_to_rest_at_the_means_of_what_they_win() -> None:
    """With the rate 1/n of the n-th win, weights are exactly the mean; and so close to the clusters' means."""
    rng = np.random.default_rng(0)
    centres = np.array([[1.0, 0.1, 0.1], [0.1, 1.0, 0.2], [0.2, 0.1, 1.0]])
    which = rng.integers(0, 3, 3000)
    samples = centres[which] + 0.05 * rng.standard_normal((3000, 3))
    rule, weights, n_wins = Competitive(), centres.T + 0.1, np.zeros(3)
    won: list[list[np.ndarray]] = [[], [], []]
    for x in samples:
        shares = rule.shares(rule.scores(weights, x[None])[0])
        unit = int(shares.argmax())
        n_wins[unit] += 1
        won[unit].append(x)
        rule.learn(weights, x, np.zeros(3), shares, 1 / n_wins[unit])
    assert n_wins.min() > 900
    np.testing.assert_allclose(weights, np.array([np.mean(x, axis=0) for x in won]).T, rtol=1e-10)
    np.testing.assert_allclose(weights, centres.T, atol=0.01)


def test_one_oja_unit_finds_the_first_principal_axis_and_unit_length(centred: np.ndarray) -> None:
    start = np.full((6, 1), 0.3)
    first = _principal_axes(centred)[0]
    assert abs(_cosine(start[:, 0], first)) < 0.9
    found = _learned(Oja(), start, centred, _falling(len(centred)))[:, 0]
    assert abs(_cosine(found, first)) > 0.999
    np.testing.assert_allclose(np.linalg.norm(found), 1, atol=0.01)


def test_sangers_units_find_the_principal_components_in_order(centred: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    samples = np.tile(centred, (3, 1))
    found = _learned(Sanger(), 0.3 * rng.standard_normal((6, 4)), samples, _falling(len(samples), 0.4))
    for unit, axis in enumerate(_principal_axes(centred)[:4]):
        assert abs(_cosine(found[:, unit], axis)) > 0.995, f"component {unit + 1}"
    np.testing.assert_allclose(found.T @ found, np.eye(4), atol=0.03)


@pytest.mark.parametrize("anti_hebbian", [0.0, 0.4])
def test_a_soft_batch_changes_what_its_samples_change_one_by_one(anti_hebbian: float) -> None:
    """The mean of single steps from the same weights, whatever the length of a sample; a sample of zeros adds none."""
    rng, rule = np.random.default_rng(3), SoftWinnerTakeAll(temperature=0.2, anti_hebbian=anti_hebbian)
    weights, samples = rng.standard_normal((5, 3)), rng.random((4, 5))
    units = samples / np.linalg.norm(samples, axis=1, keepdims=True)
    single = [_learned(rule, weights, x[None], np.ones(1)) - weights for x in units]
    found = rule.mean_change(weights, np.vstack([samples * [[1], [3], [0.2], [7]], np.zeros(5)]))
    np.testing.assert_allclose(found, np.sum(single, axis=0) / 5, rtol=1e-12)
    assert np.abs(found).max() > 0.01


def test_soft_units_rest_where_each_points_to_its_weighted_mean() -> None:
    """At rest ``w = m / |m|`` with ``m`` the mean of the samples, each weighted by the unit's share in it."""
    rng = np.random.default_rng(3)
    samples = np.abs(rng.standard_normal((12, 5))) ** 2
    samples /= np.linalg.norm(samples, axis=1, keepdims=True)
    rule, weights = SoftWinnerTakeAll(temperature=0.1), np.abs(rng.standard_normal((5, 3)))
    for _ in range(4000):
        change = np.zeros_like(weights)
        for x in samples:
            moved, scores = weights.copy(), rule.scores(weights, x[None])[0]
            rule.learn(moved, x, scores, rule.shares(scores), 0.3)
            change += moved - weights
        weights += change / len(samples)
    shares = rule.posterior(rule.scores(weights, samples))
    assert shares.max(axis=1).min() < 0.95 and abs(_cosine(weights[:, 0], weights[:, 1])) < 0.99
    means = (shares.T @ samples).T
    np.testing.assert_allclose(weights, means / np.linalg.norm(means, axis=0), atol=1e-6)


@pytest.mark.parametrize("p", [2.0, 3.0, 4.0])
def test_krotov_hopfield_weights_approach_a_p_norm_of_one(p: float) -> None:
    """``d|w|^p / dt = p u (1 - |w|^p)`` for the winner; for one sample ``w = x / |x|_p`` at rest."""
    start = np.array([[0.2], [0.1], [0.4], [0.3]])
    x = np.array([0.5, 0.2, 0.1, 0.8])
    rule, rate = KrotovHopfield(p=p), 1e-6
    scores = rule.scores(start, x[None])[0]
    moved = start.copy()
    rule.learn(moved, x, scores, rule.shares(scores), rate)
    slope = (np.sum(moved**p) - np.sum(start**p)) / rate
    np.testing.assert_allclose(slope, p * scores[0] * (1 - np.sum(start**p)), rtol=1e-4)

    found = _learned(rule, start, np.tile(x, (2000, 1)), np.full(2000, 0.1))[:, 0]
    np.testing.assert_allclose(found, x / np.sum(x**p) ** (1 / p), rtol=1e-6)

    rng = np.random.default_rng(4)
    samples = np.abs(x + 0.1 * rng.standard_normal((5000, 4)))
    found = _learned(rule, start, samples, _falling(5000))[:, 0]
    np.testing.assert_allclose(np.sum(found**p), 1, atol=0.02)


def test_krotov_hopfield_with_p_2_is_ojas_rule_without_the_factor_u() -> None:
    rule, weights = KrotovHopfield(p=2.0), W.copy()
    scores, shares = rule.scores(W, X[None])[0], np.array([0.0, 1.0, 0.0])
    rule.learn(weights, X, scores, shares, 0.3)
    other = W.copy()
    Oja().learn(other, X, scores, shares, 0.3 / scores[1])
    np.testing.assert_allclose(weights, other)


@pytest.mark.parametrize(
    ("rule", "p"), [(Competitive(), 2), (Oja(), 2), (SoftWinnerTakeAll(), 2), (KrotovHopfield(2.7), 2.7)]
)
def test_competing_units_begin_at_length_one_without_a_sign(rule: HebbianRule, p: float) -> None:
    w = rule.first_weights(np.random.default_rng(1), (30, 7))
    np.testing.assert_allclose((w.astype(float) ** p).sum(axis=0), 1, rtol=1e-5)
    assert w.min() >= 0 and w.dtype == np.float32 and len(np.unique(w)) == w.size


def test_units_that_answer_with_either_sign_begin_with_either() -> None:
    w = Sanger().first_weights(np.random.default_rng(1), (200, 50))
    assert abs(float(w.mean())) < 0.003 and np.mean((w**2).sum(axis=0)) == pytest.approx(1, abs=0.03)


def test_what_units_answer() -> None:
    """What is rectified, what is shared out, and what has two sides; here the last of three scores is below zero."""
    scores = np.array([[0.2, 0.5, -0.9]], np.float32)
    for rule in (Competitive(), Oja(), KrotovHopfield()):
        np.testing.assert_array_equal(rule.graded(rule.sides(scores)), [[np.float32(0.2), 0.5, 0]])
    soft = SoftWinnerTakeAll(0.3, 0.7)
    raised = np.exp(scores / 0.3)
    np.testing.assert_allclose(soft.graded(soft.sides(scores)), raised / raised.sum(), rtol=1e-5)
    both = Sanger().sides(scores)
    assert both.argmax() == 5, "the third unit's other side"
    np.testing.assert_array_equal(Sanger().graded(both), np.float32([[0.2, 0.5, 0, 0, 0, 0.9]]))
    assert [rule().competes for rule in RULES.values()] == [not rule().centred for rule in RULES.values()]
    assert [name for name, rule in RULES.items() if rule().centred] == ["sanger"]
