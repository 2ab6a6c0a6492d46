"""Statistics against SciPy and statsmodels, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from neurosim.compare.statistics import Interval, holm, sign_flip_test, smallest_p, student_interval

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
@given(st.lists(st.floats(-1, 1).map(lambda value: round(value, 2)), min_size=2, max_size=9))
def test_sign_flip_test_is_scipys_exact_permutation_test(differences: list[float]) -> None:
    """All 2**n assignments of signs, two-sided."""
    d = np.array(differences)
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


def test_the_sign_flip_test_keeps_its_level() -> None:
    """Under no difference, p <= 0.05 in about 3 of 64 experiments with 6 pairs: the largest attainable level below."""
    rng = np.random.default_rng(8)
    rejected = np.mean([sign_flip_test(rng.standard_normal(6)) <= 0.05 for _ in range(2000)])
    assert rejected == pytest.approx(2 / 64, abs=4 * np.sqrt(0.03 / 2000))
