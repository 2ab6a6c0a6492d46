"""Settings with which each learner runs the contract suite quickly; a new learner needs a line only if it is slow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from neurosim.learners import learner_class
from neurosim.learners.regressor import Regressor
from neurosim.registry import open_registry

QUICK: dict[str, dict[str, Any]] = {
    "mlp": {"hidden_units": (12,), "epochs": 5, "learning_rate": 0.02},
    "stdp": {"n_neurons": 20, "epochs": 8},
    "stdp-supervised": {"n_neurons": 20, "epochs": 8},
    "diehl-cook": {"n_neurons": 20, "epochs": 4, "presentation_ms": 50.0, "rest_ms": 10.0, "highest_rate_hz": 255.0},
    "snn-gradient": {"n_hidden": 16, "epochs": 8, "learning_rate": 0.03},
    "e-prop-random": {"n_hidden": 16, "epochs": 8, "learning_rate": 0.03},
    "snn-hebb-hidden": {"n_hidden": 16, "epochs": 8, "learning_rate": 0.03},
    "snn-node-perturbation-loss": {"n_hidden": 16, "epochs": 8, "learning_rate": 0.03},
    "rstdp": {"n_neurons": 20, "epochs": 20},
    "mlp-reward": {"hidden_units": (20,), "epochs": 60, "learning_rate": 0.02},
    "node-perturbation": {"hidden_units": (20,), "epochs": 60, "learning_rate": 0.02},
    "feedback-alignment": {"hidden_units": (20,), "epochs": 10, "learning_rate": 0.02},
    "direct-feedback-alignment": {"hidden_units": (20, 15), "epochs": 10, "learning_rate": 0.02},
    "node-perturbation-loss": {"hidden_units": (20,), "epochs": 16, "learning_rate": 0.02},
    "hebb-hidden": {"hidden_units": (30,), "epochs": 8, "learning_rate": 0.03},
    "frozen-hidden": {"hidden_units": (30,), "epochs": 8, "learning_rate": 0.03},
    "mlp-spiking": {"hidden_units": (12,), "epochs": 5, "learning_rate": 0.02, "presentation_ms": 40.0},
    "hebb": {"n_units": 20, "epochs": 8},
    "hebb-supervised": {"n_units": 20, "epochs": 8},
    "autoencoder": {"n_units": 20, "epochs": 40},
    "exemplars": {"n_units": 20},
    "kmeans": {"n_units": 20},
    "kmeans-by-class": {"n_units": 20},
    "mlp-regressor": {"hidden_units": (20,), "epochs": 20, "learning_rate": 0.02},
    "snn-regressor": {"n_hidden": 40, "epochs": 20, "n_preferred": 12, "learning_rate": 0.03},
    "forest-regressor": {"n_trees": 20},
}
LONG = (
    "autoencoder", "diehl-cook", "direct-feedback-alignment", "e-prop-random", "feedback-alignment",
    "frozen-hidden", "hebb", "hebb-hidden", "hebb-supervised", "mlp-reward", "mlp-spiking", "node-perturbation",
    "node-perturbation-loss", "rstdp", "snn-gradient", "snn-hebb-hidden", "snn-node-perturbation-loss", "snn-regressor",
    "stdp", "stdp-supervised",
)  # fmt: skip
"""Learners with which every check of every suite would take minutes: some of theirs run among the slow tests."""
SIBLINGS = (
    "autoencoder", "direct-feedback-alignment", "e-prop-random", "feedback-alignment", "frozen-hidden",
    "hebb-hidden", "hebb-supervised", "mlp-spiking", "node-perturbation", "node-perturbation-loss",
    "snn-hebb-hidden", "snn-node-perturbation-loss", "snn-regressor",
)  # fmt: skip
"""Learners that share most of their code with one outside this list, so that a check of the shared part runs with that
one every time and with them among the slow tests."""
NAMES = tuple(entry.name for entry in open_registry().of_kind("learners") if entry.origin == "built-in")
REGRESSORS = tuple(name for name in NAMES if issubclass(learner_class(name), Regressor))
CLASSIFIERS = tuple(name for name in NAMES if name not in REGRESSORS)
UNCOUNTED = tuple(name for name in NAMES if name in ("neighbour-regressor", "forest-regressor"))
"""Learners whose work is an estimator's from elsewhere, which counts nothing."""


def quick(name: str, **changes: Any) -> Any:
    """Make a quick instance."""
    return learner_class(name)(**(QUICK.get(name, {}) | {"random_state": 7} | changes))


def with_slow(names: Iterable[str], slow: Iterable[str]) -> list[Any]:
    """Give names as parameters of a test, some of them marked slow."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in slow else []) for name in names]


def brief(name: str, **changes: Any) -> Any:
    """Make an instance that learns for two passes: enough where it does not matter how well."""
    passes = {"epochs": 2} if "epochs" in QUICK.get(name, {}) else {}
    return quick(name, **passes, **changes)
