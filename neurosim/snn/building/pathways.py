"""Projections: transmission and learning as pathways of one ``Synapses``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from neurosim.snn.brian import b2
from neurosim.snn.building.order import ARRIVE, LEARN_POST, LEARN_PRE, TRANSMIT
from neurosim.snn.building.texts import bounded, declare, rename, synaptic_names, trace_texts, transmission
from neurosim.snn.circuits import AllToAll, Blockwise, Circuit, OneToOne, Pathway
from neurosim.snn.construction import topology
from neurosim.snn.manifest import PathwayEntry
from neurosim.snn.naming import declared_names, name_in_group, pathway_parameters
from neurosim.snn.units import parse_unit


def build_synapses(
    circuit: Circuit, pathway: Pathway, groups: Mapping[str, Any], clock: Any, construction_seed: int
) -> Any:
    """Make a projection: transmission, presynaptic learning and postsynaptic learning as pathways of their own."""
    rule = pathway.rule
    target = next(population for population in circuit.populations if population.name == pathway.target)
    equations = [f"w : {parse_unit(rule.weight_unit if rule else pathway.weight.unit).base}"]
    on_pre, on_post = {"transmit": transmission(pathway, target)}, {}
    if rule is not None:
        names = synaptic_names(pathway)
        equations += [declare(pathway_parameters(pathway)), rename(rule.model, names)]
        equations += [f"{signal} : 1 (shared)" for signal in rule.signals]
        on_pre["transmit"] = rename(on_pre["transmit"], names)
        on_pre["learn_pre"] = rename(bounded(rule.on_pre, rule), names)
        on_post["learn_post"] = rename(bounded(rule.on_post, rule), names)
    on_pre = {name: text for name, text in on_pre.items() if text.strip()}
    on_post = {name: text for name, text in on_post.items() if text.strip()}
    delay = pathway.delay.si * b2.second
    synapses = b2.Synapses(
        groups[pathway.source],
        groups[pathway.target],
        "\n".join(equations),
        method=rule.method if rule else "exact",
        on_pre=on_pre or None,
        on_post=on_post or None,
        # A delay that is not given would be stored for each synapse and pathway.
        delay={name: delay for name in on_pre} | {name: 0 * b2.second for name in on_post},
        clock=clock,
        namespace={},
        name=pathway.name,
    )
    for name in (*on_pre, *on_post):
        getattr(synapses, name).order = {"transmit": TRANSMIT, "learn_pre": LEARN_PRE, "learn_post": LEARN_POST}[name]
    connect(synapses, circuit, pathway, construction_seed)
    if rule is not None:
        for operation, statements in rule.on_demand.items():
            text = event_driven_update(synapses) + rename(bounded(statements, rule), synaptic_names(pathway))
            synapses.run_regularly(text, when="end", name=f"{pathway.name}_{operation}")
    return synapses


def connect(synapses: Any, circuit: Circuit, pathway: Pathway, construction_seed: int) -> None:
    """Create the synapses, in the order that ``construction.topology`` gives."""
    if isinstance(pathway.connect, AllToAll):
        synapses.connect(namespace={})
    elif isinstance(pathway.connect, Blockwise) and pathway.connect.shares_weights:
        connect_blockwise(synapses, pathway.connect.n_copies)
        for name in pathway.connect.per_copy:
            # Shared by all synapses in Brian2's eyes; the live device reads the number of the copy at hand.
            synapses.variables[name].size = pathway.connect.n_copies
    elif isinstance(pathway.connect, OneToOne):
        synapses.connect(j="i", namespace={})
    else:
        sources, targets = topology(circuit, pathway, construction_seed)
        synapses.connect(i=sources, j=targets, namespace={})


def connect_blockwise(synapses: Any, n_copies: int) -> None:
    """Join each source to all targets of its own block; only the live device knows how."""
    synapses.add_attribute("n_copies")
    synapses.n_copies = n_copies
    synapses.connect(namespace={})


def event_driven_update(synapses: Any) -> str:
    """Write the statements that bring event-driven variables up to now; Brian2 does so at spikes only."""
    if synapses.event_driven is None:
        return ""
    update = b2.linear(synapses.event_driven, synapses.variables)
    return re.sub(r"\bdt\b", "(t - lastupdate)", update) + "\nlastupdate = t\n"


def build_arrival(pathway: Pathway, source: Any, clock: Any) -> tuple[Any, ...]:
    """Let presynaptic traces jump when a delayed spike arrives; N one-to-one synapses carry the delay."""
    rule = pathway.rule
    if rule is None or not pathway.delay.si or not rule.pre_reset.strip():
        return ()
    names = {name: f"{name_in_group(pathway, name)}_post" for name in declared_names(rule.pre_model)}
    names |= {name: f"{name_in_group(pathway, name)}_post" for name in (*rule.parameters, *rule.signals)}
    synapses = b2.Synapses(
        source, source, on_pre={"arrive": rename(rule.pre_reset, names)},
        delay={"arrive": pathway.delay.si * b2.second}, clock=clock, namespace={}, name=f"{pathway.name}_arrival",
    )  # fmt: skip
    synapses.arrive.order = ARRIVE
    synapses.connect(j="i", namespace={})
    return (synapses,)


def link_parameters(pathway: Pathway, synapses: Any, groups: Mapping[str, Any]) -> None:
    """Link the parameters that traces in neuron groups read to those of the pathway."""
    rule = pathway.rule
    assert rule is not None
    for group, texts in (
        (pathway.source, (rule.pre_model, rule.pre_reset)),
        (pathway.target, (rule.post_model, rule.post_reset)),
    ):
        for own in trace_texts(pathway, *texts).links:
            setattr(groups[group], own, b2.linked_var(synapses, own.removesuffix(name_in_group(pathway, ""))))


def pathway_entry(pathway: Pathway) -> PathwayEntry:
    """Write a pathway's entry in the manifest."""
    rule, name = pathway.rule, pathway.name
    learns = {"learn_pre": rule.on_pre, "learn_post": rule.on_post} if rule else {}
    learning = tuple(f"{name}_{part}" for part, text in learns.items() if text.strip())
    transmitting: tuple[str, ...] = (f"{name}_transmit",) if pathway.receptor else ()
    if rule is not None and rule.modifies == "transmission":
        transmitting, learning = transmitting + learning, ()
    return PathwayEntry(
        source=pathway.source,
        target=pathway.target,
        dense=isinstance(pathway.connect, AllToAll)
        or (isinstance(pathway.connect, Blockwise) and pathway.connect.shares_weights),
        transmitting=transmitting,
        learning=learning,
        on_demand={operation: f"{name}_{operation}" for operation in rule.on_demand} if rule else {},
    )
