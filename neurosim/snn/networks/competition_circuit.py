"""The circuit of a competition: inputs, competing neurons with shared inhibition, plastic weights; what it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.snn.circuits import Circuit, LateralInhibition, Pathway, Population
from neurosim.snn.counting import counted
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.naming import integrated_names
from neurosim.snn.networks.choosers import choosing_parts
from neurosim.snn.neurons.competitor import COMPETITOR
from neurosim.snn.neurons.latency import LATENCY
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 1.0
INHIBITION = 1000.0
INHIBITION_TIME_CONSTANT_MS = 200.0
TIME_CONSTANT_MS = 100.0
SOURCES = {model.name: model for model in (REGULAR, counted(POISSON), LATENCY)}
"""The inputs, by spike code; a sample is written into the variables that have start values. How many spikes a sample is
given through Poisson sources is decided by chance, so they are counted."""


def competitive_circuit(
    n_inputs: int,
    n_neurons: int,
    rule: Rule,
    n_choosers: int = 0,
    code: str = "regular",
    neuron: NeuronModel = COMPETITOR,
) -> Circuit:
    """Describe inputs, competitors with shared lateral inhibition, and weights between them that learn by a rule."""
    strength, time_constant = Quantity(INHIBITION), Quantity(INHIBITION_TIME_CONSTANT_MS, "ms")
    membrane = {"membrane_time_constant": Quantity(TIME_CONSTANT_MS, "ms")}
    own = {name: value for name, value in membrane.items() if name in neuron.parameters}
    populations = [
        Population("inputs", n_inputs, SOURCES[code]),
        Population("neurons", n_neurons, neuron, parameters=own),
    ]
    pathways = [
        Pathway(
            "synapses",
            "inputs",
            "neurons",
            "excitatory",
            weight=Quantity(0.0),
            rule=rule,
        )
    ]
    inhibition = [LateralInhibition("inhibition", "neurons", strength, time_constant)]
    if n_choosers:
        population, pathway, among = choosing_parts(n_choosers, strength, time_constant)
        populations.append(population)
        pathways.append(pathway)
        inhibition.append(among)
    name = "choice" if n_choosers else "modulated_competition" if rule.on_demand else "competition"
    return Circuit(name, tuple(populations), tuple(pathways), tuple(inhibition), dt=Quantity(DT_MS, "ms"))


def even_weights(u: Array, n_neurons: int, rng: np.random.Generator) -> Array:
    """Draw weights, shape (n_inputs, n_neurons), evenly around the mean of an encoded sample."""
    mean = float(u.mean()) or 1 / len(u)
    return rng.uniform(0, 2 * mean, (len(u), n_neurons))


def competition_counts(
    n_steps: int,
    n_inputs: int,
    n_neurons: int,
    n_input_spikes: int,
    n_spikes: int,
    neuron: NeuronModel = COMPETITOR,
) -> EventCounts:
    """Count what presenting takes, without learning: every neuron hears all inputs and all other neurons."""
    # And the inhibition that a neuron receives.
    n_states = len(integrated_names(neuron.equations)) + 1
    deliveries = n_input_spikes * n_neurons + n_spikes * (n_neurons - 1)
    return EventCounts(
        connections=n_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1)),
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_steps * (n_inputs + n_states * n_neurons),
        input_spikes=n_input_spikes,
        spikes=n_spikes,
    )
