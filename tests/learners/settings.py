"""Settings with which each learner runs the contract suite quickly; a new learner needs a line only if it is slow."""

from __future__ import annotations

from typing import Any

from neurosim.learners import learner_class
from neurosim.registry import open_registry

QUICK: dict[str, dict[str, Any]] = {
    "mlp": {"hidden_units": (12,), "epochs": 5, "learning_rate": 0.02},
    "exemplars": {"n_units": 20},
    "kmeans": {"n_units": 20},
}
NAMES = tuple(entry.name for entry in open_registry().of_kind("learners") if entry.origin == "built-in")


def quick(name: str, **changes: Any) -> Any:
    """Make a quick instance."""
    return learner_class(name)(**(QUICK.get(name, {}) | {"random_state": 7} | changes))
