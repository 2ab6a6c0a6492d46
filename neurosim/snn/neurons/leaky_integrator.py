"""A leaky integrator that never spikes: its potential is a read-out."""

from __future__ import annotations

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity

LEAKY_INTEGRATOR = NeuronModel(
    name="leaky-integrator",
    summary="dimensionless leaky integrator without a threshold, read out by its potential",
    equations="""
    dv/dt = (bias - v)/membrane_time_constant : 1
    bias : 1
    """,
    threshold="",
    reset="",
    method="exponential_euler",
    parameters={"membrane_time_constant": Quantity(100.0, "ms")},
    receives={"excitatory": "v"},
    receives_units={"excitatory": "1"},
    reference=Reference(
        authors="Bellec, G., Scherr, F., Subramoney, A., Hajek, E., Salaj, D., Legenstein, R., & Maass, W.",
        year=2020,
        title="A solution to the learning dilemma for recurrent networks of spiking neurons",
        doi="10.1038/s41467-020-17236-y",
        where="Methods, output neurons: y_k(t) = kappa y_k(t-1) + sum_j w_kj z_j(t) + b_k",
    ),
    departures="The bias is a drive that relaxes with the membrane, in units of the potential it leads to. The place "
    "in the paper was recalled, not re-read.",
)
