"""Weighted contrasts of what is compared: the same weights over seeds and over test items."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.compare.statistics.figure import figure_of, missing_of
from neurosim.compare.statistics.measured import Measured
from neurosim.compare.statistics.two_way import two_way_contrast
from neurosim.data import ONE_TEST_PART, Resampling

Place = TypeVar("Place", bound=Hashable)
OTHER_ITEMS = "what is compared was not judged on the same test items"


def contrast(
    weights: Mapping[Place, float], found: Mapping[Place, Measured], resampling: Resampling = ONE_TEST_PART
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a weighted sum of places, paired by seed and by test item, with its intervals.

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
    of_places = [found[place] for place in weights]
    first = of_places[0]
    answers = replace(first.answers, right_or_wrong=all(one.answers.right_or_wrong for one in of_places))

    def two_way(overlap: float) -> list[float] | None:
        return two_way_contrast(list(weights.values()), items, first.groups, overlap=overlap).ends

    highest = max(sum(weight for weight in weights.values() if weight > 0), 1.0)
    figure = figure_of(per_seed, resampling, answers, two_way if items else None, difference=True, highest=highest)
    return figure, missing_of(figure, reason)


def _items(weights: Mapping[Place, float], found: Mapping[Place, Measured]) -> tuple[list[NDArray[Any]], str]:
    """Give the numbers of the places for each item, or why there are none that can be paired."""
    items: list[NDArray[Any]] = []
    for place in weights:
        of_place = found[place].items
        if of_place is None:
            return [], found[place].no_items
        items.append(of_place)
    return (items, "") if len({numbers.shape for numbers in items}) == 1 else ([], OTHER_ITEMS)


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
