"""What a finished cell keeps besides its figures: answers, weights, and how one sample was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.protocols.decision import SAMPLES_TIMED, timed
from neurosim.data import Classes, Dataset, Split, Target

if TYPE_CHECKING:
    from neurosim.learners import Learner

Arrays = dict[str, NDArray[Any]]
SAMPLES_LOOKED_AT = 2000
"""Units are looked for in the activity on this many test samples at most."""
UNITS_DRAWN = 100
"""Weights of this many units are kept at most."""


def evidence(
    learner: Learner,
    split: Split,
    answers: NDArray[Any] | None,
    target: Target,
    activity: NDArray[Any] | None = None,
) -> tuple[Arrays, int, float | None]:
    """Collect a trained learner's evidence; nothing of it changes the learner or what its tests cost.

    Parameters
    ----------
    learner : Learner
        Trained and read out.
    split : Split
        Its parts.
    answers : ndarray, shape (n_test,), or None
        What it answered to the test part; None where it was not asked.
    target : Classes or Reals
        What the task asks for.
    activity : ndarray, shape (n_test, n_units), optional
        Of its units on the test part, where that was looked at before.

    Returns
    -------
    arrays : dict of str to ndarray
        As in :class:`neurosim.data.Record`.
    n_units : int
        Hidden units or neurons; 0 where there are none.
    in_use : float or None
        Share of the units that are active on one test sample or more; None without units.
    """
    test = split.test
    first = test.X[:1]
    if activity is None or len(test) > SAMPLES_LOOKED_AT:
        activity = learner.activity(evenly(test, SAMPLES_LOOKED_AT).X)
    arrays = {
        **(answered(split, answers, target) if answers is not None else {}),
        "sample": np.asarray(first[0], np.float32),
        "sample_label": _plain(test.labels[:1]),
        **first_weights(learner.weights()),
    }
    n_units = activity.shape[1]
    if hasattr(learner, "spikes"):
        arrays |= sample_spikes(learner, first) | timed(learner, evenly(test, SAMPLES_TIMED).X)
    elif n_units:
        arrays["activations"] = np.asarray(activity[0], np.float32)
    if n_units:
        arrays["unit_activity"] = np.mean(activity != 0, axis=0, dtype=np.float32)
    in_use = float(np.mean(np.any(activity != 0, axis=0))) if n_units else None
    return arrays, n_units, in_use


def answered(split: Split, answers: NDArray[Any], target: Target) -> Arrays:
    """Give what was answered to the test part: counts of answers by class, or numbers beside what they should be."""
    test = split.test
    told = {"sample_answer": _plain(answers[:1])}
    if not isinstance(target, Classes):
        shown = np.arange(0, len(test), -(-len(test) // SAMPLES_LOOKED_AT))
        return told | {
            "targets": np.asarray(test.labels[shown], np.float32),
            "answers": np.asarray(answers[shown], np.float32),
        }
    classes = np.unique(np.concatenate([part.labels for part in (split.train, split.validation, test)]))
    return told | {"classes": _plain(classes), "confusion": confusion(test.labels, answers, classes)}


def confusion(labels: NDArray[Any], answers: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    """Count samples by true label (row) and answer (column), in the order of ``classes`` (sorted)."""
    n = len(classes)
    cells = np.searchsorted(classes, labels) * n + np.searchsorted(classes, answers)
    return np.bincount(cells, minlength=n * n).reshape(n, n).astype(np.int64)


def first_weights(weights: dict[str, NDArray[Any]]) -> Arrays:
    """Give the incoming weights of evenly spaced units of the first layer, shape (n_inputs, n_units)."""
    for matrix in weights.values():
        step = -(-matrix.shape[1] // UNITS_DRAWN)
        # What diverged is shown as the largest number there is in so few bits.
        largest = np.finfo(np.float16).max
        return {"weights": np.clip(matrix[:, ::step], -largest, largest).astype(np.float16)}
    return {}


def sample_spikes(learner: Learner, X: NDArray[Any]) -> Arrays:
    """Give the spikes with which a spiking learner answers a sample, shape of ``X`` (1, ...)."""
    try:
        spikes = learner.spikes(X)
    except NotImplementedError:
        # A learner of somebody's own owes us no raster.
        return {}
    return {
        "spike_times_ms": spikes.times_ms.astype(np.float32),
        "spike_unit": spikes.unit.astype(np.int32),
        "spike_population": spikes.population,
        "population_names": np.array(list(spikes.n_units)),
        "population_sizes": np.array(list(spikes.n_units.values())),
    }


def evenly(part: Dataset, at_most: int) -> Dataset:
    """Give at most so many rows of a part, evenly spaced, since a source may be sorted by class."""
    return part.take(np.arange(0, len(part), -(-len(part) // at_most)))


def _plain(labels: NDArray[Any]) -> NDArray[Any]:
    # Text that came as Python objects could only be written with pickle.
    return np.array(labels.tolist())
