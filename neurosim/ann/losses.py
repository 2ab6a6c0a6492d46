"""Losses: a number to make small, and its gradient with respect to the network's output.

Two pairs of loss and output activation are *canonical*: for them the gradient with respect to the output layer's input
is simply ``(y - target) / n_samples``, which is exact where ``y`` saturates and the two factors alone would not be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Loss:
    """A loss, its gradient and the output activation it forms a canonical pair with.

    Attributes
    ----------
    name : str
        How it is called in settings.
    value : callable
        ``value(y, target) -> float``, averaged over samples; shapes (n_samples, n_outputs).
    gradient : callable
        ``gradient(y, target) -> array`` with respect to ``y``.
    canonical : str
        Name of the activation for which ``d loss / d z = (y - target) / n_samples``; empty where there is none.
    """

    name: str
    value: Callable[[Array, Array], float]
    gradient: Callable[[Array, Array], Array]
    canonical: str = ""


def _mean_squared_error(y: Array, target: Array) -> float:
    return float(np.mean((y - target) ** 2, dtype=np.float64))


def _binary_cross_entropy(y: Array, target: Array) -> float:
    y = _inside(y)
    return float(-np.sum(target * np.log(y) + (1 - target) * np.log1p(-y), dtype=np.float64) / len(y))


def _categorical_cross_entropy(y: Array, target: Array) -> float:
    return float(-np.sum(target * np.log(_inside(y)), dtype=np.float64) / len(y))


def _inside(y: Array) -> Array:
    # A saturated float32 output is exactly 0 or 1, where the logarithm has no value.
    smallest = np.finfo(y.dtype).eps
    return np.clip(y, smallest, 1 - smallest)


def _binary_gradient(y: Array, target: Array) -> Array:
    inside = _inside(y)
    slope: Array = (inside - target) / (inside * (1 - inside)) / len(y)
    return slope


LOSSES = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            Loss("mean-squared-error", _mean_squared_error, lambda y, target: 2 * (y - target) / y.size),
            Loss("binary-cross-entropy", _binary_cross_entropy, _binary_gradient, canonical="sigmoid"),
            Loss(
                "cross-entropy",
                _categorical_cross_entropy,
                lambda y, target: -target / _inside(y) / len(y),
                canonical="softmax",
            ),
        )
    }
)
