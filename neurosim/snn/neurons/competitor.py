"""A dimensionless leaky integrator for competition: its own threshold, a teacher's veto, a count of its spikes."""

from __future__ import annotations

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity

COMPETITOR = NeuronModel(
    name="competitor",
    summary="dimensionless leaky integrator with its own threshold, for winner-take-all circuits",
    equations="""
    dv/dt = -v/membrane_time_constant : 1
    own_threshold : 1
    veto : 1
    n_spikes : 1
    """,
    threshold="v - lateral_inhibition - veto > own_threshold",
    reset="v = 0; n_spikes += 1",
    method="exponential_euler",
    parameters={"membrane_time_constant": Quantity(100.0, "ms"), "lateral_inhibition": Quantity(0.0)},
    receives={"excitatory": "v"},
    receives_units={"excitatory": "1"},
    reference=Reference(
        authors="Abbott, L. F.",
        year=1999,
        title="Lapicque's introduction of the integrate-and-fire model neuron (1907)",
        doi="10.1016/S0361-9230(99)00161-6",
        where="The integrate-and-fire neuron with leak",
    ),
    departures="Potential, threshold and inhibition are pure numbers. The threshold is a variable of each neuron, set "
    "from outside (homeostasis); the veto is a teacher's inhibition, zero where nobody teaches.",
)
