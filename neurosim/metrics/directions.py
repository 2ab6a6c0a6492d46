r"""Which way do weights go? Angles between a rule's change and a descent, and what chance and noise make of them.

With :math:`\bar\Delta_n` the mean change over ``n`` independent trials at fixed weights and :math:`g` a descent
direction, :math:`\bar\Delta_n = b + \epsilon / \sqrt n`: the mean change :math:`b` of all trials, and noise. The angle
of :math:`\bar\Delta_n` to :math:`g` falls with ``n`` towards that of :math:`b`, which is the rule's *bias*; how slowly
it falls is its *noise*. Independent groups of trials tell the two apart without an endless ``n``, because the noise of
one is not that of another: :math:`\langle \bar\Delta_A \cdot \bar\Delta_B \rangle = |b|^2`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
RIGHT_ANGLE_DEG = 90.0


def angle_deg(a: Array, b: Array) -> float | None:
    """Give the angle between two updates of equal shape, from 0 to 180 degrees; None where one of them is zero.

    By way of the half angle, which stays exact where the two are nearly parallel and the arc cosine is not (Kahan
    2006, "How futile are mindless assessments of roundoff in floating-point computation?", section 12).
    """
    a, b = np.ravel(a).astype(np.float64), np.ravel(b).astype(np.float64)
    length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
    if not length_a or not length_b:
        return None
    a, b = a / length_a, b / length_b
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))))


def shared_length_squared(groups: Sequence[Array]) -> tuple[float, float]:
    """Estimate the squared length of the mean of endlessly many trials, without noise's part in it.

    Parameters
    ----------
    groups : sequence of ndarray
        Mean changes over independent sets of trials of equal size, three or more.

    Returns
    -------
    tuple of float
        The mean product of two different groups, and its jackknife standard error.
    """
    products = _products(groups)
    n, whole = len(products), _mean_of_pairs(products)
    left_out = np.array([_mean_of_pairs(np.delete(np.delete(products, k, 0), k, 1)) for k in range(n)])
    return whole, float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))


def angle_without_noise_deg(groups: Sequence[Array], descents: Sequence[Array]) -> float | None:
    """Estimate the angle of the mean of endlessly many trials to a descent.

    Parameters
    ----------
    groups : sequence of ndarray
        Mean changes over independent sets of trials of equal size, three or more.
    descents : sequence of ndarray of the same shape
        One descent that holds no noise; or, where descents are noisy too, one for each group, from the same trials.

    Returns
    -------
    float or None
        Degrees. None where groups, or descents, have no more in common than noise would explain (their shared squared
        length is not above two standard errors), or where the descent is zero.
    """
    common, error = shared_length_squared(groups)
    if common <= 2 * error:
        return None
    changes = np.stack([np.ravel(group).astype(np.float64) for group in groups])
    towards = np.stack([np.ravel(descent).astype(np.float64) for descent in descents])
    if len(towards) == 1:
        length = float(np.linalg.norm(towards[0]))
        along = float((changes @ towards[0]).mean())
    else:
        length_squared, error = shared_length_squared(descents)
        length = np.sqrt(length_squared) if length_squared > 2 * error else 0.0
        # The noise of a group and of its own descent is that of the same trials, so only other ones may be paired.
        along = _mean_of_pairs(changes @ towards.T)
    if not length:
        return None
    return float(np.degrees(np.arccos(np.clip(along / (length * np.sqrt(common)), -1, 1))))


def trials_per_signal(groups: Sequence[Array], n_each: int) -> float | None:
    """Estimate how many trials have to be averaged until the mean change is as long as its noise.

    Parameters
    ----------
    groups : sequence of ndarray
        Mean changes over independent sets of trials.
    n_each : int
        Trials of each set.

    Returns
    -------
    float or None
        One trial's noise variance, summed over weights, over the squared length of the mean change; 0 for a rule
        without noise, None where no mean change stands out.
    """
    common, error = shared_length_squared(groups)
    if common <= 2 * error:
        return None
    own = float(np.trace(_products(groups))) / len(groups)
    return max(own - common, 0.0) * n_each / common


def _products(groups: Sequence[Array]) -> Array:
    flat = np.stack([np.ravel(group).astype(np.float64) for group in groups])
    return np.asarray(flat @ flat.T)


def _mean_of_pairs(products: Array) -> float:
    n = len(products)
    return float((products.sum() - np.trace(products)) / (n * (n - 1)))


def chance_interval_deg(n_weights: int, level: float = 0.95) -> tuple[float, float]:
    """Give the central interval of the angle between a fixed direction and a random one of ``n_weights`` numbers.

    A random direction's cosine :math:`c` makes :math:`c \\sqrt{(d-1)/(1-c^2)}` a Student variable with ``d - 1``
    degrees of freedom. In many dimensions the interval is narrow: 90 ± 0.2 degrees for 313,600 weights, so that an
    angle outside it may be certain and mean nothing.

    Raises
    ------
    ValueError
        If there are fewer than two weights.
    """
    if n_weights < 2:
        raise ValueError(f"n_weights is {n_weights}; accepted: 2 or more")
    from scipy import stats

    t = float(stats.t.ppf((1 + level) / 2, n_weights - 1))
    half = float(np.degrees(np.arcsin(t / np.sqrt(n_weights - 1 + t**2))))
    return RIGHT_ANGLE_DEG - half, RIGHT_ANGLE_DEG + half


def random_update(
    rng: np.random.Generator, weights: Array, norm: float, low: float = -np.inf, high: float = np.inf
) -> Array:
    """Draw an update of a given length that obeys the same bounds as the rule.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    weights : ndarray
        Where the update starts from.
    norm : float
        Its Euclidean length.
    low, high : float
        Bounds of the weights: one that sits at a bound can only move away from it.

    Returns
    -------
    ndarray, shape of ``weights``
    """
    drawn = rng.standard_normal(np.shape(weights))
    drawn = np.where(weights <= low, np.abs(drawn), drawn)
    drawn = np.where(weights >= high, -np.abs(drawn), drawn)
    return np.asarray(drawn * (norm / np.linalg.norm(drawn)))


def random_interval_deg(
    rng: np.random.Generator,
    weights: Array,
    change: Array,
    descent: Array,
    low: float = -np.inf,
    high: float = np.inf,
    n_draws: int = 200,
) -> tuple[float, float] | None:
    """Give the 95 % interval of the angle of random updates, as long as the rule's and as bounded, to a descent.

    In closed form where no weight sits at a bound; else from ``n_draws`` random updates. None where ``change`` or
    ``descent`` is zero, or where there are fewer than two weights.
    """
    norm = float(np.linalg.norm(change))
    if not norm or not np.any(descent) or np.size(weights) < 2:
        return None
    if not np.any((weights <= low) | (weights >= high)):
        return chance_interval_deg(int(np.size(weights)))
    drawn = (angle_deg(random_update(rng, weights, norm, low, high), descent) for _ in range(n_draws))
    found = [angle for angle in drawn if angle is not None]
    ends = np.quantile(found, (0.025, 0.975))
    return float(ends[0]), float(ends[1])
