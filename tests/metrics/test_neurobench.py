"""NeuroBench's counting rule, on its own example, on exclusive or, and on networks counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosim.metrics.neurobench import (
    SynapticOperations,
    activation_sparsity,
    connection_sparsity,
    synaptic_operations,
)

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def xor_network() -> list[tuple[np.ndarray, np.ndarray]]:
    """Give the two calls of a 2-3-1 perceptron with sigmoid units on the four patterns in one batch."""
    rng = np.random.default_rng(1)
    first, second = rng.uniform(0.5, 1, (2, 3)), rng.uniform(0.5, 1, (3, 1))
    hidden = 1 / (1 + np.exp(-XOR @ first))
    return [(first, XOR), (second, hidden)]


def test_exclusive_or_by_the_values_and_by_type() -> None:
    """Binary inputs make the first layer accumulate under NeuroBench's rule; by type all six are multiplied."""
    assert synaptic_operations(xor_network()) == SynapticOperations(3.0, 3.0, 9.0)
    assert synaptic_operations(xor_network(), ["numbers", "numbers"]) == SynapticOperations(6.0, 0.0, 9.0)


def test_one_grey_value_turns_the_whole_batch() -> None:
    """A trap of the rule by values: another sample of the batch decides what a sample costs."""
    (first, patterns), second = xor_network()
    grey = patterns.copy()
    grey[1, 1] = 0.5
    assert synaptic_operations([(first, grey), second]) == SynapticOperations(6.0, 0.0, 9.0)


def test_zeros_are_skipped() -> None:
    """A 3 x 3 matrix with three zeros and an input with one: 9 dense, and 4 where neither is zero."""
    weights = np.array([[0, 1, 2], [3, 0, 4], [5, 6, 0]])
    found = synaptic_operations([(weights, np.array([[1, 0, 1]]))])
    assert found == SynapticOperations(0.0, 4.0, 9.0)


def test_a_spiking_network_is_summed_over_its_steps() -> None:
    """Two inputs, three neurons, one weight cut; spikes at steps 0 and 2 of four: 3 + 2 and 3 deliveries."""
    weights = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    steps = [[[1, 1]], [[0, 0]], [[1, 0]], [[0, 0]]]
    found = synaptic_operations([(weights, np.array(step)) for step in steps])
    assert found == SynapticOperations(0.0, 8.0, 24.0)


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.int8, (4, 3), elements=st.integers(-2, 2)),
    arrays(np.int8, (5, 4), elements=st.integers(-2, 2)),
)
def test_effective_operations_are_the_layer_on_ones(weights: np.ndarray, inputs: np.ndarray) -> None:
    """The definition: the layer run on binarised weights and inputs, summed, for one sample."""
    found = synaptic_operations([(weights, inputs)])
    expected = ((inputs != 0).astype(int) @ (weights != 0).astype(int)).sum() / 5
    assert found.effective_macs + found.effective_acs == pytest.approx(expected)
    assert (found.effective_acs > 0) <= bool(np.abs(inputs).max() <= 1)


@pytest.mark.parametrize(
    ("calls", "carries", "said"),
    [
        ([], None, "no calls"),
        ([(np.ones((2, 3)), np.ones((4, 3)))], None, "call 0"),
        ([(np.ones((2, 3)), np.ones((4, 2))), (np.ones((3, 1)), np.ones((5, 3)))], None, "call 1"),
        ([(np.ones((2, 3)), np.ones((4, 2)))], ["spikes", "spikes"], "2 entries for 1"),
    ],
)
def test_what_cannot_be_counted_is_an_error(calls: list, carries: list | None, said: str) -> None:
    """Never 0, which would be the best score."""
    with pytest.raises(ValueError, match=said):
        synaptic_operations(calls, carries)


def test_sparsity_by_hand() -> None:
    """3 of 8 weights are zero over both layers, 3 of 4 activations."""
    weights = [np.array([[0, 1], [2, 0]], np.float32), np.array([[1, 0], [1, 1]], np.float64)]
    assert connection_sparsity(weights) == 3 / 8
    assert activation_sparsity([np.array([0, 0, 1.0]), np.array([0])]) == 3 / 4
    for share in (connection_sparsity, activation_sparsity):
        with pytest.raises(ValueError, match="there is no"):
            share([])
