"""Dopamine-modulated STDP (Izhikevich 2007): an eligibility trace bridges the delay until the reward."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_ADD, POST_TRACE, PRE_ADD, PRE_TRACE, ms, number, pair_window
from neurosim.snn.units import Quantity

# Between two events of a synapse eligibility c and dopamine d only decay, so ds/dt = gain c (d + d0) has a closed
# integral: nothing need be computed at the steps between. Steps are counted as integers, exact also in float32.
CATCH_UP = """elapsed = (t_in_timesteps - last_step)*dt
eligibility_decay = exp(-elapsed/eligibility_time_constant)
dopamine_decay = exp(-elapsed/dopamine_time_constant)
joint_time_constant = 1.0/(1.0/eligibility_time_constant + 1.0/dopamine_time_constant)
phasic = dopamine*joint_time_constant*(1.0 - eligibility_decay*dopamine_decay)
tonic = tonic_dopamine*eligibility_time_constant*(1.0 - eligibility_decay)
w += gain*eligibility*(phasic + tonic)
dopamine = dopamine*dopamine_decay
last_step = t_in_timesteps
"""


def eligibility_window(parameters: Mapping[str, float], delta_t: float) -> float:
    """Give the eligibility that one pair leaves behind at its second spike."""
    return pair_window(parameters, delta_t, parameters["potentiation"], parameters["depression"])


def window(
    parameters: Mapping[str, float], delta_t: float, w: float, delay: float = float("inf"), release: float = 0.0
) -> float:
    """Evaluate the final change after one pair and one release of dopamine ``delay`` seconds after its second spike."""
    tau_c, tau_d = parameters["eligibility_time_constant"], parameters["dopamine_time_constant"]
    phasic = release * exp(-delay / tau_c) * tau_c * tau_d / (tau_c + tau_d)
    return (
        parameters["gain"] * eligibility_window(parameters, delta_t) * (phasic + parameters["tonic_dopamine"] * tau_c)
    )


DOPAMINE = Rule(
    name="stdp-dopamine",
    summary="STDP into an eligibility trace, turned into weight by dopamine after a reward (Izhikevich 2007)",
    model="eligibility : 1\ndopamine : 1\nlast_step : integer",
    pre_model=PRE_TRACE,
    post_model=POST_TRACE,
    pre_reset=PRE_ADD,
    post_reset=POST_ADD,
    on_pre=CATCH_UP + "eligibility = eligibility*eligibility_decay - depression*postsynaptic_trace",
    on_post=CATCH_UP + "eligibility = eligibility*eligibility_decay + potentiation*presynaptic_trace",
    on_demand={
        "reward": CATCH_UP
        + "eligibility = eligibility*eligibility_decay\ndopamine = dopamine + dopamine_release*reward",
        "settle": CATCH_UP + "eligibility = eligibility*eligibility_decay",
    },
    signals=("reward",),
    needs=("reward",),
    parameters={
        "presynaptic_time_constant": ms(20.0),
        "postsynaptic_time_constant": ms(20.0),
        "potentiation": number(0.1),
        "depression": number(0.15),
        "eligibility_time_constant": Quantity(1.0, "second"),
        "dopamine_time_constant": Quantity(0.2, "second"),
        "dopamine_release": number(0.5),
        "tonic_dopamine": number(0.002),
        "gain": Quantity(100.0, "Hz"),
        "w_min": number(0.0),
        "w_max": number(4.0),
    },
    local_in_space=False,
    reference=Reference(
        authors="E. M. Izhikevich",
        year=2007,
        title="Solving the distal reward problem through linkage of STDP and dopamine signaling",
        doi="10.1093/cercor/bhl152",
        where="Eqs. 1 to 3: dc/dt = -c/tau_c + STDP, ds/dt = c d, dd/dt = -d/tau_d + DA",
    ),
    departures=(
        "Constants were read in copies of the released program: amplitudes 0.1 and 1.5 x 0.1, decays of 1 s and 0.2 "
        "s, DA +0.5 a reward, s += (0.002 + DA) c every 10 ms (hence gain = 100 Hz and the additive tonic 0.002), 0 "
        "<= s <= 4 (mV). The paper's tonic release of 0.01 per s x 0.2 s is the same 0.002 (recalled, as the numbers "
        "of the equations). Here the integral is exact instead of every 10 ms and is brought up to date at a "
        "synapse's next event or by 'settle'; call it before reading w. A copy in Brian2's examples clips c and uses "
        "another window. There is no punishment in the paper; a negative reward is possible here, but bounds then "
        "hold only at events."
    ),
    window=window,
)
