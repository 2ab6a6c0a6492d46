"""Two learners side by side: the paired difference, its intervals over seeds and test items, its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.intervals import Interval, item_difference, item_interval, seed_interval
from neurosim.compare.statistics.tests import (
    EXACT_UP_TO,
    corrected_t_test,
    holm,
    sign_flip_test,
    smallest_holm,
    smallest_p,
)
from neurosim.data import ONE_TEST_PART, Record, Resampling

NO_ANSWERS = "the records do not hold which test samples were answered rightly"
OWN_TEST_PARTS = "the test part is another one for each seed"


def tested_pairs(
    names: Iterable[tuple[str, str]], records: Mapping[str, Sequence[Record]], resampling: Resampling = ONE_TEST_PART
) -> list[dict[str, Any]]:
    """Set learners against each other, pair by pair, and correct the p-values of all pairs given by Holm's method.

    Parameters
    ----------
    names : iterable of (str, str)
        Labels of the pairs; together one family of tests.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    resampling : Resampling
        How the seeds relate to each other.

    Returns
    -------
    list of dict
        As in ``results.json``.
    """
    pairs = [_pair(a, b, records[a], records[b], resampling) for a, b in names]
    for pair, adjusted in zip(pairs, holm([pair["p_value"] for pair in pairs]), strict=True):
        pair["p_holm"] = adjusted
        if pair["smallest_p"] is not None:
            pair["smallest_p_holm"] = smallest_holm(len(records[pair["a"]]), len(pairs))
    return pairs


def seed_figure(values: Sequence[float], resampling: Resampling = ONE_TEST_PART) -> dict[str, Any]:
    """Give mean, interval over seeds and its method, as plain values."""
    interval, method = seed_interval(values, resampling=resampling)
    return {"mean": interval.mean, "ci95": interval.ends, "method": method if interval.ends else None}


def item_figure(
    records: Sequence[Record], resampling: Resampling = ONE_TEST_PART, array: str = "test_correct"
) -> tuple[list[float] | None, str]:
    """Give the interval of accuracy over test items, or None and the reason."""
    answers, reason = answers_of(records, resampling, array)
    return (None, reason) if answers is None else (item_interval(answers).ends, "")


def _pair(a: str, b: str, of_a: Sequence[Record], of_b: Sequence[Record], resampling: Resampling) -> dict[str, Any]:
    differences = np.array([x.test - y.test for x, y in zip(of_a, of_b, strict=True)])
    errors = [1 - float(np.mean([record.test for record in records])) for records in (of_a, of_b)]
    # Differences that agree but for rounding have no spread.
    spread = float(differences.std(ddof=1)) if len(differences) > 1 and np.ptp(differences) > 1e-12 else 0.0
    n, folds = len(differences), resampling.own_test_parts
    over_items = _over_items(of_a, of_b, resampling)
    return {
        "a": a,
        "b": b,
        "difference": seed_figure(differences.tolist(), resampling)
        | {"items_ci95": None if over_items is None else over_items.ends},
        "error_ratio": errors[0] / errors[1] if errors[1] else None,
        "test": _test_name(n, folds),
        "p_value": corrected_t_test(differences, resampling.test_to_train) if folds else sign_flip_test(differences),
        "smallest_p": None if folds else smallest_p(n),
        "p_holm": None,
        "smallest_p_holm": None,
        "effect_size": float(differences.mean()) / spread if spread else None,
    }


def _test_name(n_pairs: int, folds: bool) -> str:
    if folds:
        return "corrected resampled t"
    return "exact sign flips" if n_pairs <= EXACT_UP_TO else "sampled sign flips"


def _over_items(of_a: Sequence[Record], of_b: Sequence[Record], resampling: Resampling) -> Interval | None:
    a, b = answers_of(of_a, resampling)[0], answers_of(of_b, resampling)[0]
    return None if a is None or b is None or a.shape != b.shape else item_difference(a, b)


def answers_of(
    records: Sequence[Record], resampling: Resampling, array: str = "test_correct"
) -> tuple[NDArray[Any] | None, str]:
    """Give right and wrong answers, shape (n_seeds, n_items), where all seeds answered the same items; else why not."""
    if resampling.own_test_parts:
        return None, OWN_TEST_PARTS
    rows = [record.arrays.get(array) for record in records]
    kept = [np.asarray(row, dtype=bool) for row in rows if row is not None]
    if len(kept) < len(rows):
        return None, NO_ANSWERS
    if len({len(row) for row in kept}) != 1:
        return None, OWN_TEST_PARTS
    return np.array(kept), ""
