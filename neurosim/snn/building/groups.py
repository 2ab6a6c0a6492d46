"""Neuron groups and their lateral inhibition."""

from __future__ import annotations

from typing import Any

from neurosim.snn.brian import b2
from neurosim.snn.building.order import CLEAR, INHIBIT, TRANSMIT
from neurosim.snn.building.pathways import connect_blockwise
from neurosim.snn.building.texts import apart_from_integrator, declare, traces_in
from neurosim.snn.circuits import Circuit, LateralInhibition, Population
from neurosim.snn.naming import LATERAL_INHIBITION, inhibition_of, population_parameters
from neurosim.snn.units import parse_unit

EXACT_FOR_TRACES = ("exponential_euler",)
"""Methods that integrate uncoupled linear equations exactly. So does "exact", but as one system whose solution takes
minutes to find where many traces share a population."""


def build_group(circuit: Circuit, population: Population, clock: Any) -> Any:
    """Make a neuron group: the model, the traces of its pathways, and its lateral inhibition."""
    model = population.model
    traces = traces_in(circuit, population.name)
    links, reset = dict(traces.links), [model.reset, traces.reset]
    trace_equations, relaxation = traces.equations, ""
    if model.method not in EXACT_FOR_TRACES:
        trace_equations, relaxation = apart_from_integrator(traces.equations)
    equations = [model.equations, declare(population_parameters(circuit, population)), trace_equations]
    part = inhibition_of(circuit, population.name)
    if part is not None:
        unit = parse_unit(part.weight.unit).base
        links |= {f"{part.name}_time_constant": "second", f"{part.name}_weight": unit, f"{part.name}_count": "1"}
        equations.append(f"d{LATERAL_INHIBITION}/dt = -{LATERAL_INHIBITION}/{part.name}_time_constant : {unit}")
        reset.append(f"{LATERAL_INHIBITION} -= {part.name}_weight")
    equations.extend(f"{own} : {unit} (linked)" for own, unit in links.items())
    reset_text = "\n".join(text for text in reset if text.strip())
    group = b2.NeuronGroup(
        population.n,
        "\n".join(equations),
        method=model.method,
        threshold=model.threshold or None,
        reset=reset_text if model.threshold else None,
        refractory=model.refractory or False,
        clock=clock,
        namespace={},
        name=population.name,
    )
    if relaxation:
        group.run_regularly(relaxation, when="groups", name=f"{population.name}_relax_traces")
    return group


def build_inhibition(circuit: Circuit, part: LateralInhibition, group: Any, clock: Any) -> tuple[Any, Any]:
    """Make the hub that counts a population's spikes of one step, and let every neuron add the count."""
    unit = parse_unit(part.weight.unit).base
    parameters = f"weight : {unit} (shared, constant)\ntime_constant : second (shared, constant)"
    hub = b2.NeuronGroup(part.n_copies, f"count : 1\n{parameters}", clock=clock, namespace={}, name=part.name)
    for name in ("weight", "time_constant"):
        setattr(group, f"{part.name}_{name}", b2.linked_var(hub, name))
    # As Brian2 links to a group of one neuron; of several, the live device reads that of the copy at hand.
    group.variables.add_reference(f"{part.name}_count", hub, "count", index="0")
    spikes = b2.Synapses(
        group, hub, on_pre={"transmit": "count_post += 1"}, delay={"transmit": 0 * b2.second},
        clock=clock, namespace={}, name=f"{part.name}_spikes",
    )  # fmt: skip
    spikes.transmit.order = TRANSMIT
    connect_blockwise(spikes, part.n_copies)
    group.run_regularly(
        f"{LATERAL_INHIBITION} += {part.name}_weight*{part.name}_count",
        when="synapses", order=INHIBIT, name=f"{part.name}_inhibit",
    )  # fmt: skip
    hub.run_regularly("count = 0", when="synapses", order=CLEAR, name=f"{part.name}_clear")
    return hub, spikes
