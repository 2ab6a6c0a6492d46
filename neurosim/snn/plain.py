"""A rule as plain data and back, for files without pickle: text, units and numbers, not its closed forms."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from neurosim.snn.models import Reference, Rule
from neurosim.snn.units import Quantity


def rule_to_plain(rule: Rule) -> dict[str, Any]:
    """Turn a rule into what JSON can hold.

    Raises
    ------
    TypeError
        If a start value is drawn at random.
    """
    if not all(isinstance(value, Quantity) for value in rule.initial.values()):
        raise TypeError(f"rule {rule.name!r} draws start values")
    quantities = {field: {k: list(v) for k, v in getattr(rule, field).items()} for field in ("parameters", "initial")}
    return asdict(replace(rule, window=None, fixed_point=None)) | quantities


def rule_from_plain(plain: dict[str, Any]) -> Rule:
    """Make a rule of what :func:`rule_to_plain` gave."""
    quantities = {field: {k: Quantity(*v) for k, v in plain[field].items()} for field in ("parameters", "initial")}
    lists = {field: tuple(plain[field]) for field in ("signals", "needs")}
    return Rule(**plain | quantities | lists | {"reference": Reference(**plain["reference"])})
