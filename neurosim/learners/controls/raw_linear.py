"""``raw-linear``: a control: logistic regression on the raw input; scikit-learn does the work."""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax
from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.bitwise import in_blocks
from neurosim.learners.controls.chosen_by_folds import best_by_folds
from neurosim.learners.controls.sample_memory import SampleMemory
from neurosim.learners.roles import Classifier
from neurosim.parameters import bounded, whole
from neurosim.seeding import stream

Array = NDArray[Any]
INVERSE_PENALTIES = (1.0, 0.1, 0.01, 10.0, 100.0)
"""What is tried where the penalty is left open; the first where there are too few samples to choose."""


class RawLinear(Classifier):
    """Fit a multinomial logistic regression to all samples seen.

    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    inverse_penalty : float, optional
        scikit-learn's ``C``: the larger, the weaker the penalty on squared weights. Chosen from 0.01 to 100 by folds of
        the training samples by default.
    max_iterations : int, default=200
        Steps of the L-BFGS solver at most.
    """

    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="logistic regression on the raw input",
        teacher="label",
        locality=Locality(False, False, "while learning", "log2(classes)", weight_transport=False, global_signal=True),
        role="control",
    )

    # Without end: infinity is no penalty at all.
    inverse_penalty: float | None = bounded(None, above=0, high=math.inf)
    max_iterations: int = whole(200)

    def _start(self) -> None:
        self.memory_ = SampleMemory(self.n_features_in_)
        self.solution_: tuple[Array, Array] | None = None

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        self.memory_.add(X, codes)
        self.solution_ = None
        n_connections = X.shape[1] * len(self.classes_)
        return EventCounts(
            presentations=len(X),
            labels=len(X),
            feedback_bits=len(X) * float(np.log2(len(self.classes_))),
            connections=len(X) * n_connections,
            feedback_connections=len(X) * n_connections,
        )

    def _fit_readout(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        self._solved()
        return EventCounts()

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        weight, bias = self._solved()
        scores = in_blocks(lambda block: softmax(block @ weight + bias), X, np.float64)
        counts = EventCounts(
            presentations=len(X),
            connections=len(X) * weight.size,
            active_connections=int(np.count_nonzero(X, axis=0) @ np.count_nonzero(weight, axis=1)),
            state_updates=len(X) * weight.shape[1],
        )
        return scores, counts

    def _activity(self, X: Array) -> Array:
        return self._scores(X)[0].astype(np.float32)

    def weights(self) -> dict[str, Array]:
        """Give the one weight matrix ``layer_1``, shape (n_features, n_classes)."""
        return {"layer_1": self._solved()[0].copy()}

    def _solved(self) -> tuple[Array, Array]:
        # A pure function of what was seen, computed when first asked for.
        if self.solution_ is None:
            self.solution_ = self._solve(*self.memory_.samples())
        return self.solution_

    def _solve(self, X: Array, codes: NDArray[np.int64]) -> tuple[Array, Array]:
        n_classes = len(self.classes_)
        weight, bias = np.zeros((self.n_features_in_, n_classes)), np.zeros(n_classes)
        present = np.unique(codes)
        if len(present) < 2:
            # One class seen so far (or none): there is no boundary yet.
            bias[present] = 1
            return weight, bias
        model = self._fitted(self._chosen_penalty(X, codes), X, codes)
        if len(present) == 2:
            weight[:, present[1]], bias[present[1]] = model.coef_[0], model.intercept_[0]
        else:
            weight[:, present], bias[present] = model.coef_.T, model.intercept_
        bias[np.setdiff1d(np.arange(n_classes), present)] = -np.inf
        return weight, bias

    def _chosen_penalty(self, X: Array, codes: NDArray[np.int64]) -> float:
        if self.inverse_penalty is not None:
            return self.inverse_penalty

        def answers(penalty: float, X: Array, codes: NDArray[np.int64], left_out: Array) -> NDArray[np.int64]:
            return np.asarray(self._fitted(penalty, X, codes).predict(left_out))

        return best_by_folds(INVERSE_PENALTIES, answers, X, codes, stream(self.seed_, "readout", 1))

    def _fitted(self, penalty: float, X: Array, codes: NDArray[np.int64]) -> Any:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=penalty, max_iter=self.max_iterations)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(X.astype(np.float64), codes)

    def _state(self) -> dict[str, Array]:
        X, codes = self.memory_.samples()
        return {"samples": X, "codes": codes}

    def _restore(self, state: dict[str, Array]) -> None:
        self.memory_.add(state["samples"], state["codes"])
