"""The place of a sample among others changes no bit of its answer, whatever rounds the products."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.learners.bitwise import BLOCK, in_blocks, row_by_row


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize(("n_in", "n_out"), [(16, 12), (64, 100), (100, 10), (784, 37), (3, 2), (5, 1)])
def test_a_row_is_rounded_as_it_would_be_alone(n_in: int, n_out: int, n_threads: int) -> None:
    """In any order and in any number, with one thread and with two; and the products are right."""
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(n_in)
    X = rng.random((2 * BLOCK + 7, n_in))
    with threadpool_limits(n_threads):
        for apply, dtype in ((row_by_row, np.float32), (in_blocks, np.float64)):
            weights, x = rng.normal(size=(n_in, n_out)).astype(dtype), X.astype(dtype)
            found = apply(lambda block, weights=weights: block @ weights, x)
            assert found.shape == (len(X), n_out) and found.dtype == dtype
            np.testing.assert_allclose(found, x.astype(np.float64) @ weights, rtol=1e-4, atol=1e-4)
            order = rng.permutation(len(X))
            np.testing.assert_array_equal(apply(lambda block, weights=weights: block @ weights, x[order]), found[order])
            alone = apply(lambda block, weights=weights: block @ weights, x[200:201])
            np.testing.assert_array_equal(alone, found[200:201])


def test_no_samples_give_no_rows() -> None:
    """Of the right width."""
    for apply in (row_by_row, in_blocks):
        assert apply(lambda block: block[..., :2], np.zeros((0, 5), np.float32)).shape == (0, 2)
