"""One task, two kinds of learning: backpropagation and spike-timing plasticity under equal conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurosim.compare.experiment.making import make_experiment
    from neurosim.compare.experiment.model import Experiment
    from neurosim.compare.experiment.task_settings import with_task_settings
    from neurosim.compare.running.runner import run_experiment
    from neurosim.learners import make_learner
    from neurosim.tasks import load_task

__version__ = "0.1.0"
__all__ = ["Experiment", "load_task", "make_experiment", "make_learner", "run_experiment", "with_task_settings"]

_PLACES = {
    "Experiment": "neurosim.compare.experiment.model",
    "make_experiment": "neurosim.compare.experiment.making",
    "with_task_settings": "neurosim.compare.experiment.task_settings",
    "run_experiment": "neurosim.compare.running.runner",
    "make_learner": "neurosim.learners",
    "load_task": "neurosim.tasks",
}


def __getattr__(name: str) -> Any:
    # The first use pays for the import, so that `import neurosim` and `neurosim --help` stay quick.
    if name in _PLACES:
        import importlib

        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'neurosim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
