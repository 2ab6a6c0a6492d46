"""A mean or a difference with its intervals, as plain values for ``results.json``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosim.compare.statistics.intervals import no_spread_interval, seed_interval
from neurosim.data import Resampling

TwoWay = Callable[[float], list[float] | None]
"""The interval over seeds and test items, for a given overlap of the seeds' training samples; 0 for this pool."""
OF_TASK = ("seeds and items", "folds", "all items")
"""What an interval is over that says something of the task, not of its test part alone."""
ROUNDING = 1e-12
ONE_SEED = "one seed gives no interval"
OWN_FOLDS = "each fold has a test part of its own, and the interval allows for what folds share"
NO_OVERLAP = "seeds share no training samples, or all of them, or the task does not say"


@dataclass(frozen=True)
class Answers:
    """What a value rests on.

    Attributes
    ----------
    n : int or None
        Answers of all seeds together; in repeated folds each row of the table once; None where that is not known.
    right_or_wrong : bool
        Is each 1 or 0?
    n_items, n_groups : int or None
        Test items that all seeds answered, and their groups, where they have any.
    """

    n: int | None = None
    right_or_wrong: bool = False
    n_items: int | None = None
    n_groups: int | None = None


def figure_of(
    per_seed: Sequence[float],
    resampling: Resampling,
    answers: Answers,
    two_way: TwoWay | None = None,
    *,
    difference: bool = False,
    highest: float = 1.0,
) -> dict[str, Any]:
    """Give a mean, its intervals and what they are over.

    Parameters
    ----------
    per_seed : sequence of float
        One value a seed.
    resampling : Resampling
        How the seeds relate to each other.
    answers : Answers
        What the values rest on.
    two_way : callable, optional
        Gives the interval over seeds and test items, where all seeds answered the same items.
    difference : bool, default=False
        Are the values differences?
    highest : float, default=1
        What a difference of shares can be at most.

    Returns
    -------
    dict
        ``mean``; ``ci95``, the interval, with ``over`` (``"seeds and items"``, ``"all items"`` where no others
        exist, ``"folds"``, or ``"seeds"`` where no more is known) and ``method`` in words; ``seeds_ci95``, of this
        test part; ``pool_ci95``, allowing for training samples that seeds share; ``per_seed``. What cannot be had is
        None.
    """
    values, n = [float(value) for value in per_seed], len(per_seed)
    alone, name = seed_interval(values, resampling=resampling)
    if n > 1 and np.ptp(values) <= ROUNDING and answers.n and answers.right_or_wrong:
        alone = no_spread_interval(alone.mean, answers.n, difference=difference, highest=highest)
    figure: dict[str, Any] = {"mean": alone.mean, "ci95": None, "over": None, "method": None, "seeds_ci95": None}
    figure |= {"pool_ci95": None, "per_seed": values}
    if n < 2:
        return figure
    if resampling.own_test_parts:
        return figure | {"ci95": alone.ends, "over": "folds", "method": f"{name} over {n} folds"}
    figure["seeds_ci95"] = alone.ends
    if resampling.exhaustive:
        method = f"{name} over {n} seeds; the test items are all there are"
        return figure | {"ci95": alone.ends, "over": "all items", "method": method}
    ends = None if two_way is None else two_way(0.0)
    if two_way is None or ends is None:
        return figure | {"ci95": alone.ends, "over": "seeds", "method": f"{name} over {n} seeds"}
    items = f"{answers.n_items} test items" + (f" in {answers.n_groups} groups" if answers.n_groups else "")
    figure |= {"ci95": ends, "over": "seeds and items", "method": f"two-way t over {n} seeds and {items}"}
    overlap = resampling.overlap
    if overlap is not None and 0 < overlap < 1:
        figure["pool_ci95"] = two_way(overlap)
    return figure


def missing_of(figure: dict[str, Any], no_items: str, path: str = "") -> dict[str, str]:
    """Say which intervals of a figure are None, by path, and why."""
    told: dict[str, str] = {}
    if figure["ci95"] is None:
        told = dict.fromkeys(("ci95", "over", "method", "seeds_ci95", "pool_ci95"), ONE_SEED)
    else:
        if figure["seeds_ci95"] is None:
            told["seeds_ci95"] = OWN_FOLDS
        if figure["pool_ci95"] is None:
            told["pool_ci95"] = OWN_FOLDS if figure["over"] == "folds" else no_items or NO_OVERLAP
    return {f"{path}{name}": reason for name, reason in told.items()}
