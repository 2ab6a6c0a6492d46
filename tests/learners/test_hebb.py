"""``hebb``: what its layer finds, on data whose answer is known; counts by hand; parameters."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from neurosim.ann.hebbian import RULES, KrotovHopfield
from neurosim.learners.competing.hebb import Hebb
from neurosim.tasks import load_task
from tests.learners.mixed_writers import digits_of_mixed_writers


@pytest.fixture(scope="module")
def patterns():
    return load_task("patterns:n_classes=4,flip=0.05").load(0, 200)


def _unit_length(X: np.ndarray) -> np.ndarray:
    X = X.reshape(len(X), -1)
    return X / np.linalg.norm(X, axis=1, keepdims=True)


@pytest.mark.parametrize("rule", ["competitive", "oja", "soft-wta", "krotov-hopfield"])
def test_as_many_units_as_prototypes_find_one_each_without_labels(rule: str, patterns) -> None:
    """The winners sort samples as their classes do, though no label was seen."""
    found = []
    for seed in range(3):
        learner = Hebb(rule=rule, n_units=4, epochs=8, random_state=seed).fit(patterns.train.X, patterns.train.y)
        winners = learner.activity(patterns.test.X).argmax(axis=1)
        found.append(adjusted_rand_score(patterns.test.y, winners))
    assert np.mean(found) > 0.9, found


def test_competitive_weights_are_the_means_of_what_they_win(patterns) -> None:
    """A slow end averages over samples, so weights rest at the mean of the encoded samples that each unit answers."""
    learner = Hebb(n_units=4, averaging=0.5, epochs=20, random_state=1).fit(patterns.train.X, patterns.train.y)
    encoded, winners = _unit_length(patterns.train.X), learner.activity(patterns.train.X).argmax(axis=1)
    assert np.bincount(winners, minlength=4).min() > 20
    means = np.array([encoded[winners == unit].mean(axis=0) for unit in range(4)])
    np.testing.assert_allclose(learner.weights()["layer_1"].T, means, atol=0.03)
    assert np.abs(means[0] - means[1]).max() > 0.1


@pytest.mark.parametrize(("rule", "p"), [("oja", 2), ("soft-wta", 2), ("krotov-hopfield", 3)])
def test_rules_with_a_decay_keep_their_norm(rule: str, p: int) -> None:
    split = load_task("digits").load(0, 400)
    learner = Hebb(rule=rule, n_units=20, epochs=10, random_state=0).fit(split.train.X, split.train.y)
    norms = (np.abs(learner.weights()["layer_1"]) ** p).sum(axis=0) ** (1 / p)
    np.testing.assert_allclose(norms, 1, atol=0.05)


def test_sangers_units_find_the_principal_components_of_digits() -> None:
    """The first three, in order, against a singular value decomposition of the centred encoded samples."""
    split = digits_of_mixed_writers(0, 400)
    learner = Hebb(rule="sanger", n_units=4, learning_rate=1.0, epochs=30, random_state=0)
    learner.fit(split.train.X, split.train.y)
    encoded = _unit_length(split.train.X)
    axes = np.linalg.svd(encoded - encoded.mean(axis=0), full_matrices=False)[2]
    weights = learner.weights()["layer_1"]
    for unit in range(3):
        cosine = abs(weights[:, unit] @ axes[unit]) / np.linalg.norm(weights[:, unit])
        assert cosine > 0.95, f"component {unit + 1}: {cosine:.3f}"
    np.testing.assert_allclose(np.linalg.norm(weights[:, :3], axis=0), 1, atol=0.1)
    np.testing.assert_allclose(learner.mean_, encoded.mean(axis=0), atol=1e-4)


def test_the_conscience_keeps_units_busy() -> None:
    """Without it few units win; with it nearly all do."""
    split = load_task("digits").load(0, 400)
    in_use = []
    for conscience in (0.0, 4.0):
        learner = Hebb(n_units=50, conscience=conscience, epochs=5, random_state=0).fit(split.train.X, split.train.y)
        in_use.append(np.mean(learner.activity(split.train.X).any(axis=0)))
    assert in_use[0] < 0.7 < 0.9 < in_use[1]


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("response", ["winner", "graded"])
def test_responses(rule: str, response: str, patterns) -> None:
    """One winner, or non-negative activity; Sanger's units give two numbers each; a probe reads both kinds."""
    learner = Hebb(rule=rule, n_units=12, response=response, readout="linear-probe", epochs=5, random_state=0)
    learner.fit(patterns.train.X, patterns.train.y)
    activity = learner.activity(patterns.test.X)
    assert activity.shape == (len(patterns.test), 24 if rule == "sanger" else 12)
    assert activity.min() >= 0
    if response == "winner":
        np.testing.assert_array_equal(np.sort(activity, axis=1)[:, -2:], np.tile([0, 1], (len(activity), 1)))
    elif rule == "soft-wta":
        np.testing.assert_allclose(activity.sum(axis=1), 1, rtol=1e-5)
    # Which component stands out most says less of a class than how strong each is.
    least = 0.6 if (rule, response) == ("sanger", "winner") else 0.9
    assert learner.score(patterns.test.X, patterns.test.y) > least


@pytest.mark.parametrize("rule", RULES)
def test_the_ledger_says_of_each_rule_whether_it_is_local(rule: str) -> None:
    """A local rule changes a unit's weights by the same amount, whatever another unit's weights are."""
    rng, learn, changes = np.random.default_rng(2), RULES[rule]().learn, []
    x, weights, shares = rng.random(5), rng.random((5, 3)), np.array([0.2, 0.5, 0.3])
    for factor in (1.0, 4.0):
        moved = weights * np.array([factor, 1, 1])
        before = moved.copy()
        learn(moved, x, x @ before, shares, 0.1)
        changes.append((moved - before)[:, 1])
    assert np.abs(changes[0]).max() > 1e-3
    ledger = Hebb(rule=rule).own_traits().locality
    assert ledger.local_in_space is np.array_equal(*changes) is (rule != "sanger")
    # Nobody competes under Sanger's rule, so no conscience compares winners.
    learner = Hebb(rule=rule, n_units=3, random_state=0).begin(50, [0, 1], 20).partial_fit(rng.random((9, 20)), [0] * 9)
    assert ledger.population_homeostasis is bool(learner.homeostasis_.biases.any())
    # Cosines are the same for a weight vector of any length.
    doubled = RULES[rule]().scores(2 * weights, x[None])
    assert ledger.weight_normalisation is np.allclose(doubled, RULES[rule]().scores(weights, x[None]))


def test_unlearning_by_rank_is_not_local() -> None:
    """Krotov and Hopfield's best loser unlearns: a third unit that overtakes it, winning nothing, changes that."""
    rng = np.random.default_rng(3)
    x, weights = rng.random(6), rng.random((6, 3)) * np.array([1.5, 1.0, 0.5])
    for anti_hebbian in (0.0, 0.4):
        rule, changes = KrotovHopfield(anti_hebbian=anti_hebbian), []
        for factor in (1.0, 2.4):
            moved = weights * np.array([1, 1, factor])
            before = moved.copy()
            scores = rule.scores(before, x[None])[0]
            assert scores.argmax() == 0 and bool(scores[2] > scores[1]) is (factor > 1)
            rule.learn(moved, x, scores, rule.shares(scores), 0.1)
            changes.append((moved - before)[:, :2])
        np.testing.assert_array_equal(changes[0][:, 0], changes[1][:, 0])
        assert np.abs(changes[0][:, 0]).max() > 1e-3
        depends = not np.array_equal(changes[0][:, 1], changes[1][:, 1])
        ledger = Hebb(rule="krotov-hopfield", anti_hebbian=anti_hebbian).own_traits().locality
        assert depends is (anti_hebbian > 0) is not ledger.local_in_space


def test_operations_counted_by_hand() -> None:
    """Two units see 16 inputs, of which 3 are not zero; a winner writes 16 weights, all soft units write 32."""
    X = np.zeros((2, 16), np.float32)
    X[0, :3], X[1, 5:8] = 1, 0.5
    for rule, written in (("competitive", 2 * 16), ("soft-wta", 2 * 32)):
        learner = Hebb(rule=rule, n_units=2, random_state=0).begin(2, [0, 1], 16).partial_fit(X, [0, 1])
        learner.fit_readout(X, [0, 1]).predict(X)
        learning, inference = learner.costs().learning, learner.costs().inference
        for counts in (learning, inference):
            assert counts.presentations == 2
            assert counts.connections == 2 * 32
            assert counts.active_connections == 2 * 3 * 2
            assert counts.state_updates == 2 * 2
        assert learning.weight_writes == written and learning.trace_updates == 2 * 2
        assert inference.weight_writes == learning.labels == 0
        assert learner.costs().readout.labels == 2


def test_a_sample_of_zeros_does_no_harm() -> None:
    X, y = np.eye(20, dtype=np.float32)[:6], np.array([0, 1] * 3)
    X[2] = 0
    for rule in RULES:
        learner = Hebb(rule=rule, n_units=3, response="graded", random_state=0).fit(X, y)
        assert np.isfinite(learner.weights()["layer_1"]).all() and np.isfinite(learner.predict_proba(X)).all()
