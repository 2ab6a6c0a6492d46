"""One condition of a comparison: rows, differences, effects and the verdict, as plain values."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from neurosim.compare.experiment.design import DesignPlace, compared, places
from neurosim.compare.experiment.model import WHERE_LABELS_TEACH, Experiment
from neurosim.compare.experiment.opening import OpenedCondition
from neurosim.compare.statistics.measured import Measured, measured
from neurosim.compare.statistics.pairs import tested_pairs
from neurosim.compare.summary.effects import effects_of, scales_in_words
from neurosim.compare.summary.energy import sensitivity
from neurosim.compare.summary.judged import chance_of, judged_by
from neurosim.compare.summary.learner_row import row_of
from neurosim.compare.summary.test_part import tested_on
from neurosim.compare.words.answer import answer
from neurosim.compare.words.effects import effects_in_words
from neurosim.compare.words.expected import expectations_met
from neurosim.compare.words.verdict import verdict
from neurosim.data import Classes, Reals, Record, Resampling, Traits
from neurosim.metrics.measure import Measure, Wording

Records = Mapping[str, Sequence[Record]]
CONTRASTS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Classes: ("raw-linear", "kmeans", "nearest-neighbour", "svm"),
        Reals: ("linear-regressor", "forest-regressor"),
    }
)
"""Controls that every learner is set against, by what the task asks for: does it do more than these?"""


def condition_of(opened: OpenedCondition, records: Records, traits: Mapping[str, Traits]) -> dict[str, Any]:
    """Sum up what was measured under one condition.

    Parameters
    ----------
    opened : OpenedCondition
        What was asked for, its task and its protocol.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    traits : mapping of str to Traits
        Label to what the learner is.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    experiment, task, resampling = opened.experiment, opened.task, opened.resampling
    measures = opened.measures
    tested = measures[0]
    judged, unjudged = judged_by(measures, records)
    groups, margin = opened.test_groups(), experiment.margin
    rows, unavailable = _rows(records, traits, measures, experiment.learners, resampling, groups)
    learners = {label: rows[label] for label in experiment.learners}
    controls = {label: row for label, row in rows.items() if label not in learners}
    found = _places(experiment, traits)
    effects, missing = _effects(found, records, learners, tested.wording, resampling, groups, margin)
    pairs = combinations(learners, 2) if found is None else compared(list(learners), found)
    contrasts = _contrasts(CONTRASTS[type(task.signature.target)], learners, controls, records, traits)
    values: dict[str, Measured | None] = {
        label: measured(records[label], tested.name, resampling, groups=groups) for label in rows
    }
    condition: dict[str, Any] = {
        "id": opened.id,
        "factors": {path: list(v) if isinstance(v, tuple) else v for path, v in opened.factors.items()},
        "task": experiment.task_title,
        "protocol": experiment.protocol.model_dump(mode="json"),
        "tested": tested.name,
        "measures": judged,
        "chance": chance_of(next(iter(records.values())), tested.name),
        "best_possible": task.best_possible if tested.name == task.measures[0] else None,
        "resampling": resampling.kind,
        "overlap": resampling.overlap,
        "is_sample": not resampling.exhaustive,
        **tested_on(opened, records),
        "learners": learners,
        "paired": tested_pairs(pairs, values, tested, resampling, margin),
        "against_controls": tested_pairs(contrasts, values, tested, resampling, margin),
        "controls": controls,
        "effects": effects,
        "break_even": sensitivity(records, traits, learners),
        "unavailable": unavailable | unjudged | missing,
    }
    expected = [one for one in experiment.expected if one.belongs_to(opened.factors)]
    wanted = [(one.learner or "", one.other) for one in expected if one.other is not None]
    condition["expected"] = expectations_met(
        expected,
        rows,
        tested_pairs(wanted, values, tested, resampling, margin),
        effects,
        tested.wording,
        experiment.quick,
    )
    told = condition | {"n_seeds": experiment.n_seeds, "quick": experiment.quick, "claim": experiment.claim}
    condition["verdict"] = verdict(told)
    condition["answer"] = answer(told)
    return condition


def _rows(
    records: Records,
    traits: Mapping[str, Traits],
    measures: Sequence[Measure],
    learners: Container[str],
    resampling: Resampling,
    groups: NDArray[Any] | None,
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Give the row of every label, and the reasons for what is None by path."""
    rows: dict[str, dict[str, Any]] = {}
    unavailable: dict[str, str] = {}
    for label, of_label in records.items():
        rows[label], missing = row_of(of_label, traits[label], measures, resampling, groups)
        group = "learners" if label in learners else "controls"
        unavailable |= {f"{group}.{label}.{name}": reason for name, reason in missing.items()}
    return rows, unavailable


def _contrasts(
    main: Iterable[str],
    learners: Iterable[str],
    controls: Container[str],
    records: Records,
    traits: Mapping[str, Traits],
) -> list[tuple[str, str]]:
    """Name the pairs of a learner and a main control; none of them is one learner under two labels.

    For a learner that is told labels while it learns, k-means that is told them too stands in for k-means that is not.
    """

    def as_told(name: str, label: str) -> str:
        taught = name == "kmeans" and traits[label].locality.labels == "while learning"
        return WHERE_LABELS_TEACH if taught and WHERE_LABELS_TEACH in controls else name

    return [
        (label, name)
        for label in learners
        for name in (as_told(name, label) for name in main)
        if name in controls and not _same(records[label], records[name])
    ]


def _same(of_learner: Sequence[Record], of_control: Sequence[Record]) -> bool:
    """Say whether a learner is the control itself: of the same kind, with the same parameters."""
    learner, control = of_learner[0], of_control[0]
    return (learner.kind, learner.settings) == (control.kind, control.settings)


def _places(experiment: Experiment, traits: Mapping[str, Traits]) -> dict[str, DesignPlace] | None:
    """Give the learners' places in the design, if the experiment asks for it."""
    if experiment.design is None:
        return None
    return places(experiment.design, {label: traits[label] for label in experiment.learners})


def _effects(
    found: Mapping[str, DesignPlace] | None,
    records: Records,
    learners: Mapping[str, Any],
    tested: Wording,
    resampling: Resampling,
    groups: NDArray[Any] | None,
    margin: float,
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Give the effects of unit and rule, or None and why."""
    if found is None:
        return None, {"effects": "the experiment places no learners in a design"}
    rows, missing = effects_of(found, records, tested, resampling, groups, margin)
    effects: dict[str, Any] = {
        "places": {label: asdict(place) for label, place in found.items()},
        "scales": scales_in_words(tested),
        "rows": rows,
    }
    effects["words"] = effects_in_words(effects, learners)
    return effects, {f"effects.rows.{path}": reason for path, reason in missing.items()}
