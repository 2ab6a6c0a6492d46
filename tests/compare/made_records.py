"""Records and summaries made up for tests: every accuracy, answer and event is chosen by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.conditions import ONLY
from neurosim.compare.experiment.model import Experiment, LearnerSettings
from neurosim.compare.experiment.opening import open_experiment
from neurosim.compare.summary.comparison import summarise, views_of
from neurosim.data import Costs, CurvePoint, EventCounts, Labels, Locality, Record, Traits

near = pytest.approx
"""Equal but for rounding."""
SIZES = {"rate": (100, 2, 7400), "spike": (100, 1, 6400), "none": (100, 1, 6400)}


def traits(unit: str, labels: Labels = "while learning", rule: str = "a rule", role: str = "learner") -> Traits:
    """Give the traits of a learner with this unit."""
    locality = Locality(True, True, labels, "1", False, False)
    return Traits(unit, rule, "label", locality, role)  # type: ignore[arg-type]


RATE = traits("rate", rule="backpropagation")
SPIKE = traits("spike", "for read-out", "competition")
CONTROLS = {
    "raw-linear": traits("rate", rule="logistic regression", role="control"),
    "kmeans": traits("none", "for read-out", "k-means", role="control"),
}


def events(unit: str, n: int) -> EventCounts:
    """Give raw events of ``n`` decisions: 7,400 connections a decision, or 1,000 steps of them with 50 spikes in."""
    if unit == "spike":
        each = {"connections": 7_400_000, "active_connections": 5000, "spike_deliveries": 5000, "state_updates": 9000,
                "input_spikes": 48, "spikes": 2}  # fmt: skip
        return EventCounts(presentations=n, **{name: number * n for name, number in each.items()})
    return EventCounts(presentations=n, connections=7400 * n, active_connections=2500 * n, state_updates=110 * n)


def record(label: str, seed: int, test: float, of: Traits, **changes: Any) -> Record:
    """Make one record; ``values`` are those of further measures."""
    n_units, n_layers, n_parameters = SIZES[of.unit]
    counts = events(of.unit, 10)
    fields: dict[str, Any] = {
        "label": label,
        "kind": label,
        "seed": seed,
        "n_units": n_units,
        "n_layers": n_layers,
        "n_parameters": n_parameters,
        "costs": Costs(events(of.unit, 40), counts, EventCounts()),
        "curve": (CurvePoint(20, test - 0.1, 100 + seed), CurvePoint(40, test, 200 + seed)),
        "settings": {},
        "unavailable": {}
        if of.unit == "spike"
        else dict.fromkeys(("spikes_per_sample", "silent_samples"), "no spikes"),
        "wall_s": {"learning": 1.0, "scoring": 0.5},
        "silent_samples": 0.0 if of.unit == "spike" else None,
        "units_in_use": 0.9,
        "connection_sparsity": 0.25,
    }
    accuracy = {"test": test, "validation": test, "train": min(test + 0.05, 1.0), "chance": 0.1}
    return Record(**(fields | changes | {"values": {"accuracy": accuracy} | changes.get("values", {})}))


def records(label: str, accuracies: Sequence[float], of: Traits, **changes: Any) -> list[Record]:
    """Make one record a seed."""
    return [record(label, seed, test, of, **changes) for seed, test in enumerate(accuracies)]


def answers(shares: Sequence[float], n_items: int, first: int = 0) -> list[dict[str, Any]]:
    """Make right and wrong answers for these accuracies; the wrong ones are consecutive items from ``first`` on."""
    made = []
    for share in shares:
        right = np.ones(n_items, bool)
        right[(first + np.arange(round((1 - share) * n_items))) % n_items] = False
        activity = {"unit_activity": np.array([0.5, 0.0, 0.25, 0.05], np.float32)}
        made.append({"items": {"accuracy": right}, "arrays": activity})
    return made


def summary_of(
    learners: Mapping[str, tuple[Sequence[float], Traits]],
    controls: Mapping[str, Sequence[float]] | None = None,
    task: str = "digits",
    n_items: int | None = None,
    asked: Mapping[str, Any] = MappingProxyType({}),
    **changes: Any,
) -> dict[str, Any]:
    """Summarise made-up accuracies of learners and controls; gives the only condition beside what is shared.

    ``asked`` are further fields of the experiment, ``changes`` those of all records.
    """
    n_seeds = len(next(iter(learners.values()))[0])
    kinds = {label: LearnerSettings(kind="mlp") for label in learners}
    experiment = Experiment(task=task, n_seeds=n_seeds, learners=kinds, **asked)
    of = {label: t for label, (_, t) in learners.items()} | {k: CONTROLS[k] for k in controls or {}}
    accuracies = {label: a for label, (a, _) in learners.items()} | dict(controls or {})
    made = {label: records(label, values, of[label], **changes) for label, values in accuracies.items()}
    if n_items:
        made = {
            label: [replace(r, **a) for r, a in zip(rows, answers(accuracies[label], n_items, 3 * k), strict=True)]
            for k, (label, rows) in enumerate(made.items())
        }
    return view_of(experiment, made, of)


def view_of(experiment: Experiment, made: Mapping[str, Sequence[Record]], of: Mapping[str, Traits]) -> dict[str, Any]:
    """Summarise records of an experiment with one condition; gives it beside what is shared."""
    (view,) = views_of(summarise(open_experiment(experiment), {ONLY: made}, {ONLY: of}, {"versions": {}}))
    return view
