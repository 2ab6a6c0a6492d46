"""What learners share whose competing neurons are wired to classes before any data: present, answer, keep."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise
from neurosim.coding.rates import RateEncoder, rate_encoder
from neurosim.coding.vote import vote
from neurosim.data import EventCounts
from neurosim.errors import out_of_range
from neurosim.learners.base import Learner
from neurosim.learners.checks import check_ranges
from neurosim.learners.competition import TIME_CONSTANT_MS, CompetitiveNetwork, Response, input_gain_hz
from neurosim.seeding import noise_words, sample_key, stream

Array = NDArray[Any]
WARM_UP = 100
"""Presentations over which the mean size of an encoded sample is learned, which sets the input's gain."""
LEVEL_STEP = 0.02
FORGIVENESS = 0.01
"""Share of a threshold's distance from the mean that a late presentation takes away."""
VETO = 1e6
"""Inhibition by which a teacher keeps a neuron silent: beyond any potential."""


class WiredLearner(Learner):
    """Neurons compete for a sample; neuron ``k`` stands for class ``k`` modulo the number of classes, from the start.

    A subclass adds ``_learn`` and its own parameters. Common parameters: ``n_neurons``, ``encoder``, ``n_fields``,
    ``presentation_ms``, ``input_rate_hz``, ``threshold``, ``spikes_per_sample``.
    """

    n_neurons: int
    encoder: str
    n_fields: int
    presentation_ms: float
    input_rate_hz: float
    threshold: float
    spikes_per_sample: float

    def _start(self) -> None:
        self._check_parameters()
        self.encoder_: RateEncoder = rate_encoder(self.encoder, self.n_features_in_, self.n_fields)
        self.unit_classes_: NDArray[np.int64] = np.arange(self.n_neurons) % len(self.classes_)
        self.noise_words_ = noise_words(self.seed_)
        self.noise_: PresentationNoise | None = None
        self.network_: CompetitiveNetwork | None = None
        self.mean_size_ = 0.0
        self.first_response_ = 0.0

    # -- presenting ---------------------------------------------------------------------------------------------

    def _adapt_gain(self, u: Array, number: int) -> None:
        if number < WARM_UP:
            self.mean_size_ += (float(u.sum()) - self.mean_size_) / (number + 1)
        if self.network_ is None:
            self._open_network(u)

    def _open_network(self, u: Array) -> None:
        """Start weights evenly around the first sample's mean, thresholds below the response to it."""
        mean = float(u.mean()) or 1 / len(u)
        weights = stream(self.seed_, "init").uniform(0, 2 * mean, (len(u), self.n_neurons))
        weights /= np.linalg.norm(weights, axis=0)
        # A constant drive charges the leaky potential to 1 - 1/e of its end value in one time constant.
        length = float(np.sqrt(len(u) * 4 / 3)) * mean
        self.first_response_ = float(mean * u.sum()) / length * (1 - np.exp(-self.presentation_ms / TIME_CONSTANT_MS))
        thresholds = np.full(self.n_neurons, self.threshold * (self.first_response_ or 1.0))
        self.network_ = self._new_network(weights, thresholds)

    def _new_network(self, weights: Array, thresholds: Array, choices: Array | None = None) -> CompetitiveNetwork:
        return CompetitiveNetwork(weights, thresholds, self.presentation_ms, modulated=True)

    def _head_starts(self, purpose: int, key: int) -> Array | float:
        return 0.0

    def _show(self, u: Array, purpose: int, key: int, veto: Array | float = 0.0) -> Response:
        assert self.network_ is not None
        if self.noise_ is None:
            self.noise_ = PresentationNoise(self.noise_words_)
        gain = input_gain_hz(u, self.input_rate_hz, self.mean_size_)
        phases = self.noise_.uniform(purpose, key, len(u))
        return self.network_.present(u, gain, phases, float(purpose == TRAINING), veto, self._head_starts(purpose, key))

    def _presented(self, X: Array) -> tuple[list[Response], EventCounts]:
        encoded = self.encoder_.encode(X)
        if self.network_ is None:
            for number, u in enumerate(encoded[:WARM_UP]):
                self._adapt_gain(u, number)
        responses = [self._show(u, PREDICTION, sample_key(x)) for x, u in zip(X, encoded, strict=True)]
        return responses, sum((self._counted(response) for response in responses), EventCounts(presentations=len(X)))

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        responses, counts = self._presented(X)
        return np.array([response.counts for response in responses]).reshape(len(X), self.n_neurons), counts

    # -- thresholds ---------------------------------------------------------------------------------------------

    def _network(self) -> CompetitiveNetwork:
        assert self.network_ is not None
        return self.network_

    def _settle(self, counts: Array, pace: float) -> None:
        """Move all thresholds together towards the wanted number of spikes a sample; a third spike counts no more."""
        spikes = min(float(counts.sum()), 2.0)
        self._network().thresholds[:] *= 1 + LEVEL_STEP * pace * (spikes - self.spikes_per_sample)

    def _forgive(self, progress: float) -> None:
        """Bring thresholds back together: handicaps help to share out the samples, not to tell them apart."""
        thresholds = self._network().thresholds
        thresholds += FORGIVENESS * progress * (thresholds.mean() - thresholds)

    # -- answering ----------------------------------------------------------------------------------------------

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        activity, counts = self._responses(X)
        even = np.full(len(self.classes_), 1 / len(self.classes_))
        return vote(activity, self.unit_classes_, even), counts

    def _activity(self, X: Array) -> Array:
        return self._responses(X)[0]

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_neurons), in units of the encoded sample."""
        return {} if self.network_ is None else {"layer_1": self.network_.weights.copy()}

    def _answer(self, counts: Array) -> int | None:
        """Give the class whose neurons spiked most; None if none did."""
        if not counts.any():
            return None
        return int(np.argmax(np.bincount(self.unit_classes_, counts, len(self.classes_))))

    # -- counting -----------------------------------------------------------------------------------------------

    def _counted(self, response: Response, n_written: int = 0, learning: bool = False) -> EventCounts:
        n_spikes, n_steps = int(response.counts.sum()), round(self.presentation_ms)
        n_inputs, n_neurons = self.encoder_.n_inputs, self.n_neurons
        deliveries = response.n_input_spikes * n_neurons + n_spikes * (n_neurons - 1)
        return EventCounts(
            connections=n_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1)),
            active_connections=deliveries,
            spike_deliveries=deliveries,
            state_updates=n_steps * (n_inputs + 2 * n_neurons),
            # The presynaptic traces at every step, and an eligibility for every synapse of a spike.
            trace_updates=n_steps * n_inputs + n_spikes * n_inputs if learning else 0,
            weight_writes=n_written,
            input_spikes=response.n_input_spikes,
            spikes=n_spikes,
            silent_samples=int(n_spikes == 0),
        )

    # -- keeping ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Array]:
        state = {"mean_size": np.array(self.mean_size_), "first_response": np.array(self.first_response_)}
        if self.network_ is not None:
            state |= {"weights": self.network_.weights.copy(), "thresholds": self.network_.thresholds.copy()}
        return state

    def _restore(self, state: dict[str, Array]) -> None:
        self.mean_size_, self.first_response_ = float(state["mean_size"]), float(state["first_response"])
        if "weights" in state:
            self.network_ = self._new_network(state["weights"], state["thresholds"], state.get("choices"))

    def __getstate__(self) -> dict[str, Any]:
        # A generator with a counter is made anew from its seed words.
        state = super().__getstate__()
        return {key: None if key == "noise_" else value for key, value in state.items()}

    # -- checking -----------------------------------------------------------------------------------------------

    def _ranges(self) -> dict[str, tuple[float, float]]:
        """Give the accepted range of each numeric parameter."""
        return {"presentation_ms": (1.0, 10_000.0), "input_rate_hz": (1.0, 1e6), "threshold": (1e-9, 10.0)}

    def _check_parameters(self) -> None:
        n = self.n_neurons
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < len(self.classes_):
            raise out_of_range("n_neurons", n, f"a whole number, {len(self.classes_)} or more: one a class")
        check_ranges(self, self._ranges())


def between(start: float, end: float, progress: float) -> float:
    """Go exponentially from ``start`` to ``end`` as ``progress`` goes from 0 to 1."""
    return float(start * (end / start) ** min(progress, 1.0))
