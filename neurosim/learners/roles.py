"""What a learner's answers are: the roles in which learners learn and answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.data import Classes, EventCounts, Signature
from neurosim.errors import InputError
from neurosim.learners.base import Learner
from neurosim.learners.checked_input import check_labels
from neurosim.learners.scikit import ClassifierRole, not_fitted
from neurosim.learners.taught import Taught

Array = NDArray[Any]
Codes = NDArray[np.int64]


class Classifier(ClassifierRole, Taught):
    """A learner whose answer is one of several classes.

    Five things are needed: ``traits``, ``_start``, ``_learn``, ``_scores`` and ``weights``; see docs/extending.md. The
    rest has defaults: ``_activity`` gives the scores, and what is kept in a file is every fitted array, number and
    session.
    """

    accepts: ClassVar[tuple[type, ...]] = (Classes,)
    kept_by_save: ClassVar[frozenset[str]] = Learner.kept_by_save | {"classes_"}

    @abstractmethod
    def _learn(self, X: Array, codes: Codes) -> EventCounts:
        """Learn from trials in this order.

        ``X`` is float32, shape (n_samples, n_features), in [0, 1]; ``codes`` count classes from 0, in the order of
        ``classes_``.
        """

    @abstractmethod
    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        """Give class probabilities, shape (n_samples, n_classes), and what that cost."""

    def _activity(self, X: Array) -> Array:
        """Give activations or spike counts, shape (n_samples, n_units); where nothing is hidden, the scores."""
        return self._scores(X)[0]

    def begin(
        self, n_presentations: int | None = None, classes: ArrayLike | None = None, n_features: int | None = None
    ) -> Self:
        """Forget everything and open training.

        Parameters
        ----------
        n_presentations : int or None
            How many presentations will come, which fixes every schedule; None for a run without a known end.
        classes : array-like
            All labels that can occur.
        n_features : int
            Number of inputs.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range, or there are fewer than two classes.
        """
        if classes is None or n_features is None:
            raise InputError("begin needs classes and n_features; accepted: all labels that occur, number of inputs")
        self._clear(n_presentations)
        self.classes_ = np.unique(np.asarray(classes))
        if len(self.classes_) < 2:
            raise InputError(f"a classifier needs two classes or more, got {len(self.classes_)} class")
        self._open(n_presentations, n_features)
        return self

    def begin_for(self, signature: Signature, n_presentations: int | None = None) -> Self:
        """Forget everything and open training for what a task asks; see :meth:`Learner.begin_for`."""
        if not isinstance(signature.target, Classes):
            raise InputError(
                f"{type(self).__name__} answers with a class, but asked for is {signature.target.in_words}"
            )
        return self.begin(n_presentations, signature.target.labels, signature.n_features)

    def partial_fit(self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Go on learning from these trials, in this order.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Trials. A learner that was not given a range by ``fit`` takes [0, 1] as given and clips, with one warning.
        y : array-like, shape (n_samples,)
            Their labels.
        classes : array-like, optional
            All labels that can occur; needed by the first call.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the input is not finite, a label is unknown, or the first call lacks ``classes``.
        """

        def begin(n_features: int) -> None:
            if classes is None:
                raise InputError("classes is None in the first call of partial_fit; accepted: all labels that occur")
            self.begin(self.n_presentations, classes, n_features)

        self._present(*self._taken(X, y, begin))
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Give the likeliest label of each sample, shape (n_samples,)."""
        scores = self.predict_proba(X)
        return self.classes_[scores.argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> Array:
        """Give class probabilities, shape (n_samples, n_classes), in the order of ``classes_``."""
        scores, counts = self._scores(self.prepared(X))
        self.counts_["inference"] += counts
        return scores

    def _checked(self, X: ArrayLike, y: ArrayLike, reset: bool) -> tuple[Array, Array]:
        samples, labels = super()._checked(X, y, reset)
        check_labels(labels)
        return samples, labels

    def _begin_with(self, answers: Array, n_presentations: int | None, n_features: int) -> None:
        self.begin(n_presentations, np.unique(answers), n_features)

    def _targets(self, answers: Array) -> Codes:
        known = np.isin(answers, self.classes_)
        if not known.all():
            raise InputError(
                f"y holds {answers[~known].tolist()[0]!r}; accepted: {', '.join(map(repr, self.classes_.tolist()))}"
            )
        return np.searchsorted(self.classes_, answers).astype(np.int64)

    def _told(self) -> EventCounts:
        return EventCounts(labels=1, feedback_bits=float(np.log2(len(self.classes_))))

    def _n_outputs(self) -> int:
        return len(self.classes_)

    def _asked(self) -> dict[str, Array]:
        classes = np.array(self.classes_.tolist())
        if classes.dtype.kind == "O":
            raise InputError("labels of mixed types cannot be saved; accepted: all numbers or all text")
        return {"classes": classes}

    def _open_again(self, n_presentations: int | None, n_features: int, asked: Mapping[str, Array]) -> None:
        self.begin(n_presentations, asked["classes"], n_features)


def not_read_out(learner: Classifier) -> Exception:
    """Make the error for a prediction before labels were assigned."""
    return not_fitted(f"{type(learner).__name__} has no labels yet; call fit, or fit_readout after partial_fit")
