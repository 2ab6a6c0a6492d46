"""Statistics against SciPy and statsmodels, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from neurosim.compare.statistics.figure import Answers, figure_of, missing_of
from neurosim.compare.statistics.intervals import (
    Interval,
    bca_interval,
    no_spread_interval,
    seed_interval,
    student_interval,
)
from neurosim.compare.statistics.tests import corrected_t_test, holm, sign_flip_test, smallest_holm, smallest_p
from neurosim.data import ONE_TEST_PART, Resampling

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


# -- values without a spread --------------------------------------------------------------------------------------


def test_a_share_that_all_seeds_agree_on_has_the_width_of_so_many_answers() -> None:
    """Wilson's of all answers for a share; for a difference, Agresti and Min's with no more against than needed."""
    found = no_spread_interval(0.9, 240)
    expected = stats.binomtest(216, 240).proportion_ci(method="wilson")
    assert found.ends == pytest.approx([expected.low, expected.high])
    difference = no_spread_interval(-0.05, 240, difference=True)
    half = 1.959964 * np.sqrt((13 / 242 - (12 / 242) ** 2) / 242)
    assert difference.ends == pytest.approx([-12 / 242 - half, -12 / 242 + half], abs=1e-7)
    assert no_spread_interval(1.0, 30).ends == pytest.approx([30 / (30 + 1.959964**2), 1.0])
    turned = no_spread_interval(0.05, 240, difference=True)
    assert turned.ends == pytest.approx([-(difference.high or 0), -(difference.low or 0)])


@pytest.mark.parametrize("folds", [False, True])
@pytest.mark.parametrize("difference", [False, True])
def test_no_figure_of_shares_is_of_zero_width(folds: bool, difference: bool) -> None:
    """The same for all seeds; where nobody knows how many answers there were, the width stays what Student gives."""
    resampling = Resampling("repeated folds", 0.3) if folds else ONE_TEST_PART
    figure = figure_of([0.2] * 4, resampling, Answers(120, True), difference=difference)
    assert figure["ci95"] == no_spread_interval(0.2, 120, difference=difference).ends
    assert figure["ci95"][0] < 0.2 < figure["ci95"][1]
    unknown = figure_of([0.2] * 4, resampling, Answers(), difference=difference)
    assert unknown["ci95"] == pytest.approx([0.2, 0.2])


# -- a figure says what it is over --------------------------------------------------------------------------------


def test_a_figure_says_what_its_interval_is_over() -> None:
    """Seeds and items where both are known; folds; all items where there are no others; seeds where no more is
    known."""
    values, told = [0.7, 0.8, 0.75], Answers(90, True, 30, 4)
    alone = student_interval(values).ends

    def two_way(overlap: float) -> list[float]:
        return [0.5 - overlap / 10, 0.9]

    shared = replace(ONE_TEST_PART, overlap=0.6)
    found = figure_of(values, shared, told, two_way)
    assert (found["ci95"], found["over"], found["seeds_ci95"]) == ([0.5, 0.9], "seeds and items", alone)
    assert found["pool_ci95"] == [0.44, 0.9]
    assert found["method"] == "two-way t over 3 seeds and 30 test items in 4 groups"
    for overlap in (None, 0.0, 1.0):
        assert figure_of(values, replace(ONE_TEST_PART, overlap=overlap), told, two_way)["pool_ci95"] is None
    unknown = figure_of(values, shared, Answers())
    assert (unknown["ci95"], unknown["over"], unknown["seeds_ci95"]) == (alone, "seeds", alone)
    assert unknown["method"] == "Student t over 3 seeds"
    whole = figure_of(values, replace(shared, exhaustive=True), told, two_way)
    assert (whole["ci95"], whole["over"], whole["pool_ci95"]) == (alone, "all items", None)
    folds = figure_of(values, Resampling("repeated folds", 0.4, 0.6), told, two_way)
    assert folds["ci95"] == student_interval(values, test_to_train=0.4).ends and folds["seeds_ci95"] is None
    assert (folds["over"], folds["method"]) == ("folds", "corrected resampled t over 3 folds")
    one = figure_of(values[:1], shared, told, two_way)
    assert {one[name] for name in ("ci95", "over", "method", "seeds_ci95", "pool_ci95")} == {None}
    for figure in (found, unknown, whole, folds, one):
        missing = {name for name, value in figure.items() if value is None}
        assert set(missing_of(figure, "no items")) == missing


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
