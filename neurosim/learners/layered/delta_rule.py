"""What the rungs of the ladder share besides their network: an output layer that learns by the delta rule.

The rungs differ in what reaches the hidden layers, and in nothing else. The top rung, backpropagation, is
:class:`neurosim.learners.layered.mlp.MLP` without dropout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from neurosim.ann.layers import Layer
from neurosim.ann.network import Parameters, forward

Array = NDArray[Any]


class ForwardPass(NamedTuple):
    """What a batch left behind on its way through the network.

    Attributes
    ----------
    y : ndarray, shape (n_samples, n_classes)
        Its output.
    memories : list
        Of all layers, from the forward pass.
    error : ndarray, shape (n_samples, n_classes)
        ``(y - target) / n_samples``.
    """

    y: Array
    memories: list[Any]
    error: Array


def by_delta_rule(
    layers: Sequence[Layer], parameters: Parameters, x: Array, target: Array, slopes: Parameters
) -> ForwardPass:
    """Go forward, and write the output layer's slope: its error times what arrives there.

    Parameters
    ----------
    layers, parameters
        A network with softmax outputs.
    x, target : ndarray, shapes (n_samples, n_in) and (n_samples, n_classes)
        The batch.
    slopes : Parameters
        Receives the output layer's slope; hidden layers' are left alone.

    Returns
    -------
    ForwardPass
    """
    y, memories = forward(layers, parameters.by_layer, x)
    error, output = (y - target) / y.dtype.type(len(y)), len(layers) - 2
    layers[output].backward(parameters.by_layer[output], memories[output], error, slopes.by_layer[output], False)
    return ForwardPass(y, memories, error)
