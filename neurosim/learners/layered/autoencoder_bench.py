"""The autoencoder on the bench."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosim.ann.losses import LOSSES
from neurosim.ann.network import backward, forward, loss_gradient, named_matrices, zeros_like
from neurosim.coding.linear_probe import LinearProbe
from neurosim.learners.bench import OWN, READOUT, Array, Codes, Layers, Objective, probe_slope
from neurosim.learners.layered.autoencoder import Autoencoder
from neurosim.learners.layered.bench import RateBench, plain_change


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

    def __init__(self, learner: Autoencoder) -> None:
        self._learner = learner = copy.deepcopy(learner)
        self._layers = learner.layers_at(learner.presentations_)
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
        return plain_change(self._learner, X, codes, seed)

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
        undefined = self.objectives[objective].undefined
        return {name: -matrix for name, matrix in named_matrices(out).items() if name not in undefined}

    def _encoded(self, X: Array) -> Array:
        return np.asarray(self._learner.encoder_.encode(self._learner.prepared(X)))

    def _forward(self, encoded: Array) -> tuple[Array, list[Any]]:
        return forward(self._layers[:-2], self._learner.parameters_.by_layer[:-2], encoded)
