"""Closed forms that neuron models are checked against: how long a leaky membrane takes to its threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping

from neurosim.snn.units import Quantity


def si(parameters: Mapping[str, Quantity], *names: str) -> tuple[float, ...]:
    """Give parameters by name, in SI units."""
    return tuple(parameters[name].si for name in names)


def passage_time(start: float, target: float, threshold: float, time_constant: float) -> float:
    """Give the time an exponential relaxation takes from ``start`` to ``threshold``.

    The membrane obeys ``time_constant dv/dt = target - v``; integrating it and solving for the time gives
    ``time_constant * ln((target - start) / (target - threshold))``.

    Parameters
    ----------
    start, target, threshold : float
        Potentials in one unit, ``start`` below ``threshold``.
    time_constant : float
        In seconds.

    Returns
    -------
    float
        Seconds; infinite where ``target`` does not lie above ``threshold``.
    """
    if target <= threshold:
        return math.inf
    return time_constant * math.log((target - start) / (target - threshold))


def firing_rate(refractory_period: float, passage: float) -> float:
    """Give the rate in Hz of a neuron that is refractory, then takes ``passage`` seconds to its threshold."""
    return 0.0 if math.isinf(passage) else 1.0 / (refractory_period + passage)
