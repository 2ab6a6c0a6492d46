"""Integrate-and-fire neuron without leak, whose reset subtracts the threshold: its rate is a rectified linear unit."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity


def integrator_rate(parameters: Mapping[str, Quantity], drive: float) -> float:
    """Give the rate in Hz under a constant drive (threshold units a second): linear above 0, silent below."""
    return max(drive, 0.0) / parameters["threshold"].si


IF_RESET_BY_SUBTRACTION = NeuronModel(
    name="if-reset-by-subtraction",
    summary="non-leaky integrate-and-fire that keeps the charge above its threshold",
    equations="""
    dv/dt = input_drive : 1
    input_drive : Hz
    """,
    threshold="v >= threshold",
    reset="v -= threshold",
    method="exponential_euler",
    parameters={"threshold": Quantity(1.0)},
    receives={"excitatory": "v"},
    receives_units={"excitatory": "1"},
    reference=Reference(
        authors="Rueckauer, B., Lungu, I.-A., Hu, Y., Pfeiffer, M., & Liu, S.-C.",
        year=2017,
        title="Conversion of continuous-valued deep networks to efficient event-driven networks for image "
        "classification",
        doi="10.3389/fnins.2017.00682",
        where="Methods, membrane equation with reset by subtraction",
    ),
    departures="The bias is a drive in threshold units a second, so that a time step may have any length. Weights "
    "may be negative; they act at once, and a spike leaves in the next step. At most one spike leaves in a step: "
    "charge above that waits. The equation was recalled, not re-read.",
    rate=integrator_rate,
)
