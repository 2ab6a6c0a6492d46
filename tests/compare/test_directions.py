"""A measurement of directions: what the files hold, nulls, resuming, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import prepare_experiment
from neurosim.compare.protocols.directions import numbers_of_trials
from neurosim.compare.running.directions import Plan, run_directions
from neurosim.compare.running.directions_cell import DirectionsCell, run_directions_cell
from neurosim.compare.running.progress import Standing
from neurosim.errors import InputError

LEARNERS = {
    "mlp": {"hidden_units": [12]},
    "frozen-hidden": {"hidden_units": [12]},
    "hebb": {"n_units": 8},
    "rstdp": {"n_neurons": 20},
}


def plan(trials: int = 200, shares: tuple[float, ...] = (0.5, 0.0), **changes: Any) -> Plan:
    """Give a plan of a second or two: small patterns, few trials."""
    fields = {
        "task": "iris", "train_size": 60, "n_seeds": 2, "presentations": 120,
        "controls": False, "learners": LEARNERS,
    }  # fmt: skip
    return Plan(prepare_experiment(**(fields | changes)), shares, trials)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of one measurement; not to be written into."""
    folder = tmp_path_factory.mktemp("directions") / "first"
    assert run_directions(plan(), folder).failures == {}
    return folder


@pytest.fixture(scope="module")
def summary(measured: Path) -> Any:
    return json.loads((measured / "directions.json").read_text())


def angles(summary: Any, label: str, share: float, layer: str, objective: str) -> Any:
    """Pick one layer's angles."""
    moments = [m for m in summary["learners"][label]["moments"] if m["share"] == share]
    return next(a for a in moments[0]["angles"] if (a["layer"], a["objective"]) == (layer, objective))


def test_the_numbers_of_trials_are_half_decades() -> None:
    """The largest is always there, once."""
    assert numbers_of_trials(1000) == (1, 3, 10, 30, 100, 300, 1000)
    assert numbers_of_trials(45) == (1, 3, 10, 30, 45)
    assert numbers_of_trials(1) == (1,)


@pytest.mark.slow
def test_backpropagation_is_unbiased_and_only_as_noisy_as_its_samples(summary: Any) -> None:
    """Against the same trials 0 degrees throughout; against all samples falling, and near 0 without noise."""
    assert summary["trials"] == [1, 3, 10, 30, 100, 200] and summary["shares"] == [0.0, 0.5]
    for share in (0.0, 0.5):
        for layer in ("layer_1", "layer_2"):
            found = angles(summary, "mlp", share, layer, "own")
            assert [figure["mean"] for figure in found["same"]] == pytest.approx([0] * 6, abs=0.02)
            full = [figure["mean"] for figure in found["full"]]
            assert full[0] > 30 and full[-1] < full[0] / 2
            assert all(len(figure["per_seed"]) == 2 for figure in found["full"])
            low, high = found["random"]
            assert 70 < low < 90 < high < 110


def test_labels_that_mean_nothing_give_a_right_angle_or_nothing(summary: Any) -> None:
    """For the read-out's loss near 90 degrees; where labels do not enter the loss, there is no such null."""
    found = angles(summary, "mlp", 0.5, "layer_1", "readout")
    assert found["shuffled"][-1]["mean"] == pytest.approx(90, abs=15)
    # It says something because the labels themselves give another angle.
    assert found["full"][-1]["mean"] < found["shuffled"][-1]["mean"] - 10
    assert angles(summary, "hebb", 0.5, "layer_1", "own")["shuffled"] == []


def test_what_is_undefined_is_null_with_a_reason(summary: Any, measured: Path) -> None:
    """No loss, no change, no view of the layer: each says so, in both files; never 0 degrees."""
    for label, layer, objective, reason in (
        ("rstdp", "layer_1", "own", "smooth"),
        ("frozen-hidden", "layer_1", "own", "does not change"),
        ("mlp", "layer_2", "readout", "does not see"),
    ):
        found = angles(summary, label, 0.5, layer, objective)
        assert reason in found["undefined"]
        assert found["full"] == [] and found["without_noise"] is None and found["random"] is None
    with open(measured / "directions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["learner"] for row in rows} == set(LEARNERS)
    assert all(bool(row["angle_deg"]) != bool(row["undefined"]) for row in rows)
    own = [row for row in rows if row["learner"] == "rstdp" and row["objective"] == "own"]
    assert own and all("smooth" in row["undefined"] for row in own)
    single = [float(row["angle_deg"]) for row in rows if row["against"] == "all samples" and row["trials"] == "1"]
    assert single and all(0 < angle < 180 for angle in single)


def test_same_seed_same_bits(measured: Path) -> None:
    """A cell measured again, alone and in this order, is the cell that was written."""
    checked = []
    for cell in plan().cells():
        if cell.seed == 1 and cell.label in ("mlp", "rstdp"):
            stored = json.loads((measured / "cells" / cell.label / "1.json").read_text())["cell"]
            assert json.loads(json.dumps(run_directions_cell(cell))) == stored
            checked.append(cell.label)
    assert checked == ["mlp", "rstdp"]


@pytest.mark.slow
def test_any_number_of_processes_measures_the_same(measured: Path, tmp_path: Path) -> None:
    """Both files, but for provenance; and the two cells of a seed may be at work at the same time."""
    told: list[Standing] = []
    assert run_directions(plan(), tmp_path / "run", jobs=2, report=told.append).failures == {}
    tables = [(folder / "directions.csv").read_bytes() for folder in (measured, tmp_path / "run")]
    one, two = (json.loads((folder / "directions.json").read_text()) for folder in (measured, tmp_path / "run"))
    assert tables[0] == tables[1] and one["learners"] == two["learners"]
    assert (one["provenance"]["jobs"], two["provenance"]["jobs"]) == (1, 2)
    assert (told[0].finished, told[-1].finished, told[-1].total) == (0, 8, 8)
    assert max(len(standing.running) for standing in told) >= 2


def test_a_share_of_the_budget_is_what_a_comparison_reaches(summary: Any) -> None:
    """Whole batches, under the schedule of the whole budget."""
    moments = summary["learners"]["mlp"]["moments"]
    assert [moment["presentations"] for moment in moments] == [0, 64]
    assert summary["learners"]["hebb"]["moments"][1]["presentations"] == 60


def test_a_folder_is_resumed_by_the_same_measurement_only(measured: Path, tmp_path: Path) -> None:
    """What is finished is kept, what is missing or damaged is measured again, anything else is refused."""
    one = plan(trials=10, learners={"mlp": LEARNERS["mlp"]})
    folder, told = tmp_path / "run", list[Standing]()
    run_directions(one, folder)
    before = (folder / "directions.csv").read_bytes()
    with pytest.raises(InputError, match="holds results; accepted: --resume"):
        run_directions(one, folder)
    with pytest.raises(InputError, match="another experiment"):
        run_directions(plan(trials=11, learners={"mlp": LEARNERS["mlp"]}), folder, resume=True)
    (folder / "cells" / "mlp" / "0.json").write_text("{")
    kept = (folder / "cells" / "mlp" / "1.json").stat().st_mtime_ns
    run_directions(one, folder, resume=True, report=told.append)
    assert (told[0].finished, told[-1].finished) == (1, 2)
    assert {cell.name for standing in told for cell in standing.running} == {"mlp/0"}
    assert (folder / "cells" / "mlp" / "1.json").stat().st_mtime_ns == kept
    assert (folder / "directions.csv").read_bytes() == before
    with pytest.raises(InputError, match="something else than results"):
        run_directions(one, tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shares": (1.5,)}, r"--shares is \[1.5\]; accepted: numbers from 0 to 1"),
        ({"shares": (0.5, 0.5)}, "different numbers"),
        ({"shares": (float("nan"),)}, "accepted: numbers from 0 to 1"),
        ({"trials": 0}, "--trials is 0; accepted: a whole number from 1"),
        ({"learners": {"kmeans": {}}}, "learner 'kmeans' has no weight change of a single trial"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_runs(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan(**changes)


def test_a_cell_that_fails_does_not_take_the_others_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with its error; the others are kept for the next attempt."""
    two = plan(trials=5, learners={"mlp": LEARNERS["mlp"]})
    real = run_directions_cell

    def failing(cell: DirectionsCell, tell: Any = None) -> dict[str, Any]:
        if cell.seed == 0:
            raise RuntimeError("no luck")
        return real(cell)

    monkeypatch.setattr("neurosim.compare.running.directions.run_directions_cell", failing)
    outcome = run_directions(two, tmp_path / "run")
    assert outcome.summary is None and outcome.failures == {"mlp/0": "RuntimeError: no luck"}
    assert "RuntimeError" in outcome.tracebacks["mlp/0"]
    assert not (tmp_path / "run" / "directions.json").exists()
    assert (tmp_path / "run" / "cells" / "mlp" / "1.json").is_file()
    monkeypatch.undo()
    assert run_directions(two, tmp_path / "run", resume=True).failures == {}
    assert not (tmp_path / "run" / "failures.json").exists()


def test_one_trial_is_enough_for_an_angle_but_not_for_its_noise(tmp_path: Path) -> None:
    """Too few trials to tell bias from noise: null."""
    run_directions(plan(trials=1, shares=(0.0,), learners={"mlp": LEARNERS["mlp"]}), tmp_path / "run")
    found = angles(json.loads((tmp_path / "run" / "directions.json").read_text()), "mlp", 0.0, "layer_1", "own")
    assert np.isfinite(found["full"][0]["mean"])
    assert found["without_noise"]["mean"] is None and found["trials_per_signal"]["mean"] is None
