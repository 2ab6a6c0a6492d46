"""From records to the summary that ``results.json`` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

from neurosim.compare.experiment.factors import Factors, compared, places
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.statistics.pairs import tested_pairs
from neurosim.compare.summary.effects import effects_of
from neurosim.compare.summary.learner_row import energy_constants, row_of, sensitivity
from neurosim.compare.words.effects import effects_in_words
from neurosim.compare.words.verdict import verdict
from neurosim.data import Record, Traits
from neurosim.tasks.splitting import N_FOLDS

SCHEMA = 3
CONTRASTS = ("raw-linear", "kmeans")
"""Controls that every learner is set against: does it do more than these?"""


def summarise(
    opened: OpenedExperiment,
    records: Mapping[str, Sequence[Record]],
    traits: Mapping[str, Traits],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Make the summary of a finished comparison.

    Parameters
    ----------
    opened : OpenedExperiment
        What was asked for, and its task.
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
    experiment, task = opened.experiment, opened.task
    # A fold's test part is a quarter as large as the other four folds; see student_interval.
    overlap = 1 / (N_FOLDS - 1) if task.load_fold else 0.0
    rows: dict[str, dict[str, Any]] = {}
    unavailable: dict[str, str] = {}
    for label, of_label in records.items():
        rows[label], missing = row_of(of_label, traits[label], overlap)
        group = "learners" if label in experiment.learners else "controls"
        unavailable |= {f"{group}.{label}.{name}": reason for name, reason in missing.items()}
    learners = {label: rows[label] for label in experiment.learners}
    controls = {label: row for label, row in rows.items() if label not in learners}
    found = _places(experiment, traits)
    effects, missing = _effects(found, records, learners, overlap)
    unavailable |= missing
    pairs = combinations(learners, 2) if found is None else compared(list(learners), found)
    contrasts = [
        (label, name)
        for label in learners
        for name in CONTRASTS
        if name in controls and not _same(records[label], records[name])
    ]
    condition: dict[str, Any] = {
        "id": "default",
        "factors": {},
        "task": experiment.task_title,
        "metric": {"name": "accuracy", "higher_is_better": True},
        "chance": task.chance,
        "best_possible": task.best_possible,
        "resampling": "repeated folds" if overlap else "one test part",
        "learners": learners,
        "paired": tested_pairs(pairs, records, overlap),
        "against_controls": tested_pairs(contrasts, records, overlap),
        "controls": controls,
        "effects": effects,
        "break_even": sensitivity(records, traits, learners),
        "unavailable": unavailable,
    }
    condition["verdict"] = verdict(condition | {"n_seeds": experiment.n_seeds})
    top = {key: value for key, value in condition.items() if key not in ("id", "factors")}
    return {
        "schema": SCHEMA,
        "name": experiment.name,
        "claim": experiment.claim,
        "n_seeds": experiment.n_seeds,
        "quick": experiment.quick,
        "factors": {},
        **top,
        "energy_tables": energy_constants(),
        "conditions": [condition],
        "provenance": dict(provenance),
    }


def _same(of_learner: Sequence[Record], of_control: Sequence[Record]) -> bool:
    """Say whether a learner is the control itself under another label: nothing is set against itself."""
    kinds_and_settings = [(records[0].kind, records[0].settings) for records in (of_learner, of_control)]
    return kinds_and_settings[0] == kinds_and_settings[1]


def _places(experiment: Experiment, traits: Mapping[str, Traits]) -> dict[str, Factors] | None:
    """Give the learners' places in the table of factors, if the experiment asks for it."""
    if experiment.factors is None:
        return None
    return places(experiment.factors, {label: traits[label] for label in experiment.learners})


def _effects(
    found: Mapping[str, Factors] | None,
    records: Mapping[str, Sequence[Record]],
    learners: Mapping[str, Any],
    overlap: float,
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Give the effects of the factors that the experiment names, or None and why."""
    if found is None:
        return None, {"effects": "the experiment places no learners in the table of factors"}
    rows, missing = effects_of(found, records, overlap)
    effects: dict[str, Any] = {"places": {label: asdict(place) for label, place in found.items()}, "rows": rows}
    effects["words"] = effects_in_words(effects, learners)
    return effects, {f"effects.rows.{path}": reason for path, reason in missing.items()}
