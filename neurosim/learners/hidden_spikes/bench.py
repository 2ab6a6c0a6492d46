"""Networks with a spiking hidden layer on the bench; spikes are differentiated by their surrogate."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from neurosim.coding.linear_probe import LinearProbe
from neurosim.coding.noise import TRAINING, PresentationNoise
from neurosim.learners.bench import NOT_SEEN, OWN, READOUT, Array, Codes, Layers, Objective, probe_slope
from neurosim.learners.hidden_spikes.base import Batch, HiddenSpikesLearner
from neurosim.learners.hidden_spikes.eligibility import hidden_changes
from neurosim.learners.hidden_spikes.output_layer import filtered_spikes, output_changes, softmax_error
from neurosim.seeding import noise_words, sample_key
from neurosim.snn.networks.hidden_layer import Presentations, Timing

SURROGATE = "spikes by their surrogate derivative, resets taken as given"
SLOPE = 2.0
"""Of the surrogate derivative that stands in for the spikes of learners without one: that of ``snn-gradient``."""
RATE = 1024.0
"""Rate of a hidden layer that moves without an optimizer: a large step loses nothing of its direction to rounding."""
STEPPED = ("parameters_", "optimizer_state_", "seed_", "hidden_rate")
"""What a step changes, and what is set for it."""
COUNTS = "units share a sample by their spike counts, which no smooth loss of these weights leads to"


class HiddenSpikesBench:
    """A network of :mod:`neurosim.learners.hidden_spikes.base` at fixed weights.

    Parameters
    ----------
    learner : HiddenSpikesLearner
        Begun or trained.
    """

    step = (
        "what the optimizer is handed for a trial, in place of its step; of a hidden layer that moves without one, "
        "that move"
    )
    bounds: Mapping[str, tuple[float, float]] = {}
    noisy_descents = True

    def __init__(self, learner: HiddenSpikesLearner) -> None:
        self._learner = learner = copy.deepcopy(learner)
        # Spike counts weigh all spikes alike: outputs that never forget.
        self._counting = Timing(learner.presentation_ms, learner.membrane_ms, np.inf)
        self._slope = getattr(learner, "surrogate_slope", SLOPE)
        self._optimized = learner.hidden_by_optimizer
        self._shown: tuple[tuple[int, int], Presentations] | None = None
        self.objectives = {
            READOUT: Objective(
                "cross-entropy of a linear read-out fitted on the hidden neurons' spike counts",
                SURROGATE,
                surrogate=True,
                undefined={"layer_2": NOT_SEEN},
            ),
            OWN: Objective(
                "the network's own cross-entropy",
                f"hidden layer: {SURROGATE}; output: exact",
                surrogate=True,
                undefined={} if self._optimized else {"layer_1": COUNTS},
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
        encoded = learner.encoder_.encode(learner.prepared(X))
        kept = {name: copy.deepcopy(value) for name, value in vars(learner).items() if name in STEPPED}
        learner.gradients_.flat[:] = 0
        # Of what else is random in a trial: noise in hidden neurons, in a second presentation of the same spikes.
        learner.seed_ = seed
        if not self._optimized:
            learner.set_params(hidden_rate=RATE)
        with self._noise_from(seed):
            learner.step(Batch(encoded, range(len(X)), learner.targets(codes), shown), learner.first_rate)
        (hidden, _), (output, _) = learner.gradients_.by_layer
        before, after = (parameters.by_layer[0][0] for parameters in (kept["parameters_"], learner.parameters_))
        learner.__dict__.update(kept)
        change = -hidden if self._optimized else (after.astype(np.float64) - before) / RATE
        return {"layer_1": change.astype(np.float64), "layer_2": -output.astype(np.float64)}

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        learner, shown = self._learner, self._present(X, seed)
        if objective == READOUT:
            if probe is None:
                return {}
            slope = probe_slope(probe, shown.counts, codes)
            return {"layer_1": -self._hidden(shown, slope, self._counting)}
        error = softmax_error(shown.outputs, learner.targets(codes))
        output = learner.parameters_.by_layer[1][0]
        changes = output_changes(filtered_spikes(shown, learner.timing_), error, learner.timing_)
        found = {"layer_2": -changes[0]}
        if self._optimized:
            found["layer_1"] = -self._hidden(shown, error @ output.T, learner.timing_)
        return found

    def _hidden(self, shown: Presentations, signal: Array, timing: Timing) -> Array:
        learner, n_inputs = self._learner, self._learner.encoder_.n_inputs
        return np.asarray(hidden_changes(shown, signal, timing, self._slope, n_inputs)[0] * learner.charge)

    def _present(self, X: Array, seed: int) -> Presentations:
        """Show samples with noise from ``seed``; the latest are kept, for all that is asked about them."""
        key = seed, sample_key(X)
        if self._shown is None or self._shown[0] != key:
            encoded = self._learner.encoder_.encode(self._learner.prepared(X))
            with self._noise_from(seed):
                self._shown = key, self._learner.present(encoded, TRAINING, range(len(X)))
        return self._shown[1]

    @contextmanager
    def _noise_from(self, seed: int) -> Iterator[None]:
        """Let inputs take their phases from a seed for a while."""
        learner, own = self._learner, self._learner.noise_
        learner.noise_ = PresentationNoise(noise_words(seed))
        try:
            yield
        finally:
            learner.noise_ = own
