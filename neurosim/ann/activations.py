"""Activation functions: ``y = f(z)``, and the gradient with respect to ``z`` written with the output ``y`` alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """A function and its way back.

    Attributes
    ----------
    name : str
        How it is called in settings.
    function : callable
        ``function(z) -> y``; shapes (n_samples, n_units).
    pullback : callable
        ``pullback(y, gradient) -> dz``: the loss's gradient with respect to ``z``, given that with respect to ``y``.
    """

    name: str
    function: Callable[[Array], Array]
    pullback: Callable[[Array, Array], Array]


def sigmoid(z: Array) -> Array:
    """``1 / (1 + exp(-z))``, by way of tanh, which cannot overflow."""
    return (1 + np.tanh(z / 2)) / 2


def relu(z: Array) -> Array:
    """``max(z, 0)``."""
    return np.maximum(z, 0)


def softmax(z: Array) -> Array:
    """``exp(z_k) / sum_j exp(z_j)``, shifted by the largest ``z`` so that it cannot overflow."""
    # The reductions themselves, without NumPy's wrappers: with few units those take longer than the sums.
    e = z - np.maximum.reduce(z, axis=-1, keepdims=True)
    np.exp(e, out=e)
    e /= np.add.reduce(e, axis=-1, keepdims=True)
    return e


ACTIVATIONS = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            Activation("identity", lambda z: z, lambda y, gradient: gradient),
            Activation("sigmoid", sigmoid, lambda y, gradient: gradient * y * (1 - y)),
            Activation("tanh", np.tanh, lambda y, gradient: gradient * (1 - y**2)),
            Activation("relu", relu, lambda y, gradient: gradient * (y > 0)),
            # The Jacobian dy_j/dz_k = y_j (delta_jk - y_k), multiplied from the left.
            Activation(
                "softmax", softmax, lambda y, gradient: y * (gradient - np.sum(gradient * y, axis=1, keepdims=True))
            ),
        )
    }
)
