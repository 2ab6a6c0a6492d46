"""Which plasticity rules a competition can learn by, and what of them starts anew with each presentation."""

from __future__ import annotations

from dataclasses import replace

from neurosim.errors import InputError, out_of_range
from neurosim.registry import load_registered
from neurosim.snn.checking import check_rule
from neurosim.snn.models import Rule
from neurosim.snn.naming import declared_names
from neurosim.snn.units import Quantity

TRANSMISSION_SCALE, TRACE_SCALE = "transmission_scale", "trace_scale"


def find_rule(rule: str | Rule) -> Rule:
    """Find a rule by its registered name, and check that a competition can learn by it.

    Parameters
    ----------
    rule : str or Rule
        A registered name, or the rule itself.

    Returns
    -------
    Rule

    Raises
    ------
    InputError
        If the name is unknown, the rule's texts cannot be read, or the rule needs what a competition does not supply:
        a reward, a teacher, another unit of weight, a step that nobody can set.
    """
    found = load_registered("rules", rule) if isinstance(rule, str) else rule
    if not isinstance(found, Rule):
        raise out_of_range("rule", rule, "the name of a registered rule, or a neurosim.snn.Rule")
    try:
        check_rule(found)
    except ValueError as error:
        raise InputError(str(error)) from error
    step = found.parameters.get("learning_rate")
    lacking = {
        "changes transmission, not weights": found.modifies != "weight",
        f"needs {' and '.join(found.needs or found.signals)} from outside": bool(found.needs or found.signals),
        "learns on demand, not at spikes": bool(found.on_demand),
        f"counts weights in {found.weight_unit}": found.weight_unit != "1",
        "transmits something else than w": found.transmitted != "w",
        "has no parameter learning_rate that is a pure number": step is None or step.unit != "1",
    }
    for reason, holds in lacking.items():
        if holds:
            raise InputError(
                f"rule {found.name!r} {reason}; accepted: a rule that changes w (a pure number) at spikes by steps "
                "in proportion to its parameter learning_rate, for example competitive"
            )
    return found


def scaled(rule: Rule) -> Rule:
    """Let a spike transmit ``w*transmission_scale``, so that a presentation's gain changes no response."""
    if TRANSMISSION_SCALE in rule.parameters:
        return rule
    parameters = {**rule.parameters, TRANSMISSION_SCALE: Quantity(1.0)}
    return replace(rule, transmitted=f"w*{TRANSMISSION_SCALE}", parameters=parameters)


def fresh_variables(rule: Rule, pathway: str, source: str, target: str) -> dict[str, float]:
    """Give the keys of a rule's traces and synaptic variables, with the values at which a presentation begins.

    Raises
    ------
    InputError
        If a start value is drawn at random.
    """
    keys = {name: f"{source}.{name}_of_{pathway}" for name in declared_names(rule.pre_model)}
    keys |= {name: f"{target}.{name}_of_{pathway}" for name in declared_names(rule.post_model)}
    keys |= {name: f"{pathway}.{name}" for name in declared_names(rule.model)}
    values = {}
    for name, key in keys.items():
        initial = rule.initial.get(name, Quantity(0.0))
        if not isinstance(initial, Quantity):
            raise out_of_range(f"rule {rule.name!r}: start value of {name}", initial, "a Quantity: no random one here")
        values[key] = initial.si
    return values
