"""Two of the four rules around Diehl & Cook (2015): the power-law rule of the text and the one their code runs."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window
from neurosim.snn.rules.triplet import SLOW_POST

PAPER = Reference(
    authors="P. U. Diehl, M. Cook",
    year=2015,
    title="Unsupervised learning of digit recognition using spike-timing-dependent plasticity",
    doi="10.3389/fncom.2015.00099",
    where="Eq. 3: the power-law weight-dependent rule, the first of four",
)


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate one isolated pair: only the postsynaptic spike acts, eta (x_pre - x_tar) (w_max - w)^mu."""
    seen = exp(-delta_t / parameters["presynaptic_time_constant"]) if delta_t > 0 else 0.0
    room: float = (parameters["w_max"] - w) ** parameters["mu"]
    return parameters["learning_rate"] * (seen - parameters["trace_target"]) * room


def released_window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate one isolated pair: only depression, since potentiation needs an earlier postsynaptic spike."""
    return pair_window(parameters, delta_t, 0.0, parameters["depression"])


DIEHL_COOK = Rule(
    name="diehl-cook",
    summary="Diehl & Cook 2015, power-law rule of the text: eta (x_pre - x_tar) (w_max - w)^mu at postsynaptic spikes",
    pre_model=PRE_TRACE,
    pre_reset=PRE_ADD,
    on_pre="",
    on_post=("w += learning_rate*(presynaptic_trace - trace_target)*clip(w_max - w, 0, w_max)**mu"),
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "learning_rate": number(0.01),
        "trace_target": number(0.4),
        "mu": number(0.2),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=PAPER,
    departures=(
        "The paper compares four rules: this one, an exponential weight dependence, a symmetric pre- and postsynaptic "
        "rule and a triplet rule. Its released code runs none of the first three: see diehl-cook-released. Learning "
        "rate, target and mu are constants of that code (nu_ee_post, STDP_offset, exp_ee_post), where its equations "
        "leave the last two unused; the number of the equation was read in copies of it. The weights' column sum (78) "
        "and the adaptive threshold are separate parts."
    ),
    window=window,
)

DIEHL_COOK_RELEASED = Rule(
    name="diehl-cook-released",
    summary="the nearest-spike triplet rule that the released code of Diehl & Cook 2015 runs",
    pre_model=PRE_TRACE,
    pre_reset="presynaptic_trace = 1",
    post_model=f"{POST_TRACE}\n{SLOW_POST}",
    post_reset="postsynaptic_trace = 1\nslow_postsynaptic_trace = 1",
    on_pre="w -= depression*postsynaptic_trace",
    on_post="w += potentiation*presynaptic_trace*slow_postsynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "slow_postsynaptic_time_constant": ms(40.0),
        "potentiation": number(0.01),
        "depression": number(0.0001),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    reference=PAPER,
    departures=(
        "Written down from the released program (constants read in copies of it and in Brian2's own example), not "
        "from the text, whose Eq. 3 is another rule. The slow trace is read before its own spike sets it to 1, as "
        "there. Their random delays of 0 to 10 ms and the column sum of 78 are separate parts."
    ),
    window=released_window,
)
