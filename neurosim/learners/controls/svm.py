"""``svm``: a control: a support vector machine with Gaussian kernels; scikit-learn does the work."""

from __future__ import annotations

from itertools import product
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.chosen_by_folds import best_by_folds, stratified_rows
from neurosim.learners.controls.fitted_at_once import ClassifierFittedAtOnce
from neurosim.parameters import bounded, whole
from neurosim.seeding import stream

Array = NDArray[Any]
PENALTIES, WIDTHS = (10.0, 1.0, 100.0), (1.0, 0.3, 3.0)
"""What is tried where a parameter is left open; the first where there are too few samples to choose."""


class SVM(ClassifierFittedAtOnce):
    """Separate each two classes by the widest margin in a Gaussian kernel's space (Cortes and Vapnik 1995).

    See doi:10.1007/BF00994018. Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    inverse_penalty : float, optional
        scikit-learn's ``C``; chosen from 1, 10 and 100 by folds of the training samples by default.
    gamma : float, optional
        Of the kernel, in units of one over the features' number and variance; chosen from 0.3, 1 and 3 by default.
    max_samples : int, default=5000
        Fitted to so many samples at most, drawn by class: the time grows with their square.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="support vectors with Gaussian kernels, of 5,000 samples at most",
        teacher="label",
        locality=Locality(False, False, "while learning", "log2(classes)", weight_transport=False, global_signal=True),
        role="control",
    )

    inverse_penalty: float | None = bounded(None, above=0)
    gamma: float | None = bounded(None, above=0)
    max_samples: int = whole(5000, least=2)

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.svm import SVC

        X, codes = self._used()
        penalties = PENALTIES if self.inverse_penalty is None else (self.inverse_penalty,)
        widths = WIDTHS if self.gamma is None else (self.gamma,)
        candidates = list(product(penalties, widths))
        self.chosen_ = best_by_folds(candidates, _answers, X, codes, stream(self.seed_, "readout", 1))
        penalty, width = self.chosen_
        # Nothing is drawn, but without a seed NumPy's global generator would be asked.
        return SVC(C=penalty, gamma=width * _scale(X), random_state=0)

    def _used(self) -> tuple[Array, NDArray[np.int64]]:
        X, codes = self.memory_.samples()
        if len(X) <= self.max_samples:
            return X, codes
        rows = np.sort(stratified_rows(codes, self.max_samples, stream(self.seed_, "readout", 2)))
        return X[rows], codes[rows]

    def _fitted(self) -> Any:
        if self.fitted_ is None:
            X, codes = self._used()
            # In double precision, so that equal samples give equal kernels on every machine.
            self.fitted_ = self._unfitted(len(X)).fit(X.astype(np.float64), codes)
        return self.fitted_

    def _counted(self, X: Array, learning: bool) -> EventCounts:
        if learning:
            bits = len(X) * float(np.log2(len(self.classes_)))
            return EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)
        vectors = self._fitted().support_vectors_ if len(self._met_classes()) > 1 else np.zeros((0, X.shape[1]))
        return EventCounts(
            presentations=len(X),
            connections=len(X) * vectors.size,
            active_connections=int(np.count_nonzero(X, axis=0) @ np.count_nonzero(vectors, axis=0)),
            state_updates=len(X) * len(vectors),
        )


def _answers(candidate: tuple[float, float], X: Array, codes: NDArray[np.int64], left_out: Array) -> NDArray[np.int64]:
    from sklearn.svm import SVC

    penalty, width = candidate
    found: NDArray[np.int64] = SVC(C=penalty, gamma=width * _scale(X), random_state=0).fit(X, codes).predict(left_out)
    return found


def _scale(X: Array) -> float:
    """Give scikit-learn's "scale": one over the number of features and their variance."""
    variance = float(np.asarray(X, np.float64).var())
    return 1 / (X.shape[1] * variance) if variance > 0 else 1.0
