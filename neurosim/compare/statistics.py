"""Statistics over seeds: intervals, paired differences, an exact test, a correction for many pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

EXACT_UP_TO = 16
N_RANDOM, N_RANDOM_AT_ONCE = 100_000, 1000


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % interval; the ends are None where one value cannot give any."""

    mean: float
    low: float | None
    high: float | None


def student_interval(values: ArrayLike, level: float = 0.95, test_to_train: float = 0.0) -> Interval:
    """Give the mean and its Student-t interval.

    Parameters
    ----------
    values : array-like, shape (n,)
        One value a seed.
    level : float, default=0.95
        Coverage.
    test_to_train : float, default=0
        For overlapping resamples of one table (repeated folds): size of a test part over that of what is learned
        from. The variance of the mean is then ``(1 / n + test_to_train) * s**2`` (Nadeau and Bengio 2003,
        doi:10.1023/A:1024068626366, eq. 9), because resamples that share samples are not independent.

    Returns
    -------
    Interval
        Of zero width where all values agree; without ends where there is only one.
    """
    from scipy import stats

    x = np.asarray(values, dtype=float)
    mean = float(x.mean())
    if len(x) < 2:
        return Interval(mean, None, None)
    half = float(stats.t.ppf((1 + level) / 2, len(x) - 1) * x.std(ddof=1) * np.sqrt(1 / len(x) + test_to_train))
    return Interval(mean, mean - half, mean + half)


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


def holm(p_values: Sequence[float]) -> list[float]:
    """Give Holm's (1979) step-down adjusted p-values, in the order given."""
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted.tolist()
