"""Measures: items whose mean is the value, values as scikit-learn computes them, and how they are written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from neurosim.data import Classes, Reals, Signature
from neurosim.errors import InputError
from neurosim.metrics.errors_of_numbers import EXPLAINED_VARIANCE, root_mean_squared_error
from neurosim.metrics.measure import measures_of
from neurosim.metrics.right_answers import ACCURACY, BALANCED_ACCURACY, recall_of_classes

RNG = np.random.default_rng(3)
TRUE = np.array(["ant", "bee", "bee", "cow", "cow", "cow", "cow"])
SAID = np.array(["bee", "bee", "bee", "cow", "ant", "cow", "ant"])
ANIMALS = Signature((2,), Classes(("ant", "bee", "cow")))
LENGTHS = Signature((2,), Reals(unit="mm"))


def test_values_are_those_of_scikit_learn() -> None:
    """Three classes of one, two and four items: nothing is symmetric."""
    assert ACCURACY.value(SAID, TRUE) == pytest.approx(metrics.accuracy_score(TRUE, SAID))
    assert BALANCED_ACCURACY.value(SAID, TRUE) == pytest.approx(metrics.balanced_accuracy_score(TRUE, SAID))
    recalls = [one.value(SAID, TRUE) for one in recall_of_classes(ANIMALS)]
    assert recalls == pytest.approx(metrics.recall_score(TRUE, SAID, average=None).tolist())
    y, answers = RNG.normal(3, 2, 40), RNG.normal(3, 2, 40)
    rmse = root_mean_squared_error(LENGTHS)
    assert rmse.value(answers, y) == pytest.approx(np.sqrt(metrics.mean_squared_error(y, answers)))
    assert EXPLAINED_VARIANCE.value(answers, y) == pytest.approx(metrics.r2_score(y, answers))


def test_chance_is_the_best_constant_answer() -> None:
    """No constant does better, and one reaches it."""
    for measure in (ACCURACY, BALANCED_ACCURACY):
        constants = [measure.value(np.full(len(TRUE), label), TRUE) for label in np.unique(TRUE)]
        assert measure.chance(TRUE) == pytest.approx(max(constants))
    y, rmse = RNG.normal(3, 2, 50), root_mean_squared_error(LENGTHS)
    grid = [rmse.value(np.full(50, c), y) for c in np.linspace(y.min(), y.max(), 400)]
    assert rmse.chance(y) == pytest.approx(min(grid), rel=1e-4) and rmse.chance(y) <= min(grid)
    assert EXPLAINED_VARIANCE.value(np.full(50, y.mean()), y) == pytest.approx(EXPLAINED_VARIANCE.chance(y))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=30))
def test_an_error_in_the_targets_unit_is_the_mean_of_its_items(pairs: list[tuple[float, float]]) -> None:
    """The linearisation does not move the value, and no item falls below half of it."""
    answers, y = np.array(pairs).T
    items = root_mean_squared_error(LENGTHS).items(answers, y)
    root = np.sqrt(np.mean((answers - y) ** 2))
    assert items.mean() == pytest.approx(root, abs=1e-9)
    assert (items >= root / 2 - 1e-9).all()


def test_the_spread_of_items_is_that_of_the_error_over_test_parts() -> None:
    """Many test parts of 400 items: the standard error from one part's items is the spread between parts."""
    rmse = root_mean_squared_error(LENGTHS)
    rng = np.random.default_rng(8)
    errors = rng.standard_t(8, (500, 400)) * 3
    values = [rmse.value(row, np.zeros(400)) for row in errors]
    told = [rmse.items(row, np.zeros(400)).std(ddof=1) / 20 for row in errors]
    assert np.std(values) == pytest.approx(np.mean(told), rel=0.1)


def test_values_and_differences_are_written_as_sentences_say_them() -> None:
    """Shares in per cent and points, errors in the target's unit, and which way is ahead."""
    assert (ACCURACY.in_words(0.943), ACCURACY.difference_in_words(0.0211)) == ("94.3 %", "2.1 points")
    rmse = root_mean_squared_error(LENGTHS)
    assert (rmse.in_words(0.123), rmse.difference_in_words(-0.5, signed=True)) == ("0.12 mm", "-0.50 mm")
    assert (ACCURACY.ahead(0.2), rmse.ahead(0.2)) == (0.2, -0.2)
    assert ACCURACY.wording.number(0.5) == "50.0" and not hasattr(ACCURACY.wording, "items")
    assert EXPLAINED_VARIANCE.in_words(0.25) == "0.250"


def test_a_class_without_items_has_no_recall() -> None:
    """Not a number, never 0."""
    ant, bee, cow = recall_of_classes(ANIMALS)
    assert np.isnan(ant.value(SAID[1:], TRUE[1:])) and bee.value(SAID[1:], TRUE[1:]) == 1.0
    assert np.isnan(cow.chance(TRUE)), "always answering cow reaches all cows"


def test_measures_are_looked_up_by_name() -> None:
    """One name may give one measure or one a class; what does not fit what is asked is refused in one line."""
    names = [one.name for one in measures_of(("accuracy", "balanced-accuracy", "recall"), ANIMALS)]
    assert names == ["accuracy", "balanced-accuracy", "recall:ant", "recall:bee", "recall:cow"]
    assert [one.unit for one in measures_of(("rmse", "r2"), LENGTHS)] == ["mm", ""]
    with pytest.raises(InputError, match="measure 'rmse' judges numbers, but asked for is one of 3 classes"):
        measures_of(("rmse",), ANIMALS)
    with pytest.raises(InputError, match="measure 'recall' judges classes, but asked for is a number"):
        measures_of(("recall",), LENGTHS)
    with pytest.raises(InputError, match="metric 'acuracy' is unknown; did you mean accuracy"):
        measures_of(("acuracy",), ANIMALS)
