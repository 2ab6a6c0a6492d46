"""Optimizers as pairs of functions: ``initial(parameters)`` gives the state, ``update`` makes one step in place.

All work on one flat vector, block by block, so that a block's parameters, gradients and moments stay in the cache.
Factors are arrays without axes, in the vector's own precision: NumPy converts a Python number anew at every use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BLOCK = 131_072


class State(NamedTuple):
    """What an optimizer remembers: the number of steps and its vectors."""

    n_steps: int
    vectors: tuple[Array, ...]


class Optimizer(NamedTuple):
    """A learning rule on top of the gradient.

    Attributes
    ----------
    name : str
        How it is called in settings.
    n_vectors : int
        How many vectors as long as the parameters it remembers.
    update : callable
        ``update(parameters, gradient, state, learning_rate) -> state``; writes ``parameters`` and the state's vectors.
    """

    name: str
    n_vectors: int
    update: Callable[[Array, Array, State, float], State]

    def initial(self, parameters: Array) -> State:
        """Give the state before the first step."""
        return State(0, tuple(np.zeros_like(parameters) for _ in range(self.n_vectors)))


def gradient_descent() -> Optimizer:
    """``w -= rate * g``; with batches, stochastic gradient descent."""

    def update(parameters: Array, gradient: Array, state: State, learning_rate: float) -> State:
        (rate,) = _factors(parameters, learning_rate)
        for w, g, change in _blocks(parameters, gradient):
            np.multiply(g, rate, out=change)
            w -= change
        return State(state.n_steps + 1, ())

    return Optimizer("gradient-descent", 0, update)


def momentum(beta: float = 0.9) -> Optimizer:
    """``v = beta v + g``, ``w -= rate * v`` (Polyak 1964, doi:10.1016/0041-5553(64)90137-5)."""

    def update(parameters: Array, gradient: Array, state: State, learning_rate: float) -> State:
        kept, rate = _factors(parameters, beta, learning_rate)
        for w, g, v, change in _blocks(parameters, gradient, *state.vectors):
            v *= kept
            v += g
            np.multiply(v, rate, out=change)
            w -= change
        return State(state.n_steps + 1, state.vectors)

    return Optimizer("momentum", 1, update)


def adagrad(epsilon: float = 1e-8) -> Optimizer:
    """``s += g**2``, ``w -= rate * g / (sqrt(s) + epsilon)`` (Duchi, Hazan and Singer 2011, JMLR 12:2121)."""

    def update(parameters: Array, gradient: Array, state: State, learning_rate: float) -> State:
        rate, floor = _factors(parameters, learning_rate, epsilon)
        for w, g, s, change in _blocks(parameters, gradient, *state.vectors):
            np.multiply(g, g, out=change)
            s += change
            _scaled_step(w, g, s, change, rate, floor)
        return State(state.n_steps + 1, state.vectors)

    return Optimizer("adagrad", 1, update)


def rmsprop(rho: float = 0.9, epsilon: float = 1e-8) -> Optimizer:
    """``s = rho s + (1 - rho) g**2``, ``w -= rate * g / (sqrt(s) + epsilon)`` (Tieleman and Hinton 2012)."""

    def update(parameters: Array, gradient: Array, state: State, learning_rate: float) -> State:
        kept, new, rate, floor = _factors(parameters, rho, 1 - rho, learning_rate, epsilon)
        for w, g, s, change in _blocks(parameters, gradient, *state.vectors):
            np.multiply(g, g, out=change)
            change *= new
            s *= kept
            s += change
            _scaled_step(w, g, s, change, rate, floor)
        return State(state.n_steps + 1, state.vectors)

    return Optimizer("rmsprop", 1, update)


def adam(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8) -> Optimizer:
    r"""Adam (Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1), with two factors moved out of the moments.

    Kept are :math:`\tilde m = m / (1 - \beta_1)` and :math:`\tilde v = v / (1 - \beta_2)`, which need fewer passes over
    memory: :math:`\tilde m \leftarrow \beta_1 \tilde m + g`, :math:`\tilde v \leftarrow \beta_2 \tilde v + g^2`. With
    :math:`c_t = \sqrt{(1 - \beta_2^t) / (1 - \beta_2)}` and :math:`b_t = (1 - \beta_1) / (1 - \beta_1^t)` the published
    step is :math:`w \leftarrow w - \alpha\, c_t b_t\, \tilde m / (\sqrt{\tilde v} + c_t\, \epsilon)`.
    """

    def update(parameters: Array, gradient: Array, state: State, learning_rate: float) -> State:
        t = state.n_steps + 1
        correction = ((1 - beta_2**t) / (1 - beta_2)) ** 0.5
        step = learning_rate * correction * (1 - beta_1) / (1 - beta_1**t)
        kept_1, kept_2, rate, floor = _factors(parameters, beta_1, beta_2, step, epsilon * correction)
        for w, g, m, v, change in _blocks(parameters, gradient, *state.vectors):
            m *= kept_1
            m += g
            np.multiply(g, g, out=change)
            v *= kept_2
            v += change
            _scaled_step(w, m, v, change, rate, floor)
        return State(t, state.vectors)

    return Optimizer("adam", 2, update)


OPTIMIZERS: MappingProxyType[str, Callable[..., Optimizer]] = MappingProxyType(
    {
        "gradient-descent": gradient_descent,
        "momentum": momentum,
        "adagrad": adagrad,
        "rmsprop": rmsprop,
        "adam": adam,
    }
)


def add_scaled(array: Array, other: Array, factor: float) -> None:
    """``array += factor * other``, in place, for arrays without gaps and of one shape."""
    (scale,) = _factors(array, factor)
    if array.size <= BLOCK:
        array += scale * other
        return
    for a, o, change in _blocks(array.reshape(-1), other.reshape(-1)):
        np.multiply(o, scale, out=change)
        a += change


def _scaled_step(w: Array, direction: Array, square: Array, change: Array, rate: Array, floor: Array) -> None:
    np.sqrt(square, out=change)
    change += floor
    np.divide(direction, change, out=change)
    change *= rate
    w -= change


def _factors(parameters: Array, *numbers: float) -> tuple[Array, ...]:
    return tuple(np.array(number, parameters.dtype) for number in numbers)


def _blocks(*vectors: Array) -> Iterator[tuple[Array, ...]]:
    """Give the vectors block by block, each time followed by a scratch block."""
    size = vectors[0].size
    scratch = np.empty(min(BLOCK, size), vectors[0].dtype)
    if size <= BLOCK:
        yield (*vectors, scratch)
        return
    for start in range(0, size, BLOCK):
        pieces = tuple(vector[start : start + BLOCK] for vector in vectors)
        yield (*pieces, scratch[: pieces[0].size])
