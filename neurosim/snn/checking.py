"""Finds contradictions in a circuit while a message can still name the field that holds them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from neurosim.snn.circuits import Blockwise, Circuit, FixedInDegree, OneToOne, Pairs, Pathway, Population
from neurosim.snn.grammar import check_equations, check_expression, check_statements
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.naming import (
    LATERAL_INHIBITION,
    declared_names,
    inhibition_of,
    pathway_parameters,
    population_parameters,
)
from neurosim.snn.units import Quantity, parse_unit

RESERVED = frozenset({"N", "dt", "i", "j", "lastspike", "lastupdate", "not_refractory", "t", "t_in_timesteps", "w"})


def check_circuit(circuit: Circuit) -> None:
    """Find mistakes in a description, where a message can still name the field.

    Raises
    ------
    ValueError
        With the field, its value and what would be accepted.
    """
    names = [population.name for population in circuit.populations]
    names += [pathway.name for pathway in circuit.pathways] + [part.name for part in circuit.inhibition]
    for name in (circuit.name, *names):
        if not name.isidentifier() or name.startswith("_") or name.endswith(("_pre", "_post")):
            raise ValueError(
                f"name {name!r}; accepted: an identifier without '_' at its start or '_pre', '_post' at its end"
            )
        if names.count(name) > 1:
            raise ValueError(f"name {name!r} is given to two parts of circuit {circuit.name!r}; names must differ")
    if circuit.dt.dimensions != Quantity(1.0, "second").dimensions or not circuit.dt.si > 0:
        raise ValueError(f"dt = {circuit.dt}; accepted: a time above 0")
    if circuit.precision not in ("float32", "float64"):
        raise ValueError(f"precision {circuit.precision!r}; accepted: 'float32', 'float64'")
    populations = {population.name: population for population in circuit.populations}
    for population in circuit.populations:
        _check_population(circuit, population)
    for pathway in circuit.pathways:
        _check_pathway(pathway, populations)
    for part in circuit.inhibition:
        if part.population not in populations:
            raise ValueError(
                f"inhibition {part.name!r}: population {part.population!r} is unknown; "
                f"accepted: {', '.join(populations)}"
            )
        if inhibition_of(circuit, part.population) is not part:
            raise ValueError(f"population {part.population!r} has two lateral inhibitions; accepted: one")
        _check_copies(part.n_copies, (populations[part.population].n,), f"inhibition {part.name!r}")


def _check_population(circuit: Circuit, population: Population) -> None:
    where = f"population {population.name!r}"
    if not isinstance(population.n, int | np.integer) or population.n < 1:
        raise ValueError(f"{where}: n = {population.n!r}; accepted: a whole number above 0")
    population_parameters(circuit, population)
    model = population.model
    declared = declared_names(model.equations)
    for name in {**model.initial, **population.initial}:
        if name not in declared:
            raise ValueError(f"{where} has no state variable {name!r}; accepted: {', '.join(declared)}")
    for receptor, variable in model.receives.items():
        if variable not in declared:
            raise ValueError(f"model {model.name!r}: receptor {receptor!r} names no variable; {variable!r} is unknown")
    words = set(re.findall(r"\w+", f"{model.equations} {model.threshold} {model.reset}"))
    supplied = {*model.parameters, *declared} | (
        {LATERAL_INHIBITION} if inhibition_of(circuit, population.name) else set()
    )
    if LATERAL_INHIBITION in words - supplied:
        raise ValueError(f"{where} reads {LATERAL_INHIBITION}; the circuit needs a LateralInhibition for it")
    check_model(model)
    largest = model.largest_step
    if largest is not None and circuit.dt.si > largest.si * (1 + 1e-9):
        warnings.warn(
            f"{where}: dt = {circuit.dt} is longer than {largest}, up to which model {model.name!r} was checked",
            UserWarning,
            stacklevel=2,
        )


def _check_pathway(pathway: Pathway, populations: Mapping[str, Population]) -> None:
    where = f"pathway {pathway.name!r}"
    for end, name in (("source", pathway.source), ("target", pathway.target)):
        if name not in populations:
            raise ValueError(f"{where}: {end} {name!r} is unknown; accepted: {', '.join(populations)}")
    source, target = populations[pathway.source], populations[pathway.target]
    if not source.model.threshold:
        raise ValueError(f"{where}: source {source.name!r} never spikes (its model has no threshold)")
    if not pathway.receptor and pathway.rule is None:
        raise ValueError(f"{where} neither transmits (no receptor) nor learns (no rule)")
    if pathway.receptor and pathway.receptor not in target.model.receives:
        accepted = ", ".join(target.model.receives) or "none"
        raise ValueError(f"{where}: receptor {pathway.receptor!r} is unknown to {target.name!r}; accepted: {accepted}")
    if pathway.delay.dimensions != Quantity(1.0, "second").dimensions or not pathway.delay.si >= 0:
        raise ValueError(f"{where}: delay = {pathway.delay}; accepted: a time of 0 or more")
    _check_topology(pathway, source.n, target.n, where)
    pathway_parameters(pathway)
    if pathway.rule is not None:
        check_rule(pathway.rule)
        if pathway.rule.on_post and not target.model.threshold:
            raise ValueError(f"{where} learns at spikes of {target.name!r}, which never spikes")
        if parse_unit(pathway.weight.unit).dimensions != parse_unit(pathway.rule.weight_unit).dimensions:
            raise ValueError(
                f"{where}: weight {pathway.weight} does not fit rule {pathway.rule.name!r}, "
                f"whose weights are in {pathway.rule.weight_unit!r}"
            )


def _check_topology(pathway: Pathway, n_source: int, n_target: int, where: str) -> None:
    match pathway.connect:
        case OneToOne() if n_source != n_target:
            raise ValueError(f"{where}: one to one between {n_source} and {n_target} neurons; sizes must agree")
        case FixedInDegree(k) if not 1 <= k <= n_source:
            raise ValueError(f"{where}: in-degree k = {k}; accepted: 1 to {n_source}, the size of the source")
        case Pairs(sources, targets):
            if len(sources) != len(targets) or not sources:
                raise ValueError(
                    f"{where}: {len(sources)} sources and {len(targets)} targets; accepted: as many, above 0"
                )
            if min(sources) < 0 or max(sources) >= n_source or min(targets) < 0 or max(targets) >= n_target:
                raise ValueError(f"{where}: a pair lies outside 0..{n_source - 1} and 0..{n_target - 1}")
        case Blockwise(n_copies, within, per_copy):
            _check_copies(n_copies, (n_source, n_target), where)
            _check_topology(replace(pathway, connect=within), n_source // n_copies, n_target // n_copies, where)
            own = {*pathway.rule.parameters, *pathway.rule.signals} if pathway.rule else set()
            if unknown := [name for name in per_copy if name not in own or not pathway.connect.shares_weights]:
                accepted = "parameters and signals of its rule, where copies are joined all to all"
                raise ValueError(f"{where}: per_copy = {', '.join(unknown)}; accepted: {accepted}")


def _check_copies(n_copies: int, sizes: tuple[int, ...], where: str) -> None:
    if n_copies < 1 or any(size % n_copies for size in sizes):
        raise ValueError(
            f"{where}: n_copies = {n_copies}; accepted: 1 or more, of which {' and '.join(map(str, sizes))} neurons "
            "are a multiple"
        )


def check_model(model: NeuronModel) -> None:
    """Find mistakes in the texts of a neuron model.

    Raises
    ------
    ValueError
        With the field and the text.
    """
    where = f"model {model.name!r}"
    known = {*model.parameters, *declared_names(model.equations), LATERAL_INHIBITION}
    check_equations(model.equations, known, f"{where}: equations")
    for field in ("threshold", "refractory"):
        if getattr(model, field):
            check_expression(getattr(model, field), known, f"{where}: {field}")
    check_statements(model.reset, known, f"{where}: reset")


def check_rule(rule: Rule) -> None:
    """Find mistakes in a plasticity rule.

    Raises
    ------
    ValueError
        With the field, its value and what would be accepted.
    """
    where = f"rule {rule.name!r}"
    before, after = set(declared_names(rule.pre_model)), set(declared_names(rule.post_model))
    synaptic = set(declared_names(rule.model))
    groups = (before, after, synaptic, set(rule.parameters), set(rule.signals), RESERVED)
    seen: set[str] = set()
    for group in groups:
        if seen & group:
            raise ValueError(
                f"{where}: {', '.join(sorted(seen & group))} would stand for two things; names must differ"
            )
        seen |= group
    for name in seen:
        if name.endswith(("_pre", "_post")):
            raise ValueError(f"{where}: {name!r}; accepted: a name that does not end in '_pre' or '_post'")
    for bound in (rule.w_min, rule.w_max):
        if bound and bound not in rule.parameters:
            raise ValueError(f"{where}: bound {bound!r} is no parameter; accepted: {', '.join(rule.parameters)} or ''")
    for name in rule.initial:
        if name not in before | after | synaptic:
            raise ValueError(f"{where}: start value of {name!r}, which is not declared")
    _check_texts(rule, where, before, after, synaptic)


def _check_texts(rule: Rule, where: str, before: set[str], after: set[str], synaptic: set[str]) -> None:
    shared = {*rule.parameters, *rule.signals}
    check_equations(rule.pre_model, shared, f"{where}: pre_model")
    check_equations(rule.post_model, shared, f"{where}: post_model")
    check_statements(rule.pre_reset, shared | before, f"{where}: pre_reset")
    check_statements(rule.post_reset, shared | after, f"{where}: post_reset")
    everything = shared | before | after | synaptic | {"w"}
    check_equations(rule.model, everything, f"{where}: model")
    check_expression(rule.transmitted, everything, f"{where}: transmitted")
    for field, text in {"on_pre": rule.on_pre, "on_post": rule.on_post, **rule.on_demand}.items():
        check_statements(text, everything, f"{where}: {field}")
