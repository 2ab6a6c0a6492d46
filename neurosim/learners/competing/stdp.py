"""``stdp``: competitive spike-timing plasticity with adaptive thresholds; the teacher tells nothing.

With still images this is online k-means carried out by spikes: at a neuron's spike its weights move towards the
presynaptic traces, which estimate the sample's rates. What it adds to k-means is that a decision is made from a limited
number of spikes.

A neuron's threshold is proportional to the length of its weight vector, so that the first to spike is the one whose
weights point most nearly towards the sample. While learning, a bias on top (a conscience) keeps all equally busy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import EXPLORATION, PREDICTION, TRAINING
from neurosim.coding.retries import Answer, Retries, present_all_until_answered, present_until_answered
from neurosim.data import EventCounts, Traits
from neurosim.learners.checkpoint import PlainForm
from neurosim.learners.competing.compiled import CompiledTrials, compiled_trials
from neurosim.learners.competing.counting import Tally, trace_updates, weight_writes
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.schedule import CompetitionSchedule, conscience_a_spike, fair_share, final_rate
from neurosim.learners.competing.spike_coded import SpikeCodedLearner
from neurosim.learners.diagnosis import warn_of_failure
from neurosim.learners.readout import LEDGER, ReadoutLearner
from neurosim.learners.roles import not_read_out
from neurosim.parameters import bounded
from neurosim.seeding import sample_key, stream
from neurosim.snn.homeostasis import incoming_norm
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.networks.competition import CompetitiveNetwork
from neurosim.snn.networks.competition_circuit import competition_counts, even_weights
from neurosim.snn.networks.competition_neurons import find_neuron
from neurosim.snn.networks.competition_rules import find_rule
from neurosim.snn.networks.onsets import Onsets, Presentation
from neurosim.snn.plain import neuron_from_plain, neuron_to_plain, rule_from_plain, rule_to_plain

Array = NDArray[Any]
RETRIES = Retries(enough_spikes=1, increment=0.5, at_most=4)
"""A sample that no neuron answers is shown again to more excitable neurons."""
SILENCE_LOWERS = 0.02
"""How far a silent presentation lowers all biases."""
FIRST_LEVEL = {"regular": 0.32, "poisson": 0.32, "latency": 0.6}
"""Threshold, of a neuron of unit length, at the start of a run that finds its own."""
THRESHOLD_NOISE = 0.2
"""While learning by latencies, thresholds vary so much: with nothing random, equal neurons would stay equal."""


class STDP(SpikeCodedLearner, ReadoutLearner):
    """Let neurons compete for samples; each winner's weights move towards the sample (instar rule).

    Parameters that are not listed are those of :class:`neurosim.learners.competing.spike_coded.SpikeCodedLearner` and
    :class:`neurosim.learners.readout.ReadoutLearner`.

    Parameters
    ----------
    rule : str or Rule, default="competitive"
        How weights change at spikes: any registered rule with a parameter ``learning_rate``, which the schedule below
        sets; see ``neurosim list rules`` and docs/extending.md.
    neuron : str or NeuronModel, default="competitor"
        What competes: any registered model that reads what a competition tells it, ``own_threshold`` and
        ``lateral_inhibition``; see docs/extending.md.
    learning_rate : float, default=0.3
        Of the first presentation.
    averaging : float, default=0.138
        The last weights average over this part of what a neuron wins, which sets the last learning rate; it is
        approached exponentially. Without a horizon the geometric mean of first and last holds throughout.
    threshold : float, optional
        Of a neuron whose weight vector has unit length; a perfect match charges it to 1 - 1/e in 100 ms. By default
        it starts where it suits the spike code and moves until ``spikes_per_sample`` answer.
    conscience : float, default=2.12
        By how much of itself a threshold would rise in the whole run for a fair share of spikes, if others' spikes did
        not lower it; the effect fades to nothing towards the end. See :mod:`neurosim.learners.competing.schedule`.
    spikes_per_sample : float, default=1.4
        Where no threshold is given, all thresholds move together until a sample is answered by so many spikes.
    """

    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"
    answer_population: ClassVar[str] = "neurons"
    traits: ClassVar[Traits] = Traits(
        unit="spike",
        rule="competitive STDP (instar)",
        teacher="nothing",
        locality=replace(
            LEDGER,
            population_homeostasis=True,
            # Not of the weights themselves: the threshold is in proportion to the length of all incoming weights.
            weight_normalisation=True,
            resets_between_trials=True,
        ),
    )

    registered: ClassVar[Mapping[str, str]] = {**ReadoutLearner.registered, "rule": "rules", "neuron": "neurons"}
    plain_forms: ClassVar[Mapping[str, PlainForm]] = {
        "rule": PlainForm(Rule, rule_to_plain, rule_from_plain),
        "neuron": PlainForm(NeuronModel, neuron_to_plain, neuron_from_plain),
    }

    rule: str | Rule = "competitive"
    neuron: str | NeuronModel = "competitor"
    learning_rate: float = bounded(0.3, low=1e-9, high=1.0)
    averaging: float = bounded(0.138, low=1e-3, high=1e3)
    threshold: float | None = bounded(None, low=1e-9, high=10.0)
    conscience: float = bounded(2.12, low=0.0, high=1e3)
    spikes_per_sample: float = bounded(1.4, low=0.1, high=1.9)

    def _start(self) -> None:
        super()._start()
        self.rule_ = find_rule(self.rule)
        self.neuron_ = find_neuron(self.neuron)
        self.network_: CompetitiveNetwork | None = None
        self._compiled: CompiledTrials | None = None
        self.lengths_ = np.zeros(self.n_neurons, np.float32)
        self.n_wins_ = np.zeros(self.n_neurons, np.int64)
        share = fair_share(self.horizon_, self.n_neurons)
        end = final_rate(self.averaging, share, self.learning_rate)
        self.schedule_ = CompetitionSchedule(self.learning_rate, end, self.horizon_)
        self.homeostasis_ = Homeostasis(
            self.n_neurons,
            FIRST_LEVEL[self.spike_code] if self.threshold is None else self.threshold,
            conscience_a_spike(self.conscience, share),
            self.spikes_per_sample if self.threshold is None else None,
        )

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        encoded, tally, first = self.encoder_.encode(X), Tally(), self.presentations_
        if self.network_ is None:
            self._open_network(encoded[0])
        numbers = range(first, first + len(X))
        for rows, onsets in self._onsets(encoded, TRAINING, numbers):
            self._compete(onsets, numbers[rows], tally)
        return self._counted(tally, len(X), learning=True)

    def _open_network(self, u: Array) -> None:
        """Start weights evenly around the first sample's mean."""
        weights = even_weights(u, self.n_neurons, stream(self.seed_, "init"))
        self.lengths_ = np.linalg.norm(weights, axis=0).astype(np.float32)
        self.network_ = self._network(weights)

    def _network(self, weights: Array) -> CompetitiveNetwork:
        thresholds = np.zeros(self.n_neurons)
        return CompetitiveNetwork(
            weights, thresholds, self.presentation_ms, code=self.spike_code, rule=self.rule_, neuron=self.neuron_
        )

    def _compete(self, onsets: Onsets, numbers: Sequence[int], tally: Tally) -> None:
        """Present a stretch of samples, one after the other, and learn from each."""
        assert self.network_ is not None
        schedule = np.array([self.schedule_.at(number) for number in numbers]).T
        factors = None
        if self.spike_code == "latency":
            factors = 1 + THRESHOLD_NOISE * self.stimulus_.rows(EXPLORATION, numbers, self.n_neurons)
        self._compiled = compiled_trials(self._compiled, self.network_, self.homeostasis_)
        if self._compiled is not None:
            self._compiled.compete(onsets, schedule, factors, self.lengths_, self.n_wins_, RETRIES, tally)
            return
        for row, (rate, fading, slowing) in enumerate(schedule.T.tolist()):
            thresholds = self.homeostasis_.thresholds(fading) * self.lengths_
            if factors is not None:
                thresholds *= factors[row]
            answer = self._show(onsets, row, rate, thresholds)
            self._adapt(answer, slowing)
            n_input_spikes = sum(response.n_input_spikes for response in answer.attempts)
            n_spikes = answer.last.counts.sum()
            tally.add(presentations=len(answer.attempts), input_spikes=n_input_spikes, spikes=n_spikes)
            tally.add(silent=answer.silent)

    def _show(self, onsets: Onsets, row: int, rate: float, thresholds: Array) -> Answer[Presentation]:
        network = self.network_
        assert network is not None

        def present(attempt: int, intensity: float) -> Presentation:
            network.thresholds[:] = thresholds / intensity
            return network.present(onsets, row, rate)

        return present_until_answered(present, lambda response: float(response.counts.sum()), RETRIES)

    def _adapt(self, answer: Answer[Presentation], slowing: float) -> None:
        assert self.network_ is not None
        counts = answer.last.counts
        winners = np.flatnonzero(counts)
        self.lengths_[winners] = incoming_norm(self.network_.weights[:, winners], order=2)
        self.n_wins_ += counts.astype(np.int64)
        if len(winners):
            self.homeostasis_.share_out(counts)
        else:
            # Nobody answered, so nobody can be told apart: all become more excitable.
            self.homeostasis_.biases -= SILENCE_LOWERS
        # A sample shown again was first met by silence.
        self.homeostasis_.settle(float(answer.attempts[0].counts.sum()), slowing)

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        encoded = self.encoder_.encode(X)
        if self.network_ is None and len(encoded):
            self.stimulus_.warm_up(encoded)
            self._open_network(encoded[0])
        activity, tally = np.empty((len(X), self.n_neurons), np.float32), Tally()
        thresholds = self.homeostasis_.thresholds(0.0) * self.lengths_
        for rows, onsets in self._onsets(encoded, PREDICTION, [sample_key(x) for x in X]):
            activity[rows] = self._answers(onsets, thresholds, tally)
        tally.add(spikes=activity.sum(dtype=np.float64), silent=np.count_nonzero(~activity.any(axis=1)))
        return activity, self._counted(tally, len(X), learning=False)

    def _answers(self, onsets: Onsets, thresholds: Array, tally: Tally) -> Array:
        network = self.network_
        assert network is not None

        def present(rows: NDArray[np.int64], attempt: int, intensity: float) -> Array:
            shown = network.respond(onsets[rows], thresholds / intensity)
            tally.add(presentations=len(rows), input_spikes=shown.n_input_spikes.sum())
            return shown.counts

        return present_all_until_answered(present, len(onsets), RETRIES)

    def _warn_of_failure(self, activity: Array) -> None:
        advice = "lower threshold or raise input_rate_hz", "raise conscience"
        warn_of_failure(activity, *advice, self.presentations_ > 0)

    def _activity(self, X: Array) -> Array:
        if self.network_ is None:
            raise not_read_out(self)
        return super()._activity(X)

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_neurons), in units of the encoded sample."""
        return {} if self.network_ is None else {"layer_1": self.network_.weights.copy()}

    def _counted(self, tally: Tally, n_samples: int, learning: bool) -> EventCounts:
        n_spikes, n_inputs, n_neurons = tally.spikes, self.encoder_.n_inputs, self.n_neurons
        n_steps, n_input_spikes = round(self.presentation_ms) * tally.presentations, tally.input_spikes
        counts = competition_counts(n_steps, n_inputs, n_neurons, n_input_spikes, n_spikes, self.neuron_)
        n_traces = n_written = 0
        if learning:
            n_traces = trace_updates(self.rule_, n_steps, n_inputs, n_neurons)
            # And a threshold for each neuron.
            n_written = weight_writes(self.rule_, n_inputs, n_neurons, n_input_spikes, n_spikes) + n_neurons * n_samples
        return counts + EventCounts(
            presentations=n_samples, trace_updates=n_traces, weight_writes=n_written, silent_samples=tally.silent
        )

    def _state(self) -> dict[str, Array]:
        state = super()._state() | {
            "mean_size": np.array(self.stimulus_.mean_size),
            "lengths": self.lengths_,
            "n_wins": self.n_wins_,
            **self.homeostasis_.arrays(),
        }
        return state if self.network_ is None else state | {"weights": self.network_.weights.copy()}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.stimulus_.mean_size = float(state["mean_size"])
        self.n_wins_, self.lengths_ = state["n_wins"], state["lengths"]
        self.homeostasis_.restore(state)
        if "weights" in state:
            self.network_ = self._network(state["weights"])
