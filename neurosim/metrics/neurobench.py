"""Operations and sparsity as NeuroBench 2.3 defines them (Yik et al., arXiv:2304.04640).

Pure functions over arrays, so that published figures can be set beside ours. NeuroBench looks at the values: a layer
whose inputs over a whole batch are all -1, 0 or 1 counts as accumulating, whatever its type. So exclusive or makes
the first layer of a perceptron "spiking", and one grey pixel anywhere in the batch undoes it. ``carries`` counts by
type instead. What is missing raises an error; it is never counted as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Carries = Literal["numbers", "spikes"]


@dataclass(frozen=True)
class SynapticOperations:
    """Operations for one sample: multiply-accumulates, accumulates, and all connections if nothing is skipped."""

    effective_macs: float
    effective_acs: float
    dense: float


def synaptic_operations(
    calls: Iterable[tuple[Array, Array]], carries: Sequence[Carries] | None = None
) -> SynapticOperations:
    """Count the operations of all forward calls of all layers; biases are left out.

    Parameters
    ----------
    calls : iterable of (weights, inputs)
        One pair a layer and call (a spiking network makes one call a time step): weights of shape (n_in, n_out) and
        inputs of shape (n_samples, n_in), with the same samples in every call.
    carries : sequence of {"numbers", "spikes"}, optional
        What each call's connections carry. By default each call is judged by its values, as NeuroBench does.

    Returns
    -------
    SynapticOperations
        For one sample, so a spiking network's are summed over its time steps.

    Raises
    ------
    ValueError
        If there are no calls, shapes do not match, or the numbers of samples differ.
    """
    pairs = [(np.asarray(weights), np.asarray(inputs)) for weights, inputs in calls]
    if not pairs:
        raise ValueError("no calls were given, so there is nothing to count; accepted: one pair a layer and call")
    if carries is not None and len(carries) != len(pairs):
        raise ValueError(f"carries has {len(carries)} entries for {len(pairs)} calls; accepted: one a call")
    n_samples = len(pairs[0][1])
    macs = acs = dense = 0
    for number, (weights, inputs) in enumerate(pairs):
        if inputs.ndim != 2 or weights.ndim != 2 or inputs.shape[1] != weights.shape[0] or len(inputs) != n_samples:
            raise ValueError(
                f"call {number}: weights {weights.shape} and inputs {inputs.shape} do not match;"
                f" accepted: (n_in, n_out) and ({n_samples}, n_in)"
            )
        effective = int(np.count_nonzero(inputs, axis=0) @ np.count_nonzero(weights, axis=1))
        dense += n_samples * weights.size
        spiking = np.isin(inputs, (-1, 0, 1)).all() if carries is None else carries[number] == "spikes"
        acs, macs = (acs + effective, macs) if spiking else (acs, macs + effective)
    return SynapticOperations(macs / n_samples, acs / n_samples, dense / n_samples)


def connection_sparsity(weights: Iterable[Array]) -> float:
    """Give the share of weights that are zero, over all layers; 0 is dense.

    Raises
    ------
    ValueError
        If there is no weight.
    """
    return _share_of_zeros(weights, "weight")


def activation_sparsity(activations: Iterable[Array]) -> float:
    """Give the share of activations (or of neuron and time-step pairs without a spike) that are zero.

    Parameters
    ----------
    activations : iterable of ndarray
        One array a layer, and a time step where there are several.

    Raises
    ------
    ValueError
        If there is no activation.
    """
    return _share_of_zeros(activations, "activation")


def _share_of_zeros(arrays: Iterable[Array], what: str) -> float:
    kept = [np.asarray(array) for array in arrays]
    size = sum(array.size for array in kept)
    if not size:
        raise ValueError(f"there is no {what}, so no share of them; accepted: at least one")
    return 1 - sum(int(np.count_nonzero(array)) for array in kept) / size
