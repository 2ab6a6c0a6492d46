"""Symmetric STDP: potentiation whatever the order of the two spikes (Mishra et al. 2016, CA3-CA3 synapses)."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate A w_max exp(-|delta_t|/tau) with the time constant of the side that spiked first."""
    if delta_t == 0:
        return 0.0
    side = "presynaptic_time_constant" if delta_t > 0 else "postsynaptic_time_constant"
    return parameters["potentiation"] * parameters["w_max"] * exp(-abs(delta_t) / parameters[side])


SYMMETRIC = Rule(
    name="stdp-symmetric",
    summary="symmetric STDP: potentiation for either order, broad window, hard bounds (Mishra 2016)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre="w += potentiation*w_max*postsynaptic_trace",
    on_post="w += potentiation*w_max*presynaptic_trace",
    parameters={
        # A two-sided exponential of full width 150 ms at half its height: 150 / (2 ln 2).
        "presynaptic_time_constant": ms(108.2),
        "postsynaptic_time_constant": ms(108.2),
        "potentiation": number(0.005),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=Reference(
        authors="R. K. Mishra, S. Kim, S. J. Guzman, P. Jonas",
        year=2016,
        title="Symmetric spike timing-dependent plasticity at CA3-CA3 synapses optimizes storage and recall in "
        "autoassociative networks",
        doi="10.1038/ncomms11552",
        where="Table 1 (+10 ms: 178 %, -10 ms: 159 % of baseline) and the half-width of about 150 ms of the STDP curve",
    ),
    departures=(
        "The paper measures; the two-sided exponential, its equal sides and all-to-all pairing are ours. Only the "
        "width is from the paper; the amplitude per pair is free. Nothing depresses, so a network needs scaling or "
        "normalisation beside it. A pair at exactly 0 ms counts nothing, because both spikes read the traces before "
        "the other's update."
    ),
    window=window,
)
