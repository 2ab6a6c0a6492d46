"""How weights start.

Xavier: Glorot and Bengio 2010, PMLR 9:249, eq. 16. He: He et al. 2015, doi:10.1109/ICCV.2015.123, eq. 10.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Initialiser = Callable[[np.random.Generator, int, int], NDArray[Any]]


def xavier_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[Any]:
    """Draw weights, shape (n_in, n_out), uniformly from ±sqrt(6 / (n_in + n_out))."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def xavier_normal(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[Any]:
    """Draw weights, shape (n_in, n_out), from a normal distribution of variance 2 / (n_in + n_out)."""
    return rng.standard_normal((n_in, n_out)) * float(np.sqrt(2 / (n_in + n_out)))


def he_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[Any]:
    """Draw weights, shape (n_in, n_out), uniformly from ±sqrt(6 / n_in)."""
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


def he_normal(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[Any]:
    """Draw weights, shape (n_in, n_out), from a normal distribution of variance 2 / n_in."""
    return rng.standard_normal((n_in, n_out)) * float(np.sqrt(2 / n_in))


def uniform_positive(rng: np.random.Generator, n_in: int, n_out: int) -> NDArray[Any]:
    """Draw weights, shape (n_in, n_out), from [0, 1), as beginners' listings do; kept to show why it fails."""
    return rng.random((n_in, n_out))


INITIALISERS: MappingProxyType[str, Initialiser] = MappingProxyType(
    {
        "xavier-uniform": xavier_uniform,
        "xavier-normal": xavier_normal,
        "he-uniform": he_uniform,
        "he-normal": he_normal,
        "uniform-positive": uniform_positive,
    }
)
