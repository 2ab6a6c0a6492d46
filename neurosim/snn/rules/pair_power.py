"""Pair STDP with power-law weight dependence (Guetig, Aharonov, Rotter & Sompolinsky 2003)."""

from __future__ import annotations

from collections.abc import Mapping

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate lambda w_max (1 - w/w_max)^mu exp(...) or -lambda alpha w_max (w/w_max)^mu exp(...)."""
    w_max, mu = parameters["w_max"], parameters["mu"]
    step = parameters["learning_rate"] * w_max
    return pair_window(
        parameters, delta_t, step * (1 - w / w_max) ** mu, step * parameters["alpha"] * (w / w_max) ** mu
    )


def fixed_point(parameters: Mapping[str, float]) -> float:
    """Give the weight without drift under independent Poisson trains; ``mu`` must exceed 0."""
    ratio = parameters["alpha"] * parameters["postsynaptic_time_constant"] / parameters["presynaptic_time_constant"]
    root: float = ratio ** (1 / parameters["mu"])
    return parameters["w_max"] / (1 + root)


PAIR_POWER = Rule(
    name="stdp-power",
    summary="pair STDP, all-to-all, weight dependence w^mu between additive (0) and multiplicative (1) (Guetig 2003)",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    # The inner clip keeps the base of the power from leaving [0, 1], where it would give NaN.
    on_pre="w -= learning_rate*alpha*w_max*clip(w/w_max, 0, 1)**mu*postsynaptic_trace",
    on_post="w += learning_rate*w_max*clip(1 - w/w_max, 0, 1)**mu*presynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "learning_rate": number(0.005),
        "alpha": number(1.05),
        "mu": number(0.02),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=Reference(
        authors="R. Guetig, R. Aharonov, S. Rotter, H. Sompolinsky",
        year=2003,
        title="Learning input correlations through nonlinear temporally asymmetric Hebbian plasticity",
        doi="10.1523/JNEUROSCI.23-09-03697.2003",
        where="Eqs. 1 to 3: f+(w) = (1 - w)^mu, f-(w) = alpha w^mu",
    ),
    departures=(
        "The form of f+ and f- was read in the manuals of NEST and CSIM; lambda = 0.005, alpha = 1.05, mu = 0.02, 20 "
        "ms and the numbers of the equations are recalled, not re-read. NEST's default lambda is 0.01 and its mu 1. "
        "0^0 counts as 1, so that mu = 0 is exactly the additive rule."
    ),
    window=window,
    fixed_point=fixed_point,
)
