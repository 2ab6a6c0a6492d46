"""A circuit's Brian2 objects: every one named, every namespace empty, every numeric parameter settable.

Order within a time step (Brian2's slots): neurons advance; thresholds; then for the spikes that arrive, transmission
of all pathways (order 0), presynaptic learning (1), postsynaptic learning (2), lateral inhibition (10, 11), arrival
of delayed spikes at presynaptic traces (20); then resets, in which traces jump without a delay. Learning therefore
reads every trace as it was before the spikes of this step.

Parameters of a rule lie once, in the pathway; neuron groups that hold its traces are linked to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurosim.snn.brian import b2
from neurosim.snn.building.groups import build_group, build_inhibition
from neurosim.snn.building.pathways import build_arrival, build_synapses, link_parameters, pathway_entry
from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import Circuit
from neurosim.snn.manifest import Manifest
from neurosim.snn.variables import list_populations, list_variables

__all__ = ["Built", "build_objects"]


@dataclass(frozen=True)
class Built:
    """Brian2 objects, to be handed to a ``Network``, and their table of contents."""

    objects: tuple[Any, ...]
    manifest: Manifest


def build_objects(circuit: Circuit, construction_seed: int = 0) -> Built:
    """Make the Brian2 objects of a circuit under the active device.

    Parameters and start values are not set here: ``construction.start_values`` gives them, to be written through views.

    Parameters
    ----------
    circuit : Circuit
        The description.
    construction_seed : int
        Seed of random topologies.

    Raises
    ------
    ValueError
        If the description contradicts itself.
    """
    check_circuit(circuit)
    clock = b2.Clock(circuit.dt.si * b2.second, name=f"{circuit.name}_clock")
    groups = {population.name: build_group(circuit, population, clock) for population in circuit.populations}
    objects: list[Any] = list(groups.values())
    entries = {}
    for pathway in circuit.pathways:
        synapses = build_synapses(circuit, pathway, groups, clock, construction_seed)
        objects.append(synapses)
        if pathway.rule is not None:
            link_parameters(pathway, synapses, groups)
            objects.extend(build_arrival(pathway, groups[pathway.source], clock))
        entries[pathway.name] = pathway_entry(pathway)
    for part in circuit.inhibition:
        objects.extend(build_inhibition(circuit, part, groups[part.population], clock))
    manifest = Manifest(
        name=circuit.name,
        dt=circuit.dt.si,
        precision=circuit.precision,
        variables=list_variables(objects, clock),
        populations=list_populations(objects),
        pathways=entries,
    )
    return Built(tuple(objects), manifest)
