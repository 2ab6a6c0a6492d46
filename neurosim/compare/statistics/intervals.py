"""Intervals over seeds, and what intervals are made of. Those over seeds and test items stand in ``two_way``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.data import ONE_TEST_PART, Resampling

BOOTSTRAP_FROM = 20
"""Seeds from which on the bootstrap is used: with 5 seeds its 95 % interval covers 84 % only."""
N_RESAMPLES, N_RESAMPLES_AT_ONCE = 9999, 1000


@dataclass(frozen=True)
class Interval:
    """A mean and its interval; the ends are None where one value cannot give any."""

    mean: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> list[float] | None:
        """Low and high, or None."""
        return None if self.low is None or self.high is None else [self.low, self.high]


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
    x = np.asarray(values, dtype=float)
    mean = float(x.mean())
    if len(x) < 2:
        return Interval(mean, None, None)
    half = student_quantile(level, len(x) - 1) * float(x.std(ddof=1) * np.sqrt(1 / len(x) + test_to_train))
    return Interval(mean, mean - half, mean + half)


def bca_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Give the mean and its bias-corrected and accelerated bootstrap interval (Efron 1987, 9,999 resamples).

    The resamples come from a fixed seed, so that equal values give an equal interval.

    Parameters
    ----------
    values : array-like, shape (n,)
        One value a seed.
    level : float, default=0.95
        Coverage.

    Returns
    -------
    Interval
        Of zero width where all values agree; Student's where the bootstrap gives none.
    """
    from scipy import stats

    x = np.asarray(values, dtype=float)
    mean = float(x.mean())
    if len(x) < 2:
        return Interval(mean, None, None)
    if np.ptp(x) == 0:
        return Interval(mean, mean, mean)
    found = stats.bootstrap(
        (x,), np.mean, confidence_level=level, n_resamples=N_RESAMPLES, batch=N_RESAMPLES_AT_ONCE, method="BCa",
        random_state=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    if not np.isfinite([found.low, found.high]).all():
        return student_interval(x, level)
    return Interval(mean, float(found.low), float(found.high))


def seed_interval(
    values: ArrayLike, level: float = 0.95, resampling: Resampling = ONE_TEST_PART
) -> tuple[Interval, str]:
    """Give the interval of a mean over seeds that suits their number, and the method's name.

    Student's below 20 seeds, the bootstrap from there on; Student's with the correction of Nadeau and Bengio wherever
    resamples of one table overlap, since the bootstrap would take them as independent.
    """
    if resampling.own_test_parts:
        return student_interval(values, level, resampling.test_to_train), "corrected resampled t"
    if np.size(values) < BOOTSTRAP_FROM:
        return student_interval(values, level), "Student t"
    return bca_interval(values, level), "BCa bootstrap"


def no_spread_interval(
    value: float, n_answers: int, level: float = 0.95, *, difference: bool = False, highest: float = 1.0
) -> Interval:
    """Give the interval of a share, or of a difference of shares, that was the same for all seeds.

    Networks that agree so far may still differ: the interval is that of as many independent answers as were given, by
    Wilson (1927) for a share and by Agresti and Min (2005, doi:10.1002/sim.1781) for a difference.

    Parameters
    ----------
    value : float
        The share, or the difference.
    n_answers : int
        Answers of all seeds together.
    level : float, default=0.95
        Coverage.
    difference : bool, default=False
        Is the value a difference of two shares?
    highest : float, default=1
        What a difference can be at most: a sum of differences may be more than 1.

    Returns
    -------
    Interval
    """
    z = normal_quantile(level)
    if not difference:
        return wilson(value, n_answers, z)
    n = n_answers + 2
    centre = value * n_answers / n
    half = z * float(np.sqrt(max((abs(value) * n_answers + highest**2) / n - centre**2, 0.0) / n))
    return Interval(value, max(centre - half, -highest), min(centre + half, highest))


def wilson(share: float, n: float, quantile: float) -> Interval:
    """Give Wilson's (1927) score interval of a share of ``n`` answers; ``n`` need not be whole."""
    squared = quantile**2
    centre = (share + squared / (2 * n)) / (1 + squared / n)
    half = quantile * float(np.sqrt(share * (1 - share) / n + squared / (4 * n**2))) / (1 + squared / n)
    return Interval(share, max(centre - half, 0.0), min(centre + half, 1.0))


def normal_quantile(level: float) -> float:
    """Give by how many standard deviations a two-sided normal interval reaches to either side."""
    from scipy import special

    return float(special.ndtri((1 + level) / 2))


def student_quantile(level: float, degrees_of_freedom: float) -> float:
    """Give the same for Student's t."""
    from scipy import special

    return float(special.stdtrit(degrees_of_freedom, (1 + level) / 2))


def is_right_or_wrong(items: NDArray[np.floating]) -> bool:
    """Say whether items are right and wrong answers, 1 and 0."""
    return bool(np.isin(items, (0.0, 1.0)).all())
