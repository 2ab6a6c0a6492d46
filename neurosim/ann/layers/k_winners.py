"""The k-winners layer (Makhzani and Frey 2014, arXiv:1312.5663): of each sample only the largest activations pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class KWinners:
    """``y = x`` for the ``n_active`` largest of each sample, 0 for all others; all pass if there are fewer."""

    n_active: int

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Give nothing: the layer has no parameters."""
        return ()

    def forward(self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None) -> tuple[Array, Array]:
        """``y = x * mask``."""
        kept = np.zeros_like(x)
        largest = np.argsort(-x, axis=-1, kind="stable")[..., : self.n_active]
        np.put_along_axis(kept, largest, x.dtype.type(1), axis=-1)
        return x * kept, kept

    def backward(
        self, parameters: tuple[Array, ...], memory: Array, gradient: Array, out: tuple[Array, ...], to_input: bool
    ) -> Array | None:
        """``dx = dy * mask``."""
        return gradient * memory if to_input else None
