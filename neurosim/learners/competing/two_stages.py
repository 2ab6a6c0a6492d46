"""What learners share that share out each class's samples among its own units first, then correct all winners."""

from __future__ import annotations

from neurosim.data import Locality
from neurosim.learners.competing.schedule import conscience_a_spike, fair_share, stage
from neurosim.learners.encoded import EncodedLearner
from neurosim.learners.roles import Classifier
from neurosim.parameters import bounded, truth

LEDGER = Locality(
    local_in_space=False,
    local_in_time=True,
    labels="while learning",
    feedback_bits_per_trial="log2(classes)",
    weight_transport=False,
    global_signal=True,
    population_homeostasis=True,
    weight_normalisation=True,
    known_end=True,
)
"""That of rate units; learners say where theirs differs."""


class TwoStageLearner(EncodedLearner, Classifier):
    """Units stand for classes: they compete within the taught class first, and all with each other afterwards.

    Parameters that are not listed are those of :class:`neurosim.learners.encoded.EncodedLearner`.

    Parameters
    ----------
    learning_rate, final_learning_rate : float, default=0.3 and 0.02
        Of the first stage, at its start and its end, exponentially between.
    correction : float, default=0.5
        Share of the presentations that belongs to the second stage. Without a horizon the stages take turns.
    correction_rate, final_correction_rate : float, default=0.05 and 0.002
        Learning rate of the second stage, at its start and its end.
    retry : bool, default=True
        After a wrong or missing answer, let the right class's best unit move towards the sample.
    conscience : float, default=4
        First stage: by how much of itself a unit's threshold would rise for a fair share of its class's samples, if
        what the class's others win did not lower it; fades to nothing towards the stage's end. See
        :mod:`neurosim.learners.competing.schedule`.
    threshold_correction : float, default=0.002
        Second stage: by how much of itself a wrong winner's threshold rises for good, and falls that of the unit that
        should have won.
    """

    learning_rate: float = bounded(0.3, low=1e-9, high=1.0)
    final_learning_rate: float = bounded(0.02, low=1e-9, high=1.0)
    correction: float = bounded(0.5, low=0.0, high=1.0)
    correction_rate: float = bounded(0.05, low=1e-9, high=1.0)
    final_correction_rate: float = bounded(0.002, low=1e-9, high=1.0)
    retry: bool = truth(True)
    conscience: float = bounded(4.0, low=0.0, high=1e3)
    threshold_correction: float = bounded(0.002, low=0.0, high=10.0)

    def _stage(self, number: int) -> tuple[bool, float]:
        return stage(number, self.horizon_, self.correction)

    def _conscience_of(self, n_units: int) -> float:
        """Give what a win moves of a threshold, so that a fair share of the first stage moves ``conscience``."""
        sharing_out = None if self.horizon_ is None else self.horizon_ * (1 - self.correction or 1)
        return conscience_a_spike(self.conscience, fair_share(sharing_out, n_units))
