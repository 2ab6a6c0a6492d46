"""Small runs and what may be compared of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from neurosim.compare.experiment.making import make_experiment, prepare_experiment
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.summary.comparison import views_of

FAST: dict[str, Any] = {
    "task": "xor",
    "n_seeds": 2,
    "first_seed": 3,
    "presentations": 40,
    "n_evaluations": 3,
    "control_units": 3,
    "learners": {
        "mlp": {"hidden_units": [4], "epochs": 2},
        "linear": {"kind": "mlp", "hidden_units": [], "epochs": 2},
    },
}


def fast(**changes: Any) -> Experiment:
    """Make an experiment that runs in no time."""
    return make_experiment(**(FAST | changes))


def opened(**changes: Any) -> OpenedExperiment:
    """Make the same, with its registry and task."""
    return prepare_experiment(**(FAST | changes))


def view_in(folder: Path) -> dict[str, Any]:
    """Read the only condition of results.json, beside what is shared."""
    (view,) = views_of(json.loads((folder / "results.json").read_text(encoding="utf-8")))
    return view


def results(folder: Path) -> dict[str, Any]:
    """Read the same without what may differ between two equal runs."""

    def without_wall(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_wall(v) for key, v in value.items() if "wall" not in key and key != "provenance"}
        return [without_wall(v) for v in value] if isinstance(value, list) else value

    return without_wall(view_in(folder))
