"""The activity penalty: leaves activations as they are and adds their L1 norm to whatever loss is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class ActivityPenalty:
    """``y = x``; the gradient is that of ``loss + strength * (sum of |x|, averaged over samples)``."""

    strength: float

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Give nothing: the layer has no parameters."""
        return ()

    def forward(self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None) -> tuple[Array, Array]:
        """``y = x``."""
        return x, x

    def backward(
        self, parameters: tuple[Array, ...], memory: Array, gradient: Array, out: tuple[Array, ...], to_input: bool
    ) -> Array | None:
        """``dx = dy + strength * sgn(x) / n_samples``."""
        return gradient + memory.dtype.type(self.strength / len(memory)) * np.sign(memory) if to_input else None
