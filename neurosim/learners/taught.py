"""Learners that are handed samples with what is to be answered, in the order of trials; their units serve as features.

What a target is stands in :mod:`neurosim.learners.roles`. An actor (:mod:`neurosim.learners.actor`) is none of them:
nothing that is defined here is there for a target to come in by.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike

from neurosim.data import EventCounts
from neurosim.learners.base import Array, Learner, flat
from neurosim.learners.checked_input import checked_trials
from neurosim.learners.scaling import FeatureRange
from neurosim.learners.scikit import TransformerRole, available_if
from neurosim.parameters import check_parameters
from neurosim.seeding import stream

STRETCH = 512


def _has_units(learner: Taught) -> bool:
    return learner.has_units


class Taught(TransformerRole, Learner):
    """A learner that learns from samples and targets.

    The one parameter is that of :class:`neurosim.learners.base.Learner`.
    """

    has_units: ClassVar[bool] = True
    """Whether ``activity`` has columns, so that there is something to ``transform`` samples to."""

    answers_may_be: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """How scikit-learn's check of samples and answers takes answers, said by the role."""

    @abstractmethod
    def _learn(self, X: Array, targets: Array) -> EventCounts:
        """Learn from trials in this order; ``X`` is float32, shape (n_samples, n_features), in [0, 1]."""

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        """Assign answers with plasticity frozen; nothing to do where the output itself learns."""
        return EventCounts()

    # -- what a role adds ---------------------------------------------------------------------------------------

    @abstractmethod
    def _begin_with(self, answers: Array, n_presentations: int | None, n_features: int) -> None:
        """Forget everything and open learning for what these checked answers, the first ones, show."""

    @abstractmethod
    def _targets(self, answers: Array) -> Array:
        """Give checked answers as ``_learn`` gets them."""

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

    # -- learning -----------------------------------------------------------------------------------------------

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Forget, then learn in ``epochs`` passes over the data, each shuffled by its own stream.

        Each feature's range is learned and mapped to [0, 1]; data that fill [0, 1] already are taken as they are.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Samples, any finite numbers.
        y : array-like
            What is to be answered, as for ``partial_fit``.

        Returns
        -------
        self
        """
        # How many trials there will be is known from a parameter.
        check_parameters(self)
        samples, answers = self._checked(X, y, reset=True)
        self._begin_with(answers, self.epochs * len(samples), samples.shape[1])
        self.range_ = FeatureRange.of(samples)
        prepared, targets = self._trials(X, samples, answers)
        self._present_in_passes(prepared, targets)
        self.counts_["readout"] += self._fit_readout(prepared, targets)
        return self

    def fit_readout(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Assign answers to what was learned, with plasticity frozen.

        Opens a fresh learner first, so that a fresh learner and this call make the untrained control.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Training samples.
        y : array-like
            What is to be answered to them.

        Returns
        -------
        self
        """
        prepared, targets = self._taken(X, y)
        self.counts_["readout"] += self._fit_readout(prepared, targets)
        return self

    def _taken(self, X: ArrayLike, y: ArrayLike, begin: Callable[[int], object] | None = None) -> tuple[Array, Array]:
        """Check these trials and give them as they are learned from; the first ones open learning.

        They do so by ``begin``, told the number of features, or as their answers show.
        """
        fresh = not self._is_open()
        samples, answers = self._checked(X, y, reset=fresh)
        if fresh and begin is not None:
            begin(samples.shape[1])
        elif fresh:
            self._begin_with(answers, self.n_presentations, samples.shape[1])
        return self._trials(X, samples, answers)

    def _trials(self, X: ArrayLike, samples: Array, answers: Array) -> tuple[Array, Array]:
        """Give checked samples, scaled, and what is to be learned of them; ``X`` is what they were before."""
        prepared, targets = self._scaled(samples), self._targets(answers)
        self._meet(X)
        return prepared, targets

    def _checked(self, X: ArrayLike, y: ArrayLike, reset: bool) -> tuple[Array, Array]:
        """Check what is learned from; with ``reset``, these samples say how many features there are."""
        if not reset:
            self._name_columns(X)
        return checked_trials(self, flat(X), y, reset, self.answers_may_be)

    # -- units as features --------------------------------------------------------------------------------------

    @available_if(_has_units)
    def transform(self, X: ArrayLike) -> Array:
        """Give the units' activity as features, shape (n_samples, n_units); see :meth:`Learner.activity`."""
        return self.activity(X)

    @available_if(_has_units)
    def fit_transform(self, X: ArrayLike, y: ArrayLike) -> Array:
        """Learn by ``fit``, then give the units' activity on the same samples, shape (n_samples, n_units)."""
        features: Array = self.fit(X, y).activity(X)
        return features

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Units compute in a precision of their own.
        tags.transformer_tags.preserves_dtype = []
        return tags
