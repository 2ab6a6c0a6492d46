"""From records to the summary that ``results.json`` holds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np

from neurosim.compare.experiment import Experiment
from neurosim.compare.statistics import Interval, holm, sign_flip_test, smallest_p, student_interval
from neurosim.data import EventCounts, Record, Traits
from neurosim.tasks.base import Task
from neurosim.tasks.splitting import N_FOLDS

SCHEMA = 1
CONTRASTS = ("raw-linear", "kmeans")
"""Controls that every learner is set against: does it do more than these?"""
FOLDS_UNTESTED = {"paired.p_value": "folds of one table overlap, so their differences are not independent"}


def summarise(
    experiment: Experiment,
    task: Task,
    records: Mapping[str, Sequence[Record]],
    traits: Mapping[str, Traits],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Make the summary of a finished comparison.

    Parameters
    ----------
    experiment : Experiment
        What was asked for.
    task : Task
        What was learned.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    traits : mapping of str to Traits
        Label to what the learner is.
    provenance : mapping
        Versions, host, times.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    # A fold's test part is a quarter as large as the other four folds; see student_interval.
    overlap = 1 / (N_FOLDS - 1) if task.load_fold else 0.0
    rows = {label: _row(of_label, traits[label], overlap) for label, of_label in records.items()}
    learners = {label: rows[label] for label in experiment.learners}
    condition = {
        "id": "default",
        "factors": {},
        "task": experiment.task,
        "metric": {"name": "accuracy", "higher_is_better": True},
        "chance": task.chance,
        "best_possible": task.best_possible,
        "learners": learners,
        "paired": _tested(combinations(experiment.learners, 2), records, overlap),
        "against_controls": _tested(
            [(label, name) for label in experiment.learners for name in CONTRASTS if name in records], records, overlap
        ),
        "controls": {label: row for label, row in rows.items() if label not in learners},
        "unavailable": _unavailable(records, learners) | (FOLDS_UNTESTED if overlap else {}),
    }
    top = {key: value for key, value in condition.items() if key not in ("id", "factors")}
    return {
        "schema": SCHEMA,
        "name": experiment.name,
        "claim": experiment.claim,
        "n_seeds": experiment.n_seeds,
        "factors": {},
        **top,
        "conditions": [condition],
        "provenance": dict(provenance),
    }


def _row(records: Sequence[Record], traits: Traits, overlap: float) -> dict[str, Any]:
    first = records[0]
    return {
        "kind": first.kind,
        "test": _figure([record.test for record in records], overlap),
        "validation": _figure([record.validation for record in records], overlap),
        "train": _figure([record.train for record in records], overlap),
        "traits": asdict(traits),
        "n_units": first.n_units,
        "n_parameters": first.n_parameters,
        "spikes_per_sample": _spikes_per_sample(records),
        "costs": {
            phase: _mean_counts([getattr(record.costs, phase) for record in records])
            for phase in ("learning", "inference", "readout")
        },
        "curve": [asdict(point) for point in first.curve],
        "wall_s": {key: float(np.mean([r.wall_s[key] for r in records])) for key in sorted(first.wall_s)},
    }


def _figure(values: Sequence[float], overlap: float) -> dict[str, Any]:
    return _interval(student_interval(values, test_to_train=overlap)) | {"per_seed": list(values)}


def _interval(interval: Interval) -> dict[str, Any]:
    ends = None if interval.low is None else [interval.low, interval.high]
    return {"mean": interval.mean, "ci95": ends}


def _mean_counts(counts: Sequence[EventCounts]) -> dict[str, float]:
    return {name: float(np.mean([asdict(c)[name] for c in counts])) for name in asdict(counts[0])}


def _spikes_per_sample(records: Sequence[Record]) -> float | None:
    if any("spikes_per_sample" in record.unavailable for record in records):
        return None
    return float(np.mean([r.costs.inference.spikes / max(r.costs.inference.presentations, 1) for r in records]))


def _tested(
    names: Iterable[tuple[str, str]], records: Mapping[str, Sequence[Record]], overlap: float
) -> list[dict[str, Any]]:
    pairs = [_pair(a, b, records[a], records[b], overlap) for a, b in names]
    if overlap:
        return pairs
    for pair, adjusted in zip(pairs, holm([pair["p_value"] for pair in pairs]), strict=True):
        pair["p_holm"] = adjusted
    return pairs


def _pair(a: str, b: str, of_a: Sequence[Record], of_b: Sequence[Record], overlap: float) -> dict[str, Any]:
    differences = np.array([x.test - y.test for x, y in zip(of_a, of_b, strict=True)])
    errors = [1 - float(np.mean([record.test for record in records])) for records in (of_a, of_b)]
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    return {
        "a": a,
        "b": b,
        "difference": _interval(student_interval(differences, test_to_train=overlap)),
        "error_ratio": errors[0] / errors[1] if errors[1] else None,
        "p_value": None if overlap else sign_flip_test(differences),
        "smallest_p": None if overlap else smallest_p(len(differences)),
        "p_holm": None,
        "effect_size": float(differences.mean()) / spread if spread else None,
    }


def _unavailable(records: Mapping[str, Sequence[Record]], learners: Container[str]) -> dict[str, str]:
    return {
        f"{'learners' if label in learners else 'controls'}.{label}.{name}": reason
        for label, of_label in records.items()
        for name, reason in of_label[0].unavailable.items()
    }
