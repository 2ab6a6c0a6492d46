"""Leaky integrate-and-fire neuron with exponential synaptic conductances."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.closed_form import firing_rate, passage_time, si
from neurosim.snn.units import Quantity


def conductance_steady_state(
    parameters: Mapping[str, Quantity], current: float, excitatory: float = 0.0, inhibitory: float = 0.0
) -> tuple[float, float]:
    """Give where constant conductances draw the membrane, and how fast.

    Parameters
    ----------
    parameters : mapping of str to Quantity
        Of :data:`LIF_CONDUCTANCE`.
    current : float
        Input current in ampere.
    excitatory, inhibitory : float
        Conductances in siemens.

    Returns
    -------
    potential : float
        Volt: the mean of all reversal potentials, each weighted by its conductance.
    time_constant : float
        Seconds: the membrane's, divided by the total conductance.
    """
    names = ("resting_potential", "excitatory_reversal_potential", "inhibitory_reversal_potential")
    rest, excitatory_reversal, inhibitory_reversal = si(parameters, *names)
    leak, membrane = si(parameters, "leak_conductance", "membrane_time_constant")
    total = leak + excitatory + inhibitory
    drive = leak * rest + excitatory * excitatory_reversal + inhibitory * inhibitory_reversal + current
    return drive / total, membrane * leak / total


def lif_conductance_rate(
    parameters: Mapping[str, Quantity], current: float, excitatory: float = 0.0, inhibitory: float = 0.0
) -> float:
    """Give the firing rate in Hz under a constant current (ampere) and constant conductances (siemens)."""
    target, time_constant = conductance_steady_state(parameters, current, excitatory, inhibitory)
    reset, threshold, refractory = si(parameters, "reset_potential", "threshold_potential", "refractory_period")
    return firing_rate(refractory, passage_time(reset, target, threshold, time_constant))


LIF_CONDUCTANCE = NeuronModel(
    name="lif-conductance",
    summary="leaky integrate-and-fire, exponential synaptic conductances",
    equations="""
    dv/dt = (leak_conductance*(resting_potential - v) + input_current
             + mean_excitatory_conductance*(excitatory_reversal_potential - v)
             + (mean_inhibitory_conductance + lateral_inhibition)*(inhibitory_reversal_potential - v)
            )/(leak_conductance*membrane_time_constant) : volt (unless refractory)
    dexcitatory_conductance/dt = -excitatory_conductance/excitatory_time_constant : siemens
    dinhibitory_conductance/dt = -inhibitory_conductance/inhibitory_time_constant : siemens
    mean_excitatory_conductance = excitatory_conductance*exprel(-dt/excitatory_time_constant) : siemens
    mean_inhibitory_conductance = inhibitory_conductance*exprel(-dt/inhibitory_time_constant) : siemens
    input_current : amp
    """,
    threshold="v >= threshold_potential",
    reset="v = reset_potential",
    refractory="refractory_period",
    method="exponential_euler",
    parameters={
        "membrane_time_constant": Quantity(20.0, "ms"),
        "leak_conductance": Quantity(10.0, "nS"),
        "resting_potential": Quantity(-60.0, "mV"),
        "threshold_potential": Quantity(-50.0, "mV"),
        "reset_potential": Quantity(-60.0, "mV"),
        "refractory_period": Quantity(5.0, "ms"),
        "excitatory_reversal_potential": Quantity(0.0, "mV"),
        "inhibitory_reversal_potential": Quantity(-80.0, "mV"),
        "excitatory_time_constant": Quantity(5.0, "ms"),
        "inhibitory_time_constant": Quantity(10.0, "ms"),
        "lateral_inhibition": Quantity(0.0, "nS"),
    },
    initial={"v": Quantity(-60.0, "mV")},
    receives={"excitatory": "excitatory_conductance", "inhibitory": "inhibitory_conductance"},
    receives_units={"excitatory": "nS", "inhibitory": "nS"},
    reference=Reference(
        authors="Vogels, T. P., Sprekeler, H., Zenke, F., Clopath, C., & Gerstner, W.",
        year=2011,
        title="Inhibitory plasticity balances excitation and inhibition in sensory pathways and memory networks",
        doi="10.1126/science.1211095",
        where="Supporting material, neuron model and table of parameters",
    ),
    departures="The background current of the paper is input_current, 0 by default (200 pA there, twice the "
    "rheobase). Over a step the membrane sees the mean of each decaying conductance. Divided by the leak the "
    "equation is Eq. 1 of Diehl & Cook (2015), doi 10.3389/fncom.2015.00099, whose conductances are multiples of it: "
    "there the leak is 1 nS. Values recalled and compared with public code; the supporting material was not "
    "re-read.",
    rate=lif_conductance_rate,
)

DIEHL_COOK_INHIBITORY = MappingProxyType(
    {
        "membrane_time_constant": Quantity(10.0, "ms"),
        "leak_conductance": Quantity(1.0, "nS"),
        "resting_potential": Quantity(-60.0, "mV"),
        "threshold_potential": Quantity(-40.0, "mV"),
        "reset_potential": Quantity(-45.0, "mV"),
        "refractory_period": Quantity(2.0, "ms"),
        "excitatory_reversal_potential": Quantity(0.0, "mV"),
        "inhibitory_reversal_potential": Quantity(-85.0, "mV"),
        "excitatory_time_constant": Quantity(1.0, "ms"),
        "inhibitory_time_constant": Quantity(2.0, "ms"),
    }
)
"""Inhibitory neurons of Diehl & Cook (2015), from their released code; for ``Population(parameters=dict(...))``."""
