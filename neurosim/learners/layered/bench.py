"""Learners on layered rate networks, on the bench.

A batch's change by plain gradient descent is the mean of its single trials' changes from the same weights, so trials
are shown in batches to a copy that is thrown away.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import Parameters, backward, forward, loss_gradient, named_matrices, zeros_like
from neurosim.ann.objectives import competition_free_energy, reward_slope
from neurosim.coding.linear_probe import LinearProbe
from neurosim.learners.bench import NOT_SEEN, OWN, READOUT, Array, Codes, Layers, Objective, probe_slope
from neurosim.learners.layered.autoencoder import Autoencoder
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.hebb_hidden import HebbHidden
from neurosim.learners.layered.network import noise_of_steps
from neurosim.learners.rewarded import RewardedClassifier

RATE = 1024.0
"""Learning rate of the measured step: a step far larger than the weights loses nothing of it to rounding."""
PLAIN = {
    "optimizer": "gradient-descent",
    "schedule": "constant",
    "learning_rate": RATE,
    "hidden_rate": RATE,
    "weight_decay": 0.0,
    "dropout": 0.0,
    "exploration": 0.0,
}
"""What of a learner is set aside, where it has it: optimizer, schedule and regularisers would hide the direction."""


class RateBench:
    """A network of :mod:`neurosim.ann` at fixed weights.

    Parameters
    ----------
    learner : LayeredLearner or RewardedClassifier
        Begun or trained.
    """

    step = "plain gradient descent by one trial: no optimizer, schedule, weight decay, dropout or bonus for exploration"
    bounds: Mapping[str, tuple[float, float]] = {}
    noisy_descents = False

    def __init__(self, learner: LayeredLearner | RewardedClassifier) -> None:
        self._learner = learner = copy.deepcopy(learner)
        self.objectives = _objectives(learner)

    def weights(self) -> Layers:
        """Give copies of the weight matrices."""
        return dict(self._learner.weights())

    def activity(self, X: Array) -> Array:
        """Give the last hidden layer's activity."""
        return np.asarray(self._learner.activity(X))

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean change of single trials."""
        return plain_change(self._learner, X, codes, seed)

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        learner, x = self._learner, self._learner.prepared(X)
        gradients = zeros_like(learner.parameters_)
        if objective == READOUT:
            if probe is not None and learner.hidden_units:
                hidden, memories = forward(learner.layers_[:-2], learner.parameters_.by_layer[:-2], x)
                slope = probe_slope(probe, hidden, codes).astype(np.float32)
                backward(
                    learner.layers_[:-2], learner.parameters_.by_layer[:-2], memories, slope, gradients.by_layer[:-2]
                )
        else:
            self._own_gradient(x, codes, gradients)
        found = named_matrices(gradients)
        undefined = self.objectives[objective].undefined
        return {name: -gradient for name, gradient in found.items() if name not in undefined}

    def _own_gradient(self, x: Array, codes: Codes, out: Parameters) -> None:
        learner = self._learner
        layers, by_layer = learner.layers_, learner.parameters_.by_layer
        if isinstance(learner, RewardedClassifier):
            policy, memories = forward(layers, by_layer, x)
            slope = reward_slope(policy, np.eye(policy.shape[1], dtype=np.float32)[codes])
            backward(layers[:-1], by_layer[:-1], memories[:-1], slope, out.by_layer[:-1])
            return
        loss_gradient(layers, LOSSES[learner.loss], by_layer, x, learner.targets(codes), out.by_layer)
        if isinstance(learner, HebbHidden):
            _, memories = forward(layers, by_layer, x)
            for dense in range(0, len(layers) - 2, 2):
                _, slope = competition_free_energy(by_layer[dense][0], memories[dense], learner.temperature)
                out.by_layer[dense][0][:] = slope


def _objectives(learner: LayeredLearner | RewardedClassifier) -> dict[str, Objective]:
    names = list(learner.weights())
    undefined = {names[-1]: NOT_SEEN}
    readout = Objective(
        "cross-entropy of a linear read-out fitted on the last hidden layer", "the hidden layers", undefined=undefined
    )
    if isinstance(learner, RewardedClassifier):
        own = Objective("minus the expected reward", "the whole network, without noise in its units")
    elif isinstance(learner, HebbHidden):
        own = Objective(
            "hidden layers: free energy of a soft competition of unit-length weights; output: cross-entropy",
            "each hidden layer by itself; the output layer over the hidden activity",
        )
    else:
        own = Objective(f"the network's own {learner.loss}", "the whole network")
    return {READOUT: readout, OWN: own}


def plain_change(
    learner: LayeredLearner | RewardedClassifier | Autoencoder, X: Array, codes: Codes, seed: int
) -> Layers:
    """Give the mean change of single trials by plain gradient descent, per unit of the learning rate.

    Parameters
    ----------
    learner : LayeredLearner, RewardedClassifier or Autoencoder
        Not changed.
    X, codes : ndarray, shapes (n_samples, ...) and (n_samples,)
        Trials, shown as one batch; labels as numbers from 0.
    seed : int
        Of whatever is random in them.
    """
    twin = copy.deepcopy(learner)
    known = twin.get_params()
    twin.set_params(**{name: value for name, value in PLAIN.items() if name in known}, batch_size=len(X))
    noisy: Any = twin.actor_ if isinstance(twin, RewardedClassifier) else twin
    noisy.seed_, noisy.noise_ = seed, noise_of_steps(seed)
    before = twin.weights()
    twin.partial_fit(X, twin.classes_[codes])
    return {name: (w.astype(np.float64) - before[name]) / RATE for name, w in twin.weights().items()}
