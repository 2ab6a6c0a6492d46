"""The same linear probe for every learner: what can be read from its units, whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.linear_probe import LinearProbe
from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.data import Dataset, Split

if TYPE_CHECKING:
    from neurosim.learners import Learner

PENALTIES = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
"""The grid that every learner gets, the strongest first: among equals it is taken."""
FITTED_ON = 10_000
"""The probe learns from this many training samples at most."""
NO_UNITS = "it has no units"


@dataclass(frozen=True, eq=False)
class Probed:
    """What a linear probe found.

    Attributes
    ----------
    correct : ndarray of bool, shape (n_test,)
        Which test samples it answered rightly.
    penalty : float
        The one of the grid that did best on validation data.
    """

    correct: NDArray[np.bool_]
    penalty: float


def probe(learner: Learner, split: Split) -> Probed | None:
    """Fit multinomial logistic regression on the activity of a trained learner's units; changes nothing of it.

    Each unit's activity is divided by its standard deviation over training samples, for every learner alike. The
    penalty is the one of :data:`PENALTIES` with the best accuracy on validation data; the test part is scored once.

    Parameters
    ----------
    learner : Learner
        Trained; its ``activity`` counts no costs.
    split : Split
        Its parts.

    Returns
    -------
    Probed or None
        None where the learner has no units.
    """
    train = evenly(split.train, FITTED_ON)
    activity = learner.activity(train.X)
    if not activity.shape[1]:
        return None
    classes = np.unique(train.labels)
    codes = np.searchsorted(classes, train.labels)
    looked_at = learner.activity(split.validation.X)

    def share(fitted: LinearProbe) -> float:
        return float(np.mean(_right(fitted, looked_at, split.validation, classes)))

    fitted = {penalty: LinearProbe.fit(activity, codes, len(classes), penalty) for penalty in PENALTIES}
    best = max(PENALTIES, key=lambda penalty: share(fitted[penalty]))
    return Probed(_right(fitted[best], learner.activity(split.test.X), split.test, classes), best)


def _right(fitted: LinearProbe, activity: NDArray[Any], part: Dataset, classes: NDArray[Any]) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = classes[fitted.scores(activity).argmax(axis=1)] == part.labels
    return right
