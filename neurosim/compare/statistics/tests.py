"""Tests of paired differences, exact over seeds and corrected for folds, and the correction for many of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

EXACT_UP_TO = 16
N_RANDOM, N_RANDOM_AT_ONCE = 100_000, 1000


def corrected_t_test(differences: ArrayLike, test_to_train: float) -> float:
    """Give the two-sided p-value of the corrected resampled t-test for repeated folds (Nadeau and Bengio 2003).

    Parameters
    ----------
    differences : array-like, shape (n,)
        Paired differences, one a fold.
    test_to_train : float
        As in :func:`neurosim.compare.statistics.intervals.student_interval`.

    Returns
    -------
    float
        1 where all differences agree: without any spread nothing can be said about chance.
    """
    from scipy import stats

    d = np.asarray(differences, dtype=float)
    if len(d) < 2 or np.ptp(d) == 0:
        return 1.0
    t = d.mean() / (d.std(ddof=1) * np.sqrt(1 / len(d) + test_to_train))
    return float(2 * stats.t.sf(abs(t), len(d) - 1))


def sign_flip_test(differences: ArrayLike) -> float:
    """Give the two-sided p-value of the exact paired sign-flip test of a zero mean.

    All ``2**n`` assignments of signs are equally likely if neither learner is better; p is the share whose mean is at
    least as far from zero as the observed one. Beyond 16 pairs, 100,000 random assignments from a fixed seed stand in.

    Parameters
    ----------
    differences : array-like, shape (n,)
        Paired differences, one a seed.

    Returns
    -------
    float
        1 where all differences are zero.
    """
    d = np.asarray(differences, dtype=float)
    if len(d) <= EXACT_UP_TO:
        sums = np.array(list(product((1.0, -1.0), repeat=len(d)))) @ d
    else:
        rng = np.random.default_rng(0)
        sums = np.concatenate([_random_signs(rng, len(d)) @ d for _ in range(N_RANDOM // N_RANDOM_AT_ONCE)])
        # The observed assignment counts among the random ones, so that p is never zero.
        sums[0] = d.sum()
    # Sums in another order may differ in the last bit.
    return float(np.mean(np.abs(sums) >= abs(d.sum()) - 1e-9 * np.abs(d).sum()))


def smallest_p(n_pairs: int) -> float:
    """Give the smallest p that the two-sided sign-flip test can reach: ``2 / 2**n`` where it is exact."""
    return min(2.0 / 2**n_pairs, 1.0) if n_pairs <= EXACT_UP_TO else 1 / N_RANDOM


def _random_signs(rng: np.random.Generator, n_pairs: int) -> NDArray[np.floating]:
    return 1.0 - 2.0 * rng.integers(0, 2, size=(N_RANDOM_AT_ONCE, n_pairs), dtype=np.int8)


def smallest_holm(least: float, n_comparisons: int) -> float:
    """Give the smallest p that Holm's correction can leave, among so many comparisons, of a test with this least p."""
    return min(1.0, n_comparisons * least)


def holm(p_values: Sequence[float]) -> list[float]:
    """Give Holm's (1979) step-down adjusted p-values, in the order given."""
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted.tolist()
