"""``nearest-neighbour``: a control: keep all samples, answer as the nearest; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.chosen_by_folds import best_by_folds
from neurosim.learners.controls.fitted_at_once import ClassifierFittedAtOnce
from neurosim.learners.controls.scaling import CHOSEN, SCALINGS, UNIT_LENGTH, scaled
from neurosim.parameters import named, whole
from neurosim.seeding import stream

Array = NDArray[Any]


class NearestNeighbour(ClassifierFittedAtOnce):
    """Answer with the class of the nearest sample, or of most of the nearest.

    After Cover and Hart (1967, doi:10.1109/TIT.1967.1053964).

    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    n_neighbours : int, default=1
        How many are asked; all samples where there are fewer.
    scaling : {"chosen", "raw", "unit-length"}, default="chosen"
        Are samples compared as they are, or at unit length? Chosen by folds of the training samples.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="keeps all samples, answers as the nearest",
        teacher="label",
        locality=Locality(False, True, "while learning", "log2(classes)", weight_transport=False, global_signal=False),
        role="control",
    )

    n_neighbours: int = whole(1)
    scaling: str = named(CHOSEN, (CHOSEN, *SCALINGS))

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import Normalizer

        nearest = KNeighborsClassifier(min(self.n_neighbours, n_samples), algorithm="brute")
        self.scaling_ = self._best_scaling() if self.scaling == CHOSEN else self.scaling
        return make_pipeline(Normalizer(), nearest) if self.scaling_ == UNIT_LENGTH else nearest

    def _best_scaling(self) -> str:
        def answers(scaling: str, X: Array, codes: NDArray[np.int64], left_out: Array) -> NDArray[np.int64]:
            from sklearn.neighbors import KNeighborsClassifier

            nearest = KNeighborsClassifier(min(self.n_neighbours, len(X)), algorithm="brute")
            found: NDArray[np.int64] = nearest.fit(scaled(X, scaling), codes).predict(scaled(left_out, scaling))
            return found

        X, codes = self.memory_.samples()
        return best_by_folds(SCALINGS, answers, X, codes, stream(self.seed_, "readout", 1))

    def _counted(self, X: Array, learning: bool) -> EventCounts:
        if learning:
            bits = len(X) * float(np.log2(len(self.classes_)))
            return EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)
        kept = self.memory_.samples()[0]
        return EventCounts(
            presentations=len(X),
            connections=len(X) * kept.size,
            active_connections=int(np.count_nonzero(X, axis=0) @ np.count_nonzero(kept, axis=0)),
            state_updates=len(X) * len(kept),
        )
