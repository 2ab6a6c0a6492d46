"""What a sample writes into the inputs of a competitive network: its spike code, its gain, the noise of a presentation.

A typical sample gets the whole budget of input spikes. What a spike counts for is set against the rate, so that a
weight is in units of the encoded sample and no response depends on how many spikes a sample is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PresentationNoise, packed_seed
from neurosim.coding.spike_codes import LatencyCode, PoissonCode, RegularCode
from neurosim.errors import unknown_name
from neurosim.seeding import noise_words
from neurosim.snn.networks.competition import SOURCES, TIME_CONSTANT_MS, Onset

Array = NDArray[Any]
SPIKE_CODES = tuple(SOURCES)
WARM_UP = 100
"""Presentations over which the mean size of an encoded sample is learned, which sets the input's gain."""
HIGHEST_RATE_HZ = {"regular": 900.0, "poisson": 400.0}
"""Of one input neuron: a regular one needs room for its phase, a random one would lose spikes to the time step."""
SILENT_BELOW, LATENCY_SHARE, JITTER_MS = 0.1, 0.9, 10.0
"""Latency code: inputs below this share of the strongest send no spike; the weakest of the others waits for this share
of the presentation; and every spike comes up to so much later, since inputs of equal strength would otherwise arrive
together and let many neurons spike in one step."""


class Stimulus:
    """Turn encoded samples into onsets.

    Parameters
    ----------
    code : {"regular", "poisson", "latency"}
        How relative rates become spikes.
    input_rate_hz : float
        Spikes a second of all inputs together, for a typical sample; the latency code sends one an input instead.
    presentation_ms : float
        How long a sample is shown.
    seed : int
        Of the run.

    Attributes
    ----------
    mean_size : float
        Mean sum of an encoded sample, over the first presentations.

    Raises
    ------
    InputError
        If the code is unknown.
    """

    def __init__(self, code: str, input_rate_hz: float, presentation_ms: float, seed: int) -> None:
        if code not in SPIKE_CODES:
            raise unknown_name("spike_code", str(code), SPIKE_CODES)
        self.code = code
        self.input_rate_hz = input_rate_hz
        self.presentation_ms = presentation_ms
        self.mean_size = 0.0
        self._noise = PresentationNoise(noise_words(seed))

    def measure(self, u: Array, number: int) -> None:
        """Learn from presentation ``number`` how large a typical encoded sample is."""
        if number < WARM_UP:
            self.mean_size += (float(u.sum()) - self.mean_size) / (number + 1)

    def warm_up(self, encoded: Array) -> None:
        """Learn it from samples, shape (n_samples, n_inputs), before any presentation."""
        for number, u in enumerate(encoded[:WARM_UP]):
            self.measure(u, number)

    def uniform(self, purpose: int, key: int, n: int) -> NDArray[np.float32]:
        """Give the random numbers of one presentation; see :class:`neurosim.coding.noise.PresentationNoise`."""
        return self._noise.uniform(purpose, key, n)

    def chance(self, purpose: int, key: int) -> np.random.Generator:
        """Give where these begin; see :meth:`neurosim.coding.noise.PresentationNoise.generator`."""
        return self._noise.generator(purpose, key)

    def onset(self, u: Array, purpose: int, key: int) -> Onset:
        """Give what a presentation of an encoded sample begins with.

        Parameters
        ----------
        u : ndarray, shape (n_inputs,)
            The encoded sample.
        purpose, key : int
            Which random numbers; see :class:`neurosim.coding.noise.PresentationNoise`.

        Returns
        -------
        Onset
        """
        if self.code == "latency":
            writes = LatencyCode(LATENCY_SHARE * self.presentation_ms, SILENT_BELOW).writes(u)
            sent = writes["latency"] >= 0
            writes["latency"] += np.where(sent, JITTER_MS * 1e-3 * self.uniform(purpose, key, len(u)), 0)
            n_spikes = int(np.count_nonzero(writes["latency"][sent] * 1e3 < self.presentation_ms))
            # A sample's spikes together have unit length, as its relative rates have.
            return Onset(writes, 1 / np.sqrt(max(int(sent.sum()), 1)), n_spikes)
        gain_hz = input_gain_hz(u, self.input_rate_hz, self.mean_size, HIGHEST_RATE_HZ[self.code])
        scale = 1e3 / (gain_hz * TIME_CONSTANT_MS) if gain_hz else 0.0
        if self.code == "regular":
            regular, phases = RegularCode(gain_hz, HIGHEST_RATE_HZ["regular"]), self.uniform(purpose, key, len(u))
            n_spikes = int(regular.spikes(u, phases, self.presentation_ms).sum())
            return Onset(regular.writes(u, phases), scale, n_spikes)
        uniform = self.uniform(purpose, key, len(u) + 2)
        writes = PoissonCode(gain_hz, HIGHEST_RATE_HZ["poisson"]).writes(u, uniform[:-2])
        return Onset(writes, scale, None, packed_seed(uniform[-2:]))


def input_gain_hz(u: Array, input_rate_hz: float, mean_size: float, highest_rate_hz: float) -> float:
    """Give the rate of an input whose relative rate is 1.

    A typical sample gets the whole budget. Where a few strong inputs would have to fire faster than they can to carry
    it, the gain is lowered instead, which changes no response: potential and trace are scaled by it.

    Parameters
    ----------
    u : ndarray, shape (n_inputs,)
        The encoded sample.
    input_rate_hz : float
        The budget: spikes a second of all inputs together.
    mean_size : float
        Mean sum of an encoded sample.
    highest_rate_hz : float
        Of one input.
    """
    gain = input_rate_hz / mean_size if mean_size else 0.0
    return min(gain, highest_rate_hz / max(float(u.max()), 1e-9))
