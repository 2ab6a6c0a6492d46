"""Statistics against SciPy and statsmodels, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from neurosim.compare.statistics.intervals import (
    Interval,
    bca_interval,
    item_difference,
    item_interval,
    seed_interval,
    student_interval,
)
from neurosim.compare.statistics.tests import corrected_t_test, holm, sign_flip_test, smallest_holm, smallest_p
from neurosim.data import Resampling

SHARES = st.floats(0, 1).map(lambda value: round(value, 3))


@settings(max_examples=50, deadline=None)
@given(st.lists(SHARES, min_size=2, max_size=20), st.sampled_from([0.8, 0.95, 0.99]))
def test_student_interval_is_scipys(values: list[float], level: float) -> None:
    """The interval of the one-sample t-test."""
    found = student_interval(values, level)
    assert found.mean == pytest.approx(np.mean(values))
    if len(set(values)) > 1:
        expected = stats.ttest_1samp(values, 0).confidence_interval(level)
        assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    else:
        assert found.low == pytest.approx(found.mean) == found.high


def test_student_interval_by_hand() -> None:
    """Mean 2, standard error 1/sqrt(3), t(2, 0.975) = 4.302653."""
    found = student_interval([1, 2, 3])
    assert (found.mean, found.high) == (2, pytest.approx(2 + 4.302653 / np.sqrt(3), abs=1e-6))
    assert found.low is not None and found.mean - found.low == pytest.approx((found.high or 0) - found.mean)


def test_one_seed_gives_no_interval() -> None:
    """What cannot be known is None, not zero."""
    assert student_interval([0.7]) == Interval(0.7, None, None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-100, 100), min_size=2, max_size=9))
def test_sign_flip_test_is_scipys_exact_permutation_test(differences: list[int]) -> None:
    """All 2**n assignments of signs, two-sided; whole numbers, whose sums tie exactly."""
    d = np.array(differences, dtype=float)
    exact = stats.permutation_test(
        (d, np.zeros_like(d)), lambda a, b, axis: np.abs(np.sum(a - b, axis=axis)), permutation_type="samples",
        vectorized=True, n_resamples=np.inf, alternative="greater",
    )  # fmt: skip
    assert sign_flip_test(d) == pytest.approx(exact.pvalue)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 1, 1, 1, 1], 2 / 32),
        ([3, 2, 1], 2 / 8),
        ([3, 2, -1], 4 / 8),
        ([-3, -2, 1], 4 / 8),
        ([1, -1], 1),
        ([0, 0, 0], 1),
        ([0, 0, 0, 2], 1),
        ([0.1 + 0.2, -0.3, 1.0], 6 / 8),
    ],
)
def test_sign_flip_test_by_hand(differences: list[float], p: float) -> None:
    """Counted on paper; ties count, and rounding in the last bit breaks none."""
    assert sign_flip_test(differences) == pytest.approx(p)


def test_many_pairs_are_sampled_and_agree_with_the_normal_limit() -> None:
    """Beyond 16 pairs p is an estimate, the same each time, never zero, near the t-test's for well-behaved data."""
    d = np.random.default_rng(4).normal(0.3, 1.0, 60)
    assert sign_flip_test(d) == sign_flip_test(d)
    assert sign_flip_test(d) == pytest.approx(stats.ttest_1samp(d, 0).pvalue, rel=0.25)
    assert 0.001 < sign_flip_test(d) < 0.5
    assert sign_flip_test(np.ones(40)) == pytest.approx(1e-5)
    assert sign_flip_test(np.ones(17)) == pytest.approx(2 / 2**17, abs=3e-5)


def test_a_thousand_pairs_fit_into_memory() -> None:
    """The largest number of seeds that an experiment may have."""
    import tracemalloc

    tracemalloc.start()
    try:
        sign_flip_test(np.linspace(-1, 1.001, 1000))
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("n", "p"), [(1, 1.0), (2, 0.5), (3, 0.25), (5, 0.0625), (6, 0.03125), (8, 0.0078125)])
def test_smallest_p_is_reached_by_differences_of_one_sign(n: int, p: float) -> None:
    """2 / 2**n, and the test indeed gives it."""
    assert smallest_p(n) == p == sign_flip_test(np.arange(1, n + 1))


def test_smallest_p_of_sampled_assignments_is_one_in_their_number() -> None:
    """More seeds than can be enumerated cannot give a smaller p than the sample allows."""
    assert smallest_p(20) == smallest_p(1000) == 1e-5


def test_holm_by_hand() -> None:
    """Holm (1979): 0.01 x 4, 0.013 x 3, 0.03 x 2, 0.5 x 1, and never falling; in the order given."""
    assert holm([0.03, 0.01, 0.5, 0.013]) == pytest.approx([0.06, 0.04, 0.5, 0.04])
    assert holm([0.9, 0.6]) == pytest.approx([1.0, 1.0])
    assert holm([0.0, 1.0, 0.02, 0.02]) == pytest.approx([0.0, 1.0, 0.06, 0.06]), "ties share the larger factor"
    assert holm([0.05, 0.01, 0.04, 0.02, 0.03]) == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert holm([0.2]) == [0.2] and holm([]) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1).map(lambda value: round(value, 4)), min_size=1, max_size=12))
def test_holm_is_step_down(p_values: list[float]) -> None:
    """The definition: the largest of (m - j + 1) p over all p-values up to this one in rank, at most 1."""
    ranked = sorted(p_values)
    m = len(ranked)
    for p, adjusted in zip(p_values, holm(p_values), strict=True):
        last = max(j for j, other in enumerate(ranked) if other == p)
        assert adjusted == pytest.approx(min(1, max((m - j) * ranked[j] for j in range(last + 1))), abs=1e-12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1).map(lambda value: round(value, 4)), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    """Written by others, with other loops; ties and p-values of 0 and 1 included."""
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist(), abs=1e-12)


def test_the_sign_flip_test_keeps_its_level() -> None:
    """Under no difference, p <= 0.05 in about 3 of 64 experiments with 6 pairs: the largest attainable level below."""
    rng = np.random.default_rng(8)
    rejected = np.mean([sign_flip_test(rng.standard_normal(6)) <= 0.05 for _ in range(2000)])
    assert rejected == pytest.approx(2 / 64, abs=4 * np.sqrt(0.03 / 2000))


def test_smallest_holm_is_reached_by_the_strongest_differences() -> None:
    """Three pairs at eight seeds, all of one sign: 3 x 2 / 256; with five seeds no correction leaves 0.05."""
    p_values = [sign_flip_test(np.arange(1, 9) * k) for k in (1, 2, 3)]
    assert min(holm(p_values)) == smallest_holm(smallest_p(8), 3) == 6 / 256
    assert smallest_holm(smallest_p(5), 1) > 0.05 and smallest_holm(smallest_p(3), 9) == 1.0


# -- the bootstrap ------------------------------------------------------------------------------------------------


def test_bca_interval_is_scipys() -> None:
    """Same method, other random resamples: ends agree to a few hundredths of the interval's width."""
    x = np.random.default_rng(2).exponential(1.0, 40)
    found = bca_interval(x)
    expected = stats.bootstrap((x,), np.mean, n_resamples=20_000, random_state=np.random.default_rng(9), method="BCa")
    low, high = expected.confidence_interval
    assert found.ends == pytest.approx([low, high], abs=0.03 * (high - low))
    assert found == bca_interval(x)
    # Skewed values pull the interval upwards, which Student's cannot show.
    assert found.ends is not None and found.ends[1] - found.mean > found.mean - found.ends[0]


def test_the_bootstrap_of_equal_values_has_no_width_and_ties_give_numbers() -> None:
    """SciPy itself gives NaN where all values agree."""
    assert bca_interval(np.full(25, 0.9)) == Interval(0.9, 0.9, 0.9) or bca_interval(np.full(25, 0.9)).low == 0.9
    assert bca_interval([0.4]) == Interval(0.4, None, None)
    for values in ([1.0] * 24 + [0.75], [1.0] * 12 + [0.0] * 12, [0.0] * 23 + [1e-9]):
        found = bca_interval(values)
        assert found.ends is not None and np.isfinite(found.ends).all()
        assert found.ends[0] <= found.mean <= found.ends[1]


def test_the_method_suits_the_number_of_seeds() -> None:
    """Student's below 20 seeds, the bootstrap from there on, the corrected one for folds whatever their number."""
    x = np.random.default_rng(1).random(20)
    assert seed_interval(x[:19]) == (student_interval(x[:19]), "Student t")
    assert seed_interval(x) == (bca_interval(x), "BCa bootstrap")
    assert seed_interval(x, resampling=Resampling("repeated folds", 0.25)) == (
        student_interval(x, test_to_train=0.25),
        "corrected resampled t",
    )


@pytest.mark.slow
@pytest.mark.parametrize(("n", "low"), [(5, 0.93), (8, 0.93), (20, 0.90), (40, 0.92)])
def test_intervals_over_seeds_cover_the_mean(n: int, low: float) -> None:
    """The method that is picked for this number of seeds covers near 95 % for normal values."""
    rng = np.random.default_rng(n)
    found = [seed_interval(rng.normal(3, 1, n))[0].ends for _ in range(600)]
    assert low <= np.mean([ends is not None and ends[0] <= 3 <= ends[1] for ends in found]) <= 0.98


# -- test items ---------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.sampled_from([0.9, 0.95]))
def test_with_one_seed_the_interval_over_items_is_wilsons(correct: list[bool], level: float) -> None:
    """SciPy's score interval of a proportion."""
    found = item_interval([correct], level)
    expected = stats.binomtest(sum(correct), len(correct)).proportion_ci(level, method="wilson")
    assert found.ends == pytest.approx([expected.low, expected.high], abs=1e-12)
    assert found.mean == pytest.approx(np.mean(correct))


def test_seeds_that_agree_add_no_items() -> None:
    """Eight copies of the same answers say no more than one; answers that differ by seed say more."""
    one = np.random.default_rng(3).random((1, 50)) < 0.8
    assert item_interval(np.repeat(one, 8, axis=0)).ends == pytest.approx(item_interval(one).ends)
    mixed = np.random.default_rng(4).random((8, 50)) < 0.8
    ends, alone = item_interval(mixed).ends, item_interval(mixed[:1]).ends
    assert ends is not None and alone is not None and ends[1] - ends[0] < 0.6 * (alone[1] - alone[0])


def test_the_interval_over_items_is_never_empty_nor_outside() -> None:
    """All right; all items half right, which has no variance over items; a single item."""
    right = item_interval(np.ones((5, 20), bool))
    assert right.mean == 1 and right.high == 1 and right.low == pytest.approx(20 / (20 + 1.959964**2), abs=1e-6)
    half = item_interval([[1, 0, 1, 0], [0, 1, 0, 1]])
    capped = stats.binomtest(4, 8).proportion_ci(method="wilson")
    assert half.ends == pytest.approx([capped.low, capped.high])
    assert item_interval([[True]]).low == pytest.approx(0.2065, abs=1e-3)


def test_paired_difference_over_items_by_hand() -> None:
    """Agresti and Min: 15 against 5 items in favour of a, of 100: mean 10/102, variance (21/102 - (10/102)^2)/102."""
    a, b = np.ones((1, 100), bool), np.ones((1, 100), bool)
    a[0, :5], b[0, 5:20] = False, False
    found = item_difference(a, b)
    half = 1.959964 * np.sqrt((21 / 102 - (10 / 102) ** 2) / 102)
    assert found.mean == pytest.approx(0.10)
    assert found.ends == pytest.approx([10 / 102 - half, 10 / 102 + half], abs=1e-6)
    turned = item_difference(b, a)
    assert turned.low == pytest.approx(-(found.high or 0)) and turned.mean == pytest.approx(-0.10)


def test_equal_answers_still_leave_a_doubt() -> None:
    """Ties on every item: zero, with an interval of some width that shrinks with the number of items."""
    few, many = (item_difference(np.ones((3, n), bool), np.ones((3, n), bool)) for n in (10, 1000))
    assert few.mean == 0 and few.low == pytest.approx(-(few.high or 0))
    assert 0 < (many.high or 0) < 0.01 < (few.high or 0) < 0.3


def cover(n_items: int, n_seeds: int, n_trials: int) -> tuple[float, float]:
    """Draw test parts: each item has its own chance for each learner; give the coverage of accuracy and difference."""
    rng = np.random.default_rng(n_items + n_seeds)
    single = paired = 0
    for _ in range(n_trials):
        # Means 0.9 and 0.85 over all items that could have been drawn; hard items are hard for both.
        hard = rng.beta(0.9, 0.1, n_items)
        a = rng.random((n_seeds, n_items)) < hard
        b = rng.random((n_seeds, n_items)) < np.where(rng.random(n_items) < 0.5, hard, hard * 8 / 9)
        one, two = item_interval(a).ends, item_difference(a, b).ends
        assert one is not None and two is not None
        single += one[0] <= 0.9 <= one[1]
        paired += two[0] <= 0.05 <= two[1]
    return single / n_trials, paired / n_trials


@pytest.mark.parametrize(("n_items", "n_seeds"), [(60, 1), (200, 5)])
def test_intervals_over_items_cover_what_other_test_parts_would_give(n_items: int, n_seeds: int) -> None:
    """Near 95 % in a small simulation."""
    single, paired = cover(n_items, n_seeds, 400)
    assert 0.91 <= single <= 0.99 and 0.91 <= paired <= 0.99


@pytest.mark.slow
@pytest.mark.parametrize(("n_items", "n_seeds"), [(30, 1), (30, 8), (360, 1), (360, 8), (1000, 8)])
def test_intervals_over_items_cover_in_a_larger_simulation(n_items: int, n_seeds: int) -> None:
    """Near 95 %, a little less where 30 items are all there is; never too narrow for pairs."""
    single, paired = cover(n_items, n_seeds, 4000)
    assert 0.92 <= single <= 0.98 and paired >= 0.93


# -- folds --------------------------------------------------------------------------------------------------------


def test_the_corrected_test_by_hand_and_against_the_interval() -> None:
    """Nadeau and Bengio: with no overlap the t-test; with some, p = 0.05 where the interval's end touches zero."""
    d = np.random.default_rng(7).normal(0.4, 1.0, 10)
    assert corrected_t_test(d, 0.0) == pytest.approx(stats.ttest_1samp(d, 0).pvalue)
    assert corrected_t_test(d, 0.25) > corrected_t_test(d, 0.0)
    touching = d - (student_interval(d, test_to_train=0.25).low or 0)
    assert corrected_t_test(touching, 0.25) == pytest.approx(0.05)
    t = 2 / (1 * np.sqrt(1 / 3 + 0.25))
    assert corrected_t_test([1, 2, 3], 0.25) == pytest.approx(2 * stats.t.sf(t, 2))


def test_folds_without_spread_prove_nothing() -> None:
    """Equal differences, or a single fold: p is 1, not 0 or NaN."""
    for differences in ([0.1, 0.1, 0.1], [0.0, 0.0], [0.3]):
        assert corrected_t_test(differences, 0.25) == 1.0


def fold_differences(rng: np.random.Generator, n_rows: int) -> list[float]:
    """Set a nearest-mean rule on six features against one on three, over two repetitions of five folds of one table."""

    def right(X: np.ndarray, y: np.ndarray, train: np.ndarray, test: np.ndarray, n_features: int) -> float:
        means = [X[train][y[train] == c, :n_features].mean(axis=0) for c in (0, 1)]
        far = [((X[test, :n_features] - mean) ** 2).sum(axis=1) for mean in means]
        return float(np.mean((far[1] < far[0]) == y[test]))

    y = np.arange(n_rows) % 2
    X = rng.normal(0, 1, (n_rows, 6)) + 0.6 * y[:, None]
    found = []
    for _ in range(2):
        order = rng.permutation(n_rows)
        for fold in range(5):
            train, test = np.setdiff1d(order, order[fold::5]), order[fold::5]
            found.append(right(X, y, train, test, 6) - right(X, y, train, test, 3))
    return found


@pytest.mark.slow
def test_folds_need_the_correction() -> None:
    """Plain intervals over folds cover the true difference far too seldom; corrected ones often enough."""
    rng = np.random.default_rng(3)
    true = float(np.mean([fold_differences(rng, 100) for _ in range(1500)]))
    covered = {0.0: 0, 0.25: 0}
    for _ in range(600):
        d = fold_differences(rng, 100)
        for overlap in covered:
            ends = student_interval(d, test_to_train=overlap).ends
            covered[overlap] += ends is not None and ends[0] <= true <= ends[1]
    assert covered[0.0] / 600 < 0.90 and covered[0.25] / 600 > 0.93
