"""The error of a mean over two things that are both drawn: seeds (networks) and test items, perhaps in groups.

Each number belongs to a seed and to an item, so that two numbers are alike if either is the same. What the numbers of a
seed have in common shows between seeds, what those of an item (or group of items) have in common between items; what is
left of each pair of a seed and a group shows in both and is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.compare.statistics.intervals import Interval, is_right_or_wrong, normal_quantile, student_quantile, wilson

Array = NDArray[np.float64]
NO_SPREAD = 1e-24
"""A variance that rounding alone leaves."""


@dataclass(frozen=True)
class Spread:
    """The variance of a mean, and what it is made of.

    Attributes
    ----------
    over_seeds, over_items : float or None
        Of the mean, if seeds alone, or items alone (groups where they are known), were drawn anew; None where there is
        one of them.
    shared : float
        What stands in both.
    n_seeds, n_items : int
        How many seeds and test items.
    n_groups : int or None
        Groups of items; None where items stand for themselves.
    of_one_share : bool
        Are they the right and wrong answers of one network, whose variance follows from their share?
    """

    over_seeds: float | None
    over_items: float | None
    shared: float
    n_seeds: int
    n_items: int
    n_groups: int | None = None
    of_one_share: bool = False

    @property
    def variance(self) -> float | None:
        """Of the mean, if both were drawn anew; None where there is one seed and one item or group."""
        if self.over_seeds is None or self.over_items is None:
            return self.over_items if self.over_seeds is None else self.over_seeds
        return max(self.over_seeds + self.over_items - self.shared, self.over_seeds, self.over_items)

    @property
    def degrees_of_freedom(self) -> float:
        """Of that variance, after Satterthwaite (1946, doi:10.2307/3002019); with groups at most one less than them."""
        n_clusters = self.n_items if self.n_groups is None else self.n_groups
        parts = [
            (part, n - 1)
            for part, n in ((self.over_seeds, self.n_seeds), (self.over_items, n_clusters))
            if part is not None
        ]
        total = sum(part for part, _ in parts)
        # Without any spread what doubt is left is that of the items: seeds that agree add nothing to it, nor take any.
        found = float(parts[-1][1]) if total <= NO_SPREAD else float(total**2 / sum(part**2 / df for part, df in parts))
        return found if self.n_groups is None else min(found, self.n_groups - 1.0)

    def quantile(self, level: float) -> float:
        """Give by how many standard errors an interval reaches to either side."""
        if self.of_one_share:
            return normal_quantile(level)
        return student_quantile(level, self.degrees_of_freedom)

    def for_another_pool(self, overlap: float) -> Spread:
        """Give the spread if the samples that all seeds draw from were others as well, at the most.

        Seeds that share training samples are more alike than networks that learned from samples of their own. The
        delete-d jackknife (Shao and Wu 1989, doi:10.1214/aos/1176347263) takes the spread between seeds that each leave
        out a part of one pool by ``overlap / (1 - overlap)``. It is too much by what seeds differ in for other reasons,
        their initial weights and noise.

        Parameters
        ----------
        overlap : float
            Share of its training samples that a seed has in common with another, below 1.
        """
        if self.over_seeds is None:
            return self
        return replace(self, over_seeds=self.over_seeds * (1 + self.n_seeds * overlap / (1 - overlap)))


def spread(numbers: ArrayLike, groups: ArrayLike | None = None) -> Spread:
    """Take the spread of a mean over seeds and items apart.

    Of seeds, and of items or groups, the variance of the mean is that of cluster-robust statistics (Cameron, Gelbach
    and Miller 2011, doi:10.1198/jbes.2010.07136), each with its factor ``n / (n - 1)`` for few clusters. A group weighs
    as many items as it has.

    Parameters
    ----------
    numbers : array-like, shape (n_seeds, n_items)
        One number a seed and item.
    groups : array-like, shape (n_items,), optional
        What each item belongs to.

    Returns
    -------
    Spread
    """
    table: Array = np.atleast_2d(np.asarray(numbers, dtype=float))
    n_seeds, n_items = table.shape
    totals = table - table.mean()
    shares = np.full(n_items, 1 / n_items)
    if groups is not None:
        names, codes = np.unique(np.asarray(groups), return_inverse=True)
        summed = np.zeros((len(names), n_seeds))
        np.add.at(summed, codes, totals.T)
        totals = summed.T
        shares = np.bincount(codes) / n_items
    n_clusters = totals.shape[1]
    over_seeds = _of_sums(totals.sum(axis=1) / (n_seeds * n_items)) if n_seeds > 1 else None
    over_items = _of_sums(totals.sum(axis=0) / (n_seeds * n_items)) if n_clusters > 1 else None
    of_one_share = n_seeds == 1 and groups is None and is_right_or_wrong(np.abs(table))
    if over_items is not None and of_one_share:
        # Nothing is estimated, so that no item counts as spent on the mean.
        over_items *= (n_items - 1) / n_items
    shared = 0.0
    if n_seeds > 1 and n_clusters > 1:
        # What a seed does everywhere shows in a group as often as the group has items.
        left = totals - totals.mean(axis=0) - totals.sum(axis=1, keepdims=True) * shares
        factor = n_seeds * n_clusters / ((n_seeds - 1) * (n_clusters - 1))
        shared = float(factor * np.sum((left / (n_seeds * n_items)) ** 2))
    n_groups = None if groups is None else n_clusters
    return Spread(over_seeds, over_items, shared, n_seeds, n_items, n_groups, of_one_share)


def _of_sums(sums: Array) -> float:
    """Give the variance of a sum of clusters' deviations, which add up to zero."""
    return float(np.sum(sums**2) * len(sums) / (len(sums) - 1))


def two_way_interval(
    numbers: ArrayLike, groups: ArrayLike | None = None, level: float = 0.95, overlap: float = 0.0
) -> Interval:
    """Give a mean over seeds and test items and its interval: what other seeds and other items might have given.

    Of right and wrong answers Wilson's (1927) score interval, with as many items as would give the same variance, as
    surveys do it (Korn and Graubard 1998): inside [0, 1], and of some width even where all answers are right. Of other
    numbers Student's.

    Parameters
    ----------
    numbers : array-like, shape (n_seeds, n_items)
        One number a seed and item.
    groups : array-like, shape (n_items,), optional
        What each item belongs to, where items of one group resemble each other.
    level : float, default=0.95
        Coverage.
    overlap : float, default=0
        See :meth:`Spread.for_another_pool`.

    Returns
    -------
    Interval
        Without ends where one number cannot give any.
    """
    table: Array = np.atleast_2d(np.asarray(numbers, dtype=float))
    found = spread(table, groups).for_another_pool(overlap)
    mean, variance = float(table.mean()), found.variance
    if not is_right_or_wrong(table):
        return _around(mean, mean, variance, found, level)
    if not variance:
        # Networks that all answer alike are no more answers than one; those that differ, but in no sum, are.
        n = float(found.n_items if mean in (0, 1) else table.size)
        return wilson(mean, n, normal_quantile(level) if found.n_groups is None else found.quantile(level))
    return wilson(mean, min(max(mean * (1 - mean) / variance, 1.0), table.size), found.quantile(level))


def two_way_contrast(
    weights: Sequence[float],
    tables: Sequence[ArrayLike],
    groups: ArrayLike | None = None,
    level: float = 0.95,
    overlap: float = 0.0,
) -> Interval:
    """Give a weighted sum of means over the same seeds and items, and its interval, paired item by item.

    Of right and wrong answers, half an item is added to each cell of the table of right and wrong (Agresti and Min
    2005, doi:10.1002/sim.1781), so that equal answers give no interval of zero width.

    Parameters
    ----------
    weights : sequence of float
        One for each table; for a difference 1 and -1.
    tables : sequence of array-like, each of shape (n_seeds, n_items)
        One number a seed and item.
    groups, level, overlap
        As for :func:`two_way_interval`.

    Returns
    -------
    Interval
        Its mean is the plain weighted sum.
    """
    numbers: list[Array] = [np.atleast_2d(np.asarray(table, dtype=float)) for table in tables]
    table = np.sum([weight * one for weight, one in zip(weights, numbers, strict=True)], axis=0)
    found = spread(table, groups).for_another_pool(overlap)
    mean, variance = float(table.mean()), found.variance
    if not all(is_right_or_wrong(one) for one in numbers):
        return _around(mean, mean, variance, found, level)
    scale, n = sum(weight for weight in weights if weight > 0), found.n_items + 2
    # Of the two items added, one is a tie, and half of one favours either side.
    added = (scale**2 + 2 * found.n_items * mean**2 / n) / n**2
    known = 0.0 if variance is None else variance * (found.n_items / n) ** 2
    return _around(mean, mean * found.n_items / n, known + added, found, level, scale)


def _around(
    mean: float, centre: float, variance: float | None, found: Spread, level: float, highest: float = np.inf
) -> Interval:
    if variance is None:
        return Interval(mean, None, None)
    half = found.quantile(level) * float(np.sqrt(variance))
    return Interval(mean, max(centre - half, -highest), min(centre + half, highest))
