"""Leaky integrate-and-fire neuron whose threshold rises with every spike and decays slowly."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.closed_form import firing_rate, passage_time, si
from neurosim.snn.neurons.lif_conductance import LIF_CONDUCTANCE, conductance_steady_state
from neurosim.snn.units import Quantity


def adapted_rate(
    parameters: Mapping[str, Quantity], current: float, excitatory: float = 0.0, inhibitory: float = 0.0
) -> float:
    """Give the rate at which a constant drive and the threshold's adaptation are in balance.

    In balance, an interval T lets the adaptation decay by as much as the spike that ends it adds: before that spike
    it is ``increment / (exp(T / decay) - 1)``, and T is also the time the membrane takes to the threshold raised by
    this amount. The one T that satisfies both is found by bisection.

    Parameters
    ----------
    parameters : mapping of str to Quantity
        Of :data:`LIF_ADAPTIVE_THRESHOLD`.
    current : float
        Input current in ampere.
    excitatory, inhibitory : float
        Constant conductances in siemens.

    Returns
    -------
    float
        Hz.
    """
    target, membrane = conductance_steady_state(parameters, current, excitatory, inhibitory)
    reset, threshold, refractory = si(parameters, "reset_potential", "threshold_potential", "refractory_period")
    increment, decay = si(parameters, "threshold_increment", "threshold_time_constant")
    if target <= threshold:
        return 0.0
    low, high = refractory, refractory + decay * math.log1p(increment / (target - threshold)) + 100.0 * membrane
    for _ in range(200):
        interval = 0.5 * (low + high)
        raised = threshold + increment / math.expm1(interval / decay)
        if refractory + passage_time(reset, target, raised, membrane) > interval:
            low = interval
        else:
            high = interval
    return firing_rate(0.0, high)


LIF_ADAPTIVE_THRESHOLD = NeuronModel(
    name="lif-adaptive-threshold",
    summary="conductance-based leaky integrate-and-fire whose threshold adapts",
    equations=LIF_CONDUCTANCE.equations
    + """
    dthreshold_adaptation/dt = -threshold_adaptation*due/threshold_time_constant : volt
    effective_threshold = threshold_potential + threshold_adaptation : volt
    steps_per_decay = 1 + int(clip(threshold_time_constant/(1024*dt), 0, 1000000)) : integer (shared)
    due = steps_per_decay*int(timestep(t, dt) % steps_per_decay == 0) : integer (shared)
    """,
    threshold="v >= effective_threshold",
    reset="v = reset_potential; threshold_adaptation += threshold_increment",
    refractory="refractory_period",
    method="exponential_euler",
    parameters={
        "membrane_time_constant": Quantity(100.0, "ms"),
        "leak_conductance": Quantity(1.0, "nS"),
        "resting_potential": Quantity(-65.0, "mV"),
        "threshold_potential": Quantity(-52.0, "mV"),
        "reset_potential": Quantity(-65.0, "mV"),
        "refractory_period": Quantity(5.0, "ms"),
        "excitatory_reversal_potential": Quantity(0.0, "mV"),
        "inhibitory_reversal_potential": Quantity(-100.0, "mV"),
        "excitatory_time_constant": Quantity(1.0, "ms"),
        "inhibitory_time_constant": Quantity(2.0, "ms"),
        "threshold_increment": Quantity(0.05, "mV"),
        "threshold_time_constant": Quantity(1e7, "ms"),
        "lateral_inhibition": Quantity(0.0, "nS"),
    },
    initial={"v": Quantity(-65.0, "mV")},
    receives=dict(LIF_CONDUCTANCE.receives),
    receives_units=dict(LIF_CONDUCTANCE.receives_units),
    reference=Reference(
        authors="Diehl, P. U., & Cook, M.",
        year=2015,
        title="Unsupervised learning of digit recognition using spike-timing-dependent plasticity",
        doi="10.3389/fncom.2015.00099",
        where="Eqs. 1 and 2, section Homeostasis; constants from the released code",
    ),
    departures="The released code starts the adaptation at 20 mV and subtracts an offset of 20 mV from the "
    "threshold, which is the same at the start but decays towards -72 mV; here the adaptation starts at 0 and decays "
    "to 0. It decays once in about a thousandth of its time constant (in every step where that is shorter), by the "
    "exact factor: a decay of less than 2^-24 a step would never move a float32. Over a step the membrane sees the "
    "mean of each decaying conductance. The inhibitory population can be replaced by the circuit's lateral "
    "inhibition.",
    rate=adapted_rate,
)
