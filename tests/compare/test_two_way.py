"""The spread over seeds and test items by hand, against published intervals at its limits, and in simulations."""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from neurosim.compare.statistics.intervals import Interval, student_interval
from neurosim.compare.statistics.two_way import spread, two_way_contrast, two_way_interval
from tests.compare.made_records import near

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs"))
import coverage as simulated

sys.path.pop(0)

LEVEL = 0.95


def ends_of(found: Interval) -> list[float]:
    """Give ends that have to be there."""
    assert found.ends is not None and found.ends[0] < found.ends[1]
    return found.ends


# -- the spread by hand -------------------------------------------------------------------------------------------


def test_a_crossed_table_by_hand() -> None:
    """Two seeds, three items; sums of squares on paper: 24 between seeds, 28 between items, 4 left."""
    found = spread([[1.0, 4.0, 4.0], [3.0, 8.0, 10.0]])
    # Means: seeds 3 and 7, items 2, 6 and 7, all 5. Mean squares 24, 14 and 2, each over six numbers.
    assert (found.over_seeds, found.over_items) == (near(24 / 6), near(14 / 6))
    assert found.shared == near(2 / 6) and found.variance == near((24 + 14 - 2) / 6)
    # Satterthwaite, of the two parts with one and two degrees of freedom.
    assert found.degrees_of_freedom == near((24 + 14) ** 2 / (24**2 / 1 + 14**2 / 2))


def mean_squares(table: np.ndarray) -> tuple[float, float, float]:
    """Give the mean squares of a balanced analysis of variance in plain sums: seeds, items, what is left."""
    n_seeds, n_items = table.shape
    mean = sum(table.flat) / table.size
    rows, columns = [sum(row) / n_items for row in table], [sum(column) / n_seeds for column in table.T]
    of_seeds = n_items * sum((row - mean) ** 2 for row in rows) / (n_seeds - 1)
    of_items = n_seeds * sum((column - mean) ** 2 for column in columns) / (n_items - 1)
    left = sum((table[s, i] - rows[s] - columns[i] + mean) ** 2 for s, i in product(range(n_seeds), range(n_items))) / (
        (n_seeds - 1) * (n_items - 1)
    )
    return of_seeds, of_items, left


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(2, 9), st.integers(0, 10**6))
def test_without_groups_it_is_the_analysis_of_variance(n_seeds: int, n_items: int, seed: int) -> None:
    """Any table: (seeds + items - left) over all numbers, and never below either part."""
    table = np.random.default_rng(seed).gamma(1.0, size=(n_seeds, n_items)) ** 2
    of_seeds, of_items, left = (square / table.size for square in mean_squares(table))
    found = spread(table)
    assert (found.over_seeds, found.over_items, found.shared) == (near(of_seeds), near(of_items), near(left))
    assert found.variance == near(max(of_seeds + of_items - left, of_seeds, of_items))


def test_it_estimates_the_components_it_is_made_of() -> None:
    """Standard deviations 1, 2 and 3 of 4 seeds, 11 items and what is left: 1/4 + 4/11 + 9/44, on average."""
    rng = np.random.default_rng(5)
    parts = []
    for _ in range(1500):
        table = rng.normal(0, 1, (4, 1)) + rng.normal(0, 2, 11) + rng.normal(0, 3, (4, 11))
        found = spread(table)
        assert found.over_seeds is not None and found.over_items is not None
        parts.append(found.over_seeds + found.over_items - found.shared)
    assert np.mean(parts) == pytest.approx(1 / 4 + 4 / 11 + 9 / 44, rel=0.05)


def by_hand_over_groups(table: np.ndarray, names: list[str]) -> tuple[float, float]:
    """Give the two parts in plain loops: squared sums of deviations of each seed, and of each group."""
    mean, n = table.mean(), table.size
    of_seeds = [sum(value - mean for value in row) for row in table]
    of_groups = [
        sum(table[s, i] - mean for s in range(len(table)) for i, other in enumerate(names) if other == name)
        for name in sorted(set(names))
    ]
    parts = [sum(one**2 for one in sums) / n**2 * len(sums) / (len(sums) - 1) for sums in (of_seeds, of_groups)]
    return parts[0], parts[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(2, 5), st.integers(0, 10**6))
def test_groups_of_unequal_size_by_hand(sizes: list[int], n_seeds: int, seed: int) -> None:
    """Of a group all items count together; never below either part, and one less degree of freedom than groups."""
    rng = np.random.default_rng(seed)
    names = rng.permutation([f"writer {k}" for k, size in enumerate(sizes) for _ in range(size)]).tolist()
    found, table = spread(table := rng.gamma(2.0, size=(n_seeds, len(names))), names), table
    over_seeds, over_items = by_hand_over_groups(table, names)
    assert (found.over_seeds, found.over_items) == (near(over_seeds), near(over_items))
    assert found.variance is not None and found.variance >= max(over_seeds, over_items) * (1 - 1e-12)
    assert found.n_groups == len(sizes) and 1e-9 < found.degrees_of_freedom <= len(sizes) - 1
    alone = spread(table, np.arange(len(names)))
    plain = spread(table)
    assert (alone.over_seeds, alone.over_items, alone.shared) == (
        near(plain.over_seeds), near(plain.over_items), near(plain.shared)
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(2, 5), st.integers(0, 10**6))
def test_what_seeds_and_groups_do_everywhere_is_not_shared(sizes: list[int], n_seeds: int, seed: int) -> None:
    """A seed's own level and a group's own level, and nothing else: the two parts add up, whatever the sizes."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    found = spread(rng.normal(0, 1, (n_seeds, 1)) + rng.normal(0, 1, len(sizes))[codes], codes)
    assert found.over_seeds is not None and found.over_items is not None
    assert found.shared == pytest.approx(0, abs=1e-12)
    assert found.variance == near(found.over_seeds + found.over_items)


def test_one_seed_or_one_group_leaves_the_other_part() -> None:
    """And one number leaves nothing."""
    rng = np.random.default_rng(1)
    row = rng.gamma(2, size=(1, 12))
    assert spread(row).over_seeds is None and spread(row).variance == near(row.var(ddof=1) / 12)
    table = rng.gamma(2, size=(3, 12))
    one = spread(table, ["same"] * 12)
    assert one.over_items is None and one.variance == near(table.mean(axis=1).var(ddof=1) / 3)
    assert spread([[0.3]]).variance is None and two_way_interval([[0.3]]).ends is None


def test_the_bound_for_another_pool_by_hand() -> None:
    """Delete-d jackknife: s² / n over 4 seeds grows by 1 + 4 x 0.75 / 0.25; the part of items stays."""
    table = np.random.default_rng(2).gamma(2, size=(4, 9))
    plain = spread(table)
    wider = plain.for_another_pool(0.75)
    assert plain.over_seeds is not None and wider.over_seeds == near(13 * plain.over_seeds)
    assert (wider.over_items, wider.shared, plain.for_another_pool(0.0)) == (plain.over_items, plain.shared, plain)
    # The jackknife itself: seeds that leave out each quarter of a pool once, and a mean, whose variance is known.
    pool = np.random.default_rng(3).normal(size=40)
    left_out = np.array([np.delete(pool, np.arange(k, 40, 4)).mean() for k in range(4)])
    estimated = left_out.var(ddof=1) * 0.75 / 0.25
    blocks = np.array([pool[k::4].mean() for k in range(4)])
    assert estimated == near(blocks.var(ddof=1) / 3) and estimated > 0


# -- limits that others have published ----------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.sampled_from([0.9, 0.95]))
def test_with_one_seed_it_is_wilsons(correct: list[bool], level: float) -> None:
    """SciPy's score interval of a proportion, also where all are right or none is."""
    found = two_way_interval([correct], level=level)
    expected = stats.binomtest(sum(correct), len(correct)).proportion_ci(level, method="wilson")
    assert found.ends == pytest.approx([expected.low, expected.high], abs=1e-12)
    assert found.mean == near(np.mean(correct))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 40), st.sampled_from([0.9, 0.95]))
def test_with_one_seed_a_difference_is_agresti_and_mins(for_a: int, for_b: int, ties: int, level: float) -> None:
    """Their equation, half an item added to each cell of the table; centre and width."""
    a = np.repeat([1, 0, 1], [for_a, for_b, ties])[None]
    b = np.repeat([0, 1, 1], [for_a, for_b, ties])[None]
    n = for_a + for_b + ties + 2
    centre, discordant = (for_a - for_b) / n, (for_a + for_b + 1) / n
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt((discordant - centre**2) / n)
    found = two_way_contrast([1, -1], [a, b], level=level)
    assert found.ends == pytest.approx([max(centre - half, -1), min(centre + half, 1)], abs=1e-12)
    assert found.mean == near((for_a - for_b) / (n - 2))


def test_a_paired_difference_by_hand() -> None:
    """15 against 5 items in favour of a, of 100: mean 10/102, variance (21/102 - (10/102)^2)/102."""
    a, b = np.ones((1, 100), bool), np.ones((1, 100), bool)
    a[0, :5], b[0, 5:20] = False, False
    found = two_way_contrast([1, -1], [a, b])
    half = 1.959964 * np.sqrt((21 / 102 - (10 / 102) ** 2) / 102)
    assert found.mean == near(0.10) and found.ends == pytest.approx([10 / 102 - half, 10 / 102 + half], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=9), st.integers(2, 12), st.sampled_from([0.9, 0.95]))
def test_where_items_have_no_spread_of_their_own_it_is_students_over_seeds(
    values: list[int], n_items: int, level: float
) -> None:
    """Each seed gives one number to all items; and the other way round, also of one seed alone."""
    table = np.repeat(np.array(values, float)[:, None] + 0.5, n_items, axis=1)
    expected = student_interval(table[:, 0], level)
    for found in (
        two_way_interval(table, level=level),
        two_way_interval(table.T, level=level),
        two_way_interval(table.T[:1], level=level),
        two_way_contrast([1, -1], [2 * table, table], level=level),
    ):
        assert found.ends == pytest.approx(expected.ends, abs=1e-9) and found.mean == near(expected.mean)


def test_much_more_spread_of_one_kind_leaves_students_in_the_limit() -> None:
    """Seeds a thousand times as far apart as items, and items as seeds."""
    rng = np.random.default_rng(7)
    seeds, items, left = rng.normal(size=(6, 1)), rng.normal(size=40), rng.normal(size=(6, 40))
    for far, axis in ((1000 * seeds + items + left, 1), (seeds + 1000 * items + left, 0)):
        found, expected = ends_of(two_way_interval(far)), ends_of(student_interval(far.mean(axis=axis)))
        assert found == pytest.approx(expected, abs=1e-3 * (expected[1] - expected[0])) and found != expected


# -- what must not matter, and what must hold of any table ----------------------------------------------------------


def made(seed: int, n_seeds: int, sizes: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make right and wrong answers of two learners, and groups."""
    rng = np.random.default_rng(seed)
    hard = rng.beta(2, 0.5, sum(sizes))
    a, b = (rng.random((n_seeds, sum(sizes))) < hard * factor for factor in (1.0, 0.8))
    return a, b, np.repeat(np.arange(len(sizes)), sizes)


TABLES = (st.integers(0, 10**6), st.integers(1, 6), st.lists(st.integers(1, 12), min_size=2, max_size=5))


@settings(max_examples=80, deadline=None)
@given(*TABLES, st.booleans(), st.sampled_from([0.0, 0.86]))
def test_it_holds_the_mean_has_a_width_and_stays_in_range(
    seed: int, n_seeds: int, sizes: list[int], grouped: bool, overlap: float
) -> None:
    """Shares in [0, 1], differences in [-1, 1]; wider for another pool."""
    a, b, codes = made(seed, n_seeds, sizes)
    groups = codes if grouped else None
    one = two_way_interval(a, groups, overlap=overlap)
    low, high = ends_of(one)
    assert 0 <= low <= one.mean + 1e-12 and one.mean - 1e-12 <= high <= 1
    two = two_way_contrast([1, -1], [a, b], groups, overlap=overlap)
    low, high = ends_of(two)
    assert -1 <= low < high <= 1 and two.mean == near(a.mean() - b.mean())
    narrow = ends_of(two_way_contrast([1, -1], [a, b], groups))
    assert high - low >= narrow[1] - narrow[0] - 1e-12


@settings(max_examples=60, deadline=None)
@given(*TABLES, st.booleans())
def test_order_and_names_change_nothing_and_turning_the_pair_turns_the_interval(
    seed: int, n_seeds: int, sizes: list[int], numbers: bool
) -> None:
    """Items, seeds and groups are only told apart."""
    a, b, codes = made(seed, n_seeds, sizes)
    rng = np.random.default_rng(seed + 1)
    if numbers:
        a, b = a + rng.gamma(1, size=a.shape), b + rng.gamma(2, size=b.shape)
    items, seeds = rng.permutation(len(codes)), rng.permutation(n_seeds)
    named = np.array([f"w{7 * code % 11}" for code in codes])
    single, pair = two_way_interval(a, codes), two_way_contrast([1, -1], [a, b], codes)
    moved_a, moved_b = (one[seeds][:, items] for one in (a, b))
    assert two_way_interval(moved_a, named[items]).ends == pytest.approx(ends_of(single))
    assert two_way_contrast([1, -1], [moved_a, moved_b], named[items]).ends == pytest.approx(ends_of(pair))
    low, high = ends_of(two_way_contrast([1, -1], [b, a], codes))
    assert [-high, -low] == pytest.approx(ends_of(pair))
    wide = two_way_contrast([2, -2], [a, b], codes)
    assert wide.ends == pytest.approx([2 * end for end in ends_of(pair)])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(2, 12), min_size=2, max_size=5), st.booleans())
def test_seeds_that_agree_add_no_items(seed: int, sizes: list[int], numbers: bool) -> None:
    """Eight copies of the same answers say no more than two, and of one network no more than its own."""
    a, b, codes = made(seed, 1, sizes)
    if numbers:
        a = a + np.random.default_rng(seed).gamma(1, size=a.shape)
    two, eight = (two_way_interval(np.repeat(a, n, axis=0)) for n in (2, 8))
    assert two.ends == eight.ends or two.ends == pytest.approx(ends_of(eight))
    if numbers:
        assert two_way_interval(a).ends == pytest.approx(ends_of(eight))
    else:
        # Of one network the variance follows from the share; of several it is estimated, which takes a little more.
        alone, copied = ends_of(two_way_interval(a)), ends_of(eight)
        assert alone[1] - alone[0] <= copied[1] - copied[0] + 1e-12
    for n in (2, 8):
        contrast = two_way_contrast([1, -1], [np.repeat(a, n, axis=0), np.repeat(b, n, axis=0)], codes)
        assert contrast.ends == pytest.approx(ends_of(two_way_contrast([1, -1], [a, b], codes)))


def test_equal_answers_still_leave_a_doubt() -> None:
    """All right, by all seeds: as of one network. Ties on every item: an interval that shrinks with their number."""
    right = two_way_interval(np.ones((5, 20), bool))
    assert right.mean == 1 == right.high and right.low == pytest.approx(20 / (20 + 1.959964**2), abs=1e-6)
    half = two_way_interval([[1, 0, 1, 0], [0, 1, 0, 1]])
    low, high = ends_of(half)
    assert half.mean == 0.5 and high - low > 0.2
    few, many = (two_way_contrast([1, -1], [np.ones((3, n)), np.ones((3, n))]) for n in (10, 1000))
    assert few.mean == 0 and few.low == near(-(few.high or 0))
    assert 0 < (many.high or 0) < 0.01 < (few.high or 0) < 0.4


def test_networks_that_differ_say_more_than_one_and_groups_say_less() -> None:
    """Independent answers of eight seeds to 50 items; then items that come in fives."""
    mixed = np.random.default_rng(4).random((8, 50)) < 0.8
    ends, alone = ends_of(two_way_interval(mixed)), ends_of(two_way_interval(mixed[:1]))
    assert ends[1] - ends[0] < 0.75 * (alone[1] - alone[0])
    fives = np.random.default_rng(6).random((4, 50)) < np.repeat([0.1, 1, 0.9, 0.2, 1, 0.8, 1, 0.3, 0.9, 1], 5)
    grouped, plain = ends_of(two_way_interval(fives, np.arange(50) // 5)), ends_of(two_way_interval(fives))
    assert grouped[1] - grouped[0] > 1.5 * (plain[1] - plain[0])


# -- coverage -----------------------------------------------------------------------------------------------------


CASES: dict[str, tuple[Any, int, float]] = {
    "crossed": (simulated.World(0.9, 0.15, 1.0, sizes=(150,)), 6, 0.86),
    "near the ceiling": (simulated.World(0.95, 0.1, 1.0, sizes=(200,)), 8, 0.93),
    "seven groups": (simulated.World(0.9, 0.1, 0.8, 0.25, (12, 30, 20, 45, 26, 33, 14)), 8, 0.86),
}


@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_in_a_small_simulation(name: str) -> None:
    """What all seeds reach on all items, near 95 %; over seeds alone far too seldom."""
    world, n_seeds, other = CASES[name]
    alone, both = simulated.coverage(400, 1, simulated.of_answers(world, n_seeds))
    _, difference = simulated.coverage(400, 2, simulated.of_pairs(world, n_seeds, other))
    assert 0.91 <= both <= 0.985 and 0.91 <= difference <= 0.99 and alone < 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover_in_a_larger_simulation(name: str) -> None:
    """The same, more closely."""
    world, n_seeds, other = CASES[name]
    _, both = simulated.coverage(4000, 11, simulated.of_answers(world, n_seeds))
    _, difference = simulated.coverage(4000, 12, simulated.of_pairs(world, n_seeds, other))
    assert 0.93 <= both <= 0.97 and 0.93 <= difference <= 0.975


@pytest.mark.slow
def test_numbers_are_covered_too() -> None:
    """Errors of 5 seeds on 40 items, skewed."""
    rng = np.random.default_rng(8)

    def look(rng: np.random.Generator) -> list[bool]:
        table = rng.normal(0, 0.3, (5, 1)) + rng.gamma(3, 0.5, 40) + rng.normal(0, 1, (5, 40))
        return [simulated.covered(two_way_interval(table), 1.5)]

    (share,) = simulated.coverage(3000, int(rng.integers(100)), look)
    assert 0.93 <= share <= 0.97


def test_the_bound_for_other_pools_covers_where_the_plain_interval_does_not() -> None:
    """Where all of the spread between seeds comes from their samples near 95 %, else more."""
    plain, bound = simulated.coverage(300, 3, simulated.of_pools(1.0, 10))
    _, of_half = simulated.coverage(300, 4, simulated.of_pools(0.5, 10))
    assert plain < 0.7 and 0.91 <= bound <= 0.99 and of_half >= bound - 0.02
