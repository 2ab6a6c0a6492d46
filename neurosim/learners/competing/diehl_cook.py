"""``diehl-cook``: the network of Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099) as published, on any task.

Which rule: by default the one that their released program runs, a nearest-spike triplet rule
(``diehl-cook-released``), since the published figures came from it; ``diehl-cook`` is the power-law rule of the text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise
from neurosim.coding.retries import Answer, Retries, present_until_answered
from neurosim.coding.spike_codes import PoissonCode
from neurosim.data import EventCounts, Traits
from neurosim.learners.diagnosis import complain
from neurosim.learners.parameters import bounded, named, whole
from neurosim.learners.unsupervised import LEDGER, UnsupervisedLearner, part_of
from neurosim.seeding import noise_words, sample_key, stream
from neurosim.snn.networks.excitation_inhibition import RULES, ExcitationInhibitionNetwork, Response, fresh_state

Array = NDArray[Any]
MNIST_SUM = 102.5
"""Mean sum of an MNIST image in [0, 1] (0.1307 x 784), for which the published conductances were chosen."""
MEAN_WEIGHT = 78 / 784
"""The published column sum of 78 for 784 inputs."""
FULL_RUN = 60_000
LEARNING_RATE, INCREMENT_MV, TIME_CONSTANT_MS = 0.01, 0.05, 1e7
WARM_UP = 100
"""Presentations over which the mean size of an encoded sample is learned, which sets the conductance of a spike."""
HIGHEST_RATE_HZ = 1000.0


class DiehlCook(UnsupervisedLearner):
    """Let spiking excitatory neurons compete through inhibitory ones for Poisson-coded samples.

    Parameters that are not listed are those of :class:`neurosim.learners.unsupervised.UnsupervisedLearner`.

    Parameters
    ----------
    n_neurons : int, default=400
        Excitatory neurons; as many inhibitory ones.
    rule : {"diehl-cook-released", "diehl-cook"}, default="diehl-cook-released"
        The triplet rule that the released program runs, or the power-law rule of the text.
    learning_rate : float, optional
        Of either rule; the released one depresses with a hundredth of it. By default the published 0.01, more in runs
        shorter than the published ones (see :func:`constants_for_length`).
    highest_rate_hz : float, default=63.75
        Poisson rate of an input of value 1.
    presentation_ms : float, default=350
        How long a sample is shown.
    rest_ms : float, default=150
        Silence after each sample while learning.
    enough_spikes : int, default=5
        With fewer, the sample is shown again with the highest rate raised by half its start value.
    max_retries : int, default=8
        How often, at most; silence is then the outcome.
    threshold_increment_mv : float, optional
        What a spike adds to its neuron's threshold; by default the published 0.05, scaled in shorter runs.
    threshold_time_constant_ms : float, optional
        With which the threshold falls; by default the published 1e7, scaled in shorter runs.
    readout : str, default="vote"
        A registered read-out; ``"class-mean"`` is the published one.
    epochs : int, default=1
        Passes of ``fit``.
    n_presentations : int, optional
        Horizon when learning by ``partial_fit`` alone; from 60,000 on, and without one, all is as published.
    """

    bench: ClassVar[str] = "neurosim.learners.competing.diehl_cook_bench:DiehlCookBench"
    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="STDP of Diehl & Cook 2015",
        teacher="nothing",
        # The end is known only in runs of fewer than 60,000 presentations, whose constants follow from their length.
        locality=replace(LEDGER, weight_normalisation=True),
    )

    n_neurons: int = whole(400)
    rule: str = named("diehl-cook-released", RULES)
    learning_rate: float | None = bounded(None, low=0.0, high=1.0)
    highest_rate_hz: float = bounded(63.75, low=0.1, high=HIGHEST_RATE_HZ)
    presentation_ms: float = bounded(350.0, low=1.0, high=10_000.0)
    # Shorter than the refractory period would let a sample begin in it, which no saved state knows of.
    rest_ms: float = bounded(150.0, low=10.0, high=10_000.0)
    enough_spikes: int = whole(5, least=0, most=1000)
    max_retries: int = whole(8, least=0, most=1000)
    threshold_increment_mv: float | None = bounded(None, low=0.0, high=100.0)
    threshold_time_constant_ms: float | None = bounded(None, low=1.0, high=1e12)
    epochs: int = 1

    def _start(self) -> None:
        super()._start()
        # The published input is the intensity as it is: how bright a sample is decides how many spikes it sends.
        self.encoder_ = replace(self.encoder_, unit_length=False)
        self.code_ = PoissonCode(float(self.highest_rate_hz), HIGHEST_RATE_HZ)
        self.retries_ = Retries(int(self.enough_spikes), 0.5, int(self.max_retries))
        self.noise_words_ = noise_words(self.seed_)
        self.noise_: PresentationNoise | None = None
        self.n_measured_ = 0
        self.mean_sum_ = 0.0
        self.n_retries_ = 0
        n_inputs = self.encoder_.n_inputs
        weights = stream(self.seed_, "init").random((n_inputs, self.n_neurons)) + 0.01
        weights *= MEAN_WEIGHT * n_inputs / weights.sum(axis=0)
        self.network_ = self._network(fresh_state(weights, self.rule))

    def _network(self, state: dict[str, Array]) -> ExcitationInhibitionNetwork:
        own = constants_for_length(self.n_neurons, self.horizon_, float(self.presentation_ms + self.rest_ms))
        given = (self.learning_rate, self.threshold_increment_mv, self.threshold_time_constant_ms)
        rate, increment, time_constant = (a if a is not None else b for a, b in zip(given, own, strict=True))
        return ExcitationInhibitionNetwork(
            state,
            self.rule,
            float(rate),
            float(increment),
            float(time_constant),
            MEAN_WEIGHT * self.encoder_.n_inputs,
            float(self.presentation_ms),
            float(self.rest_ms),
        )

    @property
    def conductance_ns(self) -> float:
        """Conductance that a spike over a weight of 1 opens: 1 nS as published, times a power of 2 for other tasks.

        The power is the one that brings the drive of a mean sample closest to what MNIST's would be.
        """
        return float(2.0 ** np.round(np.log2(MNIST_SUM / self.mean_sum_))) if self.mean_sum_ > 0 else 1.0

    def _measure(self, encoded: Array) -> None:
        if self.n_measured_ < WARM_UP:
            self.n_measured_ += 1
            self.mean_sum_ += (float(encoded.sum(dtype=np.float64)) - self.mean_sum_) / self.n_measured_

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        counts = EventCounts()
        for row, encoded in enumerate(self.encoder_.encode(X)):
            self._measure(encoded)
            answer = self._show(encoded, TRAINING, self.presentations_ + row, learning=True)
            self.n_retries_ += len(answer.attempts) - 1
            counts += self._counted(answer, learning=True)
        return counts

    def _show(self, encoded: Array, purpose: int, key: int, learning: bool) -> Answer[Response]:
        if self.noise_ is None:
            self.noise_ = PresentationNoise(self.noise_words_)
        noise, gain = self.noise_, self.conductance_ns

        def present(attempt: int, intensity: float) -> Response:
            # Purposes are 0 and 1, so that attempts get numbers of their own.
            uniform = noise.uniform(purpose + 2 * attempt, key, len(encoded) + 2)
            begin = self.code_.writes(encoded * np.float32(intensity), uniform[:-2])
            seed = (int(uniform[-2] * 2**24) << 24) + int(uniform[-1] * 2**24)
            return self.network_.present(begin["rate"], begin["hazard_left"], seed, gain, learning)

        return present_until_answered(present, lambda response: float(response.counts.sum()), self.retries_)

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        activity, counts = np.empty((len(X), self.n_neurons), np.float32), EventCounts()
        for row, encoded in enumerate(self.encoder_.encode(X)):
            answer = self._show(encoded, PREDICTION, sample_key(X[row]), learning=False)
            activity[row] = answer.last.counts
            counts += self._counted(answer, learning=False)
        return activity, counts

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        if not self.presentations_:
            for encoded in self.encoder_.encode(X[: WARM_UP - self.n_measured_]):
                self._measure(encoded)
        return super()._fit_readout(X, codes)

    def _warn(self, activity: Array) -> None:
        complain(
            activity, "raise highest_rate_hz or max_retries", "raise threshold_increment_mv",
            self.presentations_ > 0, stacklevel=7,
        )  # fmt: skip

    def weights(self) -> dict[str, Array]:
        """Give the plastic weights ``layer_1``, shape (n_inputs, n_neurons)."""
        return {"layer_1": self.network_.weights.copy()}

    def _counted(self, answer: Answer[Response], learning: bool) -> EventCounts:
        counts = EventCounts(presentations=1, silent_samples=int(answer.silent))
        for response in answer.attempts:
            counts += self._counted_attempt(response, learning)
        return counts

    def _counted_attempt(self, response: Response, learning: bool) -> EventCounts:
        n_inputs, n, steps = self.encoder_.n_inputs, self.n_neurons, response.n_steps
        deliveries = response.n_input * n + response.n_excitatory + response.n_inhibitory * (n - 1)
        plastic_spikes = response.n_excitatory * n_inputs
        post_traces = 0
        if self.rule == "diehl-cook-released":
            plastic_spikes += response.n_input * n
            post_traces = 2 * n
        return EventCounts(
            connections=steps * (n_inputs * n + n + n * (n - 1)),
            active_connections=deliveries,
            spike_deliveries=deliveries,
            # A potential and two conductances a neuron, one interval an input; the threshold counts as a trace.
            state_updates=steps * (n_inputs + 6 * n),
            trace_updates=steps * (n_inputs + post_traces) + n if learning else 0,
            weight_writes=plastic_spikes + n_inputs * n if learning else 0,
            input_spikes=response.n_input,
            spikes=response.n_excitatory + response.n_inhibitory,
        )

    def _state(self) -> dict[str, Array]:
        state = super()._state() | {f"network_{name}": array for name, array in self.network_.state().items()}
        return state | {
            "n_measured": np.array(self.n_measured_),
            "mean_sum": np.array(self.mean_sum_),
            "n_retries": np.array(self.n_retries_),
        }

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.n_measured_, self.n_retries_ = int(state["n_measured"]), int(state["n_retries"])
        self.mean_sum_ = float(state["mean_sum"])
        self.network_ = self._network(part_of(state, "network_"))

    def __getstate__(self) -> dict[str, Any]:
        # A generator with a counter is made anew from its seed words.
        state = super().__getstate__()
        return {key: None if key == "noise_" else value for key, value in state.items()}


def constants_for_length(n_neurons: int, horizon: int | None, trial_ms: float) -> tuple[float, float, float]:
    """Give learning rate, threshold increment (mV) and its time constant (ms) for a run of this length.

    With 60,000 presentations or more, or an open end, they are the published ones. A shorter run would end long before
    the thresholds are in balance: there the time constant shrinks to the same third of the run, and the increment is
    such that the balance, ``increment x spikes a neuron and trial = threshold x trial / time constant``, holds with as
    many spikes a sample as 400 neurons give. The learning rate grows with the shortage of presentations a neuron,
    fivefold at most.

    Parameters
    ----------
    n_neurons : int
        Excitatory neurons.
    horizon : int or None
        Presentations to come.
    trial_ms : float
        Presentation and rest.
    """
    if horizon is None or horizon >= FULL_RUN:
        return LEARNING_RATE, INCREMENT_MV, TIME_CONSTANT_MS
    haste = FULL_RUN / horizon
    share = haste * n_neurons / 400
    rate = LEARNING_RATE * min(max(share, 1.0), 5.0)
    return rate, INCREMENT_MV * share, TIME_CONSTANT_MS / haste * trial_ms / 500
