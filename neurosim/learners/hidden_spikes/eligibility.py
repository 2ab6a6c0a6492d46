"""Eligibilities of a spiking hidden layer, and the weight changes that errors make of them. NumPy and SciPy.

With a hidden potential ``v_j``, a surrogate derivative ``psi_j(t) = psi(v_j(t))`` of the spike and the reset taken as
given (it is not differentiated), the derivative of an output potential at the end of a presentation is

    d y_k / d w_ij = output_kj * sum over t of output_decay**(T - 1 - t) * psi_j(t) * trace_i(t)

where ``trace_i`` is input i's spike train filtered with the membrane's decay. Reset by subtraction keeps the filter
free of the hidden neuron's own spikes, so the trace belongs to the input alone. The sum is the eligibility trace of
Bellec et al. 2020 (doi:10.1038/s41467-020-17236-y), which a synapse can build up forwards in time as the presentation
goes on. Doing so for every synapse at every step would cost ``n_inputs * n_hidden * n_steps``; the same sum, regrouped
by input spikes, costs ``n_input_spikes * n_hidden``, and many synapses have none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.networks.hidden_layer import STRETCH, THRESHOLD, Presentations, Timing

Array = NDArray[Any]


def surrogate_derivative(potential: Array, slope: float, out: Array | None = None) -> Array:
    """Give ``1 / (1 + slope |v - threshold|)**2`` (Zenke and Ganguli 2018, doi:10.1162/neco_a_01086, fast sigmoid)."""
    distance: Array = np.subtract(potential, THRESHOLD, out=out)
    np.abs(distance, out=distance)
    distance *= slope
    distance += 1
    np.square(distance, out=distance)
    np.reciprocal(distance, out=distance)
    return distance


def hidden_changes(
    shown: Presentations, signal: Array, timing: Timing, slope: float, n_inputs: int
) -> tuple[Array, Array]:
    """Give the hidden layer's gradients, summed over samples.

    Parameters
    ----------
    shown : Presentations
        What was recorded.
    signal : ndarray, shape (n_samples, n_hidden)
        Learning signal of each hidden neuron: the error, sent back over the output's or over random weights.
    timing : Timing
        Durations.
    slope : float
        Of the surrogate derivative.
    n_inputs : int
        Number of inputs.

    Returns
    -------
    tuple of ndarray
        Shapes (n_inputs, n_hidden), for weights in units of potential a spike, and (n_hidden,).
    """
    potential = shown.tested
    driven = surrogate_derivative(potential, slope, out=potential)
    driven *= signal[:, None, :].astype(driven.dtype)
    bias = timing.bias_kernel.astype(driven.dtype) @ driven.sum(axis=0)
    return _summed_by_inputs(shown, seen_by_inputs(driven, timing), n_inputs), bias


def traces_at_own_spikes(shown: Presentations, shares: Array, timing: Timing, n_inputs: int) -> Array:
    """Give what the inputs' traces were when hidden neurons spiked, weighted and summed over samples.

    Pairs of an input spike and a later hidden spike count ``membrane_decay`` to the power of the steps between them.

    Parameters
    ----------
    shown : Presentations
        What was recorded.
    shares : ndarray, shape (n_samples, n_hidden)
        What each spike of a hidden neuron counts.
    timing : Timing
        Durations.
    n_inputs : int
        Number of inputs.

    Returns
    -------
    ndarray, shape (n_inputs, n_hidden)
        In spikes: a trace grows by 1 with each.
    """
    sample, step = np.divmod(shown.hidden_steps, timing.n_steps)
    spikes = np.zeros((len(shares), timing.n_steps, shares.shape[1]), np.float32)
    spikes[sample, step, shown.hidden_indices] = shares[sample, shown.hidden_indices]
    return _summed_by_inputs(shown, _discounted(spikes, timing), n_inputs)


def input_counts(shown: Presentations, timing: Timing, n_inputs: int) -> Array:
    """Give how often each input spiked, shape (n_samples, n_inputs)."""
    n_samples = len(shown.counts)
    cell = shown.input_steps // timing.n_steps * n_inputs + shown.input_indices
    return np.bincount(cell, minlength=n_samples * n_inputs).reshape(n_samples, n_inputs).astype(np.float32)


def seen_by_inputs(driven: Array, timing: Timing) -> Array:
    """Give what a charge arriving at each step contributes to the eligibility until the end.

    Element s is the sum over t > s of ``membrane_decay**(t - s) * output_decay**(n_steps - 1 - t) * driven(t)``.

    Parameters
    ----------
    driven : ndarray, shape (n_samples, n_steps, n_hidden)
        Surrogate derivatives times learning signals; scaled in place.
    timing : Timing
        Durations.

    Returns
    -------
    ndarray, shape (n_samples, n_steps, n_hidden)
    """
    driven *= timing.output_kernel.astype(driven.dtype)[:, None]
    return _discounted(driven, timing)


def _discounted(values: Array, timing: Timing) -> Array:
    """Give the sum over t > s of ``membrane_decay**(t - s) * values(t)`` for each step s, of the shape of ``values``.

    Within a stretch of steps that is a matrix product; what comes after the stretch decays as one sum.
    """
    kernel, n_steps = timing.membrane_kernel, values.shape[1]
    ahead = np.empty_like(values)
    for start in reversed(range(0, n_steps, STRETCH)):
        end = min(start + STRETCH, n_steps)
        np.matmul(kernel[: end - start, : end - start], values[:, start:end], out=ahead[:, start:end])
        if end < n_steps:
            decays = timing.membrane_decay ** np.arange(end - start, 0, -1.0)
            ahead[:, start:end] += decays.astype(values.dtype)[:, None] * (ahead[:, end] + values[:, end])[:, None]
    return ahead


def _summed_by_inputs(shown: Presentations, ahead: Array, n_inputs: int) -> Array:
    """Sum what input spikes bring, given for each step, shape (n_samples, n_steps, n), into (n_inputs, n)."""
    from scipy.sparse import csc_array

    flat = ahead.reshape(-1, ahead.shape[2])
    ones = np.ones(len(shown.input_steps), flat.dtype)
    # Spikes come in the order of steps: their inputs are a sparse matrix's rows, column by column, as they are.
    ends = np.searchsorted(shown.input_steps, np.arange(len(flat) + 1)).astype(np.int32)
    spikes: Any = csc_array((ones, shown.input_indices, ends), shape=(n_inputs, len(flat)))
    return np.asarray(spikes @ flat)
