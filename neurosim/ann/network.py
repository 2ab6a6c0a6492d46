r"""A feed-forward network: layers one after the other, forward and backward.

Forward, with :math:`a_0 = x`:

.. math:: a_l = f_l(\theta_l, a_{l-1})

Backward, with :math:`\delta_L = \partial E / \partial a_L` (Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0):

.. math:: \partial E / \partial \theta_l = \delta_l \, \partial f_l / \partial \theta_l, \qquad
          \delta_{l-1} = \delta_l \, \partial f_l / \partial a_{l-1}
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Activate, Layer
from neurosim.ann.losses import Loss

Array = NDArray[Any]


Shapes = tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True)
class Parameters:
    """All numbers of a network in one vector, and the same memory seen layer by layer.

    Attributes
    ----------
    flat : ndarray, shape (n_parameters,)
        What an optimizer works on.
    shapes : tuple of tuples of shapes
        For each layer, the shapes of its arrays.
    by_layer : tuple of tuples of ndarray
        Views into ``flat`` in these shapes.
    parts : dict
        What :func:`first_layers` and :func:`last_layers` gave, by from which layer up to which: views, made once.
    """

    flat: Array
    shapes: Shapes
    by_layer: tuple[tuple[Array, ...], ...] = field(init=False, repr=False, compare=False)
    parts: dict[tuple[int, int], Parameters] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = np.cumsum([0] + [math.prod(shape) for theta in self.shapes for shape in theta])
        pieces = (self.flat[start:end] for start, end in pairwise(ends))
        views = tuple(tuple(next(pieces).reshape(shape) for shape in theta) for theta in self.shapes)
        object.__setattr__(self, "by_layer", views)

    def __reduce__(self) -> tuple[type[Parameters], tuple[Array, Shapes]]:
        # Views would be copied as arrays of their own; they are made anew from the vector instead.
        return Parameters, (self.flat, self.shapes)


def forward(
    layers: Sequence[Layer], parameters: Sequence[tuple[Array, ...]], x: Array, rng: np.random.Generator | None = None
) -> tuple[Array, list[Any]]:
    """Give the output and what each layer remembers; with ``rng``, as in training (dropout active)."""
    memories = []
    for layer, theta in zip(layers, parameters, strict=True):
        x, memory = layer.forward(theta, x, rng)
        memories.append(memory)
    return x, memories


def backward(
    layers: Sequence[Layer],
    parameters: Sequence[tuple[Array, ...]],
    memories: Sequence[Any],
    gradient: Array,
    out: Sequence[tuple[Array, ...]],
    to_input: bool = False,
) -> Array | None:
    """Write all parameters' gradients into ``out``; give the gradient with respect to the input if wanted."""
    delta: Array | None = gradient
    for number in reversed(range(len(layers))):
        wanted = to_input or number > 0
        delta = layers[number].backward(parameters[number], memories[number], delta, out[number], wanted)  # type: ignore[arg-type]
    return delta


def loss_gradient(
    layers: Sequence[Layer],
    loss: Loss,
    parameters: Sequence[tuple[Array, ...]],
    x: Array,
    target: Array,
    out: Sequence[tuple[Array, ...]],
    rng: np.random.Generator | None = None,
    to_input: bool = False,
) -> tuple[Array, Array | None]:
    """Go forward and back for a batch: write the loss's gradient into ``out``.

    Parameters
    ----------
    layers, parameters
        The network.
    loss : Loss
        What is to become small.
    x, target : ndarray, shapes (n_samples, ...) and (n_samples, n_outputs)
        The batch.
    out : sequence of tuples of ndarray
        Receives the gradients.
    rng : numpy.random.Generator, optional
        Drives dropout.
    to_input : bool, default=False
        Also give the gradient with respect to ``x`` (needed when ``x`` comes from another network).

    Returns
    -------
    y : ndarray, shape (n_samples, n_outputs)
        The network's output.
    dx : ndarray or None
        The gradient with respect to ``x``, if wanted.
    """
    y, memories = forward(layers, parameters, x, rng)
    if loss.canonical and layers[-1] == Activate(loss.canonical):
        delta = y - target
        delta /= len(y)
        return y, backward(layers[:-1], parameters[:-1], memories[:-1], delta, out[:-1], to_input)
    return y, backward(layers, parameters, memories, loss.gradient(y, target), out, to_input)


def initial_parameters(layers: Sequence[Layer], rng: np.random.Generator, dtype: Any = np.float32) -> Parameters:
    """Draw all layers' parameters into one vector."""
    drawn = [layer.parameters(rng) for layer in layers]
    arrays = [array.ravel() for theta in drawn for array in theta]
    flat = np.concatenate(arrays).astype(dtype) if arrays else np.zeros(0, dtype)
    return Parameters(flat, tuple(tuple(array.shape for array in theta) for theta in drawn))


def zeros_like(parameters: Parameters) -> Parameters:
    """Give zeros in the same layout, for gradients."""
    return Parameters(np.zeros_like(parameters.flat), parameters.shapes)


def weight_matrices(parameters: Parameters) -> list[Array]:
    """Give the weights of all dense layers, each (n_in, n_out), in the same memory."""
    return [theta[0] for theta in parameters.by_layer if theta]


def bias_vectors(parameters: Parameters) -> list[Array]:
    """Give the biases of all dense layers, each (n_out,), in the same memory."""
    return [theta[1] for theta in parameters.by_layer if theta]


def named_matrices(parameters: Parameters) -> dict[str, Array]:
    """Give the same matrices as :func:`weight_matrices`, named ``layer_1``, ``layer_2``, ..."""
    return {f"layer_{number}": matrix for number, matrix in enumerate(weight_matrices(parameters), 1)}


def last_layers(parameters: Parameters, n_layers: int) -> Parameters:
    """Give the parameters of the last layers only, in the same memory."""
    return _part(parameters, len(parameters.shapes) - n_layers, len(parameters.shapes))


def first_layers(parameters: Parameters, n_layers: int) -> Parameters:
    """Give the parameters of the first layers only, in the same memory; ``-n`` for all but the last ``n``."""
    return _part(parameters, 0, n_layers if n_layers >= 0 else len(parameters.shapes) + n_layers)


def _part(parameters: Parameters, start: int, end: int) -> Parameters:
    found = parameters.parts.get((start, end))
    if found is None:
        below, shapes = parameters.shapes[:start], parameters.shapes[start:end]
        n_below, size = (sum(math.prod(shape) for theta in some for shape in theta) for some in (below, shapes))
        found = parameters.parts[start, end] = Parameters(parameters.flat[n_below : n_below + size], shapes)
    return found
