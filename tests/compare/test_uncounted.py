"""Learners that do not count what they do: nothing of it is reported as 0, and the reason stands beside it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from neurosim.compare.running.runner import run_experiment
from neurosim.metrics.costs import COUNTED_NO_OPERATION, COUNTED_NOTHING
from neurosim.report.page import write_report
from tests.compare.runs import fast, view_in
from tests.compare.test_summary import problems

PLUGIN = '''
import numpy as np

from neurosim.learners import Classifier, EventCounts, Locality, Traits

LEDGER = Locality(True, True, "while learning", "1", False, False)


class Silent(Classifier):
    """Answers by the nearest class mean, and counts nothing."""

    traits = Traits(unit="spike", rule="means", teacher="label", locality=LEDGER)

    def __init__(self, random_state=None):
        self.random_state = random_state

    def _start(self):
        self.means_ = np.zeros((self.n_features_in_, len(self.classes_)))

    def _learn(self, X, codes):
        for x, code in zip(X, codes):
            self.means_[:, code] += 0.1 * (x - self.means_[:, code])
        return self.counted(X)

    def _scores(self, X):
        closeness = np.exp(-((X[:, :, None] - self.means_) ** 2).sum(axis=1))
        return closeness / closeness.sum(axis=1, keepdims=True), self.counted(X)

    def weights(self):
        return {"layer_1": self.means_.copy()}

    def counted(self, X):
        return EventCounts()


class Shown(Silent):
    """Counts what it is shown and told, and no operation."""

    def counted(self, X):
        return EventCounts(presentations=len(X), labels=len(X))


class Free(Shown):
    """Has no weights, so that there is nothing to count."""

    def weights(self):
        return {}


PLUGIN = {"learners": {"silent": Silent, "shown": Shown, "free": Free}}
'''
OWN = ("dense", "effective_acs", "state_updates", "weight_writes", "input_spikes", "spikes", "effective")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the three beside a perceptron."""
    place = tmp_path_factory.mktemp("uncounted")
    (place / "uncounted.py").write_text(PLUGIN)
    learners = {"mlp": {"hidden_units": [4]}, "silent": {}, "shown": {}, "free": {}}
    experiment = fast(learners=learners, plugins=[str(place / "uncounted.py")])
    assert run_experiment(experiment, place / "run").failures == {}
    return place / "run"


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    return view_in(folder)


def test_who_counts_nothing_has_no_costs(summary: dict[str, Any]) -> None:
    """Null everywhere below the path that says why: events, operations, energy, spikes, costs along the curve."""
    row, why = summary["learners"]["silent"], summary["unavailable"]
    assert problems(summary) == [] and row["n_parameters"] == 4
    for phase in ("learning", "inference", "readout"):
        assert set(row["costs"][phase].values()) == {None}
        assert row["operations"][phase]["per_presentation"] is None
        assert set(row["operations"][phase]["total"].values()) == {None}
        assert why[f"learners.silent.costs.{phase}"] == COUNTED_NOTHING == why[f"learners.silent.operations.{phase}"]
    for phase in ("learning", "inference"):
        assert (
            set(row["energy"][phase].values()) == {None} and why[f"learners.silent.energy.{phase}"] == COUNTED_NOTHING
        )
    for name in ("spikes_per_sample", "silent_samples"):
        assert row[name] is None and why[f"learners.silent.{name}"] == COUNTED_NOTHING
    points = [*row["curve"], *(point for curve in row["curves"] for point in curve)]
    assert len(points) == 9 and why["learners.silent.curve"] == why["learners.silent.curves"] == COUNTED_NOTHING
    for point in points:
        assert point["presentations"] > 0 and point["validation"] > 0
        assert {point[n] for n in ("connections", "active_connections", "feedback_connections")} == {None}


def test_who_counts_presentations_alone_keeps_them(summary: dict[str, Any]) -> None:
    """What it was shown and told is known; what it did is not, as it has weights."""
    row, why = summary["learners"]["shown"], summary["unavailable"]
    assert row["costs"]["learning"]["presentations"] == row["costs"]["learning"]["labels"] == 40
    assert row["costs"]["learning"]["weight_writes"] is None and row["costs"]["inference"]["connections"] is None
    each = row["operations"]["inference"]["per_presentation"]
    assert (each["presentations"], each["labels"]) == (1, 1) and {each[name] for name in OWN} == {None}
    assert why["learners.shown.operations.inference"] == COUNTED_NO_OPERATION == why["learners.shown.energy.inference"]
    assert row["spikes_per_sample"] is None and row["curve"][0]["active_connections"] is None
    # A read-out that has nothing to do costs nothing.
    assert row["costs"]["readout"]["connections"] == 0 and "learners.shown.costs.readout" not in why


def test_who_has_no_weights_is_free(summary: dict[str, Any]) -> None:
    """It says so by counting presentations and holding no weight; so does the control that answers the majority."""
    for row in (summary["learners"]["free"], summary["controls"]["majority"]):
        each = row["operations"]["inference"]["per_presentation"]
        assert each["presentations"] == 1 and {each[name] for name in OWN} == {0}
    assert summary["learners"]["free"]["energy"]["inference"]["45nm-float32"]["low"]["total"] == 0
    assert not any(path.startswith("learners.free.costs") for path in summary["unavailable"])


def test_an_untrained_twin_was_shown_nothing_and_an_uncounted_one_is_uncounted(summary: dict[str, Any]) -> None:
    """Zero presentations of learning are true of a twin without training."""
    rows, why = summary["controls"], summary["unavailable"]
    for label in ("mlp-untrained", "silent-untrained"):
        assert rows[label]["costs"]["learning"]["presentations"] == 0
        assert why[f"controls.{label}.operations.learning.per_presentation"] == "nothing was presented"
    assert rows["silent-untrained"]["costs"]["inference"]["connections"] is None
    assert rows["mlp-untrained"]["costs"]["inference"]["connections"] > 0


def test_no_level_of_spikes_is_made_of_what_was_not_counted(summary: dict[str, Any]) -> None:
    """A row for each pair and table, with the reason."""
    reasons = {point["spiking"]: point["reason"] for point in summary["break_even"] if point["rate"] == "mlp"}
    assert reasons["silent"] == COUNTED_NOTHING and reasons["shown"] == COUNTED_NO_OPERATION
    assert all(point["factor"] is None for point in summary["break_even"])


def test_the_verdict_says_what_was_not_counted(summary: dict[str, Any]) -> None:
    """Neither a ratio to 0 nor one of 0."""
    told = [sentence for sentence in summary["verdict"] if sentence.startswith(("A decision of", "What a decision of"))]
    assert told == [
        "A decision of `free` takes 0 times the dense and 0 times the effective operations of `mlp`"
        " (additions, where `mlp` multiplies).",
        "What a decision of `silent` and `shown` takes was not counted.",
    ]


def test_tables_on_disk_leave_it_empty(folder: Path) -> None:
    """results.csv and the curves of the cells."""
    with open(folder / "results.csv", newline="") as file:
        found = {(line["label"], line["measure"]): line["value"] for line in csv.DictReader(file)}
    assert found["silent", "inference.connections"] == found["silent", "learning.presentations"] == ""
    assert found["shown", "learning.presentations"] == "40" and found["shown", "learning.spikes"] == ""
    assert found["free", "inference.connections"] == "0" and int(found["mlp", "inference.connections"]) > 0
    head, first, *_ = (folder / "cells/default/silent/3/curves.csv").read_text().splitlines()
    assert head.endswith("connections,active_connections,feedback_connections") and first.endswith(",,,")


def test_the_page_says_why(folder: Path, tmp_path: Path) -> None:
    """Below the tables of costs, in which there is a dash."""
    shutil.copy(folder / "results.json", tmp_path)
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert f"Of silent, the costs of a decision and of learning are not known: {COUNTED_NOTHING}." in page
    assert f"Of shown, the costs of a decision and of learning are not known: {COUNTED_NO_OPERATION}." in page
    assert "Of free" not in page and "Of mlp" not in page
