"""Contrasts between conditions: how much what is tested changes over a factor's levels, and for whom it changes more.

Every contrast is one weighted sum of (condition, learner) cells, paired by seed, averaged over the levels of the other
factors. Conditions of different tasks, or judged by different measures, are not set against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from neurosim.compare.experiment.opening import OpenedCondition, OpenedExperiment
from neurosim.compare.statistics.contrasts import contrast
from neurosim.compare.statistics.measured import Measured, measured
from neurosim.compare.statistics.pairs import tested, with_holm
from neurosim.data import Record

Cell = tuple[str, str]
"""A condition's name and a learner's label."""
SETS_APART = ("task", "target", "protocol")
"""Fields that may decide what is judged, so that their levels are told apart rather than set against each other."""
TENFOLD = 10.0
"""Positive levels that span at least this factor are taken by their logarithm."""
NUMERIC_LEVELS = 3
"""From so many numeric levels on there is a slope."""


@dataclass(frozen=True)
class Change:
    """One way in which a factor changes: a weight a level, summing to zero.

    Attributes
    ----------
    kind : {"difference", "slope"}
        From one level to another, or a straight line through all of them.
    weights : tuple of float
        One a level, in their order.
    start, end : object
        The two levels; of a slope the first and the last.
    per : str
        What a slope is given for: ``"1"`` or ``"tenfold"``; empty for a difference.
    """

    kind: str
    weights: tuple[float, ...]
    start: Any
    end: Any
    per: str = ""


def contrasts_between(
    opened: OpenedExperiment, records: Mapping[str, Mapping[str, Sequence[Record]]]
) -> list[dict[str, Any]]:
    """Compute all contrasts between conditions.

    Parameters
    ----------
    opened : OpenedExperiment
        With its conditions.
    records : mapping of str to mapping of str to sequence of Record
        By condition and label: records, one a seed, in the order of seeds.

    Returns
    -------
    list of dict
        As in ``results.json``; first what changes for one learner, then how differently it changes for two. Each of
        the two is one family of Holm's correction.
    """
    of_one: list[dict[str, Any]] = []
    of_two: list[dict[str, Any]] = []
    for stratum in strata_of(opened.conditions):
        found = _measured(stratum, records)
        for path, levels in (opened.experiment.conditions or {}).items():
            labels, there = _labels(path, stratum, found), _there(path, levels, stratum)
            for change in changes_of(there):
                at_levels = [[one.id for one in stratum if one.factors[path] == level] for level in there]
                for chosen in [*((label,) for label in labels), *combinations(labels, 2)]:
                    weights = _weights(change, at_levels, chosen)
                    figure = _contrast(weights, found, stratum) | {"factor": path, "at": _apart(stratum)}
                    (of_one if len(chosen) == 1 else of_two).append(_told(change, chosen) | figure)
    return [*with_holm(of_one), *with_holm(of_two)]


def changes_of(levels: Sequence[Any]) -> Iterator[Change]:
    """Give the changes to look at of a factor with these levels, in their order.

    Of numbers the change from the first to the last, and from three on the slope of a least-squares line, per tenfold
    where they are positive and span a factor of ten; of anything else the change from the first to each other.
    """
    if len(levels) < 2:
        return
    numeric = all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels)
    for end in (len(levels) - 1,) if numeric else range(1, len(levels)):
        weights = [0.0] * len(levels)
        weights[0], weights[end] = -1.0, 1.0
        yield Change("difference", tuple(weights), levels[0], levels[end])
    if numeric and len(levels) >= NUMERIC_LEVELS:
        x = np.array(levels, dtype=float)
        tenfold = bool(x.min() > 0 and x.max() / x.min() >= TENFOLD)
        x = np.log10(x) if tenfold else x
        centred = x - x.mean()
        slope = tuple(float(weight) for weight in centred / (centred @ centred))
        yield Change("slope", slope, levels[0], levels[-1], "tenfold" if tenfold else "1")


def strata_of(conditions: Sequence[OpenedCondition]) -> list[list[OpenedCondition]]:
    """Group the conditions that can be set against each other: of one task, judged by one measure."""
    groups: dict[tuple[Any, ...], list[OpenedCondition]] = {}
    for one in conditions:
        key = (one.experiment.task, one.experiment.target, one.measures[0].name, one.resampling.kind)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _there(path: str, levels: Sequence[Any], stratum: Sequence[OpenedCondition]) -> list[Any]:
    """Give the levels of a factor that occur in a stratum, in their order."""
    return [level for level in levels if any(one.factors[path] == level for one in stratum)]


def _measured(
    stratum: Sequence[OpenedCondition], records: Mapping[str, Mapping[str, Sequence[Record]]]
) -> dict[Cell, Measured]:
    """Give what is tested of every condition and learner, where all seeds have it."""
    found = {
        (one.id, label): measured(
            records[one.id][label], one.measures[0].name, one.resampling, groups=one.test_groups()
        )
        for one in stratum
        for label in one.experiment.learners
    }
    return {cell: values for cell, values in found.items() if values is not None}


def _labels(path: str, stratum: Sequence[OpenedCondition], found: Mapping[Cell, Measured]) -> list[str]:
    """Name the learners that a factor can change and that have values under every condition."""
    field, _, below = path.partition(".")
    if field.startswith("control"):
        return []
    labels = [below.partition(".")[0]] if field == "learners" else list(stratum[0].experiment.learners)
    return [label for label in labels if all((one.id, label) in found for one in stratum)]


def _weights(change: Change, at_levels: Sequence[Sequence[str]], labels: Sequence[str]) -> dict[Cell, float]:
    """Share a level's weight among its conditions; of two learners the second is taken away."""
    return {
        (condition, label): sign * weight / len(conditions)
        for weight, conditions in zip(change.weights, at_levels, strict=True)
        for condition in conditions
        for sign, label in zip((1, -1), labels, strict=False)
        if weight
    }


def _contrast(
    weights: Mapping[Cell, float], found: Mapping[Cell, Measured], stratum: Sequence[OpenedCondition]
) -> dict[str, Any]:
    first = stratum[0]
    figure, unavailable = contrast(weights, found, first.resampling)
    test = tested(np.array(figure["per_seed"]), first.resampling, first.experiment.margin)
    return {"condition": first.id, "change": figure, "unavailable": unavailable, **test}


def _told(change: Change, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "from": _plain(change.start),
        "to": _plain(change.end),
        "per": change.per,
        "a": labels[0],
        "b": labels[1] if len(labels) > 1 else None,
    }


def _apart(stratum: Sequence[OpenedCondition]) -> dict[str, Any]:
    """Give the factors, with their level, that no other level of stands in the stratum."""
    first = stratum[0].factors
    return {
        path: _plain(level)
        for path, level in first.items()
        if path.partition(".")[0] in SETS_APART and all(one.factors[path] == level for one in stratum)
    }


def _plain(level: Any) -> Any:
    return list(level) if isinstance(level, tuple) else level
