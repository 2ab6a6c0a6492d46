"""Initial weights have the variance that their papers ask for, and the shape (n_in, n_out)."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.ann.initialisers import INITIALISERS

N_IN, N_OUT = 300, 500
VARIANCE = {
    "xavier-uniform": 2 / (N_IN + N_OUT),
    "xavier-normal": 2 / (N_IN + N_OUT),
    "he-uniform": 2 / N_IN,
    "he-normal": 2 / N_IN,
    "uniform-positive": 1 / 12,
}


@pytest.mark.parametrize("name", sorted(INITIALISERS))
def test_variance(name: str) -> None:
    weights = INITIALISERS[name](np.random.default_rng(0), N_IN, N_OUT)
    assert weights.shape == (N_IN, N_OUT)
    # The variance of 150,000 draws strays by less than 2 per cent.
    assert abs(weights.var() / VARIANCE[name] - 1) < 0.02
    assert abs(weights.mean() - (0.5 if name == "uniform-positive" else 0)) < 0.005


def test_every_initialiser_has_its_variance_here() -> None:
    assert set(VARIANCE) == set(INITIALISERS)
