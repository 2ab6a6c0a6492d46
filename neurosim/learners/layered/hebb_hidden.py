"""``hebb-hidden``: hidden layers that learn without a teacher, by competition, and an output layer that is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.hebbian import SoftWinnerTakeAll, activity_change
from neurosim.ann.network import weight_matrices
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import n_weights
from neurosim.learners.layered.delta_rule import by_delta_rule
from neurosim.learners.layered.network import LEDGER
from neurosim.parameters import bounded

Array = NDArray[Any]


class HebbHidden(LayeredLearner):
    """Let hidden units compete for samples while the output layer learns by the delta rule.

    Hidden weights move towards the samples that their unit answers most (SoftHebb, Moraitis et al. 2022,
    doi:10.1088/2634-4386/aca710); hidden biases keep every unit active on the same share of samples. The label reaches
    the output layer only: hidden weights are the same whatever the labels are.

    Parameters that are not listed are those of :class:`neurosim.learners.layered.base.LayeredLearner`.

    Parameters
    ----------
    hidden_rate : float, default=0.1
        Learning rate of the hidden layers, under the same schedule.
    temperature : float, default=0.1
        How softly units compete; near 0 the best takes all.
    active_share : float, default=0.4
        Share of the samples on which a hidden unit is to be active.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="competitive Hebb (SoftHebb) in hidden layers, delta rule at the output",
        teacher="label",
        locality=replace(LEDGER, feedback_bits_per_trial="log2(classes), to the output alone"),
    )
    hidden_by_optimizer = False

    hidden_rate: float = bounded(0.1, low=1e-9, high=1.0)
    temperature: float = bounded(0.1, low=1e-3, high=1e3)
    active_share: float = bounded(0.4, low=0.0, high=1.0)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        memories = by_delta_rule(self.layers_, self.parameters_, x, target, self.gradients_).memories
        hidden_rate = np.float32(self.hidden_rate * (rate / self.learning_rate))
        rule = SoftWinnerTakeAll(self.temperature)
        for dense in range(0, len(self.layers_) - 2, 2):
            (weight, bias), below, a = self.parameters_.by_layer[dense], memories[dense], memories[dense + 1]
            weight += hidden_rate * rule.mean_change(weight, below)
            bias += hidden_rate * activity_change(a, self.active_share)

    def _hidden_counts(self) -> EventCounts:
        # Competition is for the sample at unit length: another pass, then one product for each weight's change.
        n_hidden, n_units = n_weights(weight_matrices(self.parameters_)[:-1]), sum(map(int, self.hidden_units))
        return EventCounts(
            connections=n_hidden, feedback_connections=n_hidden, state_updates=n_units, weight_writes=n_hidden + n_units
        )
