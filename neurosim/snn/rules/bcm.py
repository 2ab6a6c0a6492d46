"""A spiking BCM rule: the minimal triplet rule whose depression follows the square of the mean postsynaptic rate."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from neurosim.snn.models import Reference, Rule
from neurosim.snn.rules.common import POST_TRACE, PRE_ADD, PRE_TRACE, ms, number
from neurosim.snn.rules.triplet import SLOW_POST
from neurosim.snn.units import Quantity

MEAN_RATE = "dmean_rate/dt = -mean_rate/averaging_time_constant : Hz"


def window(parameters: Mapping[str, float], delta_t: float, w: float) -> float:
    """Evaluate one isolated pair: depression only, its size set by the mean rate that the one earlier spike leaves."""
    if delta_t >= 0:
        return 0.0
    mean_rate = exp(delta_t / parameters["averaging_time_constant"]) / parameters["averaging_time_constant"]
    depression = parameters["pair_depression"] * (mean_rate / parameters["reference_rate"]) ** 2
    return -depression * exp(delta_t / parameters["postsynaptic_time_constant"])


def sliding_threshold(parameters: Mapping[str, float], mean_rate: float) -> float:
    """Give the postsynaptic rate (Hz) at which independent Poisson spikes neither potentiate nor depress."""
    down = parameters["pair_depression"] * parameters["postsynaptic_time_constant"]
    up = parameters["triplet_potentiation"] * parameters["presynaptic_time_constant"]
    return (mean_rate / parameters["reference_rate"]) ** 2 * down / (up * parameters["slow_postsynaptic_time_constant"])


def fixed_point(parameters: Mapping[str, float]) -> float:
    """Give the rate (Hz, not the weight) at which the threshold has caught up with the neuron: theta(rate) = rate."""
    return parameters["reference_rate"] ** 2 / sliding_threshold(parameters, parameters["reference_rate"])


BCM = Rule(
    name="bcm",
    summary="spiking BCM: minimal triplet rule with a threshold that slides with the squared mean rate",
    pre_model=PRE_TRACE,
    post_model=f"{POST_TRACE}\n{SLOW_POST}\n{MEAN_RATE}",
    pre_reset=PRE_ADD,
    post_reset="postsynaptic_trace += 1\nslow_postsynaptic_trace += 1\nmean_rate += 1/averaging_time_constant",
    on_pre="w -= pair_depression*(mean_rate/reference_rate)**2*postsynaptic_trace",
    on_post="w += triplet_potentiation*presynaptic_trace*slow_postsynaptic_trace",
    parameters={
        "presynaptic_time_constant": ms(16.8),
        "postsynaptic_time_constant": ms(33.7),
        "slow_postsynaptic_time_constant": ms(114.0),
        "averaging_time_constant": Quantity(10.0, "second"),
        "triplet_potentiation": number(6.5e-3),
        "pair_depression": number(7.1e-3),
        "reference_rate": Quantity(10.0, "Hz"),
        "w_min": number(0.0),
        "w_max": number(10.0),
    },
    reference=Reference(
        authors="J.-P. Pfister, W. Gerstner",
        year=2006,
        title="Triplets of spikes in a model of spike timing-dependent plasticity",
        doi="10.1523/JNEUROSCI.1425-06.2006",
        where="Section on the mapping to the BCM rule, Eqs. 6 to 9; Table 3, all-to-all, minimal",
    ),
    departures=(
        "The paper replaces A2- by A2- <rate^p>/rho_0^p; p = 2 and the square of the mean instead of the mean of the "
        "power are our choice, as are the averaging time (10 s) and rho_0 (10 Hz). The BCM theory itself: "
        "Bienenstock, Cooper & Munro (1982), doi:10.1523/JNEUROSCI.02-01-00032.1982. Numbers of the equations "
        "recalled, not re-read."
    ),
    window=window,
    fixed_point=fixed_point,
)
