"""What competitive and rewarded layers descend: gradients by differences, and the rules that follow them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neurosim.ann.activations import softmax
from neurosim.ann.hebbian import SoftWinnerTakeAll
from neurosim.ann.objectives import (
    competition_free_energy,
    directional_error,
    reward_slope,
    soft_shares,
    soft_shares_pullback,
    turning,
)
from neurosim.metrics.directions import angle_deg

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(11)
WEIGHTS, X = RNG.normal(0.2, 1, (7, 5)), RNG.normal(0.3, 1, (9, 7))
AMONG = np.arange(5) % 2 == (np.arange(9) % 2)[:, None]


def by_differences(function: Callable[[Array], float], at: Array, step: float = 1e-6) -> Array:
    """Give the gradient of a function by central differences."""
    gradient = np.empty_like(at)
    for index in np.ndindex(at.shape):
        moved = [at.copy(), at.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        gradient[index] = (function(moved[0]) - function(moved[1])) / (2 * step)
    return gradient


@pytest.mark.parametrize("among", [None, AMONG])
def test_the_directional_errors_gradient(among: Array | None) -> None:
    """Also where a sample may belong to some units only; and then the error is another one."""
    value, gradient = directional_error(WEIGHTS, X, among)
    assert gradient == pytest.approx(by_differences(lambda w: directional_error(w, X, among)[0], WEIGHTS), abs=1e-7)
    assert np.abs(gradient).max() > 1e-3
    assert (value > directional_error(WEIGHTS, X)[0]) is (among is not None)


def test_the_free_energys_gradient_is_softhebbs_step_at_unit_length() -> None:
    """At unit length the rule is minus the gradient; with longer weights it also moves their lengths."""
    value = lambda w: competition_free_energy(w, X, 0.3)[0]  # noqa: E731
    assert competition_free_energy(WEIGHTS, X, 0.3)[1] == pytest.approx(by_differences(value, WEIGHTS), abs=1e-7)
    unit = WEIGHTS / np.linalg.norm(WEIGHTS, axis=0)
    assert SoftWinnerTakeAll(0.3).mean_change(unit, X) == pytest.approx(
        -competition_free_energy(unit, X, 0.3)[1], abs=1e-12
    )
    off = angle_deg(SoftWinnerTakeAll(0.3).mean_change(3 * unit, X), -competition_free_energy(3 * unit, X, 0.3)[1])
    assert off is not None and off > 10


def test_the_soft_shares_pullback() -> None:
    """For any loss of the shares, here a weighted sum; near temperature 0 the nearest unit has all."""
    slope = np.random.default_rng(1).normal(size=(9, 5))
    found = soft_shares_pullback(WEIGHTS, X, 0.4, slope)
    assert found == pytest.approx(
        by_differences(lambda w: float((slope * soft_shares(w, X, 0.4)).sum()), WEIGHTS), abs=1e-7
    )
    cosines = X @ (WEIGHTS / np.linalg.norm(WEIGHTS, axis=0))
    assert (soft_shares(WEIGHTS, X, 1e-4).argmax(axis=1) == cosines.argmax(axis=1)).all()
    assert soft_shares(WEIGHTS, X, 1e-4).max(axis=1) == pytest.approx(1, abs=1e-3)


def test_the_slope_of_expected_reward() -> None:
    """Minus the mean probability of the right class, with respect to what goes into the softmax."""
    z, target = RNG.normal(size=(6, 4)), np.eye(4)[[0, 3, 1, 1, 2, 0]]
    wanted = by_differences(lambda at: -float((softmax(at) * target).sum(axis=1).mean()), z)
    assert reward_slope(softmax(z), target) == pytest.approx(wanted, abs=1e-8)


def test_an_instar_step_turns_along_the_directional_error() -> None:
    """One sample: the nearest unit's step, less what only changes its length, is parallel to minus the gradient."""
    w, x = np.abs(WEIGHTS), np.abs(X[:1])
    x /= np.linalg.norm(x)
    winner = int(np.argmax(x @ (w / np.linalg.norm(w, axis=0))))
    change = np.zeros_like(w)
    change[:, winner] = 0.13 * (x[0] - w[:, winner])
    descent = -directional_error(w, x)[1]
    assert angle_deg(turning(w, change), descent) == pytest.approx(0, abs=1e-9)
    whole = angle_deg(change, descent)
    assert whole is not None and whole > 5
    assert np.abs((turning(w, change) * w).sum(axis=0)).max() < 1e-12
