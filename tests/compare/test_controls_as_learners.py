"""Kinds that usually are controls, compared as learners: none is set against itself, and the run ends in a page."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from neurosim.compare.running.runner import run_experiment
from neurosim.report.page import write_report
from tests.compare.runs import fast, results

SMALL = {"hidden_units": [4], "epochs": 2}


def run(folder: Path, **changes: Any) -> dict[str, Any]:
    """Run on exclusive or and give the results."""
    assert run_experiment(fast(**changes), folder).failures == {}
    return results(folder)


@pytest.mark.parametrize(
    "labels",
    [("kmeans",), ("majority",), ("mlp", "raw-linear"), ("majority", "raw-linear", "kmeans")],
    ids=",".join,
)
def test_controls_may_be_learners_where_no_controls_are_added(labels: tuple[str, ...], tmp_path: Path) -> None:
    """Their names are free then; every pair of learners is tested once, and nothing against controls that are not."""
    learners = {label: SMALL if label == "mlp" else {} for label in labels}
    found = run(tmp_path / "run", controls=False, learners=learners)
    assert list(found["learners"]) == list(labels) and found["controls"] == {}
    assert [(pair["a"], pair["b"]) for pair in found["paired"]] == list(combinations(labels, 2))
    assert found["against_controls"] == []
    told = " ".join(found["verdict"])
    assert all(f"`{label}`" in told for label in labels)
    assert "logistic regression" not in told and "k-means" not in told and "spikes" not in told
    if len(labels) == 1:
        assert labels[0] in write_report(tmp_path / "run").read_text(encoding="utf-8")


def test_a_label_that_a_control_could_have_says_nothing_of_the_kind(tmp_path: Path) -> None:
    """A perceptron that is called raw-linear is a perceptron, and no control."""
    learners = {"raw-linear": SMALL | {"kind": "mlp"}, "kmeans": SMALL | {"kind": "mlp", "hidden_units": [3]}}
    found = run(tmp_path / "run", controls=False, learners=learners)
    assert {row["kind"] for row in found["learners"].values()} == {"mlp"} and found["against_controls"] == []


def test_a_learner_is_not_set_against_the_same_control_under_another_label(tmp_path: Path) -> None:
    """Equal kinds with equal parameters, however they were given, are one learner; other parameters make another."""
    learners = {
        "line": {"kind": "raw-linear", "max_iterations": 200},
        "three": {"kind": "kmeans", "n_units": 3},
        "two": {"kind": "kmeans", "n_units": 2},
    }
    found = run(tmp_path / "run", learners=learners, control_units=3)
    assert found["learners"]["line"]["test"] == found["controls"]["raw-linear"]["test"]
    against = {label: [pair["b"] for pair in found["against_controls"] if pair["a"] == label] for label in learners}
    assert set(against["line"]) & {"raw-linear", "kmeans", "kmeans-by-class"} == {"kmeans-by-class"}, "told labels"
    assert set(against["three"]) & {"raw-linear", "kmeans", "kmeans-by-class"} == {"raw-linear"}
    assert set(against["two"]) & {"raw-linear", "kmeans", "kmeans-by-class"} == {"raw-linear", "kmeans"}
    assert all(len(set(names)) == len(names) for names in against.values())
    assert "`two`" in " ".join(found["verdict"]) and "k-means with 3 centres" in " ".join(found["verdict"])
