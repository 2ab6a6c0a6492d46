r"""A layer that learns without a teacher: units compete softly for each sample (SoftHebb).

.. math:: y = \mathrm{softmax}(u / \tau), \qquad \Delta W_k = y_k (x - u_k W_k), \qquad u = x W

(Moraitis et al. 2022, doi:10.1088/2634-4386/aca710; the rule's fixed points have unit length). Samples are brought to
unit length first. A bias keeps each unit active on the same share of samples; it looks at the unit alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.activations import softmax

Array = NDArray[Any]


def competitive_change(x: Array, weight: Array, temperature: float) -> Array:
    """Give the weights' change, averaged over samples.

    Parameters
    ----------
    x : ndarray, shape (n_samples, n_in)
        Samples; one that is all zero teaches nothing.
    weight : ndarray, shape (n_in, n_units)
        The weights.
    temperature : float
        How softly units compete; near 0 the best takes all.

    Returns
    -------
    ndarray, shape (n_in, n_units)
    """
    length = np.linalg.norm(x, axis=1, keepdims=True)
    direction = x / np.where(length > 0, length, 1)
    u = direction @ weight
    y = softmax(u / u.dtype.type(temperature)) * (length > 0)
    change: Array = direction.T @ y
    change -= (y * u).sum(axis=0) * weight
    return change / change.dtype.type(len(x))


def activity_change(a: Array, share: float) -> Array:
    """Give the biases' change, shape (n_units,): up where a unit was active on less than ``share`` of the samples."""
    return np.asarray(share - np.mean(a > 0, axis=0, dtype=np.float32), np.float32)
