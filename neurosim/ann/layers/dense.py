"""The dense layer: ``y = x W + b``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.initialisers import INITIALISERS

Array = NDArray[Any]


@dataclass(frozen=True)
class Dense:
    """Every input to every unit.

    Attributes
    ----------
    n_in, n_out : int
        Inputs and units; the weights have shape (n_in, n_out).
    initialiser : str
        A name from :data:`neurosim.ann.initialisers.INITIALISERS`.
    gain : float
        Factor on the initial weights; biases start at zero.
    """

    n_in: int
    n_out: int
    initialiser: str = "xavier-uniform"
    gain: float = 1.0

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Draw weights and zero biases."""
        return self.gain * INITIALISERS[self.initialiser](rng, self.n_in, self.n_out), np.zeros(self.n_out)

    def forward(self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None) -> tuple[Array, Array]:
        """``y = x W + b``."""
        weight, bias = parameters
        # Of matrices dot is the same product as @ and takes less preparation; of stacks of rows it is another one.
        y: Array = np.dot(x, weight) if x.ndim == 2 else x @ weight
        y += bias
        return y, x

    def backward(
        self, parameters: tuple[Array, ...], memory: Array, gradient: Array, out: tuple[Array, ...], to_input: bool
    ) -> Array | None:
        """``dW = x^T dy``, ``db = sum over samples of dy``, ``dx = dy W^T``."""
        weight_gradient, bias_gradient = out
        np.dot(memory.T, gradient, out=weight_gradient)
        np.add.reduce(gradient, axis=0, out=bias_gradient)
        return np.asarray(np.dot(gradient, parameters[0].T)) if to_input else None
