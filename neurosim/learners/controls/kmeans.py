"""``kmeans``: a control that places as many centres as a spiking learner has neurons; scikit-learn does the work."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.vote import assign_classes, vote
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.chosen_by_folds import best_by_folds
from neurosim.learners.controls.prototypes import PrototypeLearner, nearest
from neurosim.learners.controls.scaling import CHOSEN, RAW, SCALINGS, UNIT_LENGTH, scaled
from neurosim.parameters import named, whole
from neurosim.seeding import integer_seed, stream

Array = NDArray[Any]
STARTED_ON = 10_000
"""From more samples than this, starts are compared on so many."""


class KMeansCentres(PrototypeLearner):
    """Place prototypes by k-means (Lloyd 1982, doi:10.1109/TIT.1982.1056489), the best of several starts.

    Of more than 10,000 samples the starts are compared on every so-manieth, and the best goes on with all of them.
    Parameters that are not listed are those of :class:`neurosim.learners.controls.prototypes.PrototypeLearner`.

    Parameters
    ----------
    n_starts : int, default=10
        How often centres are placed anew, by k-means++; those with the smallest distances are kept.
    scaling : {"chosen", "raw", "unit-length"}, default="chosen"
        Are samples compared as they are, or at unit length? Chosen by folds of the samples that label the centres.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="k-means on all samples at once",
        teacher="nothing",
        locality=Locality(False, False, "for read-out", "0", weight_transport=False, global_signal=True),
        role="control",
    )

    n_starts: int = whole(10)
    scaling: str = named(CHOSEN, (CHOSEN, *SCALINGS))

    def _start(self) -> None:
        super()._start()
        self.scaling_ = RAW if self.scaling == CHOSEN else self.scaling

    def _normed(self, X: Array) -> Array:
        return scaled(X, self.scaling_)

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

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"unit_length": np.array(self.scaling_ == UNIT_LENGTH)}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.scaling_ = UNIT_LENGTH if bool(state["unit_length"]) else RAW


def k_means(X: Array, n_centres: int, starts: int | Array, seed: int) -> Array:
    """Give the centres of scikit-learn's k-means, shape (n_centres, n_features).

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
        Samples.
    n_centres : int
        How many.
    starts : int or ndarray, shape (n_centres, n_features)
        How many starts by k-means++, or where to begin.
    seed : int
        Of the starts.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    begin: dict[str, Any] = {"n_init": starts} if isinstance(starts, int) else {"n_init": 1, "init": starts}
    if not isinstance(starts, int) and len(starts) < n_centres:
        begin = {"n_init": 1}
    with warnings.catch_warnings():
        # Fewer distinct points than centres: scikit-learn says so and returns what there is.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(n_centres, random_state=seed, **begin).fit(X)
    centres: Array = model.cluster_centers_
    return centres
