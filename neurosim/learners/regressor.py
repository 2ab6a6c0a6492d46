"""The role of learners that answer with numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.data import EventCounts, Reals, Signature
from neurosim.errors import InputError, out_of_range
from neurosim.learners.base import Learner
from neurosim.learners.scaling import TargetRange
from neurosim.learners.scikit import RegressorRole, not_fitted
from neurosim.learners.taught import Taught

Array = NDArray[Any]
BITS = 32
"""Of one target: it reaches the learner as a float32 number."""
FEEDBACK = "32 a target"
"""The same for the locality ledger."""
SEVERAL_NUMBERS: Mapping[str, Any] = MappingProxyType({"multi_output": True, "y_numeric": True})
ONE_NUMBER: Mapping[str, Any] = MappingProxyType({"y_numeric": True})
"""How scikit-learn's check of samples and targets is called, by what a learner can answer with."""


class Regressor(RegressorRole, Taught):
    """A learner whose answer is one number, or several.

    Inside, each target's range in training is [0, 1], so that rates of learning do not depend on the target's unit;
    answers come back in that unit. A target beyond the range is extrapolated linearly, not clipped.

    Five things are needed: ``traits``, ``_start``, ``_learn``, ``_answers`` and ``weights``. The rest has defaults:
    ``_activity`` gives the answers, and what is kept in a file is every fitted array, number and session. A learner
    with one number to answer says so by ``answers_may_be = ONE_NUMBER``.
    """

    accepts: ClassVar[tuple[type, ...]] = (Reals,)
    answers_may_be: ClassVar[Mapping[str, Any]] = SEVERAL_NUMBERS
    kept_by_save: ClassVar[frozenset[str]] = Learner.kept_by_save | {"n_targets_", "target_range_", "as_column_"}

    @abstractmethod
    def _learn(self, X: Array, targets: Array) -> EventCounts:
        """Learn from trials in this order.

        ``X`` is float32, shape (n_samples, n_features), in [0, 1]; ``targets`` is float32, shape
        (n_samples, n_targets), on the scale on which the training range is [0, 1].
        """

    @abstractmethod
    def _answers(self, X: Array) -> tuple[Array, EventCounts]:
        """Give answers on the targets' scale, shape (n_samples, n_targets), and what that cost."""

    def _activity(self, X: Array) -> Array:
        """Give activations or spike counts, shape (n_samples, n_units); where nothing is hidden, the answers."""
        return self._answers(X)[0].astype(np.float32)

    def begin(
        self,
        n_presentations: int | None = None,
        n_features: int | None = None,
        n_targets: int = 1,
        target_low: ArrayLike | None = None,
        target_high: ArrayLike | None = None,
    ) -> Self:
        """Forget everything and open training.

        Parameters
        ----------
        n_presentations : int or None
            How many presentations will come, which fixes every schedule; None for a run without a known end.
        n_features : int
            Number of inputs.
        n_targets : int, default=1
            Numbers to be answered to each sample.
        target_low, target_high : float or array-like, shape (n_targets,), optional
            The targets' range, in their own unit; by default that of the first trials.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range.
        """
        if n_features is None:
            raise InputError("begin needs n_features; accepted: number of inputs")
        several = "multi_output" in self.answers_may_be
        if n_targets < 1 or (n_targets > 1 and not several):
            raise out_of_range("n_targets", n_targets, "a whole number, 1 or more" if several else "1")
        found = _range_between(target_low, target_high, int(n_targets))
        self._clear(n_presentations)
        self.n_targets_, self.as_column_, self.target_range_ = int(n_targets), n_targets > 1, found
        self._open(n_presentations, n_features)
        return self

    def begin_for(self, signature: Signature, n_presentations: int | None = None) -> Self:
        """Forget everything and open training for what a task asks; see :meth:`Learner.begin_for`."""
        target = signature.target
        if not isinstance(target, Reals):
            raise InputError(f"{type(self).__name__} answers with a number, but asked for is {target.in_words}")
        return self.begin(n_presentations, signature.n_features, target.n, target.low, target.high)

    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Go on learning from these trials, in this order.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Trials. A learner that was not given a range by ``fit`` takes [0, 1] as given and clips, with one warning.
        y : array-like, shape (n_samples,) or (n_samples, n_targets)
            Their targets. Where ``begin`` was not told the range, that of the first call is taken.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the input is not finite, or there are not as many targets as before.
        """
        self._present(*self._taken(X, y))
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Give answers in the targets' own unit, in the shape that targets had."""
        prepared = self.prepared(X)
        if self.target_range_ is None:
            raise not_fitted(f"{type(self).__name__} has met no target yet; call fit, or partial_fit")
        answers, counts = self._answers(prepared)
        self.counts_["inference"] += counts
        restored = self.target_range_.restored(answers)
        return restored if self.as_column_ else restored[:, 0]

    def __sklearn_tags__(self) -> Any:
        """Say whether there may be several targets."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = "multi_output" in self.answers_may_be
        return tags

    def _begin_with(self, answers: Array, n_presentations: int | None, n_features: int) -> None:
        self.begin(n_presentations, n_features, 1 if answers.ndim == 1 else answers.shape[1])
        self.as_column_ = answers.ndim > 1

    def _targets(self, answers: Array) -> Array:
        columns = answers.astype(np.float64).reshape(len(answers), -1)
        if columns.shape[1] != self.n_targets_:
            raise InputError(f"y has {columns.shape[1]} targets a sample; accepted: {self.n_targets_}, as before")
        if self.target_range_ is None:
            self.target_range_ = TargetRange.between(columns.min(axis=0), columns.max(axis=0))
        return self.target_range_.standardised(columns)

    def _told(self) -> EventCounts:
        return EventCounts(labels=self.n_targets_, feedback_bits=float(BITS * self.n_targets_))

    def _n_outputs(self) -> int:
        return self.n_targets_

    def _asked(self) -> dict[str, Array]:
        asked = {"n_targets": np.array(self.n_targets_), "as_column": np.array(self.as_column_)}
        if self.target_range_ is None:
            return asked
        return asked | {"target_low": self.target_range_.low, "target_width": self.target_range_.width}

    def _open_again(self, n_presentations: int | None, n_features: int, asked: Mapping[str, Array]) -> None:
        self.begin(n_presentations, n_features, int(asked["n_targets"]))
        self.as_column_ = bool(asked["as_column"])
        if "target_low" in asked:
            self.target_range_ = TargetRange(asked["target_low"], asked["target_width"])


def _range_between(low: ArrayLike | None, high: ArrayLike | None, n_targets: int) -> TargetRange | None:
    """Make the range between two ends; None where neither is given."""
    if low is None and high is None:
        return None
    if low is None or high is None:
        raise InputError(f"target_low is {low!r} and target_high is {high!r}; accepted: both, or neither")
    try:
        ends = [np.broadcast_to(np.asarray(end, np.float64), (n_targets,)).copy() for end in (low, high)]
    except (TypeError, ValueError) as error:
        raise InputError(f"the range of {n_targets} targets is {low!r} to {high!r}; accepted: a number each") from error
    if not (np.isfinite(ends).all() and (ends[0] <= ends[1]).all()):
        raise InputError(
            f"target_low is {low!r} and target_high is {high!r}; accepted: finite numbers, the lower first"
        )
    return TargetRange.between(*ends)
