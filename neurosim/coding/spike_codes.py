"""From relative rates to spikes: what a presentation writes into the sources that fire, and how many spikes to expect.

Each code is for the registered neuron model of the same name; what it writes are the variables that have start values
there, in SI units. All randomness is handed in as uniform numbers, one an input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.errors import InputError, out_of_range

Array = NDArray[Any]


@dataclass(frozen=True)
class _RateCode:
    """What both codes by rate share.

    Attributes
    ----------
    gain_hz : float or ndarray, shape (n_samples, 1)
        Rate for a relative rate of 1; of each sample, where many are encoded at once.
    highest_rate_hz : float
        Rates are cut off here; a source can spike once a time step at most.

    Raises
    ------
    InputError
        If the gain is negative, or the highest rate not above 0.
    """

    gain_hz: float | Array
    highest_rate_hz: float = 900.0

    def __post_init__(self) -> None:
        if not np.all((np.asarray(self.gain_hz) >= 0) & (np.asarray(self.gain_hz) < np.inf)):
            raise out_of_range("gain_hz", self.gain_hz, "0 or more")
        if not 0 < self.highest_rate_hz < np.inf:
            raise out_of_range("highest_rate_hz", self.highest_rate_hz, "above 0")

    def rates_hz(self, relative: Array) -> Array:
        """Give the rate of each input."""
        rates: Array = np.minimum(
            _checked(relative) * np.asarray(self.gain_hz, np.float32), np.float32(self.highest_rate_hz)
        )
        return rates

    def expected_spikes(self, relative: Array, duration_ms: float) -> Array:
        """Give the mean number of spikes of each input: rate times duration."""
        return self.rates_hz(relative) * (duration_ms * 1e-3)


@dataclass(frozen=True)
class PoissonCode(_RateCode):
    """Poisson spikes at a rate: counts whose variance equals their mean."""

    def writes(self, relative: Array, uniform: Array) -> dict[str, Array]:
        """Give rates and, from uniform numbers, what is left of each first interval (exponential, mean 1)."""
        return {"rate": self.rates_hz(relative), "hazard_left": -np.log1p(-np.asarray(uniform))}


@dataclass(frozen=True)
class RegularCode(_RateCode):
    """Equal intervals from a random phase on: counts are the mean, rounded up or down."""

    def writes(self, relative: Array, uniform: Array) -> dict[str, Array]:
        """Give rates and phases."""
        return {"rate": self.rates_hz(relative), "phase": np.asarray(uniform)}

    def spikes(self, relative: Array, uniform: Array, duration_ms: float) -> NDArray[np.int64]:
        """Give the exact number of spikes of each input: floor(rate x duration + phase)."""
        return np.floor(self.expected_spikes(relative, duration_ms) + uniform).astype(np.int64)


@dataclass(frozen=True)
class LatencyCode:
    """One spike an input, the earlier the stronger it is, linearly; the strongest spikes at the onset.

    After the idea of Thorpe, Delorme and Van Rullen 2001 (doi:10.1016/S0893-6080(01)00083-1). Only the order and the
    relative size of inputs are told, not their overall intensity.

    Attributes
    ----------
    window_ms : float
        Latency that an input of 0 would have.
    silent_below : float
        Inputs of at most this share of the strongest send no spike.

    Raises
    ------
    InputError
        If the window is not above 0, or the share is not in [0, 1).
    """

    window_ms: float
    silent_below: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.window_ms < np.inf:
            raise out_of_range("window_ms", self.window_ms, "above 0")
        if not 0 <= self.silent_below < 1:
            raise out_of_range("silent_below", self.silent_below, "0 up to, but not including, 1")

    def latencies_ms(self, relative: Array) -> Array:
        """Give the latency of each input, infinite for a silent one; of many samples, in rows."""
        values = _checked(relative)
        largest = values.max(axis=-1, keepdims=True, initial=0)
        share = values / np.where(largest > 0, largest, 1)
        return np.where(share > self.silent_below, self.window_ms * (1 - share), np.inf)

    def writes(self, relative: Array, uniform: ArrayLike = ()) -> dict[str, Array]:
        """Give latencies, and the onset; nothing is random."""
        latencies = self.latencies_ms(relative)
        return {
            "latency": np.where(np.isfinite(latencies), latencies * 1e-3, -1.0),
            "elapsed_steps": np.zeros_like(latencies),
        }


def _checked(relative: Array) -> Array:
    values = np.asarray(relative)
    if values.size and not (np.isfinite(values).all() and values.min() >= 0):
        raise InputError("relative rates must be finite and 0 or more; a rate encoder gives such")
    return values
