"""``mean``: a control that always answers the mean of the targets it was told."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.regressor import FEEDBACK, Regressor

Array = NDArray[Any]


class Mean(Regressor):
    """Add up targets and answer their mean.

    The one parameter is that of :class:`neurosim.learners.base.Learner`.
    """

    has_units: ClassVar[bool] = False
    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="averages targets",
        teacher="label",
        locality=Locality(True, True, "while learning", FEEDBACK, weight_transport=False, global_signal=False),
        role="control",
        task_kinds=("regression",),
    )

    def _start(self) -> None:
        self.sums_ = np.zeros(self.n_targets_)
        self.n_told_ = 0

    def _learn(self, X: Array, targets: Array) -> EventCounts:
        # One after the other: the same bits however trials are cut into calls.
        for target in targets.astype(np.float64):
            self.sums_ = self.sums_ + target
        self.n_told_ += len(X)
        return EventCounts(presentations=len(X), labels=targets.size)

    def _answers(self, X: Array) -> tuple[Array, EventCounts]:
        mean = self.sums_ / self.n_told_ if self.n_told_ else np.full(self.n_targets_, 0.5)
        return np.tile(mean, (len(X), 1)), EventCounts(presentations=len(X))

    def _activity(self, X: Array) -> Array:
        return np.zeros((len(X), 0), np.float32)

    def weights(self) -> dict[str, Array]:
        """Give nothing: there are no weights."""
        return {}
