"""What a learner's answers are: the roles in which learners learn and answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.multiclass import check_classification_targets

from neurosim.data import Classes, EventCounts, Signature
from neurosim.errors import InputError, out_of_range
from neurosim.learners.base import Learner
from neurosim.learners.scaling import FeatureRange
from neurosim.learners.taught import Taught
from neurosim.parameters import check_parameters

Array = NDArray[Any]
Codes = NDArray[np.int64]


class Classifier(ClassifierMixin, Taught):  # type: ignore[misc]
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
        check_parameters(self)
        if classes is None or n_features is None:
            raise InputError("begin needs classes and n_features; accepted: all labels that occur, number of inputs")
        if n_presentations is not None and n_presentations < 1:
            raise out_of_range("n_presentations", n_presentations, "1 or more, or None")
        self._forget()
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
        fresh = not self._is_open()
        samples, labels = self._checked(X, y, reset=fresh)
        if fresh:
            if classes is None:
                raise InputError("classes is None in the first call of partial_fit; accepted: all labels that occur")
            self.begin(self.n_presentations, classes, samples.shape[1])
        self._present(*self._trials(X, samples, labels))
        return self

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Forget, then learn in ``epochs`` passes over the data, each shuffled by its own stream.

        Each feature's range is learned and mapped to [0, 1]; data that fill [0, 1] already are taken as they are.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Samples, any finite numbers.
        y : array-like, shape (n_samples,)
            Labels.

        Returns
        -------
        self
        """
        # How many trials there will be is known from a parameter.
        check_parameters(self)
        samples, labels = self._checked(X, y, reset=True)
        self.begin(self.epochs * len(samples), np.unique(labels), samples.shape[1])
        self.range_ = FeatureRange.of(samples)
        prepared, codes = self._trials(X, samples, labels)
        self._present_in_passes(prepared, codes)
        self.counts_["readout"] += self._fit_readout(prepared, codes)
        return self

    def fit_readout(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Assign labels to what was learned, with plasticity frozen.

        Opens a fresh learner first, so that a fresh learner and this call make the untrained control.

        Parameters
        ----------
        X : array-like, shape (n_samples, ...)
            Training samples.
        y : array-like, shape (n_samples,)
            Their labels.

        Returns
        -------
        self
        """
        fresh = not self._is_open()
        samples, labels = self._checked(X, y, reset=fresh)
        if fresh:
            self.begin(self.n_presentations, np.unique(labels), samples.shape[1])
        self.counts_["readout"] += self._fit_readout(*self._trials(X, samples, labels))
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
        check_classification_targets(labels)
        return samples, labels

    def _trials(self, X: ArrayLike, samples: Array, labels: Array) -> tuple[Array, Codes]:
        """Give checked samples, scaled, and their labels as codes; ``X`` is what they were before."""
        prepared, codes = self._scaled(samples), self._codes(labels)
        self._meet(X)
        return prepared, codes

    def _codes(self, y: Array) -> Codes:
        known = np.isin(y, self.classes_)
        if not known.all():
            raise InputError(
                f"y holds {y[~known].tolist()[0]!r}; accepted: {', '.join(map(repr, self.classes_.tolist()))}"
            )
        return np.searchsorted(self.classes_, y).astype(np.int64)

    def _n_outputs(self) -> int:
        return len(self.classes_)

    def _asked(self) -> dict[str, Array]:
        classes = np.array(self.classes_.tolist())
        if classes.dtype.kind == "O":
            raise InputError("labels of mixed types cannot be saved; accepted: all numbers or all text")
        return {"classes": classes}

    def _open_again(self, n_presentations: int | None, n_features: int, asked: Mapping[str, Array]) -> None:
        self.begin(n_presentations, asked["classes"], n_features)


def not_read_out(learner: Classifier) -> NotFittedError:
    """Make the error for a prediction before labels were assigned."""
    return NotFittedError(f"{type(learner).__name__} has no labels yet; call fit, or fit_readout after partial_fit")
