"""Comparisons in which less is better: a task that asks for numbers, from the trials to words, page and tuning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running.choosing import Judged, Trial, winner
from neurosim.compare.running.runner import run_experiment
from neurosim.compare.running.tuning import tune
from neurosim.compare.statistics.intervals import student_interval
from neurosim.compare.statistics.measured import Measured
from neurosim.compare.statistics.pairs import tested_pairs as set_against
from neurosim.compare.statistics.two_way import two_way_contrast
from neurosim.compare.words.controls import controls_in_words
from neurosim.compare.words.pairs import outcome
from neurosim.compare.words.ranking import ranking_in_words
from neurosim.data import Reals, Signature
from neurosim.errors import InputError
from neurosim.metrics.errors_of_numbers import root_mean_squared_error
from neurosim.registry import open_registry
from neurosim.report.page import write_report
from neurosim.tasks import load_task
from tests.compare.runs import view_in
from tests.compare.test_summary import problems

RMSE = root_mean_squared_error(Signature((3,), Reals(unit="mm"))).wording
CLOSE, FAR = (2.0, 2.2, 1.9, 2.1, 2.0, 2.3, 2.1, 1.8), (3.0, 3.1, 3.0, 3.3, 2.9, 3.2, 3.1, 3.0)


def told(pairs: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Give a condition as far as words read it."""
    rows = {label: {"test": {"mean": float(np.mean(values))}, "traits": {"unit": "rate"}}
            for label, values in (("close", CLOSE), ("far", FAR))}  # fmt: skip
    measures = {"rmse": {**vars(RMSE), "chance": 5.0}}
    shared = {"learners": rows, "controls": {}, "n_seeds": 8, "resampling": "one test part", "chance": 5.0}
    return {**shared, "tested": "rmse", "measures": measures, "paired": pairs, "against_controls": pairs} | changes


def test_the_lower_error_is_ahead_whatever_the_order() -> None:
    """In pairs, in the ratio of errors, and in words; differences keep the sign of a minus b."""
    found = {"close": Measured(CLOSE), "far": Measured(FAR)}
    for names in (("close", "far"), ("far", "close")):
        (pair,) = set_against([names], found, RMSE)
        assert pair["ahead"] == "close" and outcome(pair) == "on this test part"
        ratio = np.mean(CLOSE) / np.mean(FAR)
        assert pair["error_ratio"] == pytest.approx(ratio if names[0] == "close" else 1 / ratio)
        assert (pair["difference"]["mean"] < 0) == (names[0] == "close")
        (line,) = ranking_in_words(told([pair]))
        low, high = student_interval(np.subtract(FAR, CLOSE)).ends or (0, 0)
        assert line == (
            "On this test part `close` is closer to the target than `far` by 1.02 mm (95 % interval "
            f"{low:.2f} to {high:.2f}, over seeds alone; 8 seeds; p = 0.0078 after Holm)."
        )


def test_controls_are_beaten_by_smaller_errors() -> None:
    """A lead is written as one, above zero, although the difference lies below it."""
    (pair,) = set_against([("close", "far")], {"close": Measured(CLOSE), "far": Measured(FAR)}, RMSE)
    assert controls_in_words(told([pair]))[0].startswith("`close` beats `far` on this test part by 1.02 mm (")
    equal = Measured(tuple(value + step for value, step in zip(CLOSE, (0.3, -0.2) * 4, strict=True)))
    (pair,) = set_against([("close", "far")], {"close": Measured(CLOSE), "far": equal}, RMSE)
    assert "is not shown to beat `far` (+0.05 mm; -0.17 to +0.27)" in controls_in_words(told([pair]))[0]


def test_items_of_errors_have_no_interval_of_shares() -> None:
    """Paired by seed and item, Student's; not Wilson's nor Agresti and Min's, which are for right and wrong answers."""
    rng = np.random.default_rng(2)
    a, b = rng.gamma(2, size=(3, 60)), rng.gamma(2.5, size=(3, 60))
    (pair,) = set_against(
        [("a", "b")], {"a": Measured((1, 2, 3), a, ""), "b": Measured((2, 3, 5), b, "")}, RMSE
    )  # fmt: skip
    assert pair["difference"]["ci95"] == two_way_contrast([1, -1], [a, b]).ends
    same = Measured((1, 2, 3), np.repeat(a[:1], 3, axis=0), ""), Measured((2, 3, 5), np.repeat(b[:1], 3, axis=0), "")
    (pair,) = set_against([("a", "b")], dict(zip("ab", same, strict=True)), RMSE)
    assert pair["difference"]["ci95"] == pytest.approx(student_interval(a[0] - b[0]).ends)


def scored(parameters: dict[str, Any], *errors: float) -> Trial:
    """Make a trial with an error a tuning seed, on two items of its own."""
    return Trial(parameters, tuple(
        Judged(9000 + k, np.array([error - 0.01, error + 0.01]), np.array([2 * k, 2 * k + 1]))
        for k, error in enumerate(errors)
    ), "", RMSE)  # fmt: skip


def test_tuning_takes_the_smaller_error() -> None:
    """First of the sorted trials, and ahead of the defaults by a standard error only where it is smaller."""
    best, defaults, space = scored({"a": 1}, 2.0, 2.1, 2.2), scored({}, 3.0, 3.2, 3.1), {"a": [0, 1]}
    assert winner([best, defaults], space, {"a": 0}).parameters == {"a": 1}
    assert winner([scored({"a": 1}, 3.3, 3.4, 3.5), defaults], space, {"a": 0}).parameters == {}
    assert winner([scored({"a": 1}, 3.0, 3.1, 3.15), defaults], space, {"a": 0}).parameters == {}, "may be luck"
    assert best.rank > defaults.rank > Trial({}, (), "refused", RMSE).rank
    found = tune(load_task("sine"), "linear-regressor", open_registry(), 4, 1, train_size=40, presentations=40)
    scores = [trial.score for trial in found]
    assert scores == sorted(scores) and len(set(scores)) > 1


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a perceptron and an estimator from elsewhere on a noisy sine, with controls."""
    out = tmp_path_factory.mktemp("numbers") / "run"
    experiment = make_experiment(
        task="sine", train_size=100, n_seeds=2, presentations=4000, n_evaluations=2,
        learners={"mlp-regressor": {"hidden_units": [30]}, "svr": {"kind": "estimator:sklearn.svm.SVR", "C": 10.0}},
    )  # fmt: skip
    assert run_experiment(experiment, out).failures == {}
    return out


def test_a_task_that_asks_for_numbers_from_trials_to_the_page(finished: Path) -> None:
    """Its error lies between the noise and the targets' spread, which the mean does not beat; a line is not enough."""
    view = view_in(finished)
    assert problems(view) == [] and view["tested"] == "rmse"
    errors = {label: row["test"]["mean"] for label, row in (view["learners"] | view["controls"]).items()}
    assert set(view["controls"]) >= {"mean", "linear-regressor", "neighbour-regressor", "forest-regressor"}
    for label in ("mlp-regressor", "svr"):
        assert 0.9 * view["best_possible"] < errors[label] < errors["linear-regressor"] < view["chance"], label
    assert errors["mean"] == pytest.approx(view["chance"], rel=0.02)
    row = view["learners"]["mlp-regressor"]
    variance = row["measures"]["r2"]["per_seed"]
    spread = view["measures"]["rmse"]["chance"]
    assert variance == pytest.approx([1 - (error / spread) ** 2 for error in row["test"]["per_seed"]], rel=1e-6)
    assert row["test"]["ci95"][0] < row["test"]["mean"] < row["test"]["ci95"][1]
    assert row["test"]["over"] == "seeds and items"
    page = write_report(finished).read_text(encoding="utf-8")
    assert "Root mean squared error" in page and "What was answered" in page
    assert "accuracy" not in page.lower() and "mistaken for" not in page


def test_what_an_estimator_from_elsewhere_costs_is_null_with_its_reason(finished: Path) -> None:
    """Never 0."""
    view = view_in(finished)
    assert view["learners"]["svr"]["costs"]["inference"]["connections"] is None
    assert view["learners"]["svr"]["operations"]["inference"]["per_presentation"] is None
    assert "counted" in view["unavailable"]["learners.svr.costs.inference"]
    assert "What a decision of" not in " ".join(view["verdict"]), "no spiking learner is set against it"


def test_a_classifier_is_refused_by_a_task_that_asks_for_numbers() -> None:
    """In one line, with learners that would do."""
    with pytest.raises(
        InputError, match=r"'mlp' answers with classes, but task 'diabetes' .*accepted: .*mlp-regressor"
    ):
        make_experiment(task="diabetes", learners={"mlp": {}})
