"""What controls with prototypes share: collect samples, turn some into unit-norm weights, let the nearest answer."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.vote import assign_classes, vote
from neurosim.data import EventCounts
from neurosim.learners.bitwise import in_blocks
from neurosim.learners.controls.sample_memory import SampleMemory
from neurosim.learners.controls.scaling import unit_norm
from neurosim.learners.roles import Classifier, not_read_out
from neurosim.parameters import whole

Array = NDArray[Any]
UNIT_NORM_FROM = 16


class PrototypeLearner(Classifier):
    """Keep samples while learning; make ``n_units`` prototypes of them when asked; label each by the vote read-out.

    Where there are many features, samples are first scaled to unit length, as the spiking learners see them; of a
    few features that would throw away the size of the sample, which may be all that tells the classes apart.
    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    n_units : int, default=100
        Number of prototypes; all samples where there are fewer.
    """

    n_units: int = whole(100)

    @abstractmethod
    def _prototypes(self, X: Array, n_units: int) -> Array:
        """Make prototypes, shape (n_units, n_features), of distinct samples."""

    def _normed(self, X: Array) -> Array:
        return unit_norm(X) if self.n_features_in_ >= UNIT_NORM_FROM else X

    def _start(self) -> None:
        self.memory_ = SampleMemory(self.n_features_in_)
        self.centres_: Array | None = None
        self.unit_classes_: NDArray[np.int64] | None = None
        self.class_prior_: Array | None = None

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        self.memory_.add(X, np.zeros_like(codes))
        self.centres_ = None
        return EventCounts(presentations=len(X))

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        if not len(self.memory_.samples()[0]):
            # The untrained control: with nothing seen, the read-out's own samples are all there is to start from.
            self.memory_.add(X, np.zeros_like(codes))
        self.unit_classes_ = assign_classes(self._activity(X), codes, len(self.classes_))
        self.class_prior_ = np.bincount(codes, minlength=len(self.classes_)) / len(codes)
        return self._counted(X) + EventCounts(labels=len(X))

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        if self.unit_classes_ is None or self.class_prior_ is None:
            raise not_read_out(self)
        return vote(self._activity(X), self.unit_classes_, self.class_prior_), self._counted(X)

    def _counted(self, X: Array) -> EventCounts:
        centres = self._centres()
        return EventCounts(
            presentations=len(X),
            connections=len(X) * centres.size,
            active_connections=int(np.count_nonzero(X, axis=0) @ np.count_nonzero(centres, axis=0)),
            state_updates=len(X) * len(centres),
        )

    def _activity(self, X: Array) -> Array:
        """Give 1 for the nearest prototype, 0 for all others."""
        return nearest(self._normed(X), self._centres().astype(np.float64))

    def weights(self) -> dict[str, Array]:
        """Give the prototypes as one matrix ``layer_1``, shape (n_features, n_units)."""
        return {"layer_1": self._centres().T.copy()}

    def _centres(self) -> Array:
        # A pure function of what was seen, computed when first asked for.
        if self.centres_ is None:
            samples = self._normed(self.memory_.samples()[0])
            if not len(samples):
                raise not_read_out(self)
            self.centres_ = self._prototypes(samples, min(self.n_units, len(samples))).astype(np.float32)
        return self.centres_

    def _state(self) -> dict[str, Array]:
        state = {"samples": self.memory_.samples()[0]}
        if self.unit_classes_ is not None and self.class_prior_ is not None:
            state |= {"unit_classes": self.unit_classes_, "class_prior": self.class_prior_}
        return state

    def _restore(self, state: dict[str, Array]) -> None:
        samples = state["samples"]
        self.memory_.add(samples, np.zeros(len(samples), np.int64))
        self.unit_classes_, self.class_prior_ = state.get("unit_classes"), state.get("class_prior")


def nearest(X: Array, centres: Array) -> Array:
    """Give 1 for the centre nearest to each sample and 0 for all others, shape (n_samples, n_centres)."""
    squared = (centres**2).sum(axis=1)
    winners = in_blocks(lambda block: squared - 2 * block @ centres.T, X, np.float64).argmin(axis=1)
    activity = np.zeros((len(X), len(centres)), np.float32)
    activity[np.arange(len(X)), winners] = 1
    return activity
