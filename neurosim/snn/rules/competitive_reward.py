"""The instar rule held back: a postsynaptic spike leaves an eligibility, a global modulator turns it into weight."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import PRE_ADD, PRE_TRACE, ms, number


def window(parameters: Mapping[str, float], delta_t: float, w: float, modulator: float = 1.0) -> float:
    """Evaluate one isolated pair followed by one value of the modulator, however late; bounds left aside."""
    seen = exp(-delta_t / parameters["presynaptic_time_constant"]) if delta_t > 0 else 0.0
    return parameters["learning_rate"] * modulator * (parameters["trace_scale"] * seen - w)


COMPETITIVE_REWARD = Rule(
    name="competitive-reward",
    summary="eligibility = trace - w at postsynaptic spikes; w += eta M x eligibility on demand (three-factor instar)",
    model="eligibility : 1",
    pre_model=PRE_TRACE,
    pre_reset=PRE_ADD,
    on_pre="",
    on_post="eligibility = trace_scale*presynaptic_trace - w",
    on_demand={
        "modulate": "w += learning_rate*modulator*eligibility",
        "forget": "eligibility = 0",
    },
    signals=("modulator",),
    needs=("reward",),
    parameters={
        "presynaptic_time_constant": ms(100.0),
        "learning_rate": number(0.01),
        "trace_scale": number(1.0),
        "w_min": number(0.0),
        "w_max": number(10.0),
    },
    local_in_space=False,
    reference=Reference(
        authors="N. Fremaux, W. Gerstner",
        year=2016,
        title="Neuromodulated spike-timing-dependent plasticity, and theory of three-factor learning rules",
        doi="10.3389/fncir.2015.00085",
        where="Eq. 10 (as another program cites it): M times an eligibility left by pre and post",
    ),
    departures=(
        "The review leaves the eligibility open; ours is the instar difference of Grossberg (1976), "
        "doi:10.1007/BF00344744. It is set, not summed, so that the last spike counts, and stays until it is "
        "forgotten: trials are short and one at a time. With M = +1 for right and -1 for wrong, and neurons whose "
        "class is known, this is the step of LVQ1 (Kohonen 1990, doi:10.1109/5.58325). Numbers of the equations "
        "recalled, not re-read; no value is from a paper."
    ),
    window=window,
)
