"""The output layer of a network with a spiking hidden layer: the delta rule on filtered hidden spikes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax
from neurosim.ann.network import Parameters, zeros_like
from neurosim.ann.optimizers import adam
from neurosim.snn.networks.hidden_layer import Presentations, Timing

Array = NDArray[Any]


def filtered_spikes(shown: Presentations, timing: Timing) -> Array:
    """Give hidden spikes as the outputs see them at the end, shape (n_samples, n_hidden)."""
    n_samples, n_hidden = shown.counts.shape
    sample, step = np.divmod(shown.hidden_steps, timing.n_steps)
    cell = sample * n_hidden + shown.hidden_indices
    sums = np.bincount(cell, weights=timing.output_kernel[step], minlength=n_samples * n_hidden)
    return sums.reshape(n_samples, n_hidden).astype(np.float32)


def softmax_error(outputs: Array, target: Array) -> Array:
    """Give the gradient of the cross-entropy with respect to the output potentials, averaged over samples.

    Parameters
    ----------
    outputs, target : ndarray, shape (n_samples, n_outputs)
        Potentials, and what their softmax should be: rows that add up to 1.
    """
    error: Array = softmax(outputs) - target.astype(outputs.dtype)
    return error / len(target)


def output_changes(filtered: Array, error: Array, timing: Timing) -> tuple[Array, Array]:
    """Give the output layer's gradients: the delta rule on filtered hidden spikes."""
    return filtered.T @ error, error.sum(axis=0) * error.dtype.type(bias_effect(timing))


def bias_effect(timing: Timing) -> float:
    """Give what a bias of 1 has made of an output potential at the end of a presentation."""
    return 1 - timing.output_decay**timing.n_steps


def fit_output(
    output: Parameters,
    filtered: Array,
    target: Array,
    timing: Timing,
    batches: Iterable[tuple[NDArray[np.int64], float]],
) -> int:
    """Teach an output layer over hidden spikes that no longer change.

    Parameters
    ----------
    output : Parameters
        One layer, weights and bias; written.
    filtered : ndarray, shape (n_samples, n_hidden)
        From :func:`filtered_spikes`.
    target : ndarray, shape (n_samples, n_outputs)
        What the softmax of the outputs should be.
    timing : Timing
        Durations.
    batches : iterable of (ndarray of int, float)
        Which samples each step learns from, and at which rate of Adam.

    Returns
    -------
    int
        Steps that were made.
    """
    gradient = zeros_like(output)
    ((weights, bias),), ((slopes, bias_slopes),) = output.by_layer, gradient.by_layer
    state, effect, n_steps = adam().initial(output.flat), np.float32(bias_effect(timing)), 0
    for rows, rate in batches:
        potential = filtered[rows] @ weights + bias * effect
        error = softmax_error(potential, target[rows])
        slopes[:], bias_slopes[:] = output_changes(filtered[rows], error, timing)
        state, n_steps = adam().update(output.flat, gradient.flat, state, rate), n_steps + 1
    return n_steps
