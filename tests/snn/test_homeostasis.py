"""Normalisation and scaling, against what they promise of sums and ratios."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.snn.homeostasis import incoming_norm, normalise_incoming, scale_by_activity

WEIGHTS = np.array([[1.0, 0.0, 3.0], [3.0, 0.0, 4.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("order", "norms"), [(1, [4.0, 0.0, 7.0]), (2, [10**0.5, 0.0, 5.0])])
def test_normalisation_sets_the_norm_and_keeps_ratios(dtype, order, norms):
    """Every target by itself; one without weights stays as it is."""
    weights = WEIGHTS.astype(dtype)
    np.testing.assert_allclose(incoming_norm(weights, order), norms, rtol=1e-6)
    normalise_incoming(weights, [2.0, 5.0, 0.7], order)
    assert weights.dtype == dtype
    np.testing.assert_allclose(incoming_norm(weights, order), [2.0, 0.0, 0.7], rtol=1e-6)
    np.testing.assert_allclose(weights[1, 0] / weights[0, 0], 3.0, rtol=1e-6)


def test_sparse_equals_dense():
    """The same synapses given one by one, in any order."""
    order = np.array([3, 0, 5, 2, 1, 4])
    sparse, targets = WEIGHTS.reshape(-1)[order].copy(), np.tile(np.arange(3), 2)[order]
    dense = WEIGHTS.copy()
    for weights, ends in ((dense, None), (sparse, targets)):
        normalise_incoming(weights, [2.0, 3.0, 4.0], targets=ends)
        scale_by_activity(weights, [1.0, 2.0, 6.0], 3.0, 0.1, targets=ends)
    np.testing.assert_allclose(sparse, dense.reshape(-1)[order], rtol=1e-15)
    assert np.any(dense != WEIGHTS)


def test_scaling_solves_its_differential_equation():
    """Two half steps are one whole; the factor is exp(strength*(goal - activity)) for each target."""
    once, twice = WEIGHTS.copy(), WEIGHTS.copy()
    scale_by_activity(once, [2.0, 3.0, 9.0], 5.0, 0.2)
    for _ in range(2):
        scale_by_activity(twice, [2.0, 3.0, 9.0], 5.0, 0.1)
    np.testing.assert_allclose(once, twice, rtol=1e-14)
    np.testing.assert_allclose(once[:, 0], WEIGHTS[:, 0] * np.exp(0.6), rtol=1e-14)
    np.testing.assert_allclose(once[:, 2], WEIGHTS[:, 2] * np.exp(-0.8), rtol=1e-14)


def test_scaling_reaches_its_goal_in_a_linear_neuron():
    """With activity proportional to the summed weights, repeated scaling settles at the goal."""
    weights = np.array([[0.2, 2.0], [0.1, 5.0]])
    for _ in range(200):
        scale_by_activity(weights, weights.sum(axis=0) * 3.0, 4.5, 0.05)
    np.testing.assert_allclose(weights.sum(axis=0) * 3.0, 4.5, rtol=1e-9)
    np.testing.assert_allclose(weights[0] / weights[1], [2.0, 0.4], rtol=1e-9)


def test_they_work_on_views():
    """A reshaped view is changed where it lies."""
    flat = WEIGHTS.reshape(-1).copy()
    normalise_incoming(flat.reshape(2, 3), 1.0)
    np.testing.assert_allclose(flat, [0.25, 0.0, 3 / 7, 0.75, 0.0, 4 / 7])


@pytest.mark.parametrize(
    "call",
    [
        lambda w: normalise_incoming(w, 0.0),
        lambda w: normalise_incoming(w, 1.0, order=3),
        lambda w: normalise_incoming(w.reshape(-1), 1.0),
        lambda w: scale_by_activity(w, [1.0, 2.0], 1.0, 0.1),
        lambda w: scale_by_activity(w, [1.0, 2.0, 3.0], 1.0, -0.1),
    ],
)
def test_what_cannot_be_is_refused(call):
    """The message says what is accepted, and nothing was changed."""
    weights = WEIGHTS.copy()
    with pytest.raises(ValueError, match="accepted"):
        call(weights)
    np.testing.assert_array_equal(weights, WEIGHTS)
