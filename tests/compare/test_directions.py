"""The protocol of directions: what a run holds of angles, nulls, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import open_experiment
from neurosim.compare.protocols.directions import FULL, PER_SIGNAL, SAME, SHUFFLED, WITHOUT_NOISE
from neurosim.compare.protocols.weight_changes import numbers_of_trials
from neurosim.compare.running.cell import run_cell
from neurosim.compare.running.runner import cells_of, run_experiment
from neurosim.compare.running.store import read_cell
from neurosim.errors import InputError
from neurosim.report.angle_plots import Angles, angles_in, shares_of
from tests.compare.runs import view_in
from tests.compare.test_summary import problems

LEARNERS = {
    "mlp": {"hidden_units": [12]},
    "frozen-hidden": {"hidden_units": [12]},
    "hebb": {"n_units": 8},
    "rstdp": {"n_neurons": 20},
}


def measuring(trials: int = 200, shares: tuple[float, ...] = (0.5, 0.0), **changes: Any) -> Experiment:
    """Give an experiment of a second or two: small patterns, few trials."""
    fields = {
        "task": "iris", "train_size": 60, "n_seeds": 2, "presentations": 120,
        "controls": False, "learners": LEARNERS,
        "protocol": {"kind": "directions", "shares": list(shares), "trials": trials},
    }  # fmt: skip
    return make_experiment(**(fields | changes))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of one measurement; not to be written into."""
    folder = tmp_path_factory.mktemp("directions") / "first"
    assert run_experiment(measuring(), folder).failures == {}
    return folder


@pytest.fixture(scope="module")
def view(measured: Path) -> Any:
    return view_in(measured)


def angles(view: Any, label: str, share: float, layer: str, objective: str) -> Angles:
    """Pick one layer's angles."""
    wanted = (f"{share:g}", layer, objective)
    (found,) = [
        one
        for one in angles_in(view)[label]
        if (one.about["share"], one.about["layer"], one.about["objective"]) == wanted
    ]
    return found


def means(figures: list[Any]) -> list[float]:
    return [figure["mean"] for figure in figures]


def test_the_numbers_of_trials_are_half_decades() -> None:
    """The largest is always there, once."""
    assert numbers_of_trials(1000) == (1, 3, 10, 30, 100, 300, 1000)
    assert numbers_of_trials(45) == (1, 3, 10, 30, 45)
    assert numbers_of_trials(1) == (1,)


@pytest.mark.slow
def test_backpropagation_is_unbiased_and_only_as_noisy_as_its_samples(view: Any) -> None:
    """Against the same trials 0 degrees throughout; against all samples falling, and near 0 without noise."""
    assert shares_of(view) == [0.0, 0.5]
    for share in (0.0, 0.5):
        for layer in ("layer_1", "layer_2"):
            found = angles(view, "mlp", share, layer, "own")
            assert found.trials == (1, 3, 10, 30, 100, 200)
            assert means(found.figures[SAME]) == pytest.approx([0] * 6, abs=0.02)
            full = means(found.full)
            assert full[0] > 30 and full[-1] < full[0] / 2
            assert all(len(figure["per_seed"]) == 2 for figure in found.full)
            assert found.random is not None
            low, high = found.random
            assert 70 < low < 90 < high < 110


def test_labels_that_mean_nothing_give_a_right_angle_or_nothing(view: Any) -> None:
    """For the read-out's loss near 90 degrees; where labels do not enter the loss, there is no such null."""
    found = angles(view, "mlp", 0.5, "layer_1", "readout")
    assert found.last(SHUFFLED)["mean"] == pytest.approx(90, abs=15)
    # It says something because the labels themselves give another angle.
    assert found.last(FULL)["mean"] < found.last(SHUFFLED)["mean"] - 10
    assert angles(view, "hebb", 0.5, "layer_1", "own").figures[SHUFFLED] == []


def test_what_is_tested_is_the_angle_to_the_read_outs_descent(view: Any) -> None:
    """Of the first layer, at the last share and the largest number of trials; seed by seed."""
    assert problems(view) == [] and (view["tested"], view["chance"]) == ("angle", 90.0)
    last = angles(view, "mlp", 0.5, "layer_1", "readout").last(FULL)
    assert view["learners"]["mlp"]["test"]["per_seed"] == last["per_seed"] and len(last["per_seed"]) == 2


def test_what_is_undefined_is_null_with_a_reason(view: Any, measured: Path) -> None:
    """No loss, no change, no view of the layer: each says so; never 0 degrees."""
    for label, layer, objective, reason in (
        ("rstdp", "layer_1", "own", "smooth"),
        ("frozen-hidden", "layer_1", "own", "does not change"),
        ("mlp", "layer_2", "readout", "does not see"),
    ):
        found = angles(view, label, 0.5, layer, objective)
        assert reason in found.about["undefined"]
        assert found.full == [] and found.last(WITHOUT_NOISE)["mean"] is None and found.random is None
    assert view["learners"]["frozen-hidden"]["test"] is None and "learners.frozen-hidden.test" in view["unavailable"]
    with open(measured / "results.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["label"] for row in rows} == set(LEARNERS)
    assert not [row for row in rows if row["label"] == "rstdp" and "/own/" in row["measure"]]
    single = [float(row["value"]) for row in rows if row["measure"].endswith(f"/{FULL}@1")]
    assert single and all(0 < angle < 180 for angle in single)


def test_same_seed_same_bits(measured: Path) -> None:
    """A cell measured again, alone and in this order, is the cell that was written."""
    checked = []
    for spec in cells_of(open_experiment(measuring())):
        if spec.seed == 1 and spec.label in ("mlp", "rstdp"):
            stored, again = read_cell(measured / "cells" / "default" / spec.label / "1", spec), run_cell(spec)
            assert stored is not None and stored.series and stored.series == again.series
            assert stored.values == again.values
            checked.append(spec.label)
    assert checked == ["mlp", "rstdp"]


def test_a_share_of_the_budget_is_what_a_comparison_reaches(view: Any) -> None:
    """Whole batches, under the schedule of the whole budget."""
    for label, presentations in (("mlp", ["0", "64"]), ("hebb", ["0", "60"])):
        found = [angles(view, label, share, "layer_1", "own").about["presentations"] for share in (0.0, 0.5)]
        assert found == presentations


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shares": (1.5,)}, r"shares is \[1.5\]; accepted: numbers from 0 to 1"),
        ({"shares": (0.5, 0.5)}, r"shares is \[0.5, 0.5\]; accepted: different numbers"),
        ({"shares": (float("nan"),)}, "accepted: numbers from 0 to 1"),
        ({"trials": 0}, "trials is 0; accepted: a whole number from 1"),
        ({"learners": {"kmeans": {}}}, "learner 'kmeans' has no weight change of a single trial"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_runs(changes: dict[str, Any], message: str) -> None:
    """As fields of the protocol, not as options."""
    with pytest.raises(InputError, match=message) as caught:
        measuring(**changes)
    assert "--" not in str(caught.value)


def test_one_trial_is_enough_for_an_angle_but_not_for_its_noise(tmp_path: Path) -> None:
    """Too few trials to tell bias from noise: null."""
    run_experiment(measuring(trials=1, shares=(0.0,), learners={"mlp": LEARNERS["mlp"]}), tmp_path / "run")
    found = angles(view_in(tmp_path / "run"), "mlp", 0.0, "layer_1", "own")
    assert np.isfinite(found.full[0]["mean"])
    assert found.last(WITHOUT_NOISE)["mean"] is None and found.last(PER_SIGNAL)["mean"] is None
    assert WITHOUT_NOISE in found.figures and PER_SIGNAL in found.figures
