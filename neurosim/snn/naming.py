"""How the parts of a circuit are called and which parameters they have, from the description alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from neurosim.snn.circuits import Circuit, LateralInhibition, Pathway, Population
from neurosim.snn.units import Quantity

LATERAL_INHIBITION = "lateral_inhibition"


def declared_names(equations: str) -> tuple[str, ...]:
    """List the variables that a block of Brian2 equations declares."""
    found = re.findall(r"^[ \t]*(?:d(\w+)/dt|(\w+))[ \t]*[=:]", equations, flags=re.MULTILINE)
    return tuple(derivative or name for derivative, name in found)


def integrated_names(equations: str) -> tuple[str, ...]:
    """List the variables among them that a differential equation moves."""
    return tuple(re.findall(r"^[ \t]*d(\w+)/dt[ \t]*=", equations, flags=re.MULTILINE))


def name_in_group(pathway: Pathway, name: str) -> str:
    """Give the name under which a neuron group holds a trace of a pathway's rule, ``"presynaptic_trace_of_input"``."""
    return f"{name}_of_{pathway.name}"


def merged(defaults: Mapping[str, Quantity], overrides: Mapping[str, Quantity], where: str) -> dict[str, Quantity]:
    """Put overrides over defaults.

    Raises
    ------
    ValueError
        If an override is unknown or in another unit.
    """
    for name, value in overrides.items():
        if name not in defaults:
            raise ValueError(f"{where} has no parameter {name!r}; accepted: {', '.join(defaults) or 'none'}")
        if value.dimensions != defaults[name].dimensions:
            raise ValueError(f"{where}: {name} = {value} is in the wrong unit; accepted: like {defaults[name]}")
    return {**defaults, **overrides}


def inhibition_of(circuit: Circuit, population: str) -> LateralInhibition | None:
    """Find the lateral inhibition of a population, if it has one."""
    return next((part for part in circuit.inhibition if part.population == population), None)


def population_parameters(circuit: Circuit, population: Population) -> dict[str, Quantity]:
    """Give a population's parameters; ``lateral_inhibition`` is none where the circuit supplies it."""
    parameters = merged(population.model.parameters, population.parameters, f"population {population.name!r}")
    if inhibition_of(circuit, population.name) is not None:
        parameters.pop(LATERAL_INHIBITION, None)
    return parameters


def pathway_parameters(pathway: Pathway) -> dict[str, Quantity]:
    """Give the parameters of a pathway's rule, the pathway's own values put over the defaults."""
    defaults = pathway.rule.parameters if pathway.rule else {}
    return merged(defaults, pathway.parameters, f"pathway {pathway.name!r}")
