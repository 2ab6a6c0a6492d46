"""The autoencoder on the bench."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import backward, forward, loss_gradient, zeros_like
from neurosim.coding.linear_probe import LinearProbe
from neurosim.learners.bench import OWN, READOUT, Array, Codes, Layers, Objective, probe_slope
from neurosim.learners.layered.bench import PLAIN, RATE, RateBench


class AutoencoderBench:
    """An autoencoder at fixed weights, with as many winners as its schedule allows at this moment.

    Parameters
    ----------
    learner : Autoencoder
        Begun or trained.
    """

    step = RateBench.step
    bounds: Mapping[str, tuple[float, float]] = {}
    noisy_descents = False

    def __init__(self, learner: Any) -> None:
        self._learner = learner = copy.deepcopy(learner)
        self._layers = learner._build_layers(learner._active_at(learner.presentations_))
        winners = ", winners as chosen" if learner.sparsity == "k-winners" else ""
        self.objectives = {
            READOUT: Objective(
                "cross-entropy of a linear read-out fitted on the hidden layer",
                f"the hidden layer as it learns at this moment{winners}",
                undefined={"layer_2": "it leads from the hidden layer to the reconstruction, where no read-out looks"},
            ),
            OWN: Objective(f"{learner.loss} of the reconstruction", f"the whole network{winners}"),
        }

    def weights(self) -> Layers:
        """Give copies of the weight matrices."""
        return dict(self._learner.weights())

    def activity(self, X: Array) -> Array:
        """Give hidden activity with as many winners as learn at this moment."""
        return self._forward(self._encoded(X))[0]

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean change of single trials."""
        twin = copy.deepcopy(self._learner)
        known = twin.get_params()
        twin.set_params(**{name: value for name, value in PLAIN.items() if name in known}, batch_size=len(X))
        before = twin.weights()
        twin.partial_fit(X, twin.classes_[codes])
        return {name: (w.astype(np.float64) - before[name]) / RATE for name, w in twin.weights().items()}

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        learner, x = self._learner, self._encoded(X)
        out, by_layer = zeros_like(learner.parameters_), learner.parameters_.by_layer
        if objective == OWN:
            loss_gradient(self._layers, LOSSES[learner.loss], by_layer, x, x, out.by_layer)
        elif probe is not None:
            hidden, memories = self._forward(x)
            slope = probe_slope(probe, hidden, codes).astype(np.float32)
            backward(self._layers[:-2], by_layer[:-2], memories, slope, out.by_layer[:-2])
        matrices = [theta[0] for theta in out.by_layer if theta]
        found = {f"layer_{number}": -matrix for number, matrix in enumerate(matrices, 1)}
        return {name: array for name, array in found.items() if name not in self.objectives[objective].undefined}

    def _encoded(self, X: Array) -> Array:
        return np.asarray(self._learner.encoder_.encode(self._learner.prepared(X)))

    def _forward(self, encoded: Array) -> tuple[Array, list[Any]]:
        return forward(self._layers[:-2], self._learner.parameters_.by_layer[:-2], encoded)
