"""What all read-outs share: fitted once on labelled activity, then a pure function from activity to class scores."""

from __future__ import annotations

from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError
from neurosim.registry import load_registered

Array = NDArray[Any]
METHODS = ("fit", "scores", "arrays", "from_arrays")


class Readout(Protocol):
    """A fitted read-out; immutable, and kept as a dictionary of arrays."""

    @classmethod
    def fit(cls, activity: Array, codes: NDArray[np.int64], n_classes: int) -> Self:
        """Learn from labelled activity, shape (n_samples, n_units); class numbers count from 0."""
        ...

    def scores(self, activity: Array) -> Array:
        """Give class probabilities, shape (n_samples, n_classes); rows sum to 1."""
        ...

    def arrays(self) -> dict[str, Array]:
        """Give what :meth:`from_arrays` takes."""
        ...

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Self:
        """Make the read-out again."""
        ...


def readout_class(name: str | type) -> Any:
    """Find a read-out by its registered name; a class stands for itself.

    Raises
    ------
    InputError
        If the name is unknown, or what stands for itself is no read-out.
    """
    if isinstance(name, str):
        return load_registered("readouts", name)
    lacking = [method for method in METHODS if not callable(getattr(name, method, None))]
    if not isinstance(name, type) or lacking:
        raise InputError(
            f"readout is {name!r}, which is no read-out (lacks {', '.join(lacking) or 'a class'}); accepted: a "
            f"registered name, or a class with {', '.join(METHODS)}"
        )
    return name


def class_means(activity: Array, codes: NDArray[np.int64], n_classes: int) -> Array:
    """Give each unit's mean response to each class, shape (n_classes, n_units); 0 for a class that did not occur."""
    members = np.eye(n_classes)[codes]
    return (members.T @ activity.astype(np.float64)) / np.maximum(members.sum(axis=0), 1)[:, None]


def class_shares(codes: NDArray[np.int64], n_classes: int) -> Array:
    """Give the frequency of each class, shape (n_classes,)."""
    return np.bincount(codes, minlength=n_classes) / len(codes)


def to_shares(scores: Array, otherwise: Array) -> Array:
    """Scale rows to sum 1; rows of zeros become ``otherwise``."""
    total = scores.sum(axis=1, keepdims=True)
    return np.where(total > 0, scores / np.where(total > 0, total, 1), otherwise)


def softmax(scores: Array) -> Array:
    """Turn rows of log probabilities, known up to a constant, into probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
