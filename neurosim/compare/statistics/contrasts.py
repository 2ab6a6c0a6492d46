"""Weighted contrasts of what is compared: the same weights over seeds, and over test items."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.compare.statistics.intervals import is_right_or_wrong, share_difference, student_interval
from neurosim.compare.statistics.measured import Measured, seed_figure
from neurosim.data import ONE_TEST_PART, Resampling

Place = TypeVar("Place", bound=Hashable)
ONE_SEED = "one seed gives no interval"
OTHER_ITEMS = "what is compared was not judged on the same test items"


def contrast(
    weights: Mapping[Place, float], found: Mapping[Place, Measured], resampling: Resampling = ONE_TEST_PART
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a weighted sum of places, paired by seed, with its intervals over seeds and over test items.

    Parameters
    ----------
    weights : mapping of place to float
        They sum to zero.
    found : mapping of place to Measured
        What was measured at each, for the same seeds.
    resampling : Resampling
        How the seeds relate to each other.

    Returns
    -------
    figure : dict
        Mean, intervals and values, as in ``results.json``.
    unavailable : dict of str to str
        Which intervals are None, and why.
    """
    sums = np.array(list(weights.values())) @ np.array([found[place].values for place in weights])
    # Halves and differences of equal values leave a last bit, which would pass for an effect without spread.
    per_seed = [float(value) for value in np.round(sums, 12) + 0.0]
    items, reason = _items(weights, found)
    ends = over_items(weights, items) if items else None
    figure = seed_figure(per_seed, resampling) | {"per_seed": per_seed, "items_ci95": ends}
    missing = {} if ends is not None else {"items_ci95": reason or "one test item gives no interval"}
    return figure, missing | ({} if figure["ci95"] is not None else {"ci95": ONE_SEED})


def _items(weights: Mapping[Place, float], found: Mapping[Place, Measured]) -> tuple[dict[Place, NDArray[Any]], str]:
    """Give the numbers of the places for each item, or why there are none that can be paired."""
    items: dict[Place, NDArray[Any]] = {}
    for place in weights:
        of_place = found[place].items
        if of_place is None:
            return {}, found[place].no_items
        items[place] = of_place
    same = len({numbers.shape for numbers in items.values()}) == 1
    return (items, "") if same else ({}, OTHER_ITEMS)


def over_items(weights: Mapping[Place, float], items: Mapping[Place, NDArray[Any]]) -> list[float] | None:
    """Give the interval over test items of a contrast, paired item by item.

    Of right and wrong answers, two weighted means of places are set against each other, each a share; the weighted sum
    of other numbers has Student's interval.
    """
    if not all(is_right_or_wrong(items[place].astype(float)) for place in weights):
        return student_interval(
            np.sum([weight * items[place].astype(float).mean(axis=0) for place, weight in weights.items()], axis=0)
        ).ends
    scale = sum(weight for weight in weights.values() if weight > 0)
    ahead, behind = (
        np.sum([abs(weight) / scale * items[place] for place, weight in weights.items() if weight * sign > 0], axis=0)
        for sign in (1, -1)
    )
    ends = share_difference(ahead, behind).ends
    return None if ends is None else [scale * end for end in ends]


def log_odds(n_right: ArrayLike, n_items: ArrayLike) -> NDArray[np.float64]:
    """Give the logarithm of right over wrong answers, half an answer added to each.

    The half (Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x; Anscombe 1956, doi:10.1093/biomet/43.3-4.461) keeps
    it finite where all answers are right or all are wrong, and takes away most of its bias elsewhere.

    Parameters
    ----------
    n_right : array-like of int
        Right answers.
    n_items : array-like of int
        All answers.

    Returns
    -------
    ndarray
        Natural logarithms.
    """
    right, items = np.asarray(n_right, dtype=float), np.asarray(n_items, dtype=float)
    return np.asarray(np.log((right + 0.5) / (items - right + 0.5)))
