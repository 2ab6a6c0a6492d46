"""Competitive STDP, the instar rule: at a postsynaptic spike the weight moves towards the presynaptic trace."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import PRE_ADD, PRE_TRACE, ms, number


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate one isolated pair: only the postsynaptic spike acts, with the trace that it finds."""
    seen = exp(-delta_t / parameters["presynaptic_time_constant"]) if delta_t > 0 else 0.0
    return parameters["learning_rate"] * (parameters["trace_scale"] * seen - w)


def fixed_point(parameters: Mapping[str, float], mean_trace: float) -> float:
    """Give the weight at rest: the mean of the scaled presynaptic trace over the postsynaptic spikes."""
    return parameters["trace_scale"] * mean_trace


COMPETITIVE = Rule(
    name="competitive",
    summary="w += eta (trace - w) at postsynaptic spikes: instar learning, online k-means with one winner (Grossberg)",
    pre_model=PRE_TRACE,
    pre_reset=PRE_ADD,
    on_pre="",
    on_post="w += learning_rate*(trace_scale*presynaptic_trace - w)",
    parameters={
        "presynaptic_time_constant": ms(100.0),
        "learning_rate": number(0.01),
        "trace_scale": number(1.0),
    },
    w_min="",
    w_max="",
    reference=Reference(
        authors="S. Grossberg",
        year=1976,
        title="Adaptive pattern classification and universal recoding: I. Parallel development and coding of neural "
        "feature detectors",
        doi="10.1007/BF00344744",
        where="Eq. 6, dz/dt = (-z + theta) x with x the postsynaptic activity (instar)",
    ),
    departures=(
        "The paper's rule is for rates; here the postsynaptic activity is a spike and the presynaptic one a trace. No "
        "value is from the paper: time constant, learning rate and trace_scale (1/(mean rate x time constant) makes "
        "the trace an estimate of the relative rate) belong to the task. The number of the equation is recalled, not "
        "re-read. Equal to Oja's rule only for an output of 0 or 1. No bounds: a weight stays between its start and "
        "the largest trace by itself, if 0 <= learning_rate <= 1."
    ),
    window=window,
    fixed_point=fixed_point,
)
