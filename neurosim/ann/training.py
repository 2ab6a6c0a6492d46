"""One training step, as a function: gradient, weight decay, optimizer; and what to keep so as to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.layers import Layer
from neurosim.ann.losses import Loss
from neurosim.ann.network import Parameters, loss_gradient
from neurosim.ann.optimizers import Optimizer, State, add_scaled

Array = NDArray[Any]


def training_step(
    layers: Sequence[Layer],
    loss: Loss,
    optimizer: Optimizer,
    parameters: Parameters,
    gradients: Parameters,
    state: State,
    x: Array,
    target: Array,
    learning_rate: float,
    weight_decay: float = 0.0,
    rng: np.random.Generator | None = None,
) -> tuple[State, Array]:
    """Learn from one batch; writes ``parameters``, uses ``gradients`` as workspace.

    Parameters
    ----------
    layers, loss, optimizer
        What is trained, on what, how.
    parameters, gradients : Parameters
        The network's numbers and a workspace of the same layout.
    state : State
        The optimizer's memory.
    x, target : ndarray, shapes (n_samples, n_in) and (n_samples, n_outputs)
        The batch.
    learning_rate : float
        Size of the step.
    weight_decay : float, default=0
        Strength of the penalty ``weight_decay / 2 * sum of squared weights``; biases are free.
    rng : numpy.random.Generator, optional
        Drives dropout.

    Returns
    -------
    state : State
        The optimizer's new memory.
    y : ndarray, shape (n_samples, n_outputs)
        The output before the step.
    """
    y, _ = loss_gradient(layers, loss, parameters.by_layer, x, target, gradients.by_layer, rng)
    add_weight_decay(parameters, gradients, weight_decay)
    return optimizer.update(parameters.flat, gradients.flat, state, learning_rate), y


def add_weight_decay(parameters: Parameters, gradients: Parameters, weight_decay: float) -> None:
    """Add the slope of ``weight_decay / 2 * sum of squared weights`` to the gradients; biases are free."""
    if not weight_decay:
        return
    for theta, gradient in zip(parameters.by_layer, gradients.by_layer, strict=True):
        for array, slope in zip(theta, gradient, strict=True):
            if array.ndim > 1:
                add_scaled(slope, array, weight_decay)


def training_arrays(parameters: Parameters, state: State) -> dict[str, Array]:
    """Name all arrays from which training can go on: the network's numbers and the optimizer's memory."""
    vectors = {f"optimizer_{k}": vector for k, vector in enumerate(state.vectors)}
    return {"parameters": parameters.flat, "optimizer_count": np.array(state.n_steps), **vectors}


def restored_training(arrays: Mapping[str, Array], parameters: Parameters, state: State) -> State:
    """Write what :func:`training_arrays` gave into ``parameters``; give the optimizer's memory, laid out as now."""
    parameters.flat[:] = arrays["parameters"]
    vectors = tuple(arrays[f"optimizer_{k}"].copy() for k in range(len(state.vectors)))
    return State(int(arrays["optimizer_count"]), vectors)
