"""What decides the binary of a circuit: structure, sizes, texts and the step, but no number that can be set later."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

from neurosim.snn.circuits import (
    AllToAll,
    Blockwise,
    Circuit,
    FixedInDegree,
    LateralInhibition,
    OneToOne,
    Pairs,
    Pathway,
    Population,
)
from neurosim.snn.construction import pathway_parameters, population_parameters
from neurosim.snn.engine.cache import digest
from neurosim.snn.engine.live.compiler import Compiler, processor
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.units import Quantity, parse_unit


@functools.lru_cache(maxsize=1)
def engine_version() -> str:
    """Give a checksum of all code of neurosim that takes part in making a library.

    Models and rules are not among it: a circuit's description holds their texts.
    """
    snn = Path(__file__).parents[2]
    files = [
        *snn.glob("*.py"),
        *snn.glob("building/*.py"),
        *snn.glob("engine/live/*.py"),
        *snn.glob("engine/live/templates/*"),
    ]
    content = hashlib.sha256()
    for file in sorted(files):
        content.update(file.relative_to(snn).as_posix().encode() + file.read_bytes())
    return content.hexdigest()


def toolchain(compiler: Compiler) -> dict[str, Any]:
    """Describe everything outside a network that changes its binary."""
    return {
        "engine": engine_version(),
        "brian2": importlib.metadata.version("brian2"),
        "compiler": [*compiler.command, compiler.version],
        "flags": [*compiler.flags("-O3"), *compiler.link_flags],
        "processor": processor(),
    }


def circuit_key(circuit: Circuit, compiler: Compiler) -> str:
    """Give the key under which a circuit's library is cached."""
    return digest({"circuit": describe(circuit), **toolchain(compiler)})


def sources_key(files: dict[str, str], options: Any, compiler: Compiler) -> str:
    """Give the key of generated sources, for networks that a researcher's function builds."""
    return digest({"sources": files, "options": options, **toolchain(compiler)})


def describe(circuit: Circuit) -> dict[str, Any]:
    """Write a circuit as JSON-like data, without values of parameters, start values and seeds."""
    return {
        "name": circuit.name,
        "populations": [_population(circuit, population) for population in circuit.populations],
        "pathways": [_pathway(pathway) for pathway in circuit.pathways],
        "inhibition": [_inhibition(part) for part in circuit.inhibition],
        "dt": circuit.dt.si,
        "precision": circuit.precision,
    }


def _units(parameters: Any) -> dict[str, str]:
    return {name: parse_unit(value.unit).base for name, value in parameters.items()}


def _population(circuit: Circuit, population: Population) -> dict[str, Any]:
    return {
        "name": population.name,
        "n": int(population.n),
        "model": _model(population.model),
        "parameters": _units(population_parameters(circuit, population)),
    }


def _model(model: NeuronModel) -> dict[str, Any]:
    texts = ("name", "equations", "threshold", "reset", "refractory", "method")
    return {text: getattr(model, text) for text in texts} | {
        "receives": dict(model.receives),
        "receives_units": dict(model.receives_units),
    }


def _pathway(pathway: Pathway) -> dict[str, Any]:
    connect: list[Any]
    match pathway.connect:
        case AllToAll() | OneToOne():
            connect = [type(pathway.connect).__name__]
        case FixedInDegree() | Pairs():
            connect = ["given"]  # sources and targets reach the library when it starts
        case Blockwise(n_copies, _, per_copy) if pathway.connect.shares_weights:
            connect = ["Blockwise", n_copies, *per_copy]
        case Blockwise():
            connect = ["given"]
    return {
        "name": pathway.name,
        "source": pathway.source,
        "target": pathway.target,
        "receptor": pathway.receptor,
        "connect": connect,
        "weight": pathway.weight.unit,
        "delay": pathway.delay.si,
        "rule": _rule(pathway.rule) if pathway.rule else None,
        "parameters": _units(pathway_parameters(pathway)),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    texts = ("name", "model", "method", "pre_model", "post_model", "pre_reset", "post_reset", "on_pre", "on_post",
             "transmitted", "weight_unit", "w_min", "w_max", "modifies")  # fmt: skip
    return {text: getattr(rule, text) for text in texts} | {
        "on_demand": dict(rule.on_demand),
        "signals": list(rule.signals),
    }


def _inhibition(part: LateralInhibition) -> dict[str, Any]:
    values: tuple[Quantity, ...] = (part.weight, part.time_constant)
    units = [parse_unit(v.unit).base for v in values]
    return {"name": part.name, "population": part.population, "units": units, "n_copies": part.n_copies}
