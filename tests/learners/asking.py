"""How a learner is opened, taught and asked, whatever its role: so that one suite serves classifiers and regressors."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosim.learners.regressor import Regressor

Array = np.ndarray


def begun(learner: Any, X: Array, y: Array, n_presentations: int | None = None) -> Any:
    """Open learning for such samples and answers."""
    if isinstance(learner, Regressor):
        return learner.begin(n_presentations, X[0].size, 1, np.min(y), np.max(y))
    return learner.begin(n_presentations, np.unique(y), X[0].size)


def first_fitted(learner: Any, X: Array, y: Array) -> Any:
    """Teach a learner that was not opened."""
    return learner.partial_fit(X, y, **({} if isinstance(learner, Regressor) else {"classes": np.unique(y)}))


def answers(learner: Any, X: Array) -> Array:
    """Give probabilities of classes, or numbers."""
    return np.asarray(learner.predict(X) if isinstance(learner, Regressor) else learner.predict_proba(X))
