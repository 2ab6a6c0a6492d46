"""Two learners side by side: the paired difference, its intervals over seeds and test items, its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.intervals import item_difference
from neurosim.compare.statistics.measured import Measured, seed_figure
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

    Returns
    -------
    list of dict
        As in ``results.json``.
    """
    known = [(a, b, found[a], found[b]) for a, b in names]
    pairs = [_pair(a, b, of_a, of_b, wording, resampling) for a, b, of_a, of_b in known if of_a and of_b]
    return with_holm(pairs)


def with_holm(tested: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to tested differences, one family, the p-values after Holm's correction and the least they can be."""
    for one, adjusted in zip(tested, holm([one["p_value"] for one in tested]), strict=True):
        one["p_holm"] = adjusted
        least = one["smallest_p"]
        one["smallest_p_holm"] = None if least is None else smallest_holm(least, len(tested))
    return tested


def tested(differences: NDArray[np.floating], resampling: Resampling = ONE_TEST_PART) -> dict[str, Any]:
    """Test that differences, one a seed, are zero on average; by sign flips, or for folds by the corrected t."""
    n, folds = len(differences), resampling.own_test_parts
    return {
        "test": _test_name(n, folds),
        "p_value": corrected_t_test(differences, resampling.test_to_train) if folds else sign_flip_test(differences),
        "smallest_p": None if folds else smallest_p(n),
        "p_holm": None,
        "smallest_p_holm": None,
    }


def ahead(wording: Wording, difference: float, a: str, b: str) -> str | None:
    """Name the one of two that is ahead by a difference of its value to the other's; None where there is none."""
    sign = wording.ahead(difference)
    return None if sign == 0 else a if sign > 0 else b


def _pair(a: str, b: str, of_a: Measured, of_b: Measured, wording: Wording, resampling: Resampling) -> dict[str, Any]:
    differences = np.array([x - y for x, y in zip(of_a.values, of_b.values, strict=True)])
    # Differences that agree but for rounding have no spread.
    spread = float(differences.std(ddof=1)) if len(differences) > 1 and np.ptp(differences) > 1e-12 else 0.0
    return {
        "a": a,
        "b": b,
        "ahead": ahead(wording, float(differences.mean()), a, b),
        "difference": seed_figure(differences.tolist(), resampling) | {"items_ci95": _over_items(of_a, of_b)},
        "error_ratio": _error_ratio(of_a, of_b, wording),
        **tested(differences, resampling),
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


def _over_items(of_a: Measured, of_b: Measured) -> Sequence[float] | None:
    a, b = of_a.items, of_b.items
    return None if a is None or b is None or a.shape != b.shape else item_difference(a, b).ends
