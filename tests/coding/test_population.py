"""Numbers as bumps of activity over preferred values, and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosim.coding.population import MARGIN, MARGIN_ERROR, bumps, preferred_values, weighted_means

WIDTHS = st.floats(0.01, 1.0)


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1), WIDTHS, st.integers(0, 60))
def test_the_way_there_and_back_is_as_exact_as_stated(value: float, width: float, more: int) -> None:
    """With preferred values at most a width apart, for any number in the range."""
    fewest = int(np.ceil((1 + 2 * MARGIN * width) / width)) + 1
    preferred = preferred_values(fewest + more, width)
    assert np.diff(preferred).max() <= width * (1 + 1e-9)
    back = weighted_means(bumps(np.array([value]), preferred, width), preferred)
    assert abs(back[0] - value) < MARGIN_ERROR * width


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e6, 1e6), WIDTHS, st.integers(2, 40))
def test_a_bump_is_a_distribution_with_its_peak_at_the_nearest_unit(value: float, width: float, n_units: int) -> None:
    """Far outside as well, where every unit's own activity would vanish; what comes back lies among them."""
    preferred = preferred_values(n_units, width)
    (bump,) = bumps(np.array([value]), preferred, width)
    assert np.isfinite(bump).all() and bump.min() >= 0 and abs(bump.sum() - 1) < 1e-5
    distance = np.abs(preferred - value)
    assert distance[bump.argmax()] <= distance.min() + 1e-6 * max(1, abs(value))
    assert preferred[0] - 1e-6 <= weighted_means(bump[None], preferred)[0] <= preferred[-1] + 1e-6


def test_a_bump_by_hand() -> None:
    """Three units at -0.5, 0.5 and 1.5 times the width from a value: exp(-x**2 / 2), over the sum."""
    preferred = np.array([0.1, 0.3, 0.5])
    raw = np.exp(-(np.array([0.5, 0.5, 1.5]) ** 2) / 2)
    (bump,) = bumps(np.array([0.2]), preferred, 0.2)
    np.testing.assert_allclose(bump, raw / raw.sum(), rtol=1e-6)
    np.testing.assert_allclose(weighted_means(np.array([[0.25, 0, 0.75]]), preferred), [0.4])


def test_without_the_margin_the_ends_would_be_pulled_inwards() -> None:
    """A bump cut off at its middle has its mean 0.8 widths away: the mean of half a Gaussian."""
    cut, wide = np.linspace(0, 1, 41), preferred_values(41, 0.1)
    pulled, kept = (weighted_means(bumps(np.array([0.0]), one, 0.1), one)[0] for one in (cut, wide))
    assert 0.06 < pulled < 0.09 and abs(kept) < 0.001
