"""What every layer offers: fresh parameters, a way forward, a way back."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Layer(Protocol):
    """One differentiable step ``y = f(parameters, x)``.

    A layer is an immutable description. Convolutional and recurrent layers fit the same three methods: ``x`` and
    ``y`` may have any shape whose first axis is the samples, ``parameters`` any number of arrays.
    """

    def parameters(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Draw fresh parameters."""
        ...

    def forward(self, parameters: tuple[Array, ...], x: Array, rng: np.random.Generator | None) -> tuple[Array, Any]:
        """Give ``y`` and what the way back needs to remember; ``rng`` is None outside training."""
        ...

    def backward(
        self, parameters: tuple[Array, ...], memory: Any, gradient: Array, out: tuple[Array, ...], to_input: bool
    ) -> Array | None:
        """Write the parameters' gradients into ``out`` and give the gradient with respect to ``x`` if wanted."""
        ...
