"""Print how often intervals hold the true value, the table of docs/statistics.md: `python docs/coverage.py`.

Networks (seeds) and test items are drawn again and again, from the same kinds of spread as in real runs, and each time
it is looked whether a 95 % interval holds what all networks would reach on all items that could have been drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import norm

from neurosim.compare.statistics.intervals import Interval, seed_interval, student_interval
from neurosim.compare.statistics.two_way import two_way_contrast, two_way_interval

Rng = np.random.Generator
GROUP_SIZES = (124, 128, 130, 128, 130, 122, 130)
"""Images by each of the seven writers of the test part of digits."""
OVERLAP = 0.86
"""Share of its training images that a seed of digits has in common with another."""


@dataclass(frozen=True)
class World:
    """From where networks and test items come.

    A network is right on an item if a sum of normal numbers lies above zero: what all networks have in common, what
    this network, this item and this item's group add to it, and what is left.

    Attributes
    ----------
    accuracy : float
        Of all networks on all items.
    seeds, items, groups : float
        Standard deviation of what a network, an item and a group adds; what is left has 1.
    sizes : tuple of int
        Items of each group; of one group, items stand for themselves.
    """

    accuracy: float
    seeds: float
    items: float
    groups: float = 0.0
    sizes: tuple[int, ...] = (200,)

    @property
    def codes(self) -> NDArray[np.int64] | None:
        """What each item belongs to, shape (n_items,); None where there are no groups."""
        return None if len(self.sizes) == 1 else np.repeat(np.arange(len(self.sizes)), self.sizes)

    def answers(self, rng: Rng, n_seeds: int, common: NDArray[np.floating] | float = 0.0) -> NDArray[np.bool_]:
        """Draw right and wrong answers, shape (n_seeds, n_items); ``common`` are items' parts drawn elsewhere."""
        n_items = sum(self.sizes)
        spread = np.sqrt(1 + self.seeds**2 + self.items**2 + self.groups**2)
        score = rng.standard_normal((n_seeds, n_items)) + self.seeds * rng.standard_normal((n_seeds, 1))
        score += self.groups * np.repeat(rng.standard_normal(len(self.sizes)), self.sizes)
        score += self.items * (rng.standard_normal(n_items) if np.isscalar(common) else common)
        return np.asarray(score + spread * ndtri(self.accuracy) > 0)

    def pair(self, rng: Rng, n_seeds: int, other: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Draw answers of two learners to the same items, half of whose part is the same for both."""
        shared, *own = rng.standard_normal((3, sum(self.sizes)))
        second = World(other, self.seeds, self.items, self.groups, self.sizes)
        one, two = (np.sqrt(0.5) * (shared + each) for each in own)
        return self.answers(rng, n_seeds, one), second.answers(rng, n_seeds, two)


def covered(found: Interval, true: float) -> bool:
    """Say whether an interval holds the true value."""
    return found.low is not None and found.high is not None and found.low <= true <= found.high


def coverage(n_draws: int, seed: int, *looks: Callable[[Rng], Sequence[bool]]) -> list[float]:
    """Give for each of the answers of ``looks`` in what share of the draws it was yes."""
    rng = np.random.default_rng(seed)
    return [float(share) for look in looks for share in np.mean([look(rng) for _ in range(n_draws)], axis=0)]


def of_values(n_seeds: int) -> Callable[[Rng], Sequence[bool]]:
    """Look at the mean of values, one a seed, by the method that suits their number: normal ones and skewed ones."""

    def look(rng: Rng) -> Sequence[bool]:
        normal, skewed = rng.normal(3, 1, n_seeds), rng.exponential(1, n_seeds)
        return covered(seed_interval(normal)[0], 3.0), covered(seed_interval(skewed)[0], 1.0)

    return look


def of_answers(world: World, n_seeds: int) -> Callable[[Rng], Sequence[bool]]:
    """Look at the accuracy of one learner: over seeds alone, and over seeds and items."""

    def look(rng: Rng) -> Sequence[bool]:
        made = world.answers(rng, n_seeds)
        alone, both = student_interval(made.mean(axis=1)), two_way_interval(made, world.codes)
        return covered(alone, world.accuracy), covered(both, world.accuracy)

    return look


def of_pairs(world: World, n_seeds: int, other: float) -> Callable[[Rng], Sequence[bool]]:
    """Look at the difference of two learners in the same way."""

    def look(rng: Rng) -> Sequence[bool]:
        a, b = world.pair(rng, n_seeds, other)
        alone = student_interval(a.mean(axis=1) - b.mean(axis=1))
        both = two_way_contrast([1, -1], [a, b], world.codes)
        return covered(alone, world.accuracy - other), covered(both, world.accuracy - other)

    return look


def of_pools(share: float, n_seeds: int, overlap: float = OVERLAP) -> Callable[[Rng], Sequence[bool]]:
    """Look at seeds that draw from one pool, which is drawn anew each time: with and without what allows for it.

    Parameters
    ----------
    share : float
        Of the variance between seeds, what comes from the samples they drew.
    n_seeds : int
        How many.
    overlap : float
        Share of the pool that each draws.
    """
    n_pool, n_items = 500, 200
    n_drawn = round(overlap * n_pool)
    # Of a mean of some of the pool's numbers, each of variance 1, given the pool.
    of_draws = (1 - overlap) / n_drawn
    other = np.sqrt(of_draws * (1 - share) / share)

    def look(rng: Rng) -> Sequence[bool]:
        pool = rng.standard_normal(n_pool)
        drawn = np.array([rng.permutation(pool)[:n_drawn].mean() for _ in range(n_seeds)])
        level = drawn + other * rng.standard_normal(n_seeds)
        made = level[:, None] + 0.1 * (rng.standard_normal(n_items) + rng.standard_normal((n_seeds, n_items)))
        return [covered(two_way_interval(made, overlap=allowed), 0.0) for allowed in (0.0, overlap)]

    return look


def differences_of_folds(rng: Rng, n_learned: int, n_rows: int = 150, n_repetitions: int = 2) -> list[float]:
    """Set a nearest-mean rule on six features against one on three, over folds of one table as iris is cut."""
    y = np.arange(n_rows) % 2
    X = rng.normal(0, 1, (n_rows, 6)) + 0.6 * y[:, None]
    found = []
    for _ in range(n_repetitions):
        order = rng.permutation(n_rows)
        for fold in range(5):
            test = order[fold::5]
            train = rng.permutation(np.setdiff1d(order, test))[:n_learned]
            right = []
            for n_features in (6, 3):
                means = [X[train][y[train] == c, :n_features].mean(axis=0) for c in (0, 1)]
                far = [((X[test, :n_features] - mean) ** 2).sum(axis=1) for mean in means]
                right.append(np.mean((far[1] < far[0]) == y[test]))
            found.append(float(right[0] - right[1]))
    return found


def true_difference_of_folds(seed: int, n_learned: int, n_draws: int) -> float:
    """Give what the difference is on average over tables of those rows.

    Given what was learned, the share of right answers follows from normal numbers, so that few draws are enough.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n_draws):
        # Labels are drawn as a fold of a balanced table has them.
        y = rng.permutation(np.arange(150) % 2)[:n_learned]
        X = rng.normal(0, 1, (n_learned, 6)) + 0.6 * y[:, None]
        right = []
        for n_features in (6, 3):
            zero, one = (X[y == c, :n_features].mean(axis=0) for c in (0, 1))
            slope, middle = one - zero, (one + zero) / 2
            offset = slope @ middle / np.linalg.norm(slope)
            lean = 0.6 * slope.sum() / np.linalg.norm(slope)
            right.append((norm.cdf(offset) + norm.sf(offset - lean)) / 2)
        found.append(right[0] - right[1])
    return float(np.mean(found))


def of_folds(n_learned: int, true: float) -> Callable[[Rng], Sequence[bool]]:
    """Look at ten folds: without a correction, with one quarter, and with the true ratio of tested to learned from."""

    def look(rng: Rng) -> Sequence[bool]:
        found = differences_of_folds(rng, n_learned)
        return [covered(student_interval(found, test_to_train=ratio), true) for ratio in (0.0, 0.25, 30 / n_learned)]

    return look


def rows(scale: float) -> Iterator[tuple[str, str, str]]:
    """Simulate, and give the table's rows: interval, case, coverage; ``scale`` shortens it."""

    def n(draws: int) -> int:
        return max(int(draws * scale), 2)

    for n_seeds in (8, 10):
        for n_items, draws in ((200, 4000), (892, 2000), (10_000, 1000)):
            world = World(0.9, 0.1, 1.0, sizes=(n_items,))
            alone, both = coverage(n(draws), n_seeds + n_items, of_answers(world, n_seeds))
            pair, both_pair = coverage(n(draws), n_seeds + n_items + 1, of_pairs(world, n_seeds, 0.87))
            case = f"{n_seeds} seeds, {n_items:,} items ({draws:,} draws)"
            yield "seeds alone", case, f"{alone:.3f}, difference {pair:.3f}"
            yield "seeds and items", case, f"{both:.3f}, difference {both_pair:.3f}"
    for n_seeds in (10, 20, 40):
        normal, skewed = coverage(n(500), n_seeds, of_values(n_seeds))
        _, name = seed_interval(np.arange(n_seeds))
        yield f"seeds alone, {name}", f"{n_seeds} values (500 draws)", f"normal {normal:.3f}, exponential {skewed:.3f}"
    for groups in (0.15, 0.3):
        world = World(0.9, 0.1, 1.0, groups, GROUP_SIZES)
        _, both = coverage(n(2000), 71, of_answers(world, 10))
        _, both_pair = coverage(n(2000), 72, of_pairs(world, 10, 0.87))
        plain = coverage(n(2000), 71, lambda rng, w=world: [covered(two_way_interval(w.answers(rng, 10)), 0.9)])[0]
        case = f"10 seeds, 892 items in 7 groups that differ by {groups:g} (2,000 draws)"
        yield "seeds and items", case + ", groups passed over", f"{plain:.3f}"
        yield "seeds and groups", case, f"{both:.3f}, difference {both_pair:.3f}"
    for share, told in ((0.5, "half"), (1.0, "all")):
        without, allowed = coverage(n(2000), 86, of_pools(share, 10))
        case = f"10 seeds, overlap {OVERLAP}, {told} of the spread between seeds from their samples (2,000 draws)"
        yield "seeds and items", f"{case}; other pools", f"{without:.3f}"
        yield "`pool_ci95`", case, f"{allowed:.3f}"
    for n_learned in (96, 40):
        true = true_difference_of_folds(5, n_learned, n(20_000))
        plain, quarter, ratio = coverage(n(2000), 6, of_folds(n_learned, true))
        case = f"two repetitions of 5 folds, 30 rows tested, {n_learned} learned from (2,000 draws)"
        told = f"{ratio:.3f} (with 1/4 for the ratio {quarter:.3f}, without correction {plain:.3f})"
        yield "folds", case, told


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the draws to make")
    scale = parser.parse_args().scale
    print("| interval | case | coverage |\n|---|---|---|")
    for row in rows(scale):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
