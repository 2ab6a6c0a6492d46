"""``kmeans-by-class``: a control that is told labels: k-means within each class; scikit-learn does the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.chosen_by_folds import best_by_folds
from neurosim.learners.controls.prototypes import nearest
from neurosim.learners.controls.scaled_prototypes import ScaledPrototypes, k_means
from neurosim.learners.controls.scaling import CHOSEN, SCALINGS, scaled
from neurosim.seeding import integer_seed, stream

Array = NDArray[Any]


class KMeansByClass(ScaledPrototypes):
    """Place each class's share of the prototypes by k-means among its own samples; the nearest one's class answers.

    What competing neurons that are told the label have to beat. All parameters are those of
    :class:`neurosim.learners.controls.scaled_prototypes.ScaledPrototypes`.
    """

    traits: ClassVar[Traits] = Traits(
        unit="none",
        rule="k-means within each class",
        teacher="label",
        locality=Locality(False, False, "while learning", "log2(classes)", weight_transport=False, global_signal=True),
        role="control",
    )

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        self.memory_.add(X, codes)
        self.centres_ = None
        bits = len(X) * float(np.log2(len(self.classes_)))
        return EventCounts(presentations=len(X), labels=len(X), feedback_bits=bits)

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        if not len(self.memory_.samples()[0]):
            # The untrained control: with nothing seen, the read-out's own samples are all there is to start from.
            self.memory_.add(X, codes)
        self._centres()
        self.class_prior_ = np.bincount(codes, minlength=len(self.classes_)) / len(codes)
        return EventCounts()

    def _centres(self) -> Array:
        if self.centres_ is None and self.scaling == CHOSEN:
            X, codes = self.memory_.samples()
            self.scaling_ = best_by_folds(SCALINGS, self._answers, X, codes, stream(self.seed_, "readout", 1))
        return super()._centres()

    def _prototypes(self, X: Array, n_units: int) -> Array:
        centres, self.unit_classes_ = self._placed(X, self.memory_.samples()[1], self.n_starts)
        return centres

    def _answers(self, scaling: str, X: Array, codes: NDArray[np.int64], left_out: Array) -> NDArray[np.int64]:
        centres, classes = self._placed(scaled(X, scaling).astype(np.float64), codes, 1)
        return classes[nearest(scaled(left_out, scaling).astype(np.float64), centres).argmax(axis=1)]

    def _placed(self, X: Array, codes: NDArray[np.int64], n_starts: int) -> tuple[Array, NDArray[np.int64]]:
        """Give centres and the class of each; every class that was met has one or more."""
        met = np.unique(codes)
        shares = np.full(len(met), self.n_units // len(met))
        shares[: self.n_units % len(met)] += 1
        centres, classes, seed = [], [], integer_seed(self.seed_, "init")
        for code, n_centres in zip(met, np.maximum(shares, 1), strict=True):
            own = X[codes == code]
            centres.append(k_means(own, min(int(n_centres), len(own)), n_starts, seed))
            classes.append(np.full(len(centres[-1]), code))
        return np.concatenate(centres), np.concatenate(classes)

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"codes": self.memory_.samples()[1]}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.memory_.clear()
        self.memory_.add(state["samples"], state["codes"])
