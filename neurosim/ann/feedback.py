r"""Errors sent to hidden layers over weights of their own, in place of the transposed forward weights.

With :math:`e` the output's error, :math:`z_l` the input of hidden layer :math:`l` of :math:`L`, and :math:`B_l` fixed,

.. math:: \delta_l = (\delta_{l+1} B_l) \odot f'(z_l), \quad \delta_{L+1} = e
          \qquad \text{or, directly,} \qquad \delta_l = (e B_l) \odot f'(z_l)

Feedback alignment: Lillicrap et al. 2016, doi:10.1038/ncomms13276. Direct feedback alignment: Nøkland 2016,
arXiv:1609.01596. With :math:`B_l = W_{l+1}^T` the first is backpropagation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.initialisers import INITIALISERS
from neurosim.ann.layers import Layer

Array = NDArray[Any]


def feedback_gradient(
    layers: Sequence[Layer],
    parameters: Sequence[tuple[Array, ...]],
    memories: Sequence[Any],
    error: Array,
    feedback: Sequence[Array],
    out: Sequence[tuple[Array, ...]],
    direct: bool = False,
) -> None:
    """Write what takes the gradient's place in hidden layers into ``out``.

    Parameters
    ----------
    layers, parameters, memories
        The hidden layers, from the input up: a dense layer and an activation in turn; what they hold and remember.
    error : ndarray, shape (n_samples, n_outputs)
        The loss's gradient with respect to the input of the output's activation.
    feedback : sequence of ndarray
        For each hidden layer the weights over which errors arrive, shape (n_above, n_units); if ``direct``, shape
        (n_outputs, n_units).
    out : sequence of tuples of ndarray
        Receives the changes, in the layout of the parameters.
    direct : bool, default=False
        Every layer hears from the output, not from the layer above.
    """
    delta = error
    for number, weight in reversed(list(enumerate(feedback))):
        dense, activation = 2 * number, 2 * number + 1
        signal = (error if direct else delta) @ weight
        carried = layers[activation].backward((), memories[activation], signal, (), True)
        assert carried is not None
        delta = carried
        layers[dense].backward(parameters[dense], memories[dense], delta, out[dense], False)


def random_feedback(
    sizes: Sequence[int], initialiser: str, rngs: Sequence[np.random.Generator], direct: bool = False
) -> tuple[Array, ...]:
    """Draw feedback weights as forward weights are drawn, one generator a hidden layer.

    Parameters
    ----------
    sizes : sequence of int
        Units of the hidden layers, then of the output.
    initialiser : str
        A name from :data:`neurosim.ann.initialisers.INITIALISERS`.
    rngs : sequence of numpy.random.Generator
        Where the numbers come from.
    direct : bool, default=False
        From the output to each hidden layer, not from layer to layer.

    Returns
    -------
    tuple of ndarray
        Shapes (n_above, n_units); with one hidden layer both kinds are the same.
    """
    draw = INITIALISERS[initialiser]
    above = [sizes[-1]] * (len(sizes) - 1) if direct else sizes[1:]
    drawn = (draw(rng, n, n_above) for rng, n, n_above in zip(rngs, sizes[:-1], above, strict=True))
    return tuple(np.ascontiguousarray(weight.T, dtype=np.float32) for weight in drawn)
