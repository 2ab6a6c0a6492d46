"""Additive pair STDP (Song, Miller & Abbott 2000), with all-to-all and with nearest-neighbour pairing."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import (
    POST_ADD,
    POST_TRACE,
    PRE_ADD,
    PRE_TRACE,
    ms,
    nearest_neighbour,
    number,
    pair_window,
)


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate A+ w_max exp(-delta_t/tau+) or -A- w_max exp(delta_t/tau-); independent of ``w``."""
    w_max = parameters["w_max"]
    return pair_window(parameters, delta_t, parameters["potentiation"] * w_max, parameters["depression"] * w_max)


PAIR_ADDITIVE = Rule(
    name="stdp-additive",
    summary="pair STDP, all-to-all, changes independent of the weight, hard bounds (Song 2000)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre="w -= depression*w_max*postsynaptic_trace",
    on_post="w += potentiation*w_max*presynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "potentiation": number(0.005),
        "depression": number(0.00525),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=Reference(
        authors="S. Song, K. D. Miller, L. F. Abbott",
        year=2000,
        title="Competitive Hebbian learning through spike-timing-dependent synaptic plasticity",
        doi="10.1038/78829",
        where="Eq. 1 (window) and the exponentially decaying P_a(t), M(t) of the Methods",
    ),
    departures=(
        "Weights in units of w_max, the paper's g_max. A+ = 0.005, A-/A+ = 1.05 and 20 ms were read in documentation "
        "of other implementations that cite the paper; the number of the equation is recalled, not re-read. "
        "Circulating copies (Brian2's STDP example) use A+ = 0.01."
    ),
    window=window,
)

PAIR_NEAREST = nearest_neighbour(
    PAIR_ADDITIVE,
    name="stdp-nearest",
    summary="pair STDP, each spike with the nearest earlier spike of the other side only, additive",
    departures=(
        "Amplitudes and time constants of Song et al. (2000), who sum over all pairs. Pairing is the symmetric "
        "nearest-neighbour scheme of Morrison, Diesmann & Gerstner (2008), Fig. 7A, doi:10.1007/s00422-008-0233-1 "
        "(number of the figure recalled, not re-read)."
    ),
)
