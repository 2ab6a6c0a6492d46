"""Pieces that several rules share: the texts of the two basic traces and the shape of a pair window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp

from neurosim.snn.models import Rule
from neurosim.snn.units import Quantity

PRE_TRACE = "dpresynaptic_trace/dt = -presynaptic_trace/presynaptic_time_constant : 1"
POST_TRACE = "dpostsynaptic_trace/dt = -postsynaptic_trace/postsynaptic_time_constant : 1"
PRE_ADD = "presynaptic_trace += 1"
POST_ADD = "postsynaptic_trace += 1"


def ms(value: float) -> Quantity:
    """Give a duration in milliseconds."""
    return Quantity(value, "ms")


def number(value: float) -> Quantity:
    """Give a pure number."""
    return Quantity(value)


def si_values(rule: Rule) -> dict[str, float]:
    """Give a rule's default parameters as SI floats, which is what its closed forms take."""
    return {name: quantity.si for name, quantity in rule.parameters.items()}


def pair_window(parameters: Mapping[str, float], delta_t: float, potentiation: float, depression: float) -> float:
    """Evaluate the two-sided exponential window of one isolated pair.

    Parameters
    ----------
    parameters : mapping of str to float
        SI values; read are ``presynaptic_time_constant`` and ``postsynaptic_time_constant``.
    delta_t : float
        ``t_post - t_pre`` in seconds.
    potentiation, depression : float
        Weight changes in the limits ``delta_t -> 0+`` and ``delta_t -> 0-``; the latter counts as a decrease.

    Returns
    -------
    float
        The weight change; 0 for ``delta_t = 0``, because a spike reads the traces before simultaneous spikes do.
    """
    if delta_t > 0:
        return potentiation * exp(-delta_t / parameters["presynaptic_time_constant"])
    if delta_t < 0:
        return -depression * exp(delta_t / parameters["postsynaptic_time_constant"])
    return 0.0


def nearest_neighbour(rule: Rule, name: str, summary: str, departures: str) -> Rule:
    """Derive the nearest-neighbour variant of an all-to-all rule: a spike sets its traces to 1 instead of adding 1.

    Parameters
    ----------
    rule : Rule
        A rule whose resets are all of the form ``trace += 1``.
    name, summary, departures : str
        Fields of the new rule.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        If a reset of the rule is of another form.
    """
    for reset in (*rule.pre_reset.splitlines(), *rule.post_reset.splitlines()):
        if not reset.endswith(" += 1"):
            raise ValueError(
                f"rule {rule.name!r}: reset {reset!r} has no nearest-neighbour form; accepted: 'trace += 1'"
            )
    return replace(
        rule,
        name=name,
        summary=summary,
        pre_reset=rule.pre_reset.replace("+= 1", "= 1"),
        post_reset=rule.post_reset.replace("+= 1", "= 1"),
        departures=departures,
    )
