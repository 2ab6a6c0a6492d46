"""What a circuit looks like before its first step: topology and start values. NumPy only.

Everything random is drawn here, from the construction seed, so that every engine starts from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import AllToAll, Blockwise, Circuit, FixedInDegree, OneToOne, Pairs, Pathway
from neurosim.snn.models import Exponential, Initial, Normal, Repeated, Uniform
from neurosim.snn.naming import declared_names, name_in_group, pathway_parameters, population_parameters
from neurosim.snn.units import Quantity, parse_unit

__all__ = [
    "check_circuit",
    "declared_names",
    "draw",
    "parameter_values",
    "pathway_parameters",
    "population_parameters",
    "start_values",
    "synapse_count",
    "topology",
]

Topology = AllToAll | OneToOne | FixedInDegree | Pairs | Blockwise


def generator(construction_seed: int, key: str) -> np.random.Generator:
    """Give the random stream of one object, the same whatever else the circuit holds."""
    spawn_key = tuple(key.encode())
    return np.random.default_rng(np.random.SeedSequence(construction_seed, spawn_key=spawn_key))


def synapse_count(circuit: Circuit, pathway: Pathway) -> int:
    """Count the synapses of a pathway."""
    sizes = {population.name: population.n for population in circuit.populations}
    return _count(pathway.connect, sizes[pathway.source], sizes[pathway.target])


def _count(connect: Topology, n_source: int, n_target: int) -> int:
    match connect:
        case AllToAll():
            return n_source * n_target
        case OneToOne():
            return n_source
        case FixedInDegree(k):
            return k * n_target
        case Pairs(sources, _):
            return len(sources)
        case Blockwise(n_copies, within):
            n_block = _count(within, n_source // n_copies, n_target // n_copies)
            return n_block if connect.shares_weights else n_copies * n_block


def topology(circuit: Circuit, pathway: Pathway, construction_seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the source and the target neuron of each synapse, in the order in which the synapses are stored.

    Returns
    -------
    sources, targets : ndarray of int32, shape (n_synapses,)
        Source-major, except for :class:`Pairs`, which keep the order they are given in. Of blocks that share their
        weights, those of the first.
    """
    sizes = {population.name: population.n for population in circuit.populations}
    rng = generator(construction_seed, f"{pathway.name}.topology")
    sources, targets = _ends(pathway.connect, sizes[pathway.source], sizes[pathway.target], rng)
    return sources.astype(np.int32), targets.astype(np.int32)


def _ends(
    connect: Topology, n_source: int, n_target: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    match connect:
        case AllToAll():
            sources = np.repeat(np.arange(n_source), n_target)
            targets = np.tile(np.arange(n_target), n_source)
        case OneToOne():
            sources = targets = np.arange(n_source)
        case FixedInDegree(k):
            sources = np.concatenate([rng.choice(n_source, k, replace=False) for _ in range(n_target)])
            targets = np.repeat(np.arange(n_target), k)
            order = np.lexsort((targets, sources))
            sources, targets = sources[order], targets[order]
        case Pairs(given_sources, given_targets):
            sources, targets = np.array(given_sources, int), np.array(given_targets, int)
        case Blockwise(n_copies, within):
            sources, targets = _ends(within, n_source // n_copies, n_target // n_copies, rng)
            if not connect.shares_weights:
                copies = np.arange(n_copies)[:, None]
                sources = (sources + copies * (n_source // n_copies)).ravel()
                targets = (targets + copies * (n_target // n_copies)).ravel()
    return sources, targets


def draw(initial: Initial, size: int, construction_seed: int, key: str) -> NDArray[np.float64]:
    """Draw start values in SI units, shape ``(size,)``."""
    if isinstance(initial, Quantity):
        return np.full(size, initial.si)
    if isinstance(initial, Repeated):
        return np.tile(draw(initial.initial, size // initial.n_copies, construction_seed, key), initial.n_copies)
    factor = parse_unit(initial.unit).factor
    rng = generator(construction_seed, key)
    if isinstance(initial, Uniform):
        return rng.uniform(initial.low, initial.high, size) * factor
    if isinstance(initial, Normal):
        return rng.normal(initial.mean, initial.standard_deviation, size) * factor
    if isinstance(initial, Exponential):
        return rng.exponential(initial.mean, size) * factor
    raise TypeError(f"{key}: start value {initial!r}; accepted: Quantity, Uniform, Normal, Exponential, Repeated")


def start_values(circuit: Circuit, construction_seed: int) -> dict[str, NDArray[np.float64]]:
    """Give all parameters and start values in SI units, by the key of the view that they are written through.

    What is not named starts as Brian2 starts it: at 0, and ``lastspike`` long ago.
    """
    values = {key: np.array([quantity.si]) for key, quantity in parameter_values(circuit).items()}
    for key, initial, size in _initial_values(circuit):
        values[key] = draw(initial, size, construction_seed, key)
    return values


def parameter_values(circuit: Circuit) -> dict[str, Quantity]:
    """Give all numeric parameters by the key of their view."""
    values: dict[str, Quantity] = {}
    for population in circuit.populations:
        for name, value in population_parameters(circuit, population).items():
            values[f"{population.name}.{name}"] = value
    for pathway in circuit.pathways:
        for name, value in pathway_parameters(pathway).items():
            values[f"{pathway.name}.{name}"] = value
    for part in circuit.inhibition:
        values[f"{part.name}.weight"] = part.weight
        values[f"{part.name}.time_constant"] = part.time_constant
    return values


def _initial_values(circuit: Circuit) -> Iterator[tuple[str, Initial, int]]:
    sizes = {population.name: population.n for population in circuit.populations}
    for population in circuit.populations:
        for name, initial in {**population.model.initial, **population.initial}.items():
            yield f"{population.name}.{name}", initial, population.n
    for pathway in circuit.pathways:
        n_synapses = synapse_count(circuit, pathway)
        yield f"{pathway.name}.w", pathway.weight, n_synapses
        if pathway.rule is None:
            continue
        for name, initial in pathway.rule.initial.items():
            if name in declared_names(pathway.rule.pre_model):
                yield f"{pathway.source}.{name_in_group(pathway, name)}", initial, sizes[pathway.source]
            elif name in declared_names(pathway.rule.post_model):
                yield f"{pathway.target}.{name_in_group(pathway, name)}", initial, sizes[pathway.target]
            else:
                yield f"{pathway.name}.{name}", initial, n_synapses
