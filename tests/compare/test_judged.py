"""What a task asks and by what it is judged, from a plugin's file to results, table and page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running.runner import run_experiment
from neurosim.compare.words.verdict import verdict
from neurosim.errors import InputError
from neurosim.report.page import write_report
from tests.compare.runs import view_in
from tests.compare.test_summary import problems
from tests.report.elements import read_page

PLUGIN = """
from dataclasses import replace

import numpy as np

from neurosim.data import Reals
from neurosim.metrics.measure import share_measure
from neurosim.tasks.iris import iris


def right_but_for_the_first_class(answers, targets):
    others = targets != 0
    return (answers == targets) * others * (len(targets) / others.sum())


def no_look(targets):
    counts = np.bincount(targets)[1:]
    return counts.max() / counts.sum()


LATE = share_measure("late", "accuracy but for the first class", right_but_for_the_first_class, no_look)


def flowers():
    return replace(iris(), name="flowers", measures=("accuracy", "late", "recall"))


def first_late():
    return replace(iris(), name="first-late", measures=("late", "accuracy"))


def lengths():
    task = iris()
    return replace(task, name="lengths", signature=replace(task.signature, target=Reals(unit="cm")), measures=())


PLUGIN = {"metrics": {"late": LATE}, "tasks": {"flowers": flowers, "first-late": first_late, "lengths": lengths}}
"""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plugin."""
    path = tmp_path_factory.mktemp("plugin") / "late.py"
    path.write_text(PLUGIN, encoding="utf-8")
    return path


def run(out: Path, task: str, plugin: Path, learners: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Run learners on one of the plugin's tasks, two seeds."""
    settings = {"task": task, "plugins": (str(plugin),), "n_seeds": 2, "presentations": 400, "controls": False}
    assert run_experiment(make_experiment(learners=learners, **settings), out).failures == {}
    return out, view_in(out)


@pytest.fixture(scope="module")
def finished(plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Run a perceptron on the plugin's task."""
    return run(tmp_path_factory.mktemp("judged") / "run", "flowers", plugin, {"mlp": {}})


def test_a_plugins_measure_stands_in_the_results(finished: tuple[Path, dict[str, Any]]) -> None:
    """Beside accuracy, with its wording, its value without a look, and one value a seed; the recalls make it up."""
    out, summary = finished
    assert problems(json.loads((out / "results.json").read_text(encoding="utf-8"))) == []
    assert list(summary["measures"]) == ["accuracy", "late", "recall:0", "recall:1", "recall:2"]
    assert summary["measures"]["late"]["title"] == "accuracy but for the first class"
    assert summary["measures"]["late"]["chance"] == pytest.approx(0.5)
    assert summary["measures"]["recall:1"]["chance"] is None and "measures.recall:1.chance" in summary["unavailable"]
    row = summary["learners"]["mlp"]["measures"]
    assert row["accuracy"]["per_seed"] == summary["learners"]["mlp"]["test"]["per_seed"]
    assert row["late"]["per_seed"] != row["accuracy"]["per_seed"]
    recalls = np.array([row[f"recall:{label}"]["per_seed"] for label in (1, 2)])
    assert row["late"]["per_seed"] == pytest.approx(recalls.mean(axis=0).tolist()), "ten flowers of each kind"


def test_it_stands_in_the_table_on_disk_and_on_the_page(finished: tuple[Path, dict[str, Any]]) -> None:
    """One line a seed; on the page one row a measure, in per cent."""
    out, summary = finished
    with open(out / "results.csv", encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["measure"] == "test.late" and line["label"] == "mlp"]
    told = summary["learners"]["mlp"]["measures"]["late"]
    assert [float(line["value"]) for line in lines] == told["per_seed"]
    page = write_report(out).read_text(encoding="utf-8")
    start = page.index("accuracy but for the first class (%)")
    assert f"{100 * told['mean']:.1f}" in page[start : start + 400]


def test_a_learner_that_answers_something_else_is_refused(plugin: Path) -> None:
    """In one line that names both, before the data are split."""
    said = r"learners.mlp: 'mlp' answers with classes, but task 'lengths' asks for a number; accepted: \w[\w-]*.* or"
    with pytest.raises(InputError, match=said):
        make_experiment(task="lengths", plugins=(str(plugin),), learners={"mlp": {}})


def test_what_is_tested_is_the_tasks_first_measure(plugin: Path, tmp_path: Path) -> None:
    """Pairs, sentences, the table's head and the page speak of it; accuracy stands among the others."""
    learners = {"mlp": {}, "small": {"kind": "mlp", "hidden_units": [2]}}
    out, summary = run(tmp_path / "run", "first-late", plugin, learners)
    assert problems(summary) == [] and summary["tested"] == "late" and list(summary["measures"]) == ["late", "accuracy"]
    assert summary["chance"] == summary["measures"]["late"]["chance"] == pytest.approx(0.5)
    of_late, of_accuracy = (
        np.array([row["measures"][name]["per_seed"] for row in summary["learners"].values()])
        for name in ("late", "accuracy")
    )
    assert [row["test"]["per_seed"] for row in summary["learners"].values()] == of_late.tolist()
    assert of_late.tolist() != of_accuracy.tolist()
    (pair,) = summary["paired"]
    assert pair["difference"]["mean"] == pytest.approx((of_late[0] - of_late[1]).mean())
    assert pair["difference"]["mean"] != pytest.approx((of_accuracy[0] - of_accuracy[1]).mean())
    lead, title = f"{100 * abs(pair['difference']['mean']):.1f} points", "accuracy but for the first class"
    assert lead in summary["verdict"][0]
    alone, *_ = verdict(summary | {"learners": {"mlp": summary["learners"]["mlp"]}, "paired": []})
    assert f"On the test part `mlp` reaches {100 * of_late[0].mean():.1f} % {title} (" in alone
    page = read_page(write_report(out).read_text(encoding="utf-8"))
    assert title.capitalize() in [text for _, text in page.all("h2")]
    assert f"{title} (%) [95 % CI]" in [text for _, text in page.all("th")]
    assert page.all("img")[0][0]["alt"].startswith(
        f"Test {title}: mlp (told the label) {100 * of_late[0].mean():.1f} %"
    )
