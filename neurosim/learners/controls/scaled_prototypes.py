"""What k-means as a control and k-means within classes share: their starts, and how samples are scaled."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.learners.controls.prototypes import PrototypeLearner
from neurosim.learners.controls.scaling import CHOSEN, RAW, SCALINGS, UNIT_LENGTH, scaled
from neurosim.parameters import named, whole

Array = NDArray[Any]


class ScaledPrototypes(PrototypeLearner):
    """Compare samples as they are, or at unit length.

    Parameters that are not listed are those of :class:`neurosim.learners.controls.prototypes.PrototypeLearner`.

    Parameters
    ----------
    n_starts : int, default=10
        How often centres are placed anew, by k-means++; those with the smallest distances are kept.
    scaling : {"chosen", "raw", "unit-length"}, default="chosen"
        Are samples compared as they are, or at unit length? Chosen by folds of training samples.
    """

    n_starts: int = whole(10)
    scaling: str = named(CHOSEN, (CHOSEN, *SCALINGS))

    def _start(self) -> None:
        super()._start()
        self.scaling_ = RAW if self.scaling == CHOSEN else self.scaling

    def _normed(self, X: Array) -> Array:
        return scaled(X, self.scaling_)

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
