"""Learners that are handed samples with what is to be answered, in the order of trials; their units serve as features.

What a target is stands in :mod:`neurosim.learners.roles`. An actor (:mod:`neurosim.learners.actor`) is none of them:
nothing that is defined here is there for a target to come in by.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import validate_data

from neurosim.data import EventCounts
from neurosim.learners.base import Array, Learner, flat
from neurosim.seeding import stream

STRETCH = 512


def _has_units(learner: Taught) -> bool:
    return learner.has_units


class Taught(TransformerMixin, Learner, auto_wrap_output_keys=None):  # type: ignore[misc,call-arg]
    """A learner that learns from samples and targets.

    The one parameter is that of :class:`neurosim.learners.base.Learner`.
    """

    has_units: ClassVar[bool] = True
    """Whether ``activity`` has columns, so that there is something to ``transform`` samples to."""

    @abstractmethod
    def _learn(self, X: Array, targets: Array) -> EventCounts:
        """Learn from trials in this order; ``X`` is float32, shape (n_samples, n_features), in [0, 1]."""

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        """Assign answers with plasticity frozen; nothing to do where the output itself learns."""
        return EventCounts()

    def _present(self, X: Array, targets: Array) -> None:
        self.counts_["learning"] += self._learn(X, targets)
        self.presentations_ += len(X)

    def _present_in_passes(self, X: Array, targets: Array) -> None:
        """Present all samples ``epochs`` times, each time in an order of its own."""
        # Whole batches, few enough to stay in the cache between being gathered and being used.
        stretch = self.batch_size * max(1, STRETCH // self.batch_size)
        for epoch in range(self.epochs):
            order = stream(self.seed_, "order", epoch).permutation(len(X))
            for start in range(0, len(X), stretch):
                rows = order[start : start + stretch]
                self._present(X[rows], targets[rows])

    def _checked(self, X: ArrayLike, y: ArrayLike, reset: bool) -> tuple[Array, Array]:
        """Check what is learned from; with ``reset``, these samples say how many features there are."""
        if not reset:
            self._name_columns(X)
        samples, answers = validate_data(self, flat(X), y, reset=reset, dtype=np.float32)
        return samples, answers

    @available_if(_has_units)  # type: ignore[untyped-decorator]
    def transform(self, X: ArrayLike) -> Array:
        """Give the units' activity as features, shape (n_samples, n_units); see :meth:`Learner.activity`."""
        return self.activity(X)

    @available_if(_has_units)  # type: ignore[untyped-decorator]
    def fit_transform(self, X: ArrayLike, y: ArrayLike) -> Array:
        """Learn by ``fit``, then give the units' activity on the same samples, shape (n_samples, n_units)."""
        features: Array = self.fit(X, y).activity(X)
        return features

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Units compute in a precision of their own.
        tags.transformer_tags.preserves_dtype = []
        return tags
