"""Rules and neuron models as plain data and back, for files without pickle: text, units, numbers, no closed forms."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from neurosim.snn.models import NeuronModel, Reference, Rule
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


def neuron_to_plain(model: NeuronModel) -> dict[str, Any]:
    """Turn a neuron model into what JSON can hold.

    Raises
    ------
    TypeError
        If a start value is drawn at random.
    """
    if not all(isinstance(value, Quantity) for value in model.initial.values()):
        raise TypeError(f"neuron {model.name!r} draws start values")
    plain = {field.name: getattr(model, field.name) for field in fields(model) if field.name != "rate"}
    quantities = {field: {k: list(v) for k, v in plain[field].items()} for field in ("parameters", "initial")}
    texts = {field: dict(plain[field]) for field in ("receives", "receives_units")}
    step = None if model.largest_step is None else list(model.largest_step)
    return plain | quantities | texts | {"largest_step": step, "reference": asdict(model.reference)}


def neuron_from_plain(plain: dict[str, Any]) -> NeuronModel:
    """Make a neuron model of what :func:`neuron_to_plain` gave."""
    quantities = {field: {k: Quantity(*v) for k, v in plain[field].items()} for field in ("parameters", "initial")}
    step = None if plain["largest_step"] is None else Quantity(*plain["largest_step"])
    return NeuronModel(**plain | quantities | {"largest_step": step, "reference": Reference(**plain["reference"])})
