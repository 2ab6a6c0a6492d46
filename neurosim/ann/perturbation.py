r"""Node perturbation: noise on the input of every hidden unit, and a number that says whether it helped.

With noise :math:`\xi` of variance :math:`\sigma^2` on the inputs :math:`z = W x` of hidden units, and :math:`M` what
the noise changed of something to be made small,

.. math:: \Delta W \propto - \frac{M \, \xi}{\sigma^2} x^T

is downhill on average, for small noise along the gradient itself (Williams 1992, doi:10.1007/BF00992696; Werfel, Xie
and Seung 2005, doi:10.1162/089976605774320539). Each sample's own estimate has a variance that grows with the number
of units.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Layer

Array = NDArray[Any]
NOISE = (1e-4, 10.0)
"""Standard deviations between which the estimate is worth anything in single precision."""


def draw_noise(rng: np.random.Generator, n_samples: int, sizes: Sequence[int], size: float) -> tuple[Array, ...]:
    """Draw noise of standard deviation ``size`` for hidden layers of these sizes, each (n_samples, n_units)."""
    return tuple(np.float32(size) * rng.standard_normal((n_samples, n), dtype=np.float32) for n in sizes)


def noisy_forward(
    layers: Sequence[Layer], parameters: Sequence[tuple[Array, ...]], x: Array, noise: Sequence[Array]
) -> tuple[Array, list[Any]]:
    """Go forward with noise on the inputs of hidden units.

    Parameters
    ----------
    layers, parameters
        The network: a dense layer and an activation in turn.
    x : ndarray, shape (n_samples, n_in)
        Samples.
    noise : sequence of ndarray, each of shape (n_samples, n_units)
        Of the hidden layers, from the input up.

    Returns
    -------
    y : ndarray, shape (n_samples, n_outputs)
        The output.
    memories : list
        What each layer remembers.
    """
    memories = []
    for number, (layer, theta) in enumerate(zip(layers, parameters, strict=True)):
        x, memory = layer.forward(theta, x, None)
        memories.append(memory)
        if number % 2 == 0 and number // 2 < len(noise):
            x = x + noise[number // 2]
    return x, memories


def perturbation_gradient(
    layers: Sequence[Layer],
    parameters: Sequence[tuple[Array, ...]],
    memories: Sequence[Any],
    noise: Sequence[Array],
    modulator: Array,
    noise_size: float,
    out: Sequence[tuple[Array, ...]],
) -> None:
    """Write the estimate of the gradient in hidden layers into ``out``.

    Parameters
    ----------
    layers, parameters, memories
        The network, from the input up; what its layers hold and remember.
    noise : sequence of ndarray, each of shape (n_samples, n_units)
        What was added in the hidden layers.
    modulator : ndarray, shape (n_samples,)
        By how much the noise raised what is to become small, divided by the number of samples.
    noise_size : float
        The noise's standard deviation.
    out : sequence of tuples of ndarray
        Receives the estimate.
    """
    scale = (modulator / np.float32(noise_size**2)).astype(np.float32)[:, None]
    for number, xi in enumerate(noise):
        dense = 2 * number
        layers[dense].backward(parameters[dense], memories[dense], scale * xi, out[dense], False)


def sample_losses(right: Array) -> Array:
    """Give each sample's cross-entropy from the probability of its right class, both of shape (n_samples,)."""
    losses: Array = -np.log(np.maximum(right, np.finfo(right.dtype).tiny))
    return losses
