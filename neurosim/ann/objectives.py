r"""What competitive and rewarded layers make small, where that can be written down: value and gradient.

All are pure functions of weights, shape (n_inputs, n_units), and samples, shape (n_samples, n_inputs); all give the
mean over samples and its gradient with respect to the weights (or to what is named), in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax

Array = NDArray[Any]


def directional_error(weights: Array, X: Array, among: NDArray[np.bool_] | None = None) -> tuple[float, Array]:
    """One minus the cosine of each sample with the weights of the unit nearest in direction (spherical k-means).

    Parameters
    ----------
    weights, X : ndarray, shapes (n_inputs, n_units) and (n_samples, n_inputs)
        Units and samples; samples are brought to unit length.
    among : ndarray of bool, shape (n_samples, n_units), optional
        Which units a sample may be nearest to.

    Returns
    -------
    tuple of float and ndarray
        Value and gradient. What an instar step ``x - w`` turns of the nearest unit's weights points along minus one
        sample's gradient.
    """
    directions, lengths = _unit_columns(weights)
    x = _unit_rows(X)
    cosines = x @ directions
    nearest = np.argmax(cosines if among is None else np.where(among, cosines, -np.inf), axis=1)
    one_hot = np.eye(weights.shape[1])[nearest]
    gradient = cosine_pullback(directions, lengths, x, cosines, -one_hot / len(x))
    return float(1 - (cosines * one_hot).sum(axis=1).mean()), gradient


def turning(weights: Array, change: Array) -> Array:
    """Give the part of a change that turns each unit's weights, without what only makes them longer or shorter."""
    directions, _ = _unit_columns(weights)
    return np.asarray(change - directions * (directions * change).sum(axis=0))


def soft_shares(weights: Array, X: Array, temperature: float) -> Array:
    """Give the softmax over units of each sample's cosines, over ``temperature``, shape (n_samples, n_units).

    A competition that is decided softly; near temperature 0 the unit nearest in direction has all.
    """
    return softmax(_unit_rows(X) @ _unit_columns(weights)[0] / temperature)


def soft_shares_pullback(weights: Array, X: Array, temperature: float, slope: Array) -> Array:
    """Give the gradient with respect to the weights, from that with respect to :func:`soft_shares`, ``slope``."""
    directions, lengths = _unit_columns(weights)
    x = _unit_rows(X)
    cosines = x @ directions
    shares = softmax(cosines / temperature)
    to_cosines = shares * (slope - (slope * shares).sum(axis=1, keepdims=True)) / temperature
    return cosine_pullback(directions, lengths, x, cosines, to_cosines)


def competition_free_energy(weights: Array, X: Array, temperature: float) -> tuple[float, Array]:
    r""":math:`-\tau \log \sum_k e^{c_k / \tau}` with :math:`c` the cosines: what SoftHebb descends at unit length.

    Its gradient is :math:`-y_k (x - c_k \hat w_k) / |w_k|` with :math:`y` the soft shares. For weights of unit length
    that is minus SoftHebb's change :math:`y_k (x - u_k w_k)`; elsewhere the rule also moves lengths towards one.
    """
    directions, lengths = _unit_columns(weights)
    x = _unit_rows(X)
    cosines = x @ directions
    scaled = cosines / temperature
    top = scaled.max(axis=1, keepdims=True)
    value = -temperature * (np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]).mean()
    return float(value), cosine_pullback(directions, lengths, x, cosines, -softmax(scaled) / len(x))


def reward_slope(policy: Array, target: Array) -> Array:
    """Give the gradient of minus the expected reward, the policy's share of the right class, averaged over samples.

    Parameters
    ----------
    policy, target : ndarray, shape (n_samples, n_classes)
        A softmax's output, and one-hot labels.

    Returns
    -------
    ndarray, shape (n_samples, n_classes)
        With respect to the softmax's input.
    """
    right = (policy * target).sum(axis=1, keepdims=True)
    return np.asarray(right * (policy - target) / policy.dtype.type(len(policy)))


def cosine_pullback(directions: Array, lengths: Array, x: Array, cosines: Array, slope: Array) -> Array:
    """Carry a slope with respect to cosines back to weights: ``sum of slope * (x - c * direction) / length``."""
    gradient = x.T @ slope
    gradient -= directions * (slope * cosines).sum(axis=0)
    return np.asarray(gradient / lengths)


def _unit_columns(weights: Array) -> tuple[Array, Array]:
    w = weights.astype(np.float64)
    lengths = np.linalg.norm(w, axis=0)
    lengths = np.where(lengths > 0, lengths, 1.0)
    return w / lengths, lengths


def _unit_rows(X: Array) -> Array:
    x = X.astype(np.float64)
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(lengths > 0, lengths, 1.0))
