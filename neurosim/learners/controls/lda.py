"""``lda``: a control: linear discriminant analysis, for small tables; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.fitted_at_once import ClassifierFittedAtOnce

Array = NDArray[Any]


class LDA(ClassifierFittedAtOnce):
    """Take every class for a Gaussian of one common covariance (Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x).

    The covariance is shrunk as Ledoit and Wolf (2004, doi:10.1016/S0047-259X(03)00096-4) do, so that there is nothing
    to choose. All parameters are those of :class:`neurosim.learners.base.Learner`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="class means and one shrunk covariance",
        teacher="label",
        locality=Locality(False, False, "while learning", "log2(classes)", weight_transport=False, global_signal=True),
        role="control",
    )

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
        from sklearn.neighbors import KNeighborsClassifier

        if n_samples <= len(self._met_classes()):
            # No class has a spread yet: the nearest sample is all there is to go by.
            return KNeighborsClassifier(1, algorithm="brute")
        return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")

    def _counted(self, X: Array, learning: bool) -> EventCounts:
        n_classes = len(self.classes_)
        if learning:
            return EventCounts(presentations=len(X), labels=len(X), feedback_bits=len(X) * float(np.log2(n_classes)))
        return EventCounts(
            presentations=len(X),
            connections=len(X) * X.shape[1] * n_classes,
            active_connections=int(np.count_nonzero(X)) * n_classes,
            state_updates=len(X) * n_classes,
        )
