"""What learners share whose competing neurons are wired to answers before any data: present, count, keep."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PREDICTION
from neurosim.data import EventCounts
from neurosim.learners.competing.compiled import CompiledTrials, compiled_trials
from neurosim.learners.competing.counting import Tally
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.spike_coded import SpikeCodedLearner
from neurosim.learners.diagnosis import warn_of_failure
from neurosim.parameters import bounded, check_whole, whole
from neurosim.seeding import sample_key, stream
from neurosim.snn.networks.competition import CompetitiveNetwork
from neurosim.snn.networks.competition_circuit import TIME_CONSTANT_MS, competition_counts, even_weights
from neurosim.snn.networks.onsets import Onsets, Presentation

Array = NDArray[Any]
MANY = 20
"""Samples from which on silence, or one neuron's winning all, is a failure."""
VETO = 1e6
"""Inhibition by which a teacher keeps a neuron silent: beyond any potential."""


class WiredLearner(SpikeCodedLearner):
    """Neurons compete for a sample; what stands for which answer is wired from the start.

    A subclass adds how it learns, ``_scores``, ``_conscience_a_spike`` and its own parameters. Those that are not
    listed are those of :class:`neurosim.learners.competing.spike_coded.SpikeCodedLearner`.

    Parameters
    ----------
    n_neurons : int, default=100
        Competing neurons, at least one a class.
    threshold : float, default=0.8
        Start value, in units of the first response.
    spikes_per_sample : float, default=1.2
        All thresholds move up or down together until this many spikes answer a sample: late decisions are good ones.
    """

    n_neurons: int = whole(100, least=2, why="one a class")
    threshold: float = bounded(0.8, low=1e-9, high=10.0)
    spikes_per_sample: float = bounded(1.2, low=0.1, high=1.9)

    def _start(self) -> None:
        check_whole("n_neurons", self.n_neurons, self._n_outputs(), "one a class")
        super()._start()
        self.network_: CompetitiveNetwork | None = None
        self._compiled: CompiledTrials | None = None
        self.homeostasis_ = Homeostasis(
            self.n_neurons, self.threshold, self._conscience_a_spike(), self.spikes_per_sample
        )

    # -- presenting ---------------------------------------------------------------------------------------------

    def _open_network(self, u: Array) -> None:
        """Start weights evenly around the first sample's mean, thresholds below the response to it."""
        mean = float(u.mean()) or 1 / len(u)
        weights = even_weights(u, self.n_neurons, stream(self.seed_, "init"))
        weights /= np.linalg.norm(weights, axis=0)
        # A constant drive charges the leaky potential to 1 - 1/e of its end value in one time constant.
        length = float(np.sqrt(len(u) * 4 / 3)) * mean
        first_response = float(mean * u.sum()) / length * (1 - np.exp(-self.presentation_ms / TIME_CONSTANT_MS))
        self.homeostasis_.level = self.threshold * (first_response or 1.0)
        self.network_ = self._new_network(weights)

    def _new_network(self, weights: Array, choices: Array | None = None) -> CompetitiveNetwork:
        thresholds = np.zeros(self.n_neurons)
        return CompetitiveNetwork(weights, thresholds, self.presentation_ms, modulated=True, code=self.spike_code)

    def _show(
        self,
        onsets: Onsets,
        row: int,
        tally: Tally,
        veto: Array | float = 0.0,
        fading: float = 0.0,
        head_starts: Array | float = 0.0,
    ) -> Presentation:
        """Show one sample while learning.

        ``fading`` is the share of the biases that counts, ``head_starts`` are the choosers'.
        """
        network = self._network()
        network.thresholds[:] = self.homeostasis_.thresholds(fading)
        shown = network.present(onsets, row, 1.0, veto, head_starts)
        tally.add(presentations=1, input_spikes=shown.n_input_spikes, spikes=shown.counts.sum())
        return shown

    def _compiled_trials(self) -> CompiledTrials | None:
        self._compiled = compiled_trials(self._compiled, self._network(), self.homeostasis_)
        return self._compiled

    def _presented(self, X: Array) -> tuple[Array, Array, Tally]:
        """Give what neurons and choosers answer, shapes (n_samples, n_neurons) and (n_samples, n_choosers)."""
        encoded, tally = self.encoder_.encode(X), Tally()
        if self.network_ is None and len(encoded):
            self.stimulus_.warm_up(encoded)
            self._open_network(encoded[0])
        n_choosers = self._network().n_choosers if len(X) else 0
        activity, choices = (np.zeros((len(X), n), np.float32) for n in (self.n_neurons, n_choosers))
        for rows, onsets in self._onsets(encoded, PREDICTION, [sample_key(x) for x in X]):
            shown = self._network().respond(onsets, self.homeostasis_.thresholds(0.0))
            activity[rows] = shown.counts
            if shown.choices is not None:
                choices[rows] = shown.choices
            tally.add(presentations=len(onsets), input_spikes=shown.n_input_spikes.sum())
        tally.add(spikes=activity.sum(dtype=np.float64))
        return activity, choices, tally

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        activity, _, tally = self._presented(X)
        tally.add(silent=np.count_nonzero(~activity.any(axis=1)))
        return activity, self._counted(tally, learning=False) + EventCounts(presentations=len(X))

    def _network(self) -> CompetitiveNetwork:
        assert self.network_ is not None
        return self.network_

    @abstractmethod
    def _conscience_a_spike(self) -> float:
        """Give by how much of the level a winner's threshold rises above the others."""

    # -- answering ----------------------------------------------------------------------------------------------

    def _warn_of_failure(self, activity: Array) -> None:
        if len(activity) >= MANY:
            advice = "raise input_rate_hz or presentation_ms", "learn for longer"
            warn_of_failure(activity, *advice, self.presentations_ > 0)

    def _activity(self, X: Array) -> Array:
        return self._responses(X)[0]

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_neurons), in units of the encoded sample."""
        return {} if self.network_ is None else {"layer_1": self.network_.weights.copy()}

    # -- counting -----------------------------------------------------------------------------------------------

    def _counted(self, tally: Tally, learning: bool) -> EventCounts:
        n_spikes, n_steps = tally.spikes, round(self.presentation_ms) * tally.presentations
        n_inputs = self.encoder_.n_inputs
        counts = competition_counts(n_steps, n_inputs, self.n_neurons, tally.input_spikes, n_spikes)
        return counts + EventCounts(
            # The presynaptic traces at every step, and an eligibility for every synapse of a spike.
            trace_updates=n_steps * n_inputs + n_spikes * n_inputs if learning else 0,
            weight_writes=tally.written,
            silent_samples=tally.silent,
        )

    # -- keeping ------------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Array]:
        state = {"mean_size": np.array(self.stimulus_.mean_size), **self.homeostasis_.arrays()}
        if self.network_ is not None:
            state |= {"weights": self.network_.weights.copy()}
        return state

    def _restore(self, state: dict[str, Array]) -> None:
        self.stimulus_.mean_size = float(state["mean_size"])
        self.homeostasis_.restore(state)
        if "weights" in state:
            self.network_ = self._new_network(state["weights"], state.get("choices"))
