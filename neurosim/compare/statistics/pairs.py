"""Two learners side by side: the paired difference, its intervals, its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.contrasts import contrast
from neurosim.compare.statistics.measured import Measured
from neurosim.compare.statistics.tests import (
    EXACT_UP_TO,
    corrected_t_test,
    holm,
    sign_flip_test,
    smallest_holm,
    smallest_p,
)
from neurosim.data import ONE_TEST_PART, Resampling
from neurosim.metrics.measure import Wording


def tested_pairs(
    names: Iterable[tuple[str, str]],
    found: Mapping[str, Measured | None],
    wording: Wording,
    resampling: Resampling = ONE_TEST_PART,
    margin: float = 0.0,
) -> list[dict[str, Any]]:
    """Set learners against each other, pair by pair, and correct the p-values of all pairs given by Holm's method.

    Parameters
    ----------
    names : iterable of (str, str)
        Labels of the pairs; together one family of tests. A pair of which nothing was measured is left out.
    found : mapping of str to Measured or None
        Label to what was measured.
    wording : Wording
        Of the measure: which way is ahead.
    resampling : Resampling
        How the seeds relate to each other.
    margin : float, default=0
        What a difference has to exceed, in the measure's own numbers; fixed before the run.

    Returns
    -------
    list of dict
        As in ``results.json``.
    """
    known = [(a, b, found.get(a), found.get(b)) for a, b in names]
    pairs = [_pair(a, b, of_a, of_b, wording, resampling, margin) for a, b, of_a, of_b in known if of_a and of_b]
    return with_holm(pairs)


def with_holm(tested: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to tested differences, one family, the p-values after Holm's correction and the least they can be."""
    for one, adjusted in zip(tested, holm([one["p_value"] for one in tested]), strict=True):
        one["p_holm"] = adjusted
        least = one["smallest_p"]
        one["smallest_p_holm"] = None if least is None else smallest_holm(least, len(tested))
    return tested


def tested(
    differences: NDArray[np.floating], resampling: Resampling = ONE_TEST_PART, margin: float = 0.0
) -> dict[str, Any]:
    """Test that differences, one a seed, exceed a margin on average; by sign flips, or for folds by the corrected t.

    With a margin, what is tested is the difference less the margin, on the side on which the difference lies; one that
    does not exceed it has p = 1.
    """
    n, folds, mean = len(differences), resampling.own_test_parts, float(differences.mean())
    if abs(mean) <= margin and margin:
        p_value = 1.0
    else:
        beyond = differences - np.sign(mean) * margin
        p_value = corrected_t_test(beyond, resampling.test_to_train) if folds else sign_flip_test(beyond)
    return {
        "margin": margin,
        "test": _test_name(n, folds),
        "p_value": p_value,
        "smallest_p": None if folds else smallest_p(n),
        "p_holm": None,
        "smallest_p_holm": None,
    }


def ahead(wording: Wording, difference: float, a: str, b: str) -> str | None:
    """Name the one of two that is ahead by a difference of its value to the other's; None where there is none."""
    sign = wording.ahead(difference)
    return None if sign == 0 else a if sign > 0 else b


def _pair(
    a: str, b: str, of_a: Measured, of_b: Measured, wording: Wording, resampling: Resampling, margin: float
) -> dict[str, Any]:
    figure, unavailable = contrast({a: 1.0, b: -1.0}, {a: of_a, b: of_b}, resampling)
    differences = np.array(figure["per_seed"])
    # Differences that agree but for rounding have no spread.
    spread = float(differences.std(ddof=1)) if len(differences) > 1 and np.ptp(differences) > 1e-12 else 0.0
    return {
        "a": a,
        "b": b,
        "ahead": ahead(wording, float(differences.mean()), a, b),
        "difference": figure,
        "unavailable": unavailable,
        "error_ratio": _error_ratio(of_a, of_b, wording),
        **tested(differences, resampling, margin),
        "effect_size": float(differences.mean()) / spread if spread else None,
    }


def _error_ratio(of_a: Measured, of_b: Measured, wording: Wording) -> float | None:
    """Give how many times as far from perfect the first is; None where that has no meaning."""
    if wording.perfect is None:
        return None
    errors = [abs(wording.perfect - one.mean) for one in (of_a, of_b)]
    return errors[0] / errors[1] if errors[1] else None


def _test_name(n_pairs: int, folds: bool) -> str:
    if folds:
        return "corrected resampled t"
    return "exact sign flips" if n_pairs <= EXACT_UP_TO else "sampled sign flips"
