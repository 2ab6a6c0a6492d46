"""Reward-modulated STDP in its general form, modulator x eligibility (Fremaux & Gerstner 2016)."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window
from neurosim.snn.units import Quantity

# The eligibility only decays between events, and is brought up to date when one comes. Steps are counted as integers,
# exact also in float32.
DECAY = """eligibility = eligibility*exp(-(t_in_timesteps - last_step)*dt/eligibility_time_constant)
last_step = t_in_timesteps
"""


def window(
    parameters: Mapping[str, float], delta_t: float, w: float, delay: float = 0.0, modulator: float = 1.0
) -> float:
    """Evaluate one pair followed, ``delay`` seconds after its second spike, by one value of the modulator."""
    eligibility = pair_window(parameters, delta_t, parameters["potentiation"], parameters["depression"])
    step = parameters["learning_rate"] * parameters["w_max"] * modulator
    return step * eligibility * exp(-delay / parameters["eligibility_time_constant"])


THREE_FACTOR = Rule(
    name="stdp-three-factor",
    summary="STDP into an eligibility trace; w += eta M x eligibility on demand (Fremaux & Gerstner 2016)",
    model="eligibility : 1\nlast_step : integer",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre=DECAY + "eligibility = eligibility - depression*postsynaptic_trace",
    on_post=DECAY + "eligibility = eligibility + potentiation*presynaptic_trace",
    on_demand={
        "modulate": DECAY + "w += learning_rate*w_max*modulator*eligibility",
        "forget": "eligibility = 0\nlast_step = t_in_timesteps",
    },
    signals=("modulator",),
    needs=("reward",),
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "potentiation": number(1.0),
        "depression": number(1.0),
        "eligibility_time_constant": Quantity(1.0, "second"),
        "learning_rate": number(0.01),
        "w_min": number(0.0),
        "w_max": number(1.0),
    },
    local_in_space=False,
    reference=Reference(
        authors="N. Fremaux, W. Gerstner",
        year=2016,
        title="Neuromodulated spike-timing-dependent plasticity, and theory of three-factor learning rules",
        doi="10.3389/fncir.2015.00085",
        where="Eqs. 10 and 14: a modulator times an eligibility, and R-STDP with M = R - mean(R)",
    ),
    departures=(
        "A review: it gives the form, no single set of constants; those here are ours. M comes at moments, as a "
        "pulse, through 'modulate'. The modulator is whatever the driver writes: R, or R minus its running mean "
        "(without that baseline the unsupervised bias of STDP spoils learning: Fremaux, Sprekeler & Gerstner 2010, "
        "doi:10.1523/JNEUROSCI.6249-09.2010), or a punishment. Unlike stdp-dopamine there is no tonic part, no decay "
        "of the modulator and no sign restriction. Numbers of the equations as another program cites them, not re-read."
    ),
    window=window,
)
