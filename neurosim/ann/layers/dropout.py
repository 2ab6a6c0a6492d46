"""Dropout (Srivastava et al. 2014, JMLR 15:1929), in the inverted form: nothing changes outside training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Dropout:
    """Silence each unit with probability ``rate`` while training, and scale the others by ``1 / (1 - rate)``."""

    rate: float

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Give nothing: the layer has no parameters."""
        return ()

    def forward(
        self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None
    ) -> tuple[Array, Array | None]:
        """``y = x * mask / (1 - rate)`` in training, ``y = x`` else."""
        if rng is None:
            return x, None
        kept = (rng.random(x.shape, dtype=np.float32) >= self.rate).astype(x.dtype)
        kept /= 1 - self.rate
        return x * kept, kept

    def backward(
        self,
        parameters: tuple[Array, ...],
        memory: Array | None,
        gradient: Array,
        out: tuple[Array, ...],
        to_input: bool,
    ) -> Array | None:
        """``dx = dy * mask / (1 - rate)``."""
        if not to_input:
            return None
        return gradient if memory is None else gradient * memory
