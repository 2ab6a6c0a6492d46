"""Whole runs on tiny tasks: resumed, damaged, in parallel, failing; always the same results or a clear refusal."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running import runner
from neurosim.compare.running.cell import run_cell
from neurosim.compare.running.files import write_json, write_text
from neurosim.compare.running.progress import Standing
from neurosim.compare.running.runner import cells_of, run_experiment, run_opened
from neurosim.compare.running.store import Store
from neurosim.errors import InputError
from tests.compare.runs import fast, opened, results, view_in

PLUGIN = """
from neurosim.learners.controls.majority import Majority


class Moody(Majority):
    '''Fails on one seed.'''

    def _learn(self, X, codes):
        if self.random_state == 4:
            raise RuntimeError("no luck")
        return super()._learn(X, codes)


PLUGIN = {"learners": {"moody": Moody}}
"""


LABELS = [
    "mlp", "linear", "majority", "raw-linear", "exemplars", "kmeans", "nearest-neighbour", "svm", "kmeans-by-class",
    "mlp-untrained", "linear-untrained",
]  # fmt: skip
"""Of two learners that are told labels, on a task that is not judged by folds, in the order of running."""
N_CELLS = 2 * len(LABELS)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the small experiment once, in one process."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    assert run_experiment(fast(), folder).failures == {}
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Give a copy of the finished run to damage."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every cell that is run."""
    ran: list[str] = []

    def noting(spec: Any, progress: Any = None) -> Any:
        ran.append(f"{spec.label}/{spec.seed}")
        return run_cell(spec, progress)

    monkeypatch.setattr(runner, "run_cell", noting)
    return ran


def test_all_cells_are_there_and_nothing_else(finished: Path) -> None:
    """Two learners, the controls and two untrained twins, for two seeds; results, their table, and no leftovers."""
    cells = {f"cells/default/{label}/{seed}/{name}" for label in LABELS for seed in (3, 4)
             for name in ("record.json", "curves.csv", "arrays.npz")}  # fmt: skip
    found = {str(path.relative_to(finished)) for path in finished.rglob("*") if path.is_file()}
    assert found == cells | {"experiment.toml", "results.json", "results.csv", ".lock"}


def test_the_summary_says_what_the_cells_say(finished: Path) -> None:
    """Means, per-seed values, pairs and controls agree with the records on disk."""
    summary = view_in(finished)
    assert (summary["schema"], summary["n_seeds"], summary["task"], summary["chance"]) == (6, 2, "xor", 0.5)
    assert list(summary["learners"]) == ["mlp", "linear"]
    assert set(summary["controls"]) == set(LABELS) - {"mlp", "linear"}
    scores = {}
    for label, row in (summary["learners"] | summary["controls"]).items():
        records = [json.loads((finished / f"cells/default/{label}/{seed}/record.json").read_text())["record"]
                   for seed in (3, 4)]  # fmt: skip
        scores[label] = [record["values"]["accuracy"]["test"] for record in records]
        assert row["test"]["per_seed"] == scores[label]
        assert row["test"]["mean"] == pytest.approx(np.mean(scores[label]))
        assert row["costs"]["learning"]["presentations"] == np.mean(
            [r["costs"]["learning"]["presentations"] for r in records]
        )
    (pair,) = summary["paired"]
    assert (pair["a"], pair["b"]) == ("mlp", "linear")
    assert pair["difference"]["mean"] == pytest.approx(np.mean(scores["mlp"]) - np.mean(scores["linear"]))
    assert pair["smallest_p"] == 0.5 and pair["p_holm"] >= pair["p_value"] >= 0.5
    whole = json.loads((finished / "results.json").read_text())
    assert [one["id"] for one in whole["conditions"]] == ["default"] and "learners" not in whole
    assert summary["learners"]["mlp"]["spikes_per_sample"] is None
    assert summary["unavailable"]["learners.mlp.spikes_per_sample"] == "a rate network has no spikes"
    assert "controls.majority.spikes_per_sample" in summary["unavailable"]


def test_all_learners_had_the_same_budget(finished: Path) -> None:
    """Forty presentations each, none for the untrained."""
    summary = view_in(finished)
    rows = summary["learners"] | summary["controls"]
    shown = {label: row["costs"]["learning"]["presentations"] for label, row in rows.items()}
    assert all(n == (0 if "untrained" in label else 40) for label, n in shown.items())


def test_exclusive_or_is_beyond_the_linear_control(finished: Path) -> None:
    """A sanity check of the whole path: no linear rule gets more than three of four right, majority gets two."""
    rows = view_in(finished)
    assert max(rows["controls"]["raw-linear"]["test"]["per_seed"]) <= 0.75
    assert rows["controls"]["majority"]["test"]["per_seed"] == [0.5, 0.5]


def test_the_tidy_table_holds_every_measure(finished: Path) -> None:
    """One line a learner, seed and measure; numbers as in the records."""
    with open(finished / "results.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    record = json.loads((finished / "cells/default/mlp/3/record.json").read_text())["record"]
    assert {line["condition"] for line in lines} == {"default"}
    of_cell = {line["measure"]: line["value"] for line in lines if (line["label"], line["seed"]) == ("mlp", "3")}
    assert float(of_cell["test.accuracy"]) == record["values"]["accuracy"]["test"] and int(of_cell["n_units"]) == 4
    assert int(of_cell["learning.presentations"]) == 40
    assert (
        len({(line["label"], line["seed"], line["measure"]) for line in lines}) == len(lines) == N_CELLS * len(of_cell)
    )


def test_two_processes_give_the_same_results(finished: Path, tmp_path: Path) -> None:
    """To the last bit, apart from times."""
    run_experiment(fast(), tmp_path / "two", jobs=2)
    assert results(tmp_path / "two") == results(finished)
    assert (tmp_path / "two" / "results.csv").read_text() == (finished / "results.csv").read_text()


@pytest.mark.slow
def test_spiking_learners_give_the_same_results_in_other_processes(tmp_path: Path) -> None:
    """Whatever ran before in a process, and wherever its networks were compiled."""
    learners = {"stdp": {"n_neurons": 20}, "snn": {"kind": "snn-gradient", "n_hidden": 16}, "rstdp": {"n_neurons": 20}}
    experiment = fast(task="iris", presentations=100, learners=learners)
    for jobs in (1, 2):
        assert run_experiment(experiment, tmp_path / str(jobs), jobs=jobs).failures == {}
    one, two = tmp_path / "1", tmp_path / "2"
    assert results(one) == results(two) and (one / "results.csv").read_text() == (two / "results.csv").read_text()
    assert results(one)["learners"]["stdp"]["spikes_per_sample"] > 0
    for path in one.rglob("arrays.npz"):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_the_ledger_is_that_of_the_rule_that_was_chosen(tmp_path: Path) -> None:
    """One kind with two rules: one of them is local, and each row says its own."""
    learners = {"own": {"kind": "hebb", "n_units": 5}, "sanger": {"kind": "hebb", "n_units": 5, "rule": "sanger"}}
    assert run_experiment(fast(task="iris", presentations=40, learners=learners), tmp_path / "run").failures == {}
    rows = results(tmp_path / "run")["learners"]
    assert rows["own"]["traits"]["locality"]["local_in_space"] and "instar" in rows["own"]["traits"]["rule"]
    assert not rows["sanger"]["traits"]["locality"]["local_in_space"] and "Sanger" in rows["sanger"]["traits"]["rule"]


def test_the_registry_is_opened_once_a_run(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no cell left to run, nothing looks for plugins or reads data anew."""
    looks: list[str] = []
    found = importlib.metadata.entry_points

    def noting(**wanted: Any) -> Any:
        looks.append("a look")
        return found(**wanted)

    shutil.copytree(finished, tmp_path / "run")
    monkeypatch.setattr(importlib.metadata, "entry_points", noting)
    assert run_opened(opened(), tmp_path / "run", resume=True).failures == {}
    assert len(looks) == 1
    run_experiment(fast(), tmp_path / "run", resume=True)
    assert len(looks) == 3, "once to make and check it, once to run what was made"


def test_resuming_a_finished_run_does_nothing_anew(copy: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell is read, none is run."""
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert ran == []
    assert results(copy) == results(finished)


def test_a_killed_run_resumed_ends_in_the_same_results(
    copy: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing cells are run, a half-written folder of the killed process is no cell."""
    (copy / "results.json").unlink()
    shutil.rmtree(copy / "cells/default/mlp/4")
    shutil.move(copy / "cells/default/linear/3", copy / "cells/default/linear/.3.999.part")
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert sorted(ran) == ["linear/3", "mlp/4"]
    assert results(copy) == results(finished)


DAMAGES = {
    "changed value": lambda text: text.replace('"test": ', '"test": 0.125, "was": ', 1),
    "another number": lambda text: text.replace('"presentations": 40', '"presentations": 41', 1),
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "not an object": lambda text: "[]",
    "null": lambda text: "null",
    "lacks a field": lambda text: json.dumps({"record": json.loads(text)["record"]}),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_cell_is_noticed_and_run_again(
    copy: Path, finished: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Its checksum tells, and the results are those of the sound run."""
    path = copy / "cells/default/mlp/3/record.json"
    damaged = DAMAGES[what](path.read_text())
    assert damaged != path.read_text()
    path.write_text(damaged)
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert ran == ["mlp/3"]
    assert results(copy) == results(finished)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def take_another(path: Path) -> None:
    path.write_bytes((path.parents[1] / "4" / path.name).read_bytes())


@pytest.mark.parametrize("damage", [cut, flip, take_another, Path.unlink, lambda path: path.write_bytes(b"")])
def test_damaged_evidence_is_noticed_and_its_cell_run_again(
    copy: Path, finished: Path, monkeypatch: pytest.MonkeyPatch, damage: Any
) -> None:
    """A cell is its figures and its arrays."""
    path = copy / "cells/default/mlp/3/arrays.npz"
    sound = path.read_bytes()
    damage(path)
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert ran == ["mlp/3"] and path.read_bytes() == sound
    assert results(copy) == results(finished)


def test_a_cell_in_the_wrong_place_is_noticed(copy: Path, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound record of another seed does not count for this one."""
    shutil.copy(copy / "cells/default/mlp/4/record.json", copy / "cells/default/mlp/3/record.json")
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert ran == ["mlp/3"]
    assert results(copy) == results(finished)


def test_a_folder_with_results_is_refused_without_resume(copy: Path) -> None:
    """Nothing is overwritten by accident."""
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    with pytest.raises(InputError, match="holds results; accepted: --resume, or another folder"):
        run_experiment(fast(), copy)
    assert before == {path: path.stat().st_mtime_ns for path in copy.rglob("*")}


@pytest.mark.parametrize("change", [{"n_seeds": 3}, {"presentations": 41}, {"task": "noisy-xor"}, {"control_units": 4}])
def test_a_folder_of_another_experiment_is_refused(copy: Path, change: dict[str, Any]) -> None:
    """Cells of different settings never meet in one table."""
    with pytest.raises(InputError, match="holds another experiment"):
        run_experiment(fast(**change), copy, resume=True)


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    """A file, a folder below a file, and a folder with something else in it; nothing is written there."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    for place, said in (
        ("file", "which is a file; accepted: a folder"),
        ("file/below", "cannot be written: Not a directory"),
        ("thesis", "holds something else than results"),
    ):
        for resume in (False, True):
            with pytest.raises(InputError, match=said):
                run_experiment(fast(), tmp_path / place, resume=resume)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["chapter.txt", "file", "thesis"]


def test_resume_on_an_empty_or_missing_folder_starts_afresh(tmp_path: Path) -> None:
    """The first step is the same: write down what is run."""
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing"):
        Store(tmp_path / name, fast(), resume=True)
        assert (tmp_path / name / "experiment.toml").is_file()


def test_a_changed_table_makes_its_cells_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is the same, the content is not: no cell of the old content stays."""
    table = tmp_path / "own.csv"
    rows = [f"{k % 4},{k // 4 % 2},{k % 2}" for k in range(40)]
    table.write_text("\n".join(["a,b,c", *rows]) + "\n")
    changes = {"task": str(table), "controls": False, "n_seeds": 1, "learners": {"majority": {}}}
    run_experiment(fast(**changes), tmp_path / "run")
    ran = counting(monkeypatch)
    run_experiment(fast(**changes), tmp_path / "run", resume=True)
    assert ran == []
    table.write_text("\n".join(["a,b,c", *rows, "0,0,0"]) + "\n")
    run_experiment(fast(**changes), tmp_path / "run", resume=True)
    assert ran == ["majority/3"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_cell_does_not_stop_the_others(tmp_path: Path, jobs: int) -> None:
    """The rest is kept and the failure said; when the cause is gone, resuming runs it alone."""
    plugin = tmp_path / "moody.py"
    plugin.write_text(PLUGIN)
    experiment = fast(learners={"moody": {}}, controls=False, plugins=[str(plugin)], n_seeds=3)
    outcome = run_experiment(experiment, tmp_path / "run", jobs=jobs)
    assert outcome.summary is None
    assert outcome.failures == {"moody/4": "RuntimeError: no luck"}
    assert json.loads((tmp_path / "run/failures.json").read_text()) == outcome.failures
    assert not (tmp_path / "run/results.json").exists()
    assert sorted(path.name for path in (tmp_path / "run/cells/default/moody").iterdir()) == ["3", "5"]


def test_a_failure_that_is_gone_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """failures.json speaks of the last attempt."""
    changes: dict[str, Any] = {"controls": False, "learners": {"majority": {}}, "n_seeds": 2}

    def failing(spec: Any, progress: Any = None) -> Any:
        if spec.seed == 4:
            raise MemoryError("too big")
        return run_cell(spec)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "run_cell", failing)
        assert run_experiment(fast(**changes), tmp_path / "run").failures == {"majority/4": "MemoryError: too big"}
    ran = counting(monkeypatch)
    assert run_experiment(fast(**changes), tmp_path / "run", resume=True).summary is not None
    assert ran == ["majority/4"] and not (tmp_path / "run/failures.json").exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_every_cell_and_tells_of_the_running_ones(copy: Path, jobs: int) -> None:
    """From what was there already to all of them; what a running cell says is its record's curve."""
    shutil.rmtree(copy / "cells/default/mlp")
    told: list[Standing] = []
    run_experiment(fast(), copy, resume=True, jobs=jobs, report=told.append)
    assert [standing.finished for standing in told] == sorted(standing.finished for standing in told)
    assert (told[0].finished, told[-1].finished, told[-1].running, told[-1].left_s) == (N_CELLS - 2, N_CELLS, (), 0.0)
    assert {standing.total for standing in told} == {N_CELLS} and {standing.failed for standing in told} == {0}
    running = [cell for standing in told for cell in standing.running]
    assert {cell.name for cell in running} == {"mlp/3", "mlp/4"}
    for seed in (3, 4):
        record = json.loads((copy / f"cells/default/mlp/{seed}/record.json").read_text())["record"]
        said = {(c.share, c.validation) for c in running if c.name == f"mlp/{seed}" and c.validation is not None}
        curve = {(point["presentations"] / 40, point["validation"]) for point in record["curve"]}
        # Between two looks at another process, a quick cell says more than is read.
        assert said == curve if jobs == 1 else said <= curve


def test_cells_come_seed_by_seed_in_the_stated_order() -> None:
    """An interrupted run holds whole seeds, of every row."""
    specs = cells_of(opened())
    assert [spec.seed for spec in specs] == [3] * len(LABELS) + [4] * len(LABELS)
    assert [spec.label for spec in specs[: len(LABELS)]] == LABELS
    assert [spec.parameters for spec in specs if spec.label == "kmeans"] == [{"n_units": 3}] * 2
    assert [spec.trained for spec in specs[: len(LABELS)]] == ["untrained" not in label for label in LABELS]


def test_controls_may_be_tuned() -> None:
    """Their own parameters stand above what all controls share; the others stay as they were."""
    specs = {spec.label: spec for spec in cells_of(opened(control_parameters={"raw-linear": {"inverse_penalty": 0.2}}))}
    assert specs["raw-linear"].parameters == {"inverse_penalty": 0.2}
    assert specs["kmeans"].parameters == {"n_units": 3} and specs["majority"].parameters == {}
    changed = {"exemplars": {"n_units": 7}}
    assert {s.label: s.parameters for s in cells_of(opened(control_parameters=changed))}["exemplars"] == {"n_units": 7}


def test_a_learner_with_a_hidden_layer_to_freeze_gets_a_frozen_twin() -> None:
    """Named by the learner's class; not where it is frozen already, and not without controls."""
    learners = {"snn": {"kind": "snn-gradient", "n_hidden": 9}, "cold": {"kind": "e-prop-random", "hidden": "frozen"}}
    specs = {spec.label: spec for spec in cells_of(opened(learners=learners, n_seeds=1))}
    assert list(specs)[-3:] == ["snn-untrained", "cold-untrained", "snn-frozen"]
    frozen = specs["snn-frozen"]
    assert (frozen.kind, frozen.trained) == ("snn-gradient", True)
    assert frozen.parameters == {"n_hidden": 9, "hidden": "frozen"}
    assert specs["snn"].parameters == {"n_hidden": 9}
    assert list({spec.label for spec in cells_of(opened(learners={"snn": learners["snn"]}, controls=False))}) == ["snn"]


def test_cells_of_another_version_are_run_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One table comes from one program."""
    import neurosim

    monkeypatch.setattr(neurosim, "__version__", "0.0.0")
    ran = counting(monkeypatch)
    run_experiment(fast(), copy, resume=True)
    assert len(ran) == N_CELLS


def test_provenance_names_versions_data_and_the_experiment(finished: Path) -> None:
    """Enough to run it again."""
    import tomllib

    import neurosim

    provenance = json.loads((finished / "results.json").read_text())["provenance"]
    assert provenance["neurosim"] == neurosim.__version__
    assert provenance["packages"]["numpy"] == np.__version__
    assert make_experiment(**tomllib.loads(provenance["experiment"])) == fast()
    (data,) = provenance["data"]
    assert data["task"] == "xor" and data["checksum"] == "generated"
    assert provenance["engine"] is None and provenance["jobs"] == 1 and provenance["host"]["processors"] >= 1
    assert (provenance["git_commit"] is None) == (provenance["git_changes"] is None)
    (measured,) = provenance["measured_with"]
    assert measured == {name: provenance[name] for name in ("neurosim", "git_commit", "git_changes")} | {
        "cells": N_CELLS
    }


def test_who_tells_of_a_run_again_has_not_measured_it(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell keeps the commit that it was measured with; a lost one is measured with today's."""
    before = json.loads((copy / "results.json").read_text())["provenance"]
    monkeypatch.setattr("neurosim.compare.running.provenance.git_commit", lambda: "another")
    run_experiment(fast(), copy, resume=True)
    again = json.loads((copy / "results.json").read_text())["provenance"]
    assert (
        again["git_commit"] == "another" != before["git_commit"] and again["measured_with"] == before["measured_with"]
    )
    shutil.rmtree(next((copy / "cells").glob("*/*/*")))
    run_experiment(fast(), copy, resume=True)
    most, one = json.loads((copy / "results.json").read_text())["provenance"]["measured_with"]
    assert most["git_commit"] == before["git_commit"] and most["cells"] == N_CELLS - 1
    assert one["git_commit"] == "another" and one["cells"] == 1


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """NaN is refused before anything is touched; the old content stays, and no temporary file."""
    path = tmp_path / "a" / "file.json"
    write_json(path, {"x": 1})
    with pytest.raises(ValueError, match="Out of range"):
        write_json(path, {"x": float("nan")})
    with pytest.raises(InputError, match="cannot be written"):
        write_text(tmp_path / "a" / "file.json" / "below", "text")
    assert json.loads(path.read_text()) == {"x": 1}
    assert [found.name for found in (tmp_path / "a").iterdir()] == ["file.json"]
