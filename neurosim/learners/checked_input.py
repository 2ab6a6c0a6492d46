"""Samples and answers checked as scikit-learn checks them; plain arrays of plain numbers without loading it.

Whatever is anything else, or is not as it should be, is left to scikit-learn's own checks, which convert it or say in
words what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
CERTAIN = 20
"""Scikit-learn takes so few labels for classes whatever they are."""


def checked_samples(learner: Any, X: ArrayLike) -> Array:
    """Give samples of a learner that knows their number of features, shape (n_samples, n_features), as float32.

    Raises
    ------
    ValueError
        If they are not finite numbers of so many features.
    """
    plain = _plain_samples(X)
    if plain is not None and plain.shape[1] == learner.n_features_in_ and not hasattr(learner, "feature_names_in_"):
        return plain
    from sklearn.utils.validation import validate_data

    checked: Array = validate_data(learner, X, reset=False, dtype=np.float32)
    return checked


def checked_trials(
    learner: Any, X: ArrayLike, y: ArrayLike, reset: bool, answers_may_be: Mapping[str, Any]
) -> tuple[Array, Array]:
    """Give samples as float32 and what is to be answered to them.

    Parameters
    ----------
    learner : Learner
        Who is told how many features there are and what they are called.
    X : array-like, shape (n_samples, n_features)
        Samples.
    y : array-like
        What is to be answered.
    reset : bool
        Do these samples say how many features there are?
    answers_may_be : mapping
        How scikit-learn's check takes answers.

    Raises
    ------
    ValueError
        If samples or answers are not finite, or their numbers differ.
    """
    plain, answers = _plain_samples(X), _plain_answers(y, answers_may_be)
    named = hasattr(learner, "feature_names_in_")
    if plain is not None and answers is not None and len(plain) == len(answers) and not named:
        if reset:
            learner.n_features_in_ = plain.shape[1]
        if plain.shape[1] == learner.n_features_in_:
            return plain, answers
    from sklearn.utils.validation import validate_data

    checked: tuple[Array, Array] = validate_data(learner, X, y, reset=reset, dtype=np.float32, **answers_may_be)
    return checked


def note_columns(learner: Any, X: ArrayLike) -> None:
    """Let a learner note how many columns samples have, and what they are called if they are called anything."""
    if type(X) is np.ndarray and X.ndim == 2 and not hasattr(learner, "feature_names_in_"):
        learner.n_features_in_ = X.shape[1]
        return
    from sklearn.utils.validation import validate_data

    validate_data(learner, X, reset=True, skip_check_array=True)


def check_labels(labels: Array) -> None:
    """Check that answers are labels of classes, not measured numbers.

    Raises
    ------
    ValueError
        If they are not.
    """
    if labels.dtype.kind in "biuU" and (len(labels) <= CERTAIN or len(np.unique(labels)) <= round(len(labels) / 2)):
        return
    from sklearn.utils.multiclass import check_classification_targets

    check_classification_targets(labels)


def _plain_samples(X: ArrayLike) -> Array | None:
    """Give finite numbers as float32; None for anything else."""
    if type(X) is not np.ndarray or X.ndim != 2 or not X.size or X.dtype.kind not in "biuf":
        return None
    # What is too large for float32 is infinite then, and no longer plain.
    with np.errstate(all="ignore"):
        samples = X.astype(np.float32, copy=False)
        return samples if _is_finite(samples) else None


def _plain_answers(y: ArrayLike, answers_may_be: Mapping[str, Any]) -> Array | None:
    """Give labels or finite numbers; None for anything else."""
    if type(y) is not np.ndarray or y.ndim != 1:
        return None
    accepted = "biuf" if answers_may_be.get("y_numeric") else "biufU"
    if y.dtype.kind not in accepted:
        return None
    with np.errstate(all="ignore"):
        return y if y.dtype.kind != "f" or _is_finite(y) else None


def _is_finite(numbers: Array) -> bool:
    # One number that is not finite makes the sum so; where finite ones overflow it, each is looked at.
    return bool(np.isfinite(numbers.sum()) or np.isfinite(numbers).all())
