"""Multiplicative pair STDP (Rubin, Lee & Sompolinsky 2001): both changes shrink towards their bound."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate A+ (w_max - w) exp(-delta_t/tau+) or -A- (w - w_min) exp(delta_t/tau-)."""
    potentiation = parameters["potentiation"] * (parameters["w_max"] - w)
    depression = parameters["depression"] * (w - parameters["w_min"])
    return pair_window(parameters, delta_t, potentiation, depression)


def fixed_point(parameters: Mapping[str, float]) -> float:
    """Give the weight without drift under independent Poisson trains: the two areas of the window cancel."""
    up = parameters["potentiation"] * parameters["presynaptic_time_constant"]
    down = parameters["depression"] * parameters["postsynaptic_time_constant"]
    return (up * parameters["w_max"] + down * parameters["w_min"]) / (up + down)


PAIR_MULTIPLICATIVE = Rule(
    name="stdp-multiplicative",
    summary="pair STDP, all-to-all, both changes proportional to the distance from the bound (Rubin 2001)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre="w -= depression*(w - w_min)*postsynaptic_trace",
    on_post="w += potentiation*(w_max - w)*presynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "potentiation": number(0.005),
        "depression": number(0.00525),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=Reference(
        authors="J. Rubin, D. D. Lee, H. Sompolinsky",
        year=2001,
        title="Equilibrium properties of temporally asymmetric Hebbian plasticity",
        doi="10.1103/PhysRevLett.86.364",
        where="Eq. 1, with the multiplicative choice f+(w) = 1 - w, f-(w) = alpha w",
    ),
    departures=(
        "Amplitudes are those of the additive rule, so that only the weight dependence differs between the two; the "
        "paper's own were not re-read, nor was the number of the equation. Often credited to van Rossum et al. "
        "(2000), whose rule is the mixed one."
    ),
    window=window,
    fixed_point=fixed_point,
)
