"""Hodgkin and Huxley's model of the squid axon's membrane, in the modern sign convention."""

from __future__ import annotations

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity

# "constant over dt" keeps each rate a value of its own: substituted into the equations, exp(-v/18 mV) would be
# rewritten as a root of exp(v/mV), which underflows in float32 below -87 mV.
HODGKIN_HUXLEY = NeuronModel(
    name="hodgkin-huxley",
    summary="Hodgkin-Huxley 1952, per area, rest at -65 mV",
    equations="""
    dv/dt = (input_current - sodium_conductance*m**3*h*(v - sodium_reversal_potential)
             - potassium_conductance*n**4*(v - potassium_reversal_potential)
             - leak_conductance*(v - leak_reversal_potential)
             - excitatory_conductance*(v - excitatory_reversal_potential)
             - inhibitory_conductance*(v - inhibitory_reversal_potential))/capacitance : volt
    dm/dt = alpha_m*(1 - m) - beta_m*m : 1
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    dexcitatory_conductance/dt = -excitatory_conductance/excitatory_time_constant : siemens/metre**2
    dinhibitory_conductance/dt = -inhibitory_conductance/inhibitory_time_constant : siemens/metre**2
    alpha_m = 1.0/exprel(-(v + 40*mV)/(10*mV))/ms : Hz (constant over dt)
    beta_m = 4.0*exp(-(v + 65*mV)/(18*mV))/ms : Hz (constant over dt)
    alpha_h = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz (constant over dt)
    beta_h = 1.0/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz (constant over dt)
    alpha_n = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz (constant over dt)
    beta_n = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz (constant over dt)
    input_current : amp/metre**2
    """,
    threshold="v >= detection_potential",
    reset="",
    refractory="detection_dead_time",
    method="exponential_euler",
    parameters={
        "capacitance": Quantity(1.0, "uF/cm**2"),
        "sodium_conductance": Quantity(120.0, "mS/cm**2"),
        "potassium_conductance": Quantity(36.0, "mS/cm**2"),
        "leak_conductance": Quantity(0.3, "mS/cm**2"),
        "sodium_reversal_potential": Quantity(50.0, "mV"),
        "potassium_reversal_potential": Quantity(-77.0, "mV"),
        "leak_reversal_potential": Quantity(-54.387, "mV"),
        "detection_potential": Quantity(0.0, "mV"),
        "detection_dead_time": Quantity(3.0, "ms"),
        "excitatory_reversal_potential": Quantity(0.0, "mV"),
        "inhibitory_reversal_potential": Quantity(-80.0, "mV"),
        "excitatory_time_constant": Quantity(5.0, "ms"),
        "inhibitory_time_constant": Quantity(10.0, "ms"),
    },
    initial={
        "v": Quantity(-65.0, "mV"),
        "m": Quantity(0.0529324853),
        "h": Quantity(0.5961207535),
        "n": Quantity(0.3176769141),
    },
    receives={"excitatory": "excitatory_conductance", "inhibitory": "inhibitory_conductance"},
    receives_units={"excitatory": "mS/cm**2", "inhibitory": "mS/cm**2"},
    reference=Reference(
        authors="Hodgkin, A. L., & Huxley, A. F.",
        year=1952,
        title="A quantitative description of membrane current and its application to conduction and excitation in "
        "nerve",
        doi="10.1113/jphysiol.1952.sp004764",
        where="Eqs. 7, 12, 13, 15, 16, 18, 20, 21, 23, 24, 26 and Table 3",
    ),
    departures="Modern convention: the inside against the outside, depolarisation upwards, rest at -65 mV, so that v "
    "= -65 mV - V of the paper and its potentials -115, 12 and -10.613 mV read 50, -77 and -54.387 mV (with which "
    "the rest lies at -64.997 mV). Temperature 6.3 degrees Celsius. A spike is counted where v rises through "
    "detection_potential; nothing is reset. Synaptic conductances are an addition and 0 unless a pathway drives "
    "them. Equation numbers recalled, not re-read.",
    largest_step=Quantity(0.05, "ms"),
)
