"""An activation function as a layer without parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import ACTIVATIONS

Array = NDArray[Any]


@dataclass(frozen=True)
class Activate:
    """``y = f(x)``, unit by unit (softmax: sample by sample)."""

    activation: str

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Give nothing: the layer has no parameters."""
        return ()

    def forward(self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None) -> tuple[Array, Array]:
        """``y = f(x)``."""
        y = ACTIVATIONS[self.activation].function(x)
        return y, y

    def backward(
        self, parameters: tuple[Array, ...], memory: Array, gradient: Array, out: tuple[Array, ...], to_input: bool
    ) -> Array | None:
        """``dx = dy f'(x)``, with ``f'`` written by the output."""
        return ACTIVATIONS[self.activation].pullback(memory, gradient) if to_input else None
