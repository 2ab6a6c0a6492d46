"""Inhibitory STDP (Vogels et al. 2011): inhibition grows until the postsynaptic neuron fires at a target rate."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms
from neurosim.snn.units import Quantity


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate eta (exp(-|delta_t|/tau) - alpha) with alpha = rate (tau_pre + tau_post); -eta alpha at delta_t = 0."""
    tau_pre, tau_post = parameters["presynaptic_time_constant"], parameters["postsynaptic_time_constant"]
    near = exp(-abs(delta_t) / (tau_pre if delta_t > 0 else tau_post)) if delta_t else 0.0
    return parameters["learning_rate"] * (near - parameters["target_rate"] * (tau_pre + tau_post))


def fixed_point(parameters: Mapping[str, float]) -> float:
    """Give the postsynaptic rate (Hz, not the weight) without drift for uncorrelated spikes."""
    return parameters["target_rate"]


INHIBITORY = Rule(
    name="stdp-inhibitory",
    summary="symmetric inhibitory STDP with constant depression: drives the rate to a target (Vogels 2011)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre=(
        "depression_offset = target_rate*(presynaptic_time_constant + postsynaptic_time_constant)\n"
        "w += learning_rate*(postsynaptic_trace - depression_offset)"
    ),
    on_post="w += learning_rate*presynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "target_rate": Quantity(3.0, "Hz"),
        "learning_rate": Quantity(0.01, "nS"),
        "w_min": Quantity(0.0, "nS"),
        "w_max": Quantity(100.0, "nS"),
    },
    weight_unit="nS",
    needs=("target_rate",),
    reference=Reference(
        authors="T. P. Vogels, H. Sprekeler, F. Zenke, C. Clopath, W. Gerstner",
        year=2011,
        title="Inhibitory plasticity balances excitation and inhibition in sensory pathways and memory networks",
        doi="10.1126/science.1211095",
        where="Eq. 1 (main text) and Supplementary Eqs. on the symmetric rule: alpha = 2 rho_0 tau_STDP",
    ),
    departures=(
        "alpha is rho_0 (tau_pre + tau_post), which is the paper's 2 rho_0 tau for equal time constants. Constants "
        "(20 ms, 3 Hz, eta = 0.01, at most 100, in nS) are those of the network by F. Zenke, an author, in Brian2's "
        "examples; eta of the paper's supplement and the number of the equation are recalled to differ between its "
        "figures, not re-read. The target is reached only where excitation alone would exceed it, since a weight "
        "cannot be negative."
    ),
    window=window,
    fixed_point=fixed_point,
)
