"""The error of a mean over two things that are both drawn: seeds (networks) and test items, perhaps in groups.

Each number belongs to a seed and to an item, so that two numbers are alike if either is the same. What the numbers of one
seed have in common shows between seeds, what those of one item (or group of items) have in common between items; what is
left of each pair of a seed and a group shows in both and is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


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
    n_seeds, n_clusters : int
        How many seeds, and how many items or groups.
    n_items : int
        Test items.
    """

    over_seeds: float | None
    over_items: float | None
    shared: float
    n_seeds: int
    n_clusters: int
    n_items: int

    @property
    def variance(self) -> float | None:
        """Of the mean, if both were drawn anew; None where neither shows any spread, for want of a second."""
        known = [part for part in (self.over_seeds, self.over_items) if part is not None]
        if not known:
            return None
        return max(sum(known) - (self.shared if len(known) == 2 else 0.0), *known) if len(known) == 2 else known[0]

    @property
    def degrees_of_freedom(self) -> float:
        """Of that variance, after Welch and Satterthwaite; never fewer than of its parts, nor more than both have."""
        parts = [
            (part, n - 1)
            for part, n in ((self.over_seeds, self.n_seeds), (self.over_items, self.n_clusters))
            if part is not None
        ]
        total = sum(part for part, _ in parts)
        if total == 0:
            return float(min(df for _, df in parts))
        return float(total**2 / sum(part**2 / df for part, df in parts))


def spread(numbers: ArrayLike, groups: ArrayLike | None = None) -> Spread:
    """Take the spread of a mean over seeds and items apart.

    Of seeds, and of items or groups, the variance of the mean is that of cluster-robust statistics (Cameron, Gelbach and
    Miller 2011, doi:10.1198/jbes.2010.07136), each with its factor ``n / (n - 1)`` for few clusters. A group weighs as
    many items as it has.

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
    if groups is not None:
        names, codes = np.unique(np.asarray(groups), return_inverse=True)
        summed = np.zeros((n_seeds, len(names)))
        np.add.at(summed.T, codes, totals.T)
        totals = summed
    n_clusters = totals.shape[1]
    over_seeds = _of_sums(totals.sum(axis=1) / (n_seeds * n_items)) if n_seeds > 1 else None
    over_items = _of_sums(totals.sum(axis=0) / (n_seeds * n_items)) if n_clusters > 1 else None
    shared = 0.0
    if n_seeds > 1 and n_clusters > 1:
        left = totals - totals.mean(axis=0) - totals.mean(axis=1, keepdims=True) + totals.mean()
        factor = n_seeds * n_clusters / ((n_seeds - 1) * (n_clusters - 1))
        shared = float(factor * np.sum((left / (n_seeds * n_items)) ** 2))
    return Spread(over_seeds, over_items, shared, n_seeds, n_clusters, n_items)


def _of_sums(sums: Array) -> float:
    """Give the variance of a sum of clusters' deviations, which add up to zero."""
    return float(np.sum(sums**2) * len(sums) / (len(sums) - 1))
