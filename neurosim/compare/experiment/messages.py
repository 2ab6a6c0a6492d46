"""What pydantic finds wrong with an experiment, in our words: the field, its value, and what would be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from neurosim.compare.experiment.design import DesignSettings
from neurosim.compare.experiment.model import Experiment

_ACCEPTED = {
    "string_type": "text",
    "string_pattern_mismatch": "letters, digits, dots, - and _",
    "bool_type": "true or false",
    "dict_type": "a table of labels and settings",
    "model_type": "a table of settings",
    "model_attributes_type": "a table of settings",
    "tuple_type": "a list",
    "too_short": "at least one learner",
}
_NUMBERS = (
    "int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "finite_number", "greater_than_equal",
    "less_than_equal", "less_than",
)  # fmt: skip


def first_problem(error: ValidationError) -> str:
    """Say in one line what is wrong first."""
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    known = Experiment.model_fields.get(str(problem["loc"][0])) if problem["loc"] else None
    if problem["type"] == "missing":
        return f"{field} is missing; accepted: {known.description if known else 'a value'}"
    if problem["type"] == "literal_error":
        return f"{field} is {problem.get('input')!r}; accepted: {problem['ctx']['expected']}"
    if problem["type"] == "extra_forbidden" and problem["loc"][0] == "design":
        return f"{field} is unknown; accepted: {', '.join(DesignSettings.model_fields)}"
    message = problem["msg"][0].lower() + problem["msg"][1:]
    accepted = _range(known) if problem["type"] in _NUMBERS and known else _ACCEPTED.get(problem["type"])
    return f"{field or 'experiment'} is {problem.get('input')!r}; {f'accepted: {accepted}' if accepted else message}"


def _range(field: FieldInfo) -> str:
    bounds: Sequence[Any] = field.metadata
    what = "a number" if "float" in str(field.annotation) else "a whole number"
    low = next((bound.ge for bound in bounds if hasattr(bound, "ge")), None)
    high = next((bound.le for bound in bounds if hasattr(bound, "le")), None)
    high = next((bound.lt - 1 for bound in bounds if hasattr(bound, "lt")), high)
    if low is None:
        return what
    return f"{what}, {low} or more" if high is None else f"{what} from {low} to {high}"
