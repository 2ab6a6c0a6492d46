"""Networks with a spiking hidden layer on the bench; spikes are differentiated by their surrogate."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosim.coding.linear_probe import LinearProbe
from neurosim.coding.noise import TRAINING
from neurosim.learners.directions.bench import NOT_SEEN, OWN, READOUT, Array, Codes, Layers, Objective, probe_slope
from neurosim.learners.eligibility import filtered_spikes, hidden_changes, output_changes, softmax_error
from neurosim.learners.hidden_layer import Presentations, Timing
from neurosim.learners.hidden_spikes import Batch
from neurosim.seeding import noise_words, sample_key

SURROGATE = "spikes by their surrogate derivative, resets taken as given"


class HiddenSpikesBench:
    """A network of :mod:`neurosim.learners.surrogate` at fixed weights.

    Parameters
    ----------
    learner : SurrogateLearner
        Begun or trained.
    """

    step = "what the optimizer is handed for a trial, in place of its step"
    bounds: Mapping[str, tuple[float, float]] = {}
    noisy_descents = True

    def __init__(self, learner: Any) -> None:
        self._learner = learner = copy.deepcopy(learner)
        # Spike counts weigh all spikes alike: outputs that never forget.
        self._counting = Timing(learner.presentation_ms, learner.membrane_ms, np.inf)
        self._shown: tuple[tuple[int, int], Presentations] | None = None
        self.objectives = {
            READOUT: Objective(
                "cross-entropy of a linear read-out fitted on the hidden neurons' spike counts",
                SURROGATE,
                surrogate=True,
                undefined={"layer_2": NOT_SEEN},
            ),
            OWN: Objective(
                "the network's own cross-entropy", f"hidden layer: {SURROGATE}; output: exact", surrogate=True
            ),
        }

    def weights(self) -> Layers:
        """Give copies of the weight matrices."""
        return dict(self._learner.weights())

    def activity(self, X: Array) -> Array:
        """Give hidden spike counts."""
        return np.asarray(self._learner.activity(X))

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean change of single trials."""
        learner, shown = self._learner, self._present(X, seed)
        encoded = learner.encoder_.encode(learner._ready(X))
        kept, state = learner.parameters_.copy(), copy.deepcopy(learner.optimizer_state_)
        learner.gradients_[:] = 0
        learner._step(Batch(encoded, range(len(X)), codes, shown), 1.0)
        learner.parameters_[:], learner.optimizer_state_ = kept, state
        hidden, _, output, _ = learner._parts(learner.gradients_.astype(np.float64))
        return {"layer_1": -hidden, "layer_2": -output}

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        learner, shown = self._learner, self._present(X, seed)
        if objective == READOUT:
            if probe is None:
                return {}
            slope = probe_slope(probe, shown.counts, codes)
            return {"layer_1": -self._hidden(shown, slope, self._counting)}
        error = softmax_error(shown.outputs, codes)
        _, _, output, _ = learner._parts(learner.parameters_)
        changes = output_changes(filtered_spikes(shown, learner.timing_), error, learner.timing_)
        return {"layer_1": -self._hidden(shown, error @ output.T, learner.timing_), "layer_2": -changes[0]}

    def _hidden(self, shown: Presentations, signal: Array, timing: Timing) -> Array:
        learner = self._learner
        slope, n_inputs = learner.surrogate_slope, learner.encoder_.n_inputs
        return np.asarray(hidden_changes(shown, signal, timing, slope, n_inputs)[0] * learner._charge())

    def _present(self, X: Array, seed: int) -> Presentations:
        """Show samples with noise from ``seed``; the latest are kept, for all that is asked about them."""
        key = seed, sample_key(X)
        if self._shown is None or self._shown[0] != key:
            learner, own = self._learner, self._learner.noise_words_
            encoded = learner.encoder_.encode(learner._ready(X))
            learner.noise_words_, learner.noise_ = noise_words(seed), None
            self._shown = key, learner._show(encoded, TRAINING, range(len(X)))
            learner.noise_words_, learner.noise_ = own, None
        return self._shown[1]
