"""``feedback-alignment`` and ``direct-feedback-alignment``: errors reach hidden layers over fixed random weights."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.feedback import feedback_gradient, random_feedback
from neurosim.ann.network import weight_matrices
from neurosim.data import EventCounts, Traits
from neurosim.learners.layered.base import LayeredLearner
from neurosim.learners.layered.counting import n_weights
from neurosim.learners.layered.delta_rule import by_delta_rule
from neurosim.learners.layered.network import LEDGER
from neurosim.seeding import stream

Array = NDArray[Any]


class RandomFeedbackLearner(LayeredLearner):
    """Hidden layers that hear of the output's error over random weights, and never of other weights."""

    @property
    @abstractmethod
    def direct(self) -> bool:
        """Whether every layer hears from the output, not from the layer above."""

    def _start(self) -> None:
        super()._start()
        sizes = (*map(int, self.hidden_units), len(self.classes_))
        rngs = [stream(self.seed_, "init", layer) for layer in range(1, len(sizes))]
        self.feedback_ = random_feedback(sizes, self.initialiser, rngs, self.direct)

    def _write_slopes(self, x: Array, target: Array, rate: float) -> None:
        found = by_delta_rule(self.layers_, self.parameters_, x, target, self.gradients_)
        feedback_gradient(
            self.layers_[:-2], self.parameters_.by_layer[:-2], found.memories[:-2], found.error, self._feedback(),
            self.gradients_.by_layer[:-2], self.direct,
        )  # fmt: skip

    def _feedback(self) -> tuple[Array, ...]:
        return self.feedback_

    def _hidden_counts(self) -> EventCounts:
        # Errors carried back, and one product for each weight's change.
        carried = sum(weight.size for weight in self.feedback_)
        return EventCounts(feedback_connections=carried + n_weights(weight_matrices(self.parameters_)[:-1]))

    def _state(self) -> dict[str, Array]:
        return super()._state() | {f"feedback_{k}": weight for k, weight in enumerate(self.feedback_)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.feedback_ = tuple(np.array(state[f"feedback_{k}"]) for k in range(len(self.feedback_)))


class FeedbackAlignment(RandomFeedbackLearner):
    """Send the output's error back from layer to layer over random weights that never change.

    The output layer learns by the delta rule. Forward weights come to lean towards the feedback, which makes the random
    errors useful (Lillicrap et al. 2016, doi:10.1038/ncomms13276). No weight is transported; otherwise the signals are
    those of backpropagation: a vector of errors for each sample, which needs all outputs and the label.

    All parameters are those of :class:`neurosim.learners.layered.base.LayeredLearner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="feedback alignment (errors over fixed random weights), delta rule at the output",
        teacher="label",
        locality=LEDGER,
    )
    direct = False


class DirectFeedbackAlignment(RandomFeedbackLearner):
    """Send the output's error straight to every hidden layer over random weights that never change.

    As ``feedback-alignment``, but no layer waits for the one above it (Nøkland 2016, arXiv:1609.01596). With one hidden
    layer the two are the same.

    All parameters are those of :class:`neurosim.learners.layered.base.LayeredLearner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="direct feedback alignment (the output's error over fixed random weights), delta rule at the output",
        teacher="label",
        locality=LEDGER,
    )
    direct = True
