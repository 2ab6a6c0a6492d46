"""Short-term plasticity (Tsodyks & Markram): a synapse that tires, and one that first grows."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import ms, number

PAPER = Reference(
    authors="M. Tsodyks, K. Pawelzik, H. Markram",
    year=1998,
    title="Neural networks with dynamic synapses",
    doi="10.1162/089976698300017502",
    where="Eqs. 2.1 to 2.4 and Fig. 1",
)
RECOVERY = "dresources/dt = (1 - resources)/recovery_time_constant : 1"


def steady_state(parameters: Mapping[str, float], interval: float) -> float:
    """Give the fraction u x that each spike of an endless regular train releases.

    Parameters
    ----------
    parameters : mapping of str to float
        SI values; without ``facilitation_time_constant`` the utilisation is constant.
    interval : float
        Seconds between spikes.
    """
    u0 = parameters["utilization"]
    u = u0
    if "facilitation_time_constant" in parameters:
        u = u0 / (1 - (1 - u0) * exp(-interval / parameters["facilitation_time_constant"]))
    recovery = exp(-interval / parameters["recovery_time_constant"])
    return u * (1 - recovery) / (1 - (1 - u) * recovery)


DEPRESSING = Rule(
    name="stp-depressing",
    summary="short-term depression: each spike uses a fixed share of resources that recover (Tsodyks & Markram)",
    pre_model=RECOVERY,
    pre_reset="resources -= utilization*resources",
    on_pre="",
    on_post="",
    transmitted="w*utilization*resources",
    initial={"resources": number(1.0)},
    parameters={"recovery_time_constant": ms(800.0), "utilization": number(0.5)},
    w_min="",
    w_max="",
    modifies="transmission",
    reference=PAPER,
    departures=(
        "Resources return at once instead of passing through the inactive state, which the paper lets them leave "
        "within about 3 ms. 800 ms and U = 0.5 are those of Fig. 1A as read in Brian2's example, which notes that the "
        "plotted curve fits U = 0.6; numbers of the equations recalled, not re-read. State belongs to the presynaptic "
        "neuron, which all its synapses of a pathway share."
    ),
    fixed_point=steady_state,
)

FACILITATING = Rule(
    name="stp-facilitating",
    summary="short-term facilitation and depression: utilisation grows with each spike (Tsodyks & Markram)",
    pre_model=f"{RECOVERY}\ndfacilitation/dt = -facilitation/facilitation_time_constant : 1",
    # Utilisation first, then the release with the raised value: Markram, Wang & Tsodyks (1998).
    pre_reset=("facilitation += utilization*(1 - facilitation)\nresources -= facilitation*resources"),
    on_pre="",
    on_post="",
    transmitted="w*(facilitation + utilization*(1 - facilitation))*resources",
    initial={"resources": number(1.0)},
    parameters={
        "recovery_time_constant": ms(130.0),
        "facilitation_time_constant": ms(530.0),
        "utilization": number(0.03),
    },
    w_min="",
    w_max="",
    modifies="transmission",
    reference=PAPER,
    departures=(
        "As stp-depressing; 130 ms, 530 ms and U = 0.03 are those of Fig. 1B and C as read in Brian2's example. "
        "Utilisation decays to 0 between spikes and is raised before the release, so that the first spike releases U; "
        "the variant that decays to U and is raised after the release gives other values at the same constants."
    ),
    fixed_point=steady_state,
)
