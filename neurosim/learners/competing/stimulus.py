"""What a sample writes into the inputs of a competitive network: its spike code, its gain, the noise of a presentation.

A typical sample gets the whole budget of input spikes. What a spike counts for is set against the rate, so that a
weight is in units of the encoded sample and no response depends on how many spikes a sample is given.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import TRAINING, PresentationNoise, packed_seed
from neurosim.coding.spike_codes import LatencyCode, PoissonCode, RegularCode
from neurosim.errors import unknown_name
from neurosim.learners.noise_rows import noise_rows
from neurosim.seeding import noise_words
from neurosim.snn.engine.live.looping import INTEGER, POINTER, REAL, address, loops_work, typed
from neurosim.snn.networks.competition_circuit import SOURCES, TIME_CONSTANT_MS
from neurosim.snn.networks.onsets import Onsets

Array = NDArray[Any]
SOURCE = Path(__file__).with_name("stimulus.cpp")
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

    def chance(self, purpose: int, key: int) -> np.random.Generator:
        """Give where those of one presentation begin; see :meth:`neurosim.coding.noise.PresentationNoise.generator`."""
        return self._noise.generator(purpose, key)

    def rows(self, purpose: int, keys: Sequence[int], n: int) -> Array:
        """Give the random numbers of many presentations, shape (n_presentations, n)."""
        return noise_rows(self._noise, purpose, keys, n)

    def onsets(self, encoded: Array, purpose: int, keys: Sequence[int]) -> Onsets:
        """Give what presentations of encoded samples begin with.

        Parameters
        ----------
        encoded : ndarray, shape (n_samples, n_inputs)
            Encoded samples.
        purpose, keys : int, sequence of int
            Which random numbers; see :class:`neurosim.coding.noise.PresentationNoise`. While training, keys are the
            presentations' numbers, and what a typical sample is, is learned on the way.

        Returns
        -------
        Onsets
        """
        if self.code == "latency":
            return self._latencies(encoded, self.rows(purpose, keys, encoded.shape[1]))
        gains_hz = self._gains_hz(encoded, keys if purpose == TRAINING else ())
        sent = gains_hz > 0
        scales = np.where(sent, 1e3 / (np.where(sent, gains_hz, 1.0) * TIME_CONSTANT_MS), 0.0)
        if self.code == "regular":
            return Onsets(*self._regular(encoded, gains_hz, purpose, keys), scales)
        code = PoissonCode(gains_hz[:, None], HIGHEST_RATE_HZ[self.code])
        uniform = self.rows(purpose, keys, encoded.shape[1] + 2)
        seeds = tuple(packed_seed(row[-2:]) for row in uniform)
        return Onsets(code.writes(encoded, uniform[:, :-2]), None, scales, seeds)

    def _latencies(self, encoded: Array, uniform: Array) -> Onsets:
        writes = LatencyCode(LATENCY_SHARE * self.presentation_ms, SILENT_BELOW).writes(encoded)
        sent = writes["latency"] >= 0
        writes["latency"] += np.where(sent, JITTER_MS * 1e-3 * uniform, 0)
        n_spikes = np.count_nonzero(sent & (writes["latency"] * 1e3 < self.presentation_ms), axis=1)
        # A sample's spikes together have unit length, as its relative rates have.
        return Onsets(writes, n_spikes, 1 / np.sqrt(np.maximum(sent.sum(axis=1), 1)))

    def _regular(
        self, encoded: Array, gains_hz: NDArray[np.float64], purpose: int, keys: Sequence[int]
    ) -> tuple[dict[str, Array], NDArray[np.int64]]:
        """Give what regular inputs begin with, and how many spikes they send."""
        highest_hz, duration_s = HIGHEST_RATE_HZ["regular"], self.presentation_ms * 1e-3
        if not loops_work():
            code, phases = RegularCode(gains_hz[:, None], highest_hz), self._noise.rows(purpose, keys, encoded.shape[1])
            return code.writes(encoded, phases), code.spikes(encoded, phases, self.presentation_ms).sum(axis=1)
        rates, phases = np.empty_like(encoded, np.float32), np.empty(encoded.shape, np.float32)
        n_spikes, numbers = np.empty(len(encoded), np.int64), np.array(keys, np.uint64)
        samples = np.ascontiguousarray(encoded, np.float32)
        drawn = (address(self._noise.words), self._noise.word(purpose), address(numbers), *encoded.shape)
        written = (address(rates), address(phases), address(n_spikes))
        _regular_loop()(*drawn, address(samples), address(gains_hz), highest_hz, duration_s, *written)
        return {"rate": rates, "phase": phases}, n_spikes

    def _gains_hz(self, encoded: Array, numbers: Sequence[int]) -> NDArray[np.float64]:
        """Give the rate of an input whose relative rate is 1, for each sample; learn from the numbered ones before.

        A typical sample gets the whole budget. Where a few strong inputs would have to fire faster than they can to
        carry it, the gain is lowered instead, which changes no response: potential and trace are scaled by it.
        """
        mean_sizes = np.full(len(encoded), self.mean_size)
        for row, number in enumerate(numbers):
            if number >= WARM_UP:
                mean_sizes[row:] = self.mean_size
                break
            self.measure(encoded[row], number)
            mean_sizes[row] = self.mean_size
        known = mean_sizes > 0
        gains = np.where(known, self.input_rate_hz / np.where(known, mean_sizes, 1.0), 0.0)
        highest = np.maximum(encoded.max(axis=1, initial=0).astype(np.float64), 1e-9)
        return np.minimum(gains, HIGHEST_RATE_HZ[self.code] / highest)


@functools.lru_cache(maxsize=1)
def _regular_loop() -> Any:
    drawn = (POINTER, INTEGER, POINTER, INTEGER, INTEGER)
    return typed(SOURCE, "regular_rows", (*drawn, POINTER, POINTER, REAL, REAL, POINTER, POINTER, POINTER))
