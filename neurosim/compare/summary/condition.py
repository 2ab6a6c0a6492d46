"""One condition of a comparison: rows, differences, effects and the verdict, as plain values."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

from neurosim.compare.experiment.factors import Factors, compared, places
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.statistics.pairs import tested_pairs
from neurosim.compare.summary.effects import effects_of
from neurosim.compare.summary.energy import sensitivity
from neurosim.compare.summary.judged import chance_of, judged_by
from neurosim.compare.summary.learner_row import row_of
from neurosim.compare.words.effects import effects_in_words
from neurosim.compare.words.verdict import verdict
from neurosim.data import Record, Resampling, Traits
from neurosim.metrics.measure import Measure, measures_of

Records = Mapping[str, Sequence[Record]]
CONTRASTS = ("raw-linear", "kmeans")
"""Controls that every learner is set against: does it do more than these?"""


def condition_of(opened: OpenedExperiment, records: Records, traits: Mapping[str, Traits]) -> dict[str, Any]:
    """Sum up what was measured under one condition.

    Parameters
    ----------
    opened : OpenedExperiment
        What was asked for, and its task.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    traits : mapping of str to Traits
        Label to what the learner is.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    experiment, task = opened.experiment, opened.task
    resampling = task.resampling(experiment.train_size)
    measures = measures_of(task.measures, task.signature, opened.registry)
    judged, unjudged = judged_by(measures, records)
    rows, unavailable = _rows(records, traits, measures, experiment.learners, resampling)
    learners = {label: rows[label] for label in experiment.learners}
    controls = {label: row for label, row in rows.items() if label not in learners}
    found = _places(experiment, traits)
    effects, missing = _effects(found, records, learners, resampling)
    pairs = combinations(learners, 2) if found is None else compared(list(learners), found)
    contrasts = _contrasts(learners, controls, records)
    condition: dict[str, Any] = {
        "id": "default",
        "factors": {},
        "task": experiment.task_title,
        "metric": asdict(measures[0].wording),
        "measures": judged,
        "chance": chance_of(next(iter(records.values())), measures[0].name),
        "best_possible": task.best_possible,
        "resampling": resampling.kind,
        "learners": learners,
        "paired": tested_pairs(pairs, records, resampling),
        "against_controls": tested_pairs(contrasts, records, resampling),
        "controls": controls,
        "effects": effects,
        "break_even": sensitivity(records, traits, learners),
        "unavailable": unavailable | unjudged | missing,
    }
    condition["verdict"] = verdict(condition | {"n_seeds": experiment.n_seeds})
    return condition


def _rows(
    records: Records,
    traits: Mapping[str, Traits],
    measures: Sequence[Measure],
    learners: Container[str],
    resampling: Resampling,
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Give the row of every label, and the reasons for what is None by path."""
    rows: dict[str, dict[str, Any]] = {}
    unavailable: dict[str, str] = {}
    for label, of_label in records.items():
        rows[label], missing = row_of(of_label, traits[label], measures, resampling)
        group = "learners" if label in learners else "controls"
        unavailable |= {f"{group}.{label}.{name}": reason for name, reason in missing.items()}
    return rows, unavailable


def _contrasts(learners: Iterable[str], controls: Container[str], records: Records) -> list[tuple[str, str]]:
    """Name the pairs of a learner and a main control; none of them is one learner under two labels."""
    return [
        (label, name)
        for label in learners
        for name in CONTRASTS
        if name in controls and not _same(records[label], records[name])
    ]


def _same(of_learner: Sequence[Record], of_control: Sequence[Record]) -> bool:
    """Say whether a learner is the control itself: of the same kind, with the same parameters."""
    learner, control = of_learner[0], of_control[0]
    return (learner.kind, learner.settings) == (control.kind, control.settings)


def _places(experiment: Experiment, traits: Mapping[str, Traits]) -> dict[str, Factors] | None:
    """Give the learners' places in the table of factors, if the experiment asks for it."""
    if experiment.factors is None:
        return None
    return places(experiment.factors, {label: traits[label] for label in experiment.learners})


def _effects(
    found: Mapping[str, Factors] | None,
    records: Records,
    learners: Mapping[str, Any],
    resampling: Resampling,
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Give the effects of the factors that the experiment names, or None and why."""
    if found is None:
        return None, {"effects": "the experiment places no learners in the table of factors"}
    rows, missing = effects_of(found, records, resampling)
    effects: dict[str, Any] = {"places": {label: asdict(place) for label, place in found.items()}, "rows": rows}
    effects["words"] = effects_in_words(effects, learners)
    return effects, {f"effects.rows.{path}": reason for path, reason in missing.items()}
