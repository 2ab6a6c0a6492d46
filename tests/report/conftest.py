"""One small run that the report's tests share, and pages read as their elements."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running.runner import run_experiment
from neurosim.report.page import write_report

NASTY = "<script>alert('x')</script> & `tick`"
"""A claim that must come out as text."""


def small_run(folder: Path, **changes: object) -> Path:
    """Run a rate and a spiking learner on small patterns, with controls, and write the report."""
    fields = {
        "task": "patterns:n_classes=4,flip=0.05", "train_size": 60, "n_seeds": 2, "presentations": 200,
        "n_evaluations": 3, "control_units": 8, "claim": NASTY,
        "learners": {"mlp": {"hidden_units": [12]}, "stdp": {"n_neurons": 20}},
    }  # fmt: skip
    assert run_experiment(make_experiment(**(fields | changes)), folder).failures == {}
    write_report(folder, png=True)
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the small run; not to be written into."""
    return small_run(tmp_path_factory.mktemp("report") / "first")


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a second run of the same seeds: fewer trials, and one learner more."""
    learners = {"mlp": {"hidden_units": [12]}, "linear": {"kind": "mlp", "hidden_units": []}}
    return small_run(tmp_path_factory.mktemp("report") / "second", presentations=80, learners=learners, claim="")


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Give a copy of the small run to change."""
    return Path(shutil.copytree(finished, tmp_path / "run"))
