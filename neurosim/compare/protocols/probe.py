"""The same linear probe for every learner: what can be read from its units, whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.linear_probe import LinearProbe, RidgeProbe
from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.data import Classes, Split, Target
from neurosim.metrics.measure import Measure

if TYPE_CHECKING:
    from neurosim.learners import Learner

PENALTIES = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
"""The grid that every learner gets, the strongest first: among equals it is taken."""
FITTED_ON = 10_000
"""The probe learns from this many training samples at most."""
NO_UNITS = "it has no units"
Answering = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Probed:
    """What a linear probe found.

    Attributes
    ----------
    answers : ndarray, shape (n_test,)
        To the test part.
    penalty : float
        The one of the grid that did best on validation data.
    activity : ndarray, shape (n_test, n_units)
        Of the units, on the test part.
    """

    answers: NDArray[Any]
    penalty: float
    activity: NDArray[Any]


def probe(learner: Learner, split: Split, measure: Measure, target: Target) -> Probed | None:
    """Fit a linear model on the activity of a trained learner's units; changes nothing of it.

    Multinomial logistic regression where classes are asked for, ridge regression where numbers are. Each unit's
    activity is divided by its standard deviation over training samples, for every learner alike. The penalty is the
    one of :data:`PENALTIES` with the best value on validation data; the test part is scored once.

    Parameters
    ----------
    learner : Learner
        Trained; its ``activity`` counts no costs.
    split : Split
        Its parts.
    measure : Measure
        By which the penalty is chosen.
    target : Classes or Reals
        What is asked for.

    Returns
    -------
    Probed or None
        None where the learner has no units.
    """
    train = evenly(split.train, FITTED_ON)
    activity = learner.activity(train.X)
    if not activity.shape[1]:
        return None
    looked_at = learner.activity(split.validation.X)
    fitted = _fitted(activity, train.labels, classes=isinstance(target, Classes))

    def ahead(penalty: float) -> float:
        return measure.ahead(measure.value(fitted[penalty](looked_at), split.validation.labels))

    best = max(PENALTIES, key=ahead)
    tested = learner.activity(split.test.X)
    return Probed(fitted[best](tested), best, tested)


def _fitted(activity: NDArray[Any], targets: NDArray[Any], classes: bool) -> dict[float, Answering]:
    """Fit one probe a penalty; each gives the answers to activity."""
    if not classes:
        return {penalty: RidgeProbe.fit(activity, targets, penalty).answers for penalty in PENALTIES}
    labels = np.unique(targets)
    codes = np.searchsorted(labels, targets)

    def answering(penalty: float) -> Answering:
        scores = LinearProbe.fit(activity, codes, len(labels), penalty).scores
        return lambda looked_at: np.asarray(labels[scores(looked_at).argmax(axis=1)])

    return {penalty: answering(penalty) for penalty in PENALTIES}
