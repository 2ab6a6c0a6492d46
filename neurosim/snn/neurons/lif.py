"""Leaky integrate-and-fire neuron with exponential synaptic currents."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.closed_form import firing_rate, passage_time, si
from neurosim.snn.units import Quantity


def lif_rate(parameters: Mapping[str, Quantity], current: float) -> float:
    """Give the firing rate under a constant current.

    Parameters
    ----------
    parameters : mapping of str to Quantity
        Of :data:`LIF`.
    current : float
        In ampere.

    Returns
    -------
    float
        Hz, for infinitely small time steps.
    """
    membrane, capacitance, refractory = si(parameters, "membrane_time_constant", "capacitance", "refractory_period")
    rest, reset, threshold = si(parameters, "resting_potential", "reset_potential", "threshold_potential")
    target = rest + current * membrane / capacitance
    return firing_rate(refractory, passage_time(reset, target, threshold, membrane))


LIF = NeuronModel(
    name="lif",
    summary="leaky integrate-and-fire, exponential synaptic currents",
    equations="""
    dv/dt = (resting_potential - v)/membrane_time_constant
            + (mean_excitatory_current - mean_inhibitory_current + input_current)/capacitance : volt (unless refractory)
    dexcitatory_current/dt = -excitatory_current/excitatory_time_constant : amp
    dinhibitory_current/dt = -inhibitory_current/inhibitory_time_constant : amp
    mean_excitatory_current = excitatory_current*exprel(-dt/excitatory_time_constant) : amp
    mean_inhibitory_current = inhibitory_current*exprel(-dt/inhibitory_time_constant) : amp
    input_current : amp
    """,
    threshold="v >= threshold_potential",
    reset="v = reset_potential",
    refractory="refractory_period",
    method="exponential_euler",
    parameters={
        "membrane_time_constant": Quantity(10.0, "ms"),
        "capacitance": Quantity(250.0, "pF"),
        "resting_potential": Quantity(-65.0, "mV"),
        "threshold_potential": Quantity(-50.0, "mV"),
        "reset_potential": Quantity(-65.0, "mV"),
        "refractory_period": Quantity(2.0, "ms"),
        "excitatory_time_constant": Quantity(0.5, "ms"),
        "inhibitory_time_constant": Quantity(0.5, "ms"),
    },
    initial={"v": Quantity(-65.0, "mV")},
    receives={"excitatory": "excitatory_current", "inhibitory": "inhibitory_current"},
    receives_units={"excitatory": "pA", "inhibitory": "pA"},
    reference=Reference(
        authors="Potjans, T. C., & Diesmann, M.",
        year=2014,
        title="The cell-type specific cortical microcircuit: relating structure and activity in a full-scale spiking "
        "network model",
        doi="10.1093/cercor/bhs358",
        where="Tables 4 and 5 (neuron model and parameters)",
    ),
    departures="Excitation and inhibition decay each with its own time constant (both 0.5 ms, as in the paper). Over "
    "a step the membrane sees the mean of the decaying current, so the charge of a spike does not depend on the "
    "step and equal membrane and synaptic time constants are no singularity, as they are in the usual exact "
    "solution.",
    rate=lif_rate,
)
