"""``linear-regressor``: a control: ridge regression on the raw input; scikit-learn does the work."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, Locality, Traits
from neurosim.learners.controls.fitted_at_once import RegressorFittedAtOnce
from neurosim.learners.regressor import BITS, FEEDBACK
from neurosim.parameters import bounded

Array = NDArray[Any]


class LinearRegressor(RegressorFittedAtOnce):
    """Fit a linear function to all samples seen, with a penalty on squared weights (Hoerl and Kennard 1970,
    doi:10.1080/00401706.1970.10488634).

    Parameters that are not listed are those of :class:`neurosim.learners.base.Learner`.

    Parameters
    ----------
    penalty : float, default=0.1
        scikit-learn's ``alpha``: the larger, the smaller the weights; 0 for least squares. Features and targets lie in
        [0, 1], and squared errors are summed over samples.
    """

    has_units: ClassVar[bool] = True
    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="ridge regression on the raw input",
        teacher="label",
        locality=Locality(False, False, "while learning", FEEDBACK, weight_transport=False, global_signal=True),
        role="control",
        task_kinds=("regression",),
    )

    penalty: float = bounded(0.1, low=0, high=math.inf)

    def _unfitted(self, n_samples: int) -> Any:
        from sklearn.linear_model import Ridge

        return Ridge(alpha=self.penalty)

    def _activity(self, X: Array) -> Array:
        return self._answers(X)[0].astype(np.float32)

    def weights(self) -> dict[str, Array]:
        """Give the one weight matrix ``layer_1``, shape (n_features, n_targets); zeros before a sample was seen."""
        shape = (self.n_features_in_, self.n_targets_)
        if not len(self.memory_.samples()[0]):
            return {"layer_1": np.zeros(shape)}
        return {"layer_1": self._fitted().coef_.T.reshape(shape).astype(np.float64)}

    def _counted(self, X: Array, learning: bool) -> EventCounts:
        n_connections = X.shape[1] * self.n_targets_
        if learning:
            return EventCounts(
                presentations=len(X),
                labels=len(X) * self.n_targets_,
                feedback_bits=float(len(X) * BITS * self.n_targets_),
                connections=len(X) * n_connections,
                feedback_connections=len(X) * n_connections,
            )
        weight = self.weights()["layer_1"]
        return EventCounts(
            presentations=len(X),
            connections=len(X) * n_connections,
            active_connections=int(np.count_nonzero(X, axis=0) @ np.count_nonzero(weight, axis=1)),
            state_updates=len(X) * self.n_targets_,
        )
