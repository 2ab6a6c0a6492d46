"""``kmeans``: a control that places as many centres as a spiking learner has neurons; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.vote import assign_classes, vote
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.chosen_by_folds import best_by_folds
from neurosim.learners.controls.prototypes import nearest
from neurosim.learners.controls.scaled_prototypes import ScaledPrototypes, k_means
from neurosim.learners.controls.scaling import CHOSEN, SCALINGS, scaled
from neurosim.seeding import integer_seed, stream

Array = NDArray[Any]
STARTED_ON = 10_000
"""From more samples than this, starts are compared on so many."""


class KMeansCentres(ScaledPrototypes):
    """Place prototypes by k-means (Lloyd 1982, doi:10.1109/TIT.1982.1056489), the best of several starts.

    Of more than 10,000 samples the starts are compared on evenly spaced ones, and the best goes on with all.
    All parameters are those of :class:`neurosim.learners.controls.scaled_prototypes.ScaledPrototypes`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="k-means on all samples at once",
        teacher="nothing",
        locality=Locality(False, False, "for read-out", "0", weight_transport=False, global_signal=True),
        role="control",
    )

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        if self.scaling == CHOSEN:
            chosen = best_by_folds(SCALINGS, self._answers, X, codes, stream(self.seed_, "readout", 1))
            if chosen != self.scaling_:
                self.scaling_, self.centres_ = chosen, None
        return super()._fit_readout(X, codes)

    def _answers(self, scaling: str, X: Array, codes: NDArray[np.int64], left_out: Array) -> NDArray[np.int64]:
        known, asked = (scaled(part, scaling).astype(np.float64) for part in (X, left_out))
        centres = k_means(known, min(self.n_units, len(X)), 1, integer_seed(self.seed_, "init"))
        n_classes = len(self.classes_)
        stands_for = assign_classes(nearest(known, centres), codes, n_classes)
        prior = np.bincount(codes, minlength=n_classes) / len(codes)
        return np.asarray(vote(nearest(asked, centres), stands_for, prior).argmax(axis=1))

    def _prototypes(self, X: Array, n_units: int) -> Array:
        seed = integer_seed(self.seed_, "init")
        if len(X) <= STARTED_ON:
            return k_means(X, n_units, self.n_starts, seed)
        some = X[:: -(-len(X) // STARTED_ON)]
        return k_means(X, n_units, k_means(some, min(n_units, len(some)), self.n_starts, seed), seed)
