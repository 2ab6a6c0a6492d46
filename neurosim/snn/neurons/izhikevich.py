"""Izhikevich's simple model (2003), with its named cell types."""

from __future__ import annotations

from types import MappingProxyType

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.patterns import FiringPattern
from neurosim.snn.units import Quantity

IZHIKEVICH = NeuronModel(
    name="izhikevich",
    summary="Izhikevich's quadratic model with recovery; cortical and thalamic cell types",
    equations="""
    dv/dt = 0.04*v**2/(ms*mV) + 5*v/ms + 140*mV/ms - u + input_current + excitatory_current - inhibitory_current : volt
    du/dt = recovery_rate*(recovery_sensitivity*v - u) : volt/second
    dexcitatory_current/dt = -excitatory_current/excitatory_time_constant : volt/second
    dinhibitory_current/dt = -inhibitory_current/inhibitory_time_constant : volt/second
    input_current : volt/second
    """,
    threshold="v >= peak_potential",
    reset="v = reset_potential; u += recovery_increment",
    method="euler",
    parameters={
        "recovery_rate": Quantity(0.02, "1/ms"),
        "recovery_sensitivity": Quantity(0.2, "1/ms"),
        "reset_potential": Quantity(-65.0, "mV"),
        "recovery_increment": Quantity(8.0, "mV/ms"),
        "peak_potential": Quantity(30.0, "mV"),
        "excitatory_time_constant": Quantity(5.0, "ms"),
        "inhibitory_time_constant": Quantity(10.0, "ms"),
    },
    initial={"v": Quantity(-70.0, "mV"), "u": Quantity(-14.0, "mV/ms")},
    receives={"excitatory": "excitatory_current", "inhibitory": "inhibitory_current"},
    receives_units={"excitatory": "mV/ms", "inhibitory": "mV/ms"},
    reference=Reference(
        authors="Izhikevich, E. M.",
        year=2003,
        title="Simple model of spiking neurons",
        doi="10.1109/TNN.2003.820440",
        where="Eqs. 1 to 3; cell types from the text and Fig. 2",
    ),
    departures="The paper's numbers without units (mV and ms) carry units: its currents, and u, are in mV/ms. Both "
    "equations advance by the same Euler step (the paper's code halves the step of v only). Start values are the "
    "fixed point of the regular-spiking set without input. Synaptic currents decay exponentially (the paper's last "
    "for one step of 1 ms). Values recalled; the two thalamocortical modes are one set at two holding potentials.",
    largest_step=Quantity(0.5, "ms"),
)


def _cell_type(
    name: str, where: str, current: float, set_: tuple[float, float, float, float], v: float
) -> FiringPattern:
    a, b, c, d = set_
    return FiringPattern(
        name=name,
        where=f"Izhikevich 2003, {where}",
        parameters={
            "recovery_rate": Quantity(a, "1/ms"),
            "recovery_sensitivity": Quantity(b, "1/ms"),
            "reset_potential": Quantity(c, "mV"),
            "recovery_increment": Quantity(d, "mV/ms"),
        },
        initial={"v": Quantity(v, "mV"), "u": Quantity(b * v, "mV/ms")},
        current=Quantity(current, "mV/ms"),
    )


# The last number is the resting potential: the lower root of 0.04 v^2 + (5 - b) v + 140 = 0.
_TYPES = (
    _cell_type("regular-spiking", "Fig. 2 RS", 10.0, (0.02, 0.2, -65.0, 8.0), -70.0),
    _cell_type("intrinsically-bursting", "Fig. 2 IB", 10.0, (0.02, 0.2, -55.0, 4.0), -70.0),
    _cell_type("chattering", "Fig. 2 CH", 10.0, (0.02, 0.2, -50.0, 2.0), -70.0),
    _cell_type("fast-spiking", "Fig. 2 FS", 10.0, (0.1, 0.2, -65.0, 2.0), -70.0),
    _cell_type("thalamo-cortical", "Fig. 2 TC", 2.0, (0.02, 0.25, -65.0, 0.05), -64.4140),
    _cell_type("resonator", "Fig. 2 RZ", 0.5, (0.1, 0.26, -65.0, 2.0), -62.5),
    _cell_type("low-threshold-spiking", "Fig. 2 LTS", 10.0, (0.02, 0.25, -65.0, 2.0), -64.4140),
)

IZHIKEVICH_TYPES = MappingProxyType({cell.name: cell for cell in _TYPES})
"""Cell types by name."""
