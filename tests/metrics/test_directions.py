"""Angles between updates, what chance gives, and how bias is told from noise."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.metrics.directions import (
    angle_deg,
    angle_without_noise_deg,
    chance_interval_deg,
    random_interval_deg,
    random_update,
    shared_length_squared,
    trials_per_signal,
)


def test_angles_are_those_of_geometry() -> None:
    """A 3-4-5 triangle, whatever the lengths; a right angle; the other way round; and nothing for nothing."""
    assert angle_deg(np.array([3.0, 4.0]), np.array([2.0, 0.0])) == pytest.approx(np.degrees(np.arctan2(4, 3)))
    assert angle_deg(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 7.0], [0.0, 0.0]])) == pytest.approx(90)
    assert angle_deg(np.array([1.0, -2.0]), np.array([-3.0, 6.0])) == pytest.approx(180)
    assert angle_deg(np.zeros(3), np.ones(3)) is None
    assert angle_deg(np.ones(3), np.zeros(3)) is None


def test_small_angles_do_not_drown_in_rounding() -> None:
    """The arc cosine of a number next to 1 would give 0 here."""
    tiny = 1e-9
    found = angle_deg(np.array([1.0, 0.0]), np.array([1.0, tiny]))
    assert found == pytest.approx(np.degrees(tiny), rel=1e-6)
    assert np.arccos(1 / np.sqrt(1 + tiny**2)) == 0


@pytest.mark.parametrize("n_weights", [2, 5, 300])
def test_chance_is_what_random_directions_do(n_weights: int) -> None:
    """95 of 100 random updates lie in the interval, within what 4,000 draws can tell."""
    rng = np.random.default_rng(3)
    fixed, low_high = rng.normal(size=n_weights), chance_interval_deg(n_weights)
    angles = np.array([angle_deg(rng.normal(size=n_weights), fixed) for _ in range(4000)])
    inside = np.mean((angles > low_high[0]) & (angles < low_high[1]))
    assert inside == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 4000))


def test_chance_is_narrow_in_many_dimensions() -> None:
    """In the weights of 784 inputs and 400 units, half a degree off a right angle is certain, and nothing."""
    low, high = chance_interval_deg(313_600)
    assert (90 - low, high - 90) == pytest.approx((0.2005, 0.2005), abs=1e-3)
    with pytest.raises(ValueError, match="n_weights is 1"):
        chance_interval_deg(1)


def test_random_updates_keep_length_and_bounds() -> None:
    """A weight at a bound moves away from it; without weights there the closed form holds."""
    rng, weights = np.random.default_rng(4), np.array([[0.0, 0.5, 1.0], [0.0, 0.2, 1.0]])
    drawn = [random_update(rng, weights, 2.5, 0.0, 1.0) for _ in range(50)]
    assert all(np.linalg.norm(update) == pytest.approx(2.5) for update in drawn)
    assert all((update[:, 0] >= 0).all() and (update[:, 2] <= 0).all() for update in drawn)
    assert len({np.sign(update[0, 1]) for update in drawn}) == 2
    change, descent = np.ones((2, 3)), np.array([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
    assert random_interval_deg(rng, weights, change, descent) == chance_interval_deg(6)
    bounded = random_interval_deg(rng, weights, change, descent, 0.0, 1.0)
    # All that may move only one way happens to move downhill: by chance alone, far below a right angle.
    assert bounded is not None and bounded[1] < 90
    assert random_interval_deg(rng, weights, 0 * change, descent) is None


def test_bias_is_told_from_noise() -> None:
    """A mean change 40 degrees off, in noise ten times as long: groups of trials find both numbers."""
    rng, d, n_each = np.random.default_rng(5), 20_000, 30
    descent, mean = np.zeros(d), np.zeros(d)
    descent[0], mean[:2] = 3.0, (np.cos(np.radians(40)), np.sin(np.radians(40)))
    groups = [mean + rng.normal(0, 10 / np.sqrt(d * n_each), d) for _ in range(10)]
    whole = angle_deg(np.mean(groups, axis=0), descent)
    assert whole is not None and whole > 45, "the noise has to show for this test to say anything"
    assert angle_without_noise_deg(groups, [descent]) == pytest.approx(40, abs=2)
    assert trials_per_signal(groups, n_each) == pytest.approx(100, rel=0.1)
    assert shared_length_squared(groups)[0] == pytest.approx(1, rel=0.1)


def test_noise_that_change_and_descent_share_is_no_agreement() -> None:
    """Descents as noisy as the changes, from the same trials: only what other trials confirm counts."""
    rng, d = np.random.default_rng(7), 5_000
    change, descent = np.eye(d)[0], np.cos(1.0) * np.eye(d)[0] + np.sin(1.0) * np.eye(d)[1]
    noise = rng.normal(0, 2 / np.sqrt(d), (10, d))
    groups, descents = list(change + noise), list(descent + noise)
    naive = angle_deg(np.mean(groups, axis=0), np.mean(descents, axis=0))
    assert naive is not None and naive < np.degrees(1.0) - 5
    assert angle_without_noise_deg(groups, descents) == pytest.approx(np.degrees(1.0), abs=3)
    assert angle_without_noise_deg(groups, list(noise[::-1])) is None


def test_noise_alone_has_no_direction() -> None:
    """Null, not an angle: also where the mean of all happens to lean to one side."""
    rng = np.random.default_rng(6)
    groups = [rng.normal(size=50) for _ in range(10)]
    assert angle_deg(np.mean(groups, axis=0), groups[0]) is not None
    assert angle_without_noise_deg(groups, [np.ones(50)]) is None
    assert trials_per_signal(groups, 10) is None
    same = [np.arange(1.0, 4.0)] * 4
    assert trials_per_signal(same, 10) == pytest.approx(0, abs=1e-12)
    assert angle_without_noise_deg(same, [np.zeros(3)]) is None
