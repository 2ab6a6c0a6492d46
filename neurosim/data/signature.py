"""What is asked: the shape of a sample, and whether the answer is a class or a number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Classes:
    """One of several labels.

    Attributes
    ----------
    labels : tuple
        All labels that occur, sorted.
    """

    labels: tuple[Any, ...]

    @property
    def in_words(self) -> str:
        """What is asked for, for messages."""
        return f"one of {len(self.labels)} classes"


@dataclass(frozen=True)
class Reals:
    """Numbers.

    Attributes
    ----------
    n : int
        How many for each sample.
    unit : str
        What they are counted in; empty for a pure number.
    low, high : float or None
        Least and greatest number among the training samples, where a learner is told before it begins; a task, which
        speaks of all seeds, leaves them out.
    """

    n: int = 1
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def in_words(self) -> str:
        """What is asked for, for messages."""
        return "a number" if self.n == 1 else f"{self.n} numbers"


Target = Classes | Reals


@dataclass(frozen=True)
class Signature:
    """What a task asks of a learner.

    Attributes
    ----------
    sample_shape : tuple of int
        Shape of one sample; learners get rows, flat, float32, in [0, 1].
    target : Classes or Reals
        What is to be said about it.
    time_axis : int or None
        Which axis of a sample is time; None for still samples.
    """

    sample_shape: tuple[int, ...]
    target: Target
    time_axis: int | None = None

    @property
    def n_features(self) -> int:
        """Length of a sample as a row."""
        n = 1
        for length in self.sample_shape:
            n *= length
        return n

    def learned_from(self, targets: NDArray[Any]) -> Signature:
        """Give the same with the range of the numbers among these training targets; classes have none."""
        if not isinstance(self.target, Reals) or not len(targets):
            return self
        low, high = float(np.min(targets)), float(np.max(targets))
        return replace(self, target=replace(self.target, low=low, high=high))
