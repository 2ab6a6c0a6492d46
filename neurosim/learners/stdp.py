"""``stdp``: competitive spike-timing plasticity with adaptive thresholds; the teacher tells nothing.

With still images this is online k-means carried out by spikes: at a neuron's spike its weights move towards the
presynaptic traces, which estimate the sample's rates. What it adds to k-means is that a decision is made from a limited
number of spikes.

A neuron's threshold is proportional to the length of its weight vector, so that the first to spike is the one whose
weights point most nearly towards the sample. While learning, a bias on top (a conscience) keeps all equally busy.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise
from neurosim.coding.rates import RateEncoder, rate_encoder
from neurosim.coding.retries import Answer, Retries, present_until_answered
from neurosim.coding.vote import assign_classes, vote
from neurosim.data import EventCounts, Locality, Traits
from neurosim.errors import out_of_range
from neurosim.learners.base import Learner, not_read_out
from neurosim.learners.checks import check_ranges
from neurosim.learners.competition import CompetitiveNetwork, Response, input_gain_hz
from neurosim.seeding import noise_words, sample_key, stream

Array = NDArray[Any]
WARM_UP = 100
"""Presentations over which the mean size of an encoded sample is learned, which sets the input's gain."""


RETRIES = Retries(enough_spikes=1, increment=0.5, at_most=4)
"""A sample that no neuron answers is shown again to more excitable neurons."""
SILENCE_LOWERS = 0.02
"""How far a silent presentation lowers all biases."""


class STDP(Learner):
    """Let neurons compete for samples; each winner's weights move towards the sample (instar rule).

    Parameters
    ----------
    n_neurons : int, default=100
        Competing neurons.
    encoder : {"auto", "intensity", "population"}, default="auto"
        How values become rates; see :mod:`neurosim.coding.rates`.
    n_fields : int, default=8
        Receptive fields a feature, for population coding.
    presentation_ms : float, default=100
        How long a sample is shown.
    input_rate_hz : float, default=20000
        Spikes a second of all inputs together, for a typical sample.
    learning_rate : float, default=0.3
        Of the first presentation.
    final_learning_rate : float, default=0.086
        Of the last one, approached exponentially; without a horizon the geometric mean of both holds throughout.
    threshold : float, default=0.336
        Of a neuron whose weight vector has unit length; a perfect match charges it to 1 - 1/e in 100 ms.
    conscience : float, default=0.0081
        By how much of itself a threshold moves for each spike more or less than the fair share, while learning.
    epochs : int, default=20
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon of schedules when learning by ``partial_fit`` alone.
    random_state : int, optional
        Seed of initial weights, order and phases.
    """

    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="competitive STDP (instar)",
        teacher="nothing",
        locality=Locality(
            local_in_space=True,
            local_in_time=True,
            labels="for read-out",
            feedback_bits_per_trial="0",
            weight_transport=False,
            global_signal=False,
            population_homeostasis=True,
            resets_between_trials=True,
            known_end=True,
        ),
    )

    def __init__(
        self,
        n_neurons: int = 100,
        encoder: str = "auto",
        n_fields: int = 8,
        presentation_ms: float = 100.0,
        input_rate_hz: float = 20_000.0,
        learning_rate: float = 0.3,
        final_learning_rate: float = 0.086,
        threshold: float = 0.336,
        conscience: float = 0.0081,
        epochs: int = 20,
        n_presentations: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.n_neurons = n_neurons
        self.encoder = encoder
        self.n_fields = n_fields
        self.presentation_ms = presentation_ms
        self.input_rate_hz = input_rate_hz
        self.learning_rate = learning_rate
        self.final_learning_rate = final_learning_rate
        self.threshold = threshold
        self.conscience = conscience
        self.epochs = epochs
        self.n_presentations = n_presentations
        self.random_state = random_state

    def _start(self) -> None:
        self._check_parameters()
        self.encoder_: RateEncoder = rate_encoder(self.encoder, self.n_features_in_, self.n_fields)
        self.noise_words_ = noise_words(self.seed_)
        self.noise_: PresentationNoise | None = None
        self.network_: CompetitiveNetwork | None = None
        self.mean_size_ = 0.0
        self.lengths_ = np.zeros(self.n_neurons, np.float32)
        self.biases_ = np.zeros(self.n_neurons, np.float32)
        self.n_wins_ = np.zeros(self.n_neurons, np.int64)
        self.unit_classes_: NDArray[np.int64] | None = None
        self.class_prior_: Array | None = None

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        counts = EventCounts()
        encoded = self.encoder_.encode(X)
        for row, u in enumerate(encoded):
            number = self.presentations_ + row
            self._adapt_gain(u, number)
            answer = self._show(u, TRAINING, number, self._rate(number))
            self._adapt_biases(answer.last.counts)
            counts += self._counted(answer, learning=True)
        return counts

    def _adapt_gain(self, u: Array, number: int) -> None:
        if number < WARM_UP:
            self.mean_size_ += (float(u.sum()) - self.mean_size_) / (number + 1)
        if self.network_ is None:
            self._open_network(u)

    def _open_network(self, u: Array) -> None:
        """Start weights evenly around the first sample's mean."""
        mean = float(u.mean()) or 1 / len(u)
        rng = stream(self.seed_, "init")
        weights = rng.uniform(0, 2 * mean, (len(u), self.n_neurons))
        self.lengths_ = np.linalg.norm(weights, axis=0).astype(np.float32)
        self.network_ = CompetitiveNetwork(weights, np.zeros(self.n_neurons), self.presentation_ms)

    def _adapt_biases(self, counts: Array) -> None:
        assert self.network_ is not None
        winners = np.flatnonzero(counts)
        self.lengths_[winners] = np.linalg.norm(self.network_.weights[:, winners], axis=0)
        if len(winners):
            self.biases_ += self.conscience * (counts - counts.mean())
        else:
            # Nobody answered, so nobody can be told apart: all become more excitable.
            self.biases_ -= SILENCE_LOWERS
        self.n_wins_ += counts.astype(np.int64)

    def _show(self, u: Array, purpose: int, key: int, learning_rate: float) -> Answer[Response]:
        network = self.network_
        assert network is not None
        if self.noise_ is None:
            self.noise_ = PresentationNoise(self.noise_words_)
        gain = input_gain_hz(u, self.input_rate_hz, self.mean_size_)
        phases = self.noise_.uniform(purpose, key, len(u))
        thresholds = self.threshold * self.lengths_ * (1 + self.biases_ if purpose == TRAINING else 1)

        def present(attempt: int, intensity: float) -> Response:
            network.thresholds[:] = thresholds / intensity
            return network.present(u, gain, phases, learning_rate)

        return present_until_answered(present, lambda response: float(response.counts.sum()), RETRIES)

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        encoded = self.encoder_.encode(X)
        if self.network_ is None:
            for number, u in enumerate(encoded[:WARM_UP]):
                self._adapt_gain(u, number)
        activity = np.empty((len(X), self.n_neurons), np.float32)
        counts = EventCounts()
        for row, u in enumerate(encoded):
            answer = self._show(u, PREDICTION, sample_key(X[row]), 0.0)
            activity[row] = answer.last.counts
            counts += self._counted(answer, learning=False)
        return activity, counts

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        activity, counts = self._responses(X)
        self.unit_classes_ = assign_classes(activity, codes, len(self.classes_))
        self.class_prior_ = np.bincount(codes, minlength=len(self.classes_)) / len(codes)
        self._complain(activity)
        return counts + EventCounts(labels=len(X))

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        if self.unit_classes_ is None or self.class_prior_ is None:
            raise not_read_out(self)
        activity, counts = self._responses(X)
        return vote(activity, self.unit_classes_, self.class_prior_), counts

    def _activity(self, X: Array) -> Array:
        if self.network_ is None:
            raise not_read_out(self)
        return self._responses(X)[0]

    def _complain(self, activity: Array) -> None:
        silent, share = float(np.mean(activity.sum(axis=1) == 0)), activity.sum(axis=0)
        if silent > 0.5:
            warnings.warn(
                f"{100 * silent:.0f} % of the samples leave all neurons silent: lower threshold or raise input_rate_hz",
                stacklevel=4,
            )
        elif self.n_neurons > 1 and self.presentations_ and share.max() > 0.5 * share.sum():
            warnings.warn(
                f"one neuron gives {100 * share.max() / share.sum():.0f} % of all spikes: raise conscience",
                stacklevel=4,
            )

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_neurons), in units of the encoded sample."""
        return {} if self.network_ is None else {"layer_1": self.network_.weights.copy()}

    def _rate(self, number: int) -> float:
        start, end = self.learning_rate, self.final_learning_rate
        if self.horizon_ is None:
            return float(np.sqrt(start * end))
        return float(start * (end / start) ** min(number / self.horizon_, 1.0))

    def _counted(self, answer: Answer[Response], learning: bool) -> EventCounts:
        n_spikes = int(answer.last.counts.sum())
        n_steps = round(self.presentation_ms) * len(answer.attempts)
        n_input_spikes = sum(response.n_input_spikes for response in answer.attempts)
        n_inputs, n_neurons = self.encoder_.n_inputs, self.n_neurons
        deliveries = n_input_spikes * n_neurons + n_spikes * (n_neurons - 1)
        return EventCounts(
            presentations=1,
            connections=n_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1)),
            active_connections=deliveries,
            spike_deliveries=deliveries,
            state_updates=n_steps * (n_inputs + 2 * n_neurons),
            trace_updates=n_steps * n_inputs if learning else 0,
            weight_writes=n_spikes * n_inputs + n_neurons if learning else 0,
            input_spikes=n_input_spikes,
            spikes=n_spikes,
            silent_samples=int(answer.silent),
        )

    def _state(self) -> dict[str, Array]:
        state = {
            "mean_size": np.array(self.mean_size_),
            "lengths": self.lengths_,
            "biases": self.biases_,
            "n_wins": self.n_wins_,
        }
        if self.network_ is not None:
            state |= {"weights": self.network_.weights.copy()}
        if self.unit_classes_ is not None and self.class_prior_ is not None:
            state |= {"unit_classes": self.unit_classes_, "class_prior": self.class_prior_}
        return state

    def _restore(self, state: dict[str, Array]) -> None:
        self.mean_size_ = float(state["mean_size"])
        self.n_wins_, self.lengths_, self.biases_ = state["n_wins"], state["lengths"], state["biases"]
        if "weights" in state:
            self.network_ = CompetitiveNetwork(state["weights"], np.zeros(self.n_neurons), self.presentation_ms)
        self.unit_classes_, self.class_prior_ = state.get("unit_classes"), state.get("class_prior")

    def __getstate__(self) -> dict[str, Any]:
        # A generator with a counter is made anew from its seed words.
        state = super().__getstate__()
        return {key: None if key == "noise_" else value for key, value in state.items()}

    def _check_parameters(self) -> None:
        if isinstance(self.n_neurons, bool) or not isinstance(self.n_neurons, int | np.integer) or self.n_neurons < 1:
            raise out_of_range("n_neurons", self.n_neurons, "a whole number, 1 or more")
        ranges = {
            "presentation_ms": (1.0, 10_000.0),
            "input_rate_hz": (1.0, 1e6),
            "learning_rate": (1e-9, 1.0),
            "final_learning_rate": (1e-9, 1.0),
            "threshold": (1e-9, 10.0),
            "conscience": (0.0, 10.0),
        }
        check_ranges(self, ranges)
