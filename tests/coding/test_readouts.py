"""Read-outs: numbers by hand, scipy's Poisson distribution, and what all of them promise."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import poisson

from neurosim.coding.linear_probe import LinearProbe
from neurosim.coding.poisson_likelihood import PoissonLikelihood
from neurosim.coding.proportion import ClassMean, Proportion
from neurosim.coding.readouts import readout_class
from neurosim.coding.vote import Vote
from neurosim.errors import InputError
from neurosim.registry import open_registry

READOUTS = tuple(entry.name for entry in open_registry().of_kind("readouts") if entry.origin == "built-in")
# Classes 0, 0, 1, 1; units 0 and 1 answer class 0 more, unit 2 class 1, unit 3 never.
ACTIVITY = np.array([[4, 2, 0, 0], [2, 0, 2, 0], [1, 1, 6, 0], [1, 0, 4, 0]], np.float32)
CODES = np.array([0, 0, 1, 1])


def noisy(seed: int = 0, n: int = 300):
    """Poisson counts of 12 units, each preferring one of 3 classes."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(3, size=n)
    means = np.where(np.arange(12)[None, :] % 3 == codes[:, None], 6.0, 1.0)
    return rng.poisson(means).astype(np.float32), codes


def test_vote_by_hand() -> None:
    """Means: class 0 (3, 1, 1, 0), class 1 (1, 0.5, 5, 0): units stand for 0, 0, 1 and nothing."""
    readout = Vote.fit(ACTIVITY, CODES, 2)
    assert readout.unit_classes.tolist() == [0, 0, 1, -1]
    np.testing.assert_allclose(readout.scores(np.array([[1, 2, 2, 9]])), [[0.6, 0.4]])


def test_class_mean_by_hand() -> None:
    """Two units share class 0: (1 + 2) / 2 = 1.5 against 2, so that the other class wins."""
    readout = ClassMean.fit(ACTIVITY, CODES, 2)
    np.testing.assert_allclose(readout.scores(np.array([[1, 2, 2, 9]])), [[1.5 / 3.5, 2 / 3.5]])


def test_proportion_by_hand() -> None:
    """Shares of their own class: 3/4, 1/1.5 and 5/6; hence (1 x 3/4 + 2 x 2/3) / 2 = 25/24 against 2 x 5/6."""
    readout = Proportion.fit(ACTIVITY, CODES, 2)
    first, second = 25 / 24, 5 / 3
    np.testing.assert_allclose(
        readout.scores(np.array([[1, 2, 2, 9]])), [[first / (first + second), second / (first + second)]]
    )


def test_poisson_log_likelihood_is_that_of_scipy() -> None:
    activity, codes = noisy()
    readout = PoissonLikelihood.fit(activity, codes, 3)
    fresh, _ = noisy(1, 20)
    exact = poisson.logpmf(fresh[:, :, None], readout.means[None]).sum(axis=1)
    ours = readout.log_likelihood(fresh)
    np.testing.assert_allclose(ours - ours[:, :1], exact - exact[:, :1], rtol=1e-9, atol=1e-9)
    posterior = np.exp(exact) * readout.prior
    np.testing.assert_allclose(readout.scores(fresh), posterior / posterior.sum(axis=1, keepdims=True), rtol=1e-9)


def test_poisson_means_by_hand() -> None:
    """Unit 0 counted 8 in 4 samples: overall (8 + 1)/5 = 1.8; class 0: (6 + 1.8)/(2 + 1) = 2.6."""
    readout = PoissonLikelihood.fit(ACTIVITY, CODES, 2)
    assert readout.means[0, 0] == pytest.approx(2.6)
    assert readout.means[0, 1] == pytest.approx((2 + 1.8) / 3)
    assert (readout.means > 0).all(), "a unit that never answered makes nothing impossible"


def test_the_poisson_readout_hears_silence() -> None:
    """No spike speaks for the class with fewer expected spikes; the vote can only name the commoner class."""
    silent = np.zeros((1, 4), np.float32)
    assert PoissonLikelihood.fit(ACTIVITY, CODES, 2).scores(silent).argmax() == 0
    np.testing.assert_allclose(Vote.fit(ACTIVITY[:3], CODES[:3], 2).scores(silent), [[2 / 3, 1 / 3]])


def test_the_linear_probe_does_what_logistic_regression_does() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    activity, codes = noisy()
    fresh, _ = noisy(1, 50)
    oracle = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(activity, codes)
    np.testing.assert_allclose(
        LinearProbe.fit(activity, codes, 3).scores(fresh), oracle.predict_proba(fresh), atol=2e-3
    )


@pytest.mark.parametrize("seen", [[1], [0, 2]])
def test_the_linear_probe_gives_no_chance_to_a_class_never_seen(seen: list[int]) -> None:
    activity, codes = noisy()
    kept = np.isin(codes, seen)
    scores = LinearProbe.fit(activity[kept], codes[kept], 3).scores(activity[kept])
    np.testing.assert_allclose(scores.sum(axis=1), 1)
    assert (np.delete(scores, seen, axis=1) == 0).all()
    assert np.mean(scores.argmax(axis=1) == codes[kept]) > 0.95


@pytest.mark.parametrize("name", READOUTS)
def test_every_readout_answers_with_probabilities_and_is_kept_as_arrays(name: str) -> None:
    activity, codes = noisy()
    cls = readout_class(name)
    readout = cls.fit(activity, codes, 3)
    fresh, truth = noisy(2)
    scores = readout.scores(fresh)
    assert scores.shape == (300, 3)
    np.testing.assert_allclose(scores.sum(axis=1), 1)
    assert np.mean(scores.argmax(axis=1) == truth) > 0.95
    again = cls.from_arrays({key: np.array(value) for key, value in readout.arrays().items()})
    np.testing.assert_array_equal(again.scores(fresh), scores)
    assert np.isfinite(readout.scores(np.zeros((2, 12), np.float32))).all()


def test_an_unknown_readout_is_answered_with_the_closest() -> None:
    with pytest.raises(InputError, match="vote"):
        readout_class("votes")


def test_scikit_learn_is_not_imported_before_a_probe_is_fitted() -> None:
    code = "import sys, neurosim.coding.linear_probe; assert not any(m.startswith('sklearn') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
