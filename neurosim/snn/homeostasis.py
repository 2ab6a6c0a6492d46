"""Slow regulation of weights between trials: normalisation and synaptic scaling, in place on views of an engine.

Both act on all synapses of one target neuron at once, so they use more than a synapse knows. They compose: call one
after the other.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray


def incoming_norm(
    weights: NDArray[np.floating],
    order: Literal[1, 2] = 1,
    targets: NDArray[np.integer] | None = None,
    n_targets: int | None = None,
) -> NDArray[np.floating]:
    """Give the norm of each target neuron's incoming weights.

    Parameters
    ----------
    weights : ndarray
        Shape ``(n_sources, n_targets)``; or ``(n_synapses,)`` together with ``targets``.
    order : {1, 2}
        Sum of absolute values, or Euclidean norm.
    targets : ndarray of int, shape (n_synapses,), optional
        Target neuron of each synapse.
    n_targets : int, optional
        Number of target neurons where some may have no synapse.

    Returns
    -------
    ndarray, shape (n_targets,)
    """
    if order not in (1, 2):
        raise ValueError(f"order = {order!r}; accepted: 1, 2")
    # Squares in double precision: their sum would tell one order of adding from another.
    powers = np.abs(weights) if order == 1 else np.square(weights, dtype=np.float64)
    if targets is None:
        if weights.ndim != 2:
            raise ValueError(f"weights have shape {weights.shape}; accepted: (n_sources, n_targets), or give targets")
        sums = powers.sum(axis=0)
    else:
        sums = np.bincount(targets, weights=powers, minlength=n_targets or 0)
    return np.asarray(sums if order == 1 else np.sqrt(sums))


def normalise_incoming(
    weights: NDArray[np.floating],
    norm: float | ArrayLike,
    order: Literal[1, 2] = 1,
    targets: NDArray[np.integer] | None = None,
) -> None:
    """Scale each target neuron's incoming weights to a given norm, in place.

    A neuron whose weights are all 0 keeps them.

    Parameters
    ----------
    weights : ndarray
        Shape ``(n_sources, n_targets)``; or ``(n_synapses,)`` together with ``targets``.
    norm : float or array_like, shape (n_targets,)
        What the norm is to be, above 0.
    order, targets
        As in :func:`incoming_norm`.

    Raises
    ------
    ValueError
        If the norm is not above 0.
    """
    wanted = np.asarray(norm, dtype=float)
    if not np.all(wanted > 0):
        raise ValueError(f"norm = {norm!r}; accepted: above 0")
    found = incoming_norm(weights, order, targets, wanted.size if wanted.ndim else None)
    _scale(weights, np.divide(wanted, found, out=np.ones(found.shape), where=found > 0), targets)


def scale_by_activity(
    weights: NDArray[np.floating],
    activity: ArrayLike,
    goal: float | ArrayLike,
    strength: float,
    targets: NDArray[np.integer] | None = None,
) -> None:
    """Scale each target neuron's incoming weights towards a goal of its activity, in place.

    Multiplicative synaptic scaling, ``dw/dt = beta*w*(goal - activity)``, solved exactly for the time in which the
    activity was measured: ``w *= exp(strength*(goal - activity))`` with ``strength = beta*time``. Ratios of a
    neuron's weights stay as they are.

    Parameters
    ----------
    weights : ndarray
        Shape ``(n_sources, n_targets)``; or ``(n_synapses,)`` together with ``targets``.
    activity : array_like, shape (n_targets,)
        For example spikes in a trial.
    goal : float or array_like, shape (n_targets,)
        What the activity is to be.
    strength : float
        Rate of scaling times the time between calls, 0 or more, in 1 over the unit of activity.
    targets : ndarray of int, shape (n_synapses,), optional
        Target neuron of each synapse.

    Raises
    ------
    ValueError
        If ``strength`` is negative.

    References
    ----------
    van Rossum, Bi and Turrigiano (2000), J. Neurosci. 20:8812, doi:10.1523/JNEUROSCI.20-23-08812.2000: the
    proportional term of their activity-dependent scaling (eq. 3; read in an implementation of it); the integral term
    is left out.
    """
    if not strength >= 0:
        raise ValueError(f"strength = {strength!r}; accepted: 0 or more")
    _scale(weights, np.exp(strength * (np.asarray(goal, float) - np.asarray(activity, float))), targets)


def _scale(weights: NDArray[np.floating], factors: NDArray[np.floating], targets: NDArray[np.integer] | None) -> None:
    factors = factors.astype(weights.dtype)
    if targets is None and (weights.ndim != 2 or weights.shape[1] != factors.size):
        raise ValueError(f"weights have shape {weights.shape}; accepted: (n_sources, {factors.size})")
    weights *= factors if targets is None else factors[targets]
