"""Mixed pair STDP (van Rossum, Bi & Turrigiano 2000): additive potentiation, multiplicative depression."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate A+ w_max exp(-delta_t/tau+) or -A- w exp(delta_t/tau-)."""
    return pair_window(
        parameters, delta_t, parameters["potentiation"] * parameters["w_max"], parameters["depression"] * w
    )


def fixed_point(parameters: Mapping[str, float]) -> float:
    """Give the weight without drift under independent Poisson trains: c_p tau+ / (c_d tau-)."""
    up = parameters["potentiation"] * parameters["w_max"] * parameters["presynaptic_time_constant"]
    return up / (parameters["depression"] * parameters["postsynaptic_time_constant"])


PAIR_MIXED = Rule(
    name="stdp-mixed",
    summary="pair STDP, all-to-all, additive potentiation and multiplicative depression (van Rossum 2000)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre="w -= depression*w*postsynaptic_trace",
    on_post="w += potentiation*w_max*presynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "potentiation": number(0.001),
        "depression": number(0.003),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=Reference(
        authors="M. C. W. van Rossum, G. Q. Bi, G. G. Turrigiano",
        year=2000,
        title="Stable Hebbian learning from spike timing-dependent plasticity",
        doi="10.1523/JNEUROSCI.20-23-08812.2000",
        where="Eqs. 1 and 2",
    ),
    departures=(
        "The paper's noise on each update is left out. It has no upper bound; w_max = 1 nS is ours, and so is the step "
        "of 0.001 w_max = 1 pS: an implementation that names the paper as its source has c_p = 7 pS, whose fixed point "
        "would lie above w_max. c_d = 0.003 and 20 ms were read there; numbers of the equations recalled, not re-read."
    ),
    window=window,
    fixed_point=fixed_point,
)
