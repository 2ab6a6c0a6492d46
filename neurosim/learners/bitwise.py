"""Predict such that neither the order nor the batch of samples changes a bit.

A matrix product of another height may take another path through the linear algebra library and round differently. In
single precision even the place of a row in a product can decide how it is rounded: some libraries add up the last rows
and columns in another order than the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BLOCK = 128


def row_by_row(function: Callable[[Array], Array], X: Array) -> Array:
    """Apply a function that maps the last axis of its input, each row in matrix products of its own.

    Parameters
    ----------
    function : callable
        Maps an array of shape (n, 1, n_features) to one of shape (n, 1, n_outputs).
    X : ndarray, shape (n_samples, n_features)
        Any number of rows.

    Returns
    -------
    ndarray, shape (n_samples, n_outputs)
    """
    pieces = [function(X[start : start + BLOCK, None])[:, 0] for start in range(0, len(X), BLOCK)]
    return np.concatenate(pieces) if pieces else function(np.zeros((1, 1, X.shape[1]), X.dtype))[:0, 0]


def in_blocks(function: Callable[[Array], Array], X: Array, dtype: Any = None) -> Array:
    """Apply a function that maps rows to rows, in double precision, to padded blocks of one size.

    Parameters
    ----------
    function : callable
        Maps an array of shape (128, n_features) to one of shape (128, n_outputs), row by row.
    X : ndarray, shape (n_samples, n_features)
        Any number of rows.
    dtype : dtype, optional
        In which the function gets a block; that of ``X`` by default. All rows in double precision would take the
        memory of two copies.

    Returns
    -------
    ndarray, shape (n_samples, n_outputs)
    """
    padded = np.zeros((BLOCK, X.shape[1]), X.dtype if dtype is None else dtype)
    pieces = []
    for start in range(0, len(X), BLOCK):
        block = X[start : start + BLOCK]
        padded[: len(block)] = block
        pieces.append(function(padded)[: len(block)].copy())
    return np.concatenate(pieces) if pieces else function(padded)[:0]
