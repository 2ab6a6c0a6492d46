"""``majority``: a control that always answers the most frequent class it was told."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.roles import Classifier

Array = NDArray[Any]


class Majority(Classifier):
    """Count labels and answer the most frequent one.

    The one parameter is that of :class:`neurosim.learners.base.Learner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="counts labels",
        teacher="label",
        locality=Locality(True, True, "while learning", "log2(classes)", weight_transport=False, global_signal=False),
        role="control",
    )

    has_units: ClassVar[bool] = False

    def _start(self) -> None:
        self.class_counts_ = np.zeros(len(self.classes_), np.int64)

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        self.class_counts_ = self.class_counts_ + np.bincount(codes, minlength=len(self.classes_))
        return EventCounts(presentations=len(X), labels=len(X))

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        counts = self.class_counts_ if self.class_counts_.any() else np.ones(len(self.classes_))
        return np.tile(counts / counts.sum(), (len(X), 1)), EventCounts(presentations=len(X))

    def _activity(self, X: Array) -> Array:
        return np.zeros((len(X), 0), np.float32)

    def weights(self) -> dict[str, Array]:
        """Give nothing: there are no weights."""
        return {}

    def _state(self) -> dict[str, Array]:
        return {"class_counts": self.class_counts_}

    def _restore(self, state: dict[str, Array]) -> None:
        self.class_counts_ = state["class_counts"]
