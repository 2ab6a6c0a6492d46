"""Adaptive exponential integrate-and-fire neuron (AdEx), with the firing patterns of Naud et al. (2008)."""

from __future__ import annotations

from types import MappingProxyType

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.patterns import FiringPattern
from neurosim.snn.units import Quantity

ADEX = NeuronModel(
    name="adex",
    summary="adaptive exponential integrate-and-fire, conductance synapses",
    equations="""
    dv/dt = (leak_conductance*(resting_potential - v) - adaptation_current + input_current
             + leak_conductance*slope_factor*exp((bounded_potential - threshold_potential)/slope_factor)
             + excitatory_conductance*(excitatory_reversal_potential - bounded_potential)
             + inhibitory_conductance*(inhibitory_reversal_potential - bounded_potential))/capacitance : volt
    dadaptation_current/dt = (subthreshold_adaptation*(bounded_potential - resting_potential)
                              - adaptation_current)/adaptation_time_constant : amp
    dexcitatory_conductance/dt = -excitatory_conductance/excitatory_time_constant : siemens
    dinhibitory_conductance/dt = -inhibitory_conductance/inhibitory_time_constant : siemens
    bounded_potential = clip(v, -1*volt, peak_potential) : volt
    input_current : amp
    """,
    threshold="v >= peak_potential",
    reset="v = reset_potential; adaptation_current += spike_adaptation",
    method="rk2",
    parameters={
        "capacitance": Quantity(281.0, "pF"),
        "leak_conductance": Quantity(30.0, "nS"),
        "resting_potential": Quantity(-70.6, "mV"),
        "threshold_potential": Quantity(-50.4, "mV"),
        "slope_factor": Quantity(2.0, "mV"),
        "peak_potential": Quantity(20.0, "mV"),
        "reset_potential": Quantity(-70.6, "mV"),
        "adaptation_time_constant": Quantity(144.0, "ms"),
        "subthreshold_adaptation": Quantity(4.0, "nS"),
        "spike_adaptation": Quantity(80.5, "pA"),
        "excitatory_reversal_potential": Quantity(0.0, "mV"),
        "inhibitory_reversal_potential": Quantity(-80.0, "mV"),
        "excitatory_time_constant": Quantity(5.0, "ms"),
        "inhibitory_time_constant": Quantity(10.0, "ms"),
    },
    initial={"v": Quantity(-70.6, "mV")},
    receives={"excitatory": "excitatory_conductance", "inhibitory": "inhibitory_conductance"},
    receives_units={"excitatory": "nS", "inhibitory": "nS"},
    reference=Reference(
        authors="Brette, R., & Gerstner, W.",
        year=2005,
        title="Adaptive exponential integrate-and-fire model as an effective description of neuronal activity",
        doi="10.1152/jn.00686.2005",
        where="Eqs. 2 and 3; parameters of the regular-spiking cell",
    ),
    departures="The potential is held at its peak inside the exponential, the synaptic currents and the adaptation, "
    "so that the upstroke's last step cannot overflow or leap in the adaptation. Synapses are those of Brette et al. "
    "(2007), doi 10.1007/s10827-007-0038-6. Constants recalled and compared with public code.",
    largest_step=Quantity(0.1, "ms"),
)


def _pattern(name: str, figure: str, current: float, *values: float) -> FiringPattern:
    capacitance, leak, rest, subthreshold, time_constant, spike, reset = values
    return FiringPattern(
        name=name,
        where=f"Naud et al. 2008, Fig. {figure}",
        parameters={
            "capacitance": Quantity(capacitance, "pF"),
            "leak_conductance": Quantity(leak, "nS"),
            "resting_potential": Quantity(rest, "mV"),
            "threshold_potential": Quantity(-50.0, "mV"),
            "slope_factor": Quantity(2.0, "mV"),
            "peak_potential": Quantity(0.0, "mV"),
            "subthreshold_adaptation": Quantity(subthreshold, "nS"),
            "adaptation_time_constant": Quantity(time_constant, "ms"),
            "spike_adaptation": Quantity(spike, "pA"),
            "reset_potential": Quantity(reset, "mV"),
        },
        initial={"v": Quantity(rest, "mV")},
        current=Quantity(current, "pA"),
    )


# After the figure and the current: C (pF), g_L (nS), E_L (mV), a (nS), tau_w (ms), b (pA), V_r (mV).
_PATTERNS = (
    _pattern("tonic", "4a", 500, 200, 10, -70, 2, 30, 0, -58),
    _pattern("adapting", "4b", 500, 200, 12, -70, 2, 300, 60, -58),
    _pattern("initial-burst", "4c", 400, 130, 18, -58, 4, 150, 120, -50),
    _pattern("bursting", "4d", 210, 200, 10, -58, 2, 120, 100, -46),
    _pattern("delayed-accelerating", "4e", 300, 200, 12, -70, -10, 300, 0, -58),
    _pattern("delayed-bursting", "4f", 110, 100, 10, -65, -10, 90, 30, -47),
    _pattern("transient", "4g", 180, 100, 10, -65, 10, 90, 100, -47),
    _pattern("irregular", "4h", 160, 100, 12, -60, -11, 130, 30, -48),
)

ADEX_PATTERNS = MappingProxyType({pattern.name: pattern for pattern in _PATTERNS})
"""Firing patterns by name, after Naud, Marcille, Clopath & Gerstner (2008), doi 10.1007/s00422-008-0264-7, Table 1.

The values are those of Brian2's example of this paper, which states that they were adapted to match the paper's
figures; the printed table itself was not re-read. The slope (2 mV), V_T (-50 mV) and the peak (0 mV) are common.
"""
