"""Weighted contrasts of what is compared: the same weights over seeds, and over test items."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.compare.statistics.intervals import item_difference
from neurosim.compare.statistics.pairs import seed_figure
from neurosim.data import ONE_TEST_PART, Resampling

Place = TypeVar("Place", bound=Hashable)
ONE_SEED = "one seed gives no interval"


def contrast(
    weights: Mapping[Place, float],
    values: Mapping[Place, Sequence[float]],
    answers: Mapping[Place, NDArray[Any]] | str,
    resampling: Resampling = ONE_TEST_PART,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give a weighted sum of places, paired by seed, with its intervals over seeds and over test items.

    Parameters
    ----------
    weights : mapping of place to float
        They sum to zero.
    values : mapping of place to sequence of float
        One value a seed, in the order of seeds.
    answers : mapping of place to ndarray of bool, shape (n_seeds, n_items), or str
        Right and wrong answers to the same items; or why there is no interval over items.
    resampling : Resampling
        How the seeds relate to each other.

    Returns
    -------
    figure : dict
        Mean, intervals and values, as in ``results.json``.
    unavailable : dict of str to str
        Which intervals are None, and why.
    """
    sums = np.array(list(weights.values())) @ np.array([values[place] for place in weights])
    # Halves and differences of equal accuracies leave a last bit, which would pass for an effect without spread.
    per_seed = [float(value) for value in np.round(sums, 12) + 0.0]
    figure = seed_figure(per_seed, resampling) | {
        "per_seed": per_seed,
        "items_ci95": None if isinstance(answers, str) else over_items(weights, answers),
    }
    missing = {"items_ci95": answers} if isinstance(answers, str) else {}
    return figure, missing | ({} if figure["ci95"] is not None else {"ci95": ONE_SEED})


def over_items(weights: Mapping[Place, float], answers: Mapping[Place, NDArray[Any]]) -> list[float] | None:
    """Give the interval over test items of a contrast: two weighted means of places, paired item by item."""
    scale = sum(weight for weight in weights.values() if weight > 0)
    ahead, behind = (
        np.sum([abs(weight) / scale * answers[place] for place, weight in weights.items() if weight * sign > 0], axis=0)
        for sign in (1, -1)
    )
    ends = item_difference(ahead, behind).ends
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
