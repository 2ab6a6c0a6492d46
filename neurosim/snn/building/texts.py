"""Brian2 text of a circuit's parts: renamed traces, declared parameters, transmission, bounds. No Brian2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from neurosim.snn.circuits import Circuit, Pathway, Population
from neurosim.snn.models import Rule
from neurosim.snn.naming import declared_names, name_in_group
from neurosim.snn.units import Quantity, parse_unit


@dataclass(frozen=True)
class TraceTexts:
    """What a rule's traces add to a neuron group: equations, reset, and units of what is linked, by its own name."""

    equations: str
    reset: str
    links: Mapping[str, str]


def rename(text: str, names: Mapping[str, str]) -> str:
    """Replace whole identifiers, also that of a derivative (``dx/dt``)."""
    if not names:
        return text
    alternatives = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    text = re.sub(rf"\bd({alternatives})/dt\b", lambda found: f"d{names[found[1]]}/dt", text)
    return re.sub(rf"\b({alternatives})\b", lambda found: names[found[1]], text)


def declare(parameters: Mapping[str, Quantity]) -> str:
    """Declare parameters that all elements share and that can be set without a rebuild."""
    return "".join(f"{name} : {parse_unit(value.unit).base} (shared, constant)\n" for name, value in parameters.items())


def trace_texts(pathway: Pathway, model: str, reset: str) -> TraceTexts:
    """Rewrite a rule's traces for the neuron group that holds them: all names get the pathway's name behind them."""
    assert pathway.rule is not None
    units = {name: parse_unit(value.unit).base for name, value in pathway.rule.parameters.items()}
    units |= dict.fromkeys(pathway.rule.signals, "1")
    used = units.keys() & set(re.findall(r"\w+", f"{model} {reset}"))
    names = {name: name_in_group(pathway, name) for name in (*sorted(used), *declared_names(model))}
    return TraceTexts(rename(model, names), rename(reset, names), {names[name]: units[name] for name in sorted(used)})


def traces_in(circuit: Circuit, population: str) -> TraceTexts:
    """Collect what all pathways add to a population; delayed presynaptic traces get their reset elsewhere."""
    texts = []
    for pathway in circuit.pathways:
        rule = pathway.rule
        if rule is not None and pathway.source == population:
            reset = "" if pathway.delay.si else rule.pre_reset
            texts.append(trace_texts(pathway, f"{rule.pre_model}", reset))
            texts.append(TraceTexts("", "", trace_texts(pathway, "", rule.pre_reset).links))
        if rule is not None and pathway.target == population:
            texts.append(trace_texts(pathway, rule.post_model, rule.post_reset))
    links = {own: unit for part in texts for own, unit in part.links.items()}
    return TraceTexts(
        "\n".join(part.equations for part in texts), "\n".join(part.reset for part in texts if part.reset), links
    )


def apart_from_integrator(equations: str) -> tuple[str, str]:
    """Turn traces into plain variables and the statements that let them relax exactly over one step.

    A trace ``dx/dt = (a - x)/tau`` moves by ``(a - x) (1 - exp(-dt/tau))``, whatever the neuron's own integrator does.

    Raises
    ------
    ValueError
        If an equation is not of this form.
    """
    declarations, statements = [], []
    for line in filter(None, map(str.strip, equations.splitlines())):
        found = re.fullmatch(r"d(\w+)/dt = (.+)/(\w+) : (.+)", line)
        if found is None:
            if "/dt" in line.split(":")[0]:
                raise ValueError(f"trace {line!r}; accepted: dx/dt = (a - x)/time_constant : unit")
            declarations.append(line)
            continue
        name, distance, time_constant, unit = found.groups()
        declarations.append(f"{name} : {unit}")
        statements.append(f"{name} += ({distance})*(1 - exp(-dt/{time_constant}))")
    return "\n".join(declarations), "\n".join(statements)


def synaptic_names(pathway: Pathway) -> dict[str, str]:
    """Map the traces of a rule to what they are called from within a synapse."""
    rule = pathway.rule
    assert rule is not None
    before = {name: f"{name_in_group(pathway, name)}_pre" for name in declared_names(rule.pre_model)}
    return before | {name: f"{name_in_group(pathway, name)}_post" for name in declared_names(rule.post_model)}


def transmission(pathway: Pathway, target: Population) -> str:
    """Write what an arriving spike does to the target's receptor."""
    if not pathway.receptor:
        return ""
    amount, unit = (pathway.rule.transmitted, pathway.rule.weight_unit) if pathway.rule else ("w", pathway.weight.unit)
    receptor_unit = target.model.receives_units.get(pathway.receptor, "1")
    given, wanted = parse_unit(unit), parse_unit(receptor_unit)
    if given.dimensions != wanted.dimensions:
        if any(given.dimensions):
            raise ValueError(
                f"pathway {pathway.name!r}: weight in {unit!r} does not fit receptor {pathway.receptor!r} of "
                f"{target.name!r}; accepted: {receptor_unit!r}, or a pure number counted in it"
            )
        amount = f"({amount})*({wanted.factor!r}*{wanted.base})"
    return f"{target.model.receives[pathway.receptor]}_post += {amount}"


def bounded(statements: str, rule: Rule) -> str:
    """Clip the weight after statements that assign to it, unless they do so themselves."""
    bounds = [bound for bound in (rule.w_min, rule.w_max) if bound]
    assigns = re.search(r"(?:^|[;\n])[ \t]*w[ \t]*[-+*/]?=(?!=)", statements)
    if not assigns or not bounds or ("clip(" in statements and all(bound in statements for bound in bounds)):
        return statements
    if len(bounds) == 2:
        clip = f"w = clip(w, {rule.w_min}, {rule.w_max})"
    else:
        comparison = f"w > {rule.w_min}" if rule.w_min else f"w < {rule.w_max}"
        clip = f"w = {bounds[0]} + (w - {bounds[0]})*int({comparison})"
    return f"{statements}\n{clip}"
