"""``diehl-cook``: the network of Diehl and Cook 2015 (doi:10.3389/fncom.2015.00099) as published, on any task.

Which rule: by default the one that their released program runs, a nearest-spike triplet rule
(``diehl-cook-released``), since the published figures came from it; ``diehl-cook`` is the power-law rule of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PREDICTION, TRAINING, PresentationNoise, packed_seed
from neurosim.coding.retries import Answer, Retries, present_all_until_answered, present_until_answered
from neurosim.coding.spike_codes import PoissonCode
from neurosim.data import EventCounts, Traits
from neurosim.learners.competing.counting import excitation_inhibition_counts
from neurosim.learners.competing.diehl_cook_constants import MEAN_WEIGHT, conductance_ns, constants_for_length
from neurosim.learners.competing.spike_coded import stretches
from neurosim.learners.diagnosis import warn_of_failure
from neurosim.learners.noise_rows import noise_rows
from neurosim.learners.readout import LEDGER, ReadoutLearner, part_of
from neurosim.parameters import bounded, named, whole
from neurosim.seeding import noise_words, sample_key, stream
from neurosim.snn.networks.excitation_inhibition import RULES, ExcitationInhibitionNetwork, Presentation, fresh_state

Array = NDArray[Any]
WARM_UP = 100
"""Presentations over which the mean size of an encoded sample is learned, which sets the conductance of a spike."""
HIGHEST_RATE_HZ = 1000.0


class DiehlCook(ReadoutLearner):
    """Let spiking excitatory neurons compete through inhibitory ones for Poisson-coded samples.

    Parameters that are not listed are those of :class:`neurosim.learners.readout.ReadoutLearner`.

    Parameters
    ----------
    n_neurons : int, default=400
        Excitatory neurons; as many inhibitory ones.
    rule : {"diehl-cook-released", "diehl-cook"}, default="diehl-cook-released"
        The triplet rule that the released program runs, or the power-law rule of the text.
    learning_rate : float, optional
        Of either rule; the released one depresses with a hundredth of it. By default the published 0.01, more in runs
        shorter than the published ones (see :mod:`neurosim.learners.competing.diehl_cook_constants`).
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
    answer_population: ClassVar[str] = "excitatory"
    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="STDP of Diehl & Cook 2015",
        teacher="nothing",
        # The end is known only in runs of fewer than 60,000 presentations, whose constants follow from their length.
        locality=replace(LEDGER, weight_normalisation=True),
    )

    # The published input is the intensity as it is: how bright a sample is decides how many spikes it sends.
    unit_length: ClassVar[bool] = False

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
        self.code_ = PoissonCode(float(self.highest_rate_hz), HIGHEST_RATE_HZ)
        self.retries_ = Retries(int(self.enough_spikes), 0.5, int(self.max_retries))
        self.noise_ = PresentationNoise(noise_words(self.seed_), attempts=True)
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

    def _measure(self, encoded: Array) -> None:
        if self.n_measured_ < WARM_UP:
            self.n_measured_ += 1
            self.mean_sum_ += (float(encoded.sum(dtype=np.float64)) - self.mean_sum_) / self.n_measured_

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        n_silent, shown = 0, list[Presentation]()
        for row, encoded in enumerate(self.encoder_.encode(X)):
            self._measure(encoded)
            answer = self._show(encoded, self.presentations_ + row)
            self.n_retries_ += len(answer.attempts) - 1
            shown += answer.attempts
            n_silent += answer.silent
        n_spikes = tuple(
            sum(getattr(one, name) for one in shown) for name in ("n_input", "n_excitatory", "n_inhibitory")
        )
        counts = self._presented(sum(one.n_steps for one in shown), n_spikes, len(shown))
        return counts + EventCounts(presentations=len(X), silent_samples=n_silent)

    def _show(self, encoded: Array, number: int) -> Answer[Presentation]:
        gain = conductance_ns(self.mean_sum_)

        def present(attempt: int, intensity: float) -> Presentation:
            uniform = self.noise_.uniform(TRAINING, number, len(encoded) + 2, attempt)
            begin = self.code_.writes(encoded * np.float32(intensity), uniform[:-2])
            seed = packed_seed(uniform[-2:])
            return self.network_.present(begin["rate"], begin["hazard_left"], seed, gain)

        return present_until_answered(present, lambda response: float(response.counts.sum()), self.retries_)

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        encoded, activity, counts = (
            self.encoder_.encode(X),
            np.empty((len(X), self.n_neurons), np.float32),
            EventCounts(),
        )
        for rows in stretches(len(X)):
            answers, n_presentations, n_spikes = self._answers(encoded[rows], [sample_key(x) for x in X[rows]])
            activity[rows] = answers
            n_silent = int(np.count_nonzero(~answers.any(axis=1)))
            counts += EventCounts(presentations=len(answers), silent_samples=n_silent)
            counts += self._presented(self.network_.n_steps * n_presentations, n_spikes, 0)
        return activity, counts

    def _answers(self, encoded: Array, keys: Sequence[int]) -> tuple[Array, int, tuple[int, int, int]]:
        """Give the excitatory spikes of samples, how often one was presented, and the spikes of all populations."""
        gain, n_presentations, total = conductance_ns(self.mean_sum_), 0, np.zeros(3, np.int64)

        def present(rows: NDArray[np.int64], attempt: int, intensity: float) -> Array:
            nonlocal n_presentations
            n_presentations += len(rows)
            shown = [keys[row] for row in rows]
            uniform = noise_rows(self.noise_, PREDICTION, shown, encoded.shape[1] + 2, attempt)
            begin = self.code_.writes(encoded[rows] * np.float32(intensity), uniform[:, :-2])
            seeds = [packed_seed(numbers[-2:]) for numbers in uniform]
            counts, n_spikes = self.network_.respond(begin["rate"], begin["hazard_left"], seeds, gain)
            total[:] += n_spikes
            return counts

        answers = present_all_until_answered(present, len(encoded), self.retries_)
        n_input, n_excitatory, n_inhibitory = map(int, total)
        return answers, n_presentations, (n_input, n_excitatory, n_inhibitory)

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        if not self.presentations_:
            for encoded in self.encoder_.encode(X[: WARM_UP - self.n_measured_]):
                self._measure(encoded)
        return super()._fit_readout(X, codes)

    def _warn_of_failure(self, activity: Array) -> None:
        warn_of_failure(
            activity, "raise highest_rate_hz or max_retries", "raise threshold_increment_mv",
            self.presentations_ > 0,
        )  # fmt: skip

    def weights(self) -> dict[str, Array]:
        """Give the plastic weights ``layer_1``, shape (n_inputs, n_neurons)."""
        return {"layer_1": self.network_.weights.copy()}

    def _presented(self, n_steps: int, n_spikes: tuple[int, ...], n_learning: int) -> EventCounts:
        n_input, n_excitatory, n_inhibitory = n_spikes
        return excitation_inhibition_counts(
            n_steps,
            self.encoder_.n_inputs,
            self.n_neurons,
            (n_input, n_excitatory, n_inhibitory),
            n_learning,
            at_all_spikes=self.rule == "diehl-cook-released",
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
