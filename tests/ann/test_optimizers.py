"""Each optimizer against its published update equations on a known sequence of gradients."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.ann.optimizers import BLOCK, OPTIMIZERS, adagrad, adam, gradient_descent, momentum, rmsprop

GRADIENTS = np.array([[0.5, -2.0, 0.1], [1.5, 0.25, -0.1], [-0.75, 4.0, 0.0], [0.2, -1.0, 3.0]])
START = np.array([1.0, -2.0, 0.5])
RATE = 0.03


def _run(optimizer, gradients=GRADIENTS, start=START):
    w = start.copy()
    state = optimizer.initial(w)
    for g in gradients:
        state = optimizer.update(w, g.copy(), state, RATE)
    assert state.n_steps == len(gradients)
    return w


def test_gradient_descent() -> None:
    np.testing.assert_allclose(_run(gradient_descent()), START - RATE * GRADIENTS.sum(axis=0))


def test_momentum_follows_polyak() -> None:
    w, v = START.copy(), np.zeros(3)
    for g in GRADIENTS:
        v = 0.8 * v + g
        w = w - RATE * v
    np.testing.assert_allclose(_run(momentum(0.8)), w)


def test_adagrad_follows_duchi() -> None:
    w, s = START.copy(), np.zeros(3)
    for g in GRADIENTS:
        s = s + g**2
        w = w - RATE * g / (np.sqrt(s) + 1e-8)
    np.testing.assert_allclose(_run(adagrad()), w)


def test_rmsprop_follows_tieleman() -> None:
    w, s = START.copy(), np.zeros(3)
    for g in GRADIENTS:
        s = 0.7 * s + 0.3 * g**2
        w = w - RATE * g / (np.sqrt(s) + 1e-8)
    np.testing.assert_allclose(_run(rmsprop(0.7)), w)


def test_adam_follows_algorithm_1_of_kingma_and_ba() -> None:
    beta_1, beta_2, epsilon = 0.85, 0.95, 1e-3
    w, m, v = START.copy(), np.zeros(3), np.zeros(3)
    for t, g in enumerate(GRADIENTS, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        w = w - RATE * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
    np.testing.assert_allclose(_run(adam(beta_1, beta_2, epsilon)), w, rtol=1e-12)


def test_adams_first_step_has_the_size_of_the_rate() -> None:
    w = _run(adam(), GRADIENTS[:1])
    np.testing.assert_allclose(START - w, RATE * np.sign(GRADIENTS[0]), rtol=1e-6)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_blocks_change_nothing(name: str) -> None:
    """A vector of several blocks and a rest moves as its parts do."""
    rng = np.random.default_rng(0)
    start, gradient = rng.standard_normal(2 * BLOCK + 5), rng.standard_normal((3, 2 * BLOCK + 5))
    whole = _run(OPTIMIZERS[name](), gradient, start)
    parts = [_run(OPTIMIZERS[name](), gradient[:, part], start[part]) for part in (slice(0, 100), slice(100, None))]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert not np.array_equal(whole, start)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_each_solves_a_parabola(name: str) -> None:
    """(w - c)' D (w - c) with unequal curvatures, from a fixed start."""
    curvature, minimum = np.array([1.0, 3.0]), np.array([0.7, -0.4])
    w = np.array([2.0, 2.0])
    optimizer = OPTIMIZERS[name]()
    state = optimizer.initial(w)
    rate = {"adagrad": 0.5}.get(name, 0.02)
    for step in range(1500):
        state = optimizer.update(w, 2 * curvature * (w - minimum), state, rate * (1 - step / 1500))
    np.testing.assert_allclose(w, minimum, atol=1e-3)


def test_float32_stays_float32() -> None:
    for name in OPTIMIZERS:
        w = START.astype(np.float32)
        optimizer = OPTIMIZERS[name]()
        state = optimizer.update(w, GRADIENTS[0].astype(np.float32), optimizer.initial(w), RATE)
        assert w.dtype == np.float32
        assert all(vector.dtype == np.float32 for vector in state.vectors)
