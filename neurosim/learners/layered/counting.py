"""What answering and learning take on a layered rate network, in events. Weights are matrices, each (n_in, n_out)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import ACTIVATIONS
from neurosim.ann.network import Parameters, bias_vectors, weight_matrices
from neurosim.ann.optimizers import State
from neurosim.data import EventCounts

Array = NDArray[Any]
Matrices = Sequence[Array]


def active_connections(X: Array, layers: Parameters, activation: str) -> int:
    """Count the connections that carry something: neither their input nor their weight is zero.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_inputs)
        What arrives at the first layer.
    layers : Parameters
        Of the layers that are looked at.
    activation : str
        Of all but the last of them.
    """
    active, x, matrices = 0, X, weight_matrices(layers)
    for number, (weight, bias) in enumerate(zip(matrices, bias_vectors(layers), strict=True)):
        active += int(np.count_nonzero(x, axis=0) @ np.count_nonzero(weight, axis=1))
        if number < len(matrices) - 1:
            x = ACTIVATIONS[activation].function(x @ weight + bias)
    return active


def answering_counts(X: Array, layers: Parameters, activation: str) -> EventCounts:
    """Count one forward pass through these layers for each sample."""
    matrices = weight_matrices(layers)
    return EventCounts(
        presentations=len(X),
        connections=len(X) * n_weights(matrices),
        active_connections=active_connections(X, layers, activation),
        state_updates=len(X) * n_units(matrices),
    )


def learning_counts(X: Array, matrices: Matrices, hidden: EventCounts, told: EventCounts) -> EventCounts:
    """Count forward passes and slopes of labelled samples; what the optimizer does is not among it.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_inputs)
        Samples.
    matrices : sequence of ndarray
        Of all layers.
    hidden : EventCounts
        What the hidden layers take besides, for one sample.
    told : EventCounts
        What one sample's teacher tells.
    """
    first, above, n = matrices[0], n_weights(matrices[1:]), len(X)
    return EventCounts(
        presentations=n,
        labels=n * told.labels,
        feedback_bits=n * told.feedback_bits,
        connections=n * (first.size + above + hidden.connections),
        # Hidden activity is not re-evaluated for counting: only zeros of the input are taken as inactive.
        active_connections=int(np.count_nonzero(X > 0)) * first.shape[1] + n * (above + hidden.connections),
        # The output layer's own slopes, and what hidden layers need.
        feedback_connections=n * (matrices[-1].size + hidden.feedback_connections),
        state_updates=n * (n_units(matrices) + hidden.state_updates),
    )


def output_fitting_counts(
    below: EventCounts, hidden: Array, output: Array, n_passes: int, told: EventCounts
) -> EventCounts:
    """Count how an output layer learns over hidden activity that is found once; without the optimizer.

    Parameters
    ----------
    below : EventCounts
        Of the layers below, once for each sample.
    hidden : ndarray, shape (n_samples, n_units)
        What they answered.
    output : ndarray, shape (n_units, n_outputs)
        The output layer's weights.
    n_passes : int
        How often every sample is learned from.
    told : EventCounts
        What one sample's teacher tells.
    """
    n = n_passes * len(hidden)
    return EventCounts(
        presentations=n,
        labels=n * told.labels,
        connections=below.connections + n * output.size,
        active_connections=below.active_connections + n_passes * int(np.count_nonzero(hidden)) * output.shape[1],
        feedback_connections=n * output.size,
        state_updates=below.state_updates + n * output.shape[1],
    )


def optimizer_counts(n_steps: int, memory: State, n_written: int) -> EventCounts:
    """Count an optimizer's steps, each of which updates all it remembers and writes so many numbers."""
    n_remembered = sum(vector.size for vector in memory.vectors)
    return EventCounts(trace_updates=n_steps * n_remembered, weight_writes=n_steps * n_written)


def backpropagation_counts(matrices: Matrices) -> EventCounts:
    """Give what hidden layers take for one sample under backpropagation.

    Every weight's own slope, and the error carried back through all layers but the first.
    """
    return EventCounts(feedback_connections=n_weights(matrices[:-1]) + n_weights(matrices[1:]))


def n_weights(matrices: Matrices) -> int:
    """Count weights."""
    return sum(matrix.size for matrix in matrices)


def n_units(matrices: Matrices) -> int:
    """Count the units of all layers but the input."""
    return sum(matrix.shape[1] for matrix in matrices)
