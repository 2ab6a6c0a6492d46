"""A dimensionless leaky integrator whose reset subtracts the threshold: what gradients pass through most easily."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.neurons.closed_form import firing_rate, passage_time, si
from neurosim.snn.units import Quantity


def leaky_rate(parameters: Mapping[str, Quantity], drive: float) -> float:
    """Give the rate in Hz under a constant drive: each spike takes the potential from the threshold back to 0."""
    membrane, threshold = si(parameters, "membrane_time_constant", "threshold")
    return firing_rate(0.0, passage_time(0.0, drive, threshold, membrane))


LIF_RESET_BY_SUBTRACTION = NeuronModel(
    name="lif-reset-by-subtraction",
    summary="dimensionless leaky integrate-and-fire, reset by subtraction, with a bias",
    equations="""
    dv/dt = (bias - v)/membrane_time_constant : 1
    bias : 1
    n_spikes : 1
    """,
    threshold="v >= threshold",
    reset="v -= threshold; n_spikes += 1",
    method="exponential_euler",
    parameters={"membrane_time_constant": Quantity(20.0, "ms"), "threshold": Quantity(1.0)},
    receives={"excitatory": "v"},
    receives_units={"excitatory": "1"},
    reference=Reference(
        authors="Bellec, G., Scherr, F., Subramoney, A., Hajek, E., Salaj, D., Legenstein, R., & Maass, W.",
        year=2020,
        title="A solution to the learning dilemma for recurrent networks of spiking neurons",
        doi="10.1038/s41467-020-17236-y",
        where="Methods, LIF neurons: leak, instantaneous synapses, reset by subtraction of the threshold",
    ),
    departures="No refractory period and no recurrent weights; the bias is a constant drive, in units of the potential "
    "it leads to. A synaptic weight may have either sign. A spike's charge arrives after the test of the threshold in "
    "the same step, so it is seen in the next. The place in the paper was recalled, not re-read.",
    rate=leaky_rate,
)
