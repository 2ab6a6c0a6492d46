"""What is loaded before the first trial: NumPy and the package itself, nothing that takes longer than a small run."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"brian2", "joblib", "matplotlib", "pandas", "scipy", "sklearn", "sympy"}
PREPARED = """
from neurosim.registry import KINDS, open_registry
from neurosim.compare.experiment.making import prepare_experiment
registry = open_registry()
texts = [entry.describe() for kind in KINDS for entry in registry.of_kind(kind)]
opened = prepare_experiment(task="iris", n_seeds=2, learners={"mlp": {"hidden_units": [5]}, "stdp": {"n_neurons": 5}})
assert len(texts) > 50 and len(opened.conditions) == 1
"""
LEARNED = """
from neurosim.compare.running.cell import CellSpec, run_cell
record = run_cell(CellSpec("mlp", "mlp", 0, "iris", {"hidden_units": (5,)}, presentations=50, n_evaluations=1))
assert record.value("accuracy") is not None and record.costs.learning.presentations == 50
"""
SHOWN = "\nimport sys; print(*sorted(name for name in sys.modules if '.' not in name))"


def loaded_by(code: str) -> set[str]:
    """Give the packages that a process of its own has loaded after running some code."""
    said = subprocess.run([sys.executable, "-c", code + SHOWN], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_an_experiment_is_listed_and_checked_with_numpy_alone() -> None:
    """Names, parameters and data are checked before anything large is loaded, so that a mistake is answered at once."""
    loaded = loaded_by(PREPARED)
    assert {"numpy", "neurosim", "pydantic"} <= loaded and not loaded & HEAVY


def test_a_cell_loads_what_its_learner_needs() -> None:
    """A network in NumPy learns and answers without the packages of other learners, of statistics and of figures."""
    loaded = loaded_by(LEARNED)
    assert {"numpy", "neurosim"} <= loaded and not loaded & HEAVY
