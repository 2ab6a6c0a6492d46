"""Under which conditions an experiment is run: every combination of the levels of its factors, an experiment each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from pydantic import ValidationError

from neurosim.compare.experiment.messages import first_problem
from neurosim.compare.experiment.model import Experiment
from neurosim.errors import InputError, out_of_range, unknown_name

ONLY = "default"
"""Name of the condition of an experiment that has one."""
MOST = 1000
LONGEST = 80
"""A condition's name is a folder's; longer ones are numbered."""
VARIED = (
    "task", "target", "train_size", "presentations", "n_evaluations", "control_units", "learners",
    "control_parameters", "protocol",
)  # fmt: skip
"""Fields that may differ between conditions; the seeds are the same, so that conditions can be paired."""


@dataclass(frozen=True)
class Condition:
    """One combination of levels.

    Attributes
    ----------
    id : str
        Names its folder.
    factors : mapping of str to object
        Path to level.
    experiment : Experiment
        What is run under it; an experiment without conditions.
    """

    id: str
    factors: Mapping[str, Any]
    experiment: Experiment


def conditions_of(experiment: Experiment) -> tuple[Condition, ...]:
    """List all conditions of an experiment, the last factor changing fastest.

    Raises
    ------
    InputError
        If a path leads to no field that may vary, has no levels or one twice, or a level is not accepted there.
    """
    if not experiment.conditions:
        return (Condition(ONLY, {}, experiment.model_copy(update={"conditions": None})),)
    for path, levels in experiment.conditions.items():
        _check(experiment, path, levels)
    n = prod(map(len, experiment.conditions.values()))
    if n > MOST:
        raise InputError(f"conditions have {n} combinations of levels; accepted: {MOST} at most")
    fields = experiment.model_dump(mode="json", exclude_none=True, exclude={"conditions"})
    found: list[Condition] = []
    for number, levels in enumerate(product(*experiment.conditions.values())):
        factors = dict(zip(experiment.conditions, levels, strict=True))
        name = name_of(factors)
        taken = len(name) > LONGEST or name in {condition.id for condition in found}
        found.append(Condition(f"condition-{number}" if taken else name, factors, _under(fields, factors)))
    return tuple(found)


def name_of(factors: Mapping[str, Any]) -> str:
    """Write a condition short: the last part of each path, and its level."""
    written = (f"{path.rpartition('.')[2]}={in_words(level)}" for path, level in factors.items())
    return re.sub(r"[^\w.=,+-]", "-", ",".join(written))


def in_words(level: Any) -> str:
    """Write a level."""
    if isinstance(level, list | tuple):
        return "-".join(map(in_words, level))
    return str(level).lower() if isinstance(level, bool) else str(level)


def _check(experiment: Experiment, path: str, levels: Sequence[Any]) -> None:
    field, *below = path.split(".")
    if field not in VARIED:
        raise unknown_name("conditions: path", path, VARIED)
    if field == "learners":
        if len(below) < 2:
            raise out_of_range("conditions: path", path, "learners.LABEL.PARAMETER")
        if below[0] not in experiment.learners:
            raise unknown_name("conditions: learners", below[0], experiment.learners)
    if not levels:
        raise out_of_range(f"conditions.{path}", list(levels), "one level or more")
    if len({repr(level) for level in levels}) < len(levels):
        raise out_of_range(f"conditions.{path}", list(levels), "every level once")


def _under(fields: Mapping[str, Any], factors: Mapping[str, Any]) -> Experiment:
    changed = dict(fields)
    for path, level in factors.items():
        _put(changed, path, level)
    try:
        return Experiment(**changed)
    except ValidationError as error:
        raise InputError(f"conditions: {first_problem(error)}") from error


def _put(table: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path, copying the tables on the way, which other conditions share."""
    *parents, field = path.split(".")
    for parent in parents:
        table[parent] = dict(table.get(parent) or {})
        table = table[parent]
    table[field] = value
