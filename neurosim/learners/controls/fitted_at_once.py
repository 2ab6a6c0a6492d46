"""What learners share that keep all they were shown and let an estimator of scikit-learn's kind fit it at once.

Nothing is counted of what an estimator does inside: its costs are unknown, not zero, unless a learner says otherwise.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts
from neurosim.learners.base import Learner
from neurosim.learners.bitwise import in_blocks
from neurosim.learners.controls.sample_memory import SampleMemory
from neurosim.learners.regressor import Regressor
from neurosim.learners.roles import Classifier
from neurosim.seeding import integer_seed

Array = NDArray[Any]


class FittedAtOnce(Learner):
    """Keep each distinct sample once, in order of appearance; fit when an answer is first asked for.

    What was fitted is a function of the samples and of ``random_state``, so a file holds the samples.
    """

    has_units: ClassVar[bool] = False

    @abstractmethod
    def _unfitted(self, n_samples: int) -> Any:
        """Make the estimator that is to be fitted to so many samples."""

    def _counted(self, X: Array, learning: bool) -> EventCounts:
        """Give what samples take, in learning or in answering; by default nobody counted."""
        return EventCounts()

    def _start(self) -> None:
        self.memory_ = SampleMemory(self.n_features_in_, getattr(self, "n_targets_", None))
        self.fitted_: Any = None

    def _learn(self, X: Array, targets: Array) -> EventCounts:
        self.memory_.add(X, targets)
        self.fitted_ = None
        return self._counted(X, learning=True)

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        if len(self.memory_.samples()[0]):
            self._fitted()
        return EventCounts()

    def _fitted(self) -> Any:
        if self.fitted_ is None:
            X, targets = self.memory_.samples()
            estimator = self._unfitted(len(X))
            if "random_state" in estimator.get_params(deep=False):
                estimator.set_params(random_state=integer_seed(self.seed_, "init"))
            self.fitted_ = estimator.fit(X, targets[:, 0] if targets.shape[1:] == (1,) else targets)
        return self.fitted_

    def _activity(self, X: Array) -> Array:
        return np.zeros((len(X), 0), np.float32)

    def weights(self) -> dict[str, Array]:
        """Give nothing: what an estimator learned is its own."""
        return {}

    def _state(self) -> dict[str, Array]:
        X, targets = self.memory_.samples()
        return {"samples": X, "targets": targets}

    def _restore(self, state: dict[str, Array]) -> None:
        self.memory_.add(state["samples"], state["targets"])


class ClassifierFittedAtOnce(FittedAtOnce, Classifier):
    """What is fitted at once and answers with a class. Before two classes were seen, nothing is fitted."""

    def _fit_readout(self, X: Array, targets: Array) -> EventCounts:
        return super()._fit_readout(X, targets) if len(self._met_classes()) > 1 else EventCounts()

    def _met_classes(self) -> Array:
        return np.unique(self.memory_.samples()[1])

    def _scores(self, X: Array) -> tuple[Array, EventCounts]:
        present = self._met_classes()
        scores = np.zeros((len(X), len(self.classes_)))
        if len(present) > 1:
            scores[:, present] = in_blocks(lambda block: _class_scores(self._fitted(), block), X)
        else:
            # Nothing seen: all are as likely. One class seen: it is the only one known.
            scores[:, present if len(present) else slice(None)] = 1 if len(present) else 1 / len(self.classes_)
        return scores, self._counted(X, learning=False)


class RegressorFittedAtOnce(FittedAtOnce, Regressor):
    """What is fitted at once and answers with numbers; the middle of their range before anything was seen."""

    def _answers(self, X: Array) -> tuple[Array, EventCounts]:
        counts = self._counted(X, learning=False)
        if not len(self.memory_.samples()[0]):
            return np.full((len(X), self.n_targets_), 0.5), counts
        answers = in_blocks(lambda block: _columns(self._fitted().predict(block)), X)
        return answers, counts


def _columns(answers: Array) -> Array:
    return np.asarray(answers).reshape(len(answers), -1)


def _class_scores(fitted: Any, X: Array) -> Array:
    """Give probabilities where an estimator has them, else 1 for its answer."""
    if hasattr(fitted, "predict_proba"):
        return np.asarray(fitted.predict_proba(X))
    return np.asarray(np.asarray(fitted.predict(X))[:, None] == fitted.classes_, np.float64)
