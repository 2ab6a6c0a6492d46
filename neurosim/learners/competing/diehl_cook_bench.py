"""The network of Diehl and Cook on the bench.

A trial is shown by the learner's own ``partial_fit``, rest and normalisation included; then everything is put back.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from neurosim.ann.objectives import soft_shares, turning
from neurosim.coding.linear_probe import LinearProbe
from neurosim.coding.noise import PresentationNoise
from neurosim.learners.bench import OWN, READOUT, Array, Codes, Layers, Objective
from neurosim.learners.competing.bench import SOFT_READOUT, STAND_IN, TEMPERATURE, soft_readout_descent
from neurosim.learners.competing.diehl_cook import DiehlCook
from neurosim.seeding import integer_seed, noise_words

NO_LOSS = "no loss of this rule is written down"


class DiehlCookBench:
    """The excitatory neurons' incoming weights, held fixed.

    Parameters
    ----------
    learner : DiehlCook
        Begun or trained.
    """

    step = (
        "one trial of the learner itself, with rest and normalisation, at its present thresholds; the part that turns "
        "a neuron's weights, whose sum is fixed"
    )
    bounds: Mapping[str, tuple[float, float]] = {"layer_1": (0.0, 1.0)}
    noisy_descents = False

    def __init__(self, learner: DiehlCook) -> None:
        self._learner = copy.deepcopy(learner)
        self._kept = copy.deepcopy({name: value for name, value in vars(learner).items() if name != "network_"})
        self._state = learner.network_.state()
        self.objectives = {
            READOUT: Objective(SOFT_READOUT, STAND_IN, surrogate=True),
            OWN: Objective("none", "nothing", undefined={"layer_1": NO_LOSS}),
        }

    def weights(self) -> Layers:
        """Give copies of the weight matrices."""
        return {"layer_1": self._state["weights"].copy()}

    def activity(self, X: Array) -> Array:
        """Give the soft shares."""
        return soft_shares(self._state["weights"], self._encoded(X), TEMPERATURE)

    def change(self, X: Array, codes: Codes, seed: int) -> Layers:
        """Give the mean change of single trials."""
        learner, before = self._learner, self._state["weights"]
        total = np.zeros(before.shape)
        for number in range(len(X)):
            # Trials at one and the same moment need input spikes of their own.
            learner.noise_ = PresentationNoise(noise_words(integer_seed(seed, "noise", number)), attempts=True)
            learner.partial_fit(X[number : number + 1], learner.classes_[codes[number : number + 1]])
            total += learner.network_.weights - before
            learner.__dict__.update(copy.deepcopy(self._kept))
            learner.network_.take(self._state)
        return {"layer_1": turning(before, total) / len(X)}

    def descent(self, objective: str, X: Array, codes: Codes, seed: int, probe: LinearProbe | None) -> Layers:
        """Give minus the gradient."""
        if objective == OWN or probe is None:
            return {}
        return {"layer_1": soft_readout_descent(self._state["weights"], self._encoded(X), codes, probe)}

    def _encoded(self, X: Array) -> Array:
        return np.asarray(self._learner.encoder_.encode(self._learner.prepared(X)))
