"""Integrate-and-fire neurons in place of rectified linear units: rates by hand, and what a leak loses."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.snn.networks.integrators import INPUT_RATE_HZ, IntegratorNetwork


def test_two_neurons_by_hand() -> None:
    """Inputs of 1 and 0.5, weights 0.4 and -0.6, bias 0.1: a drive of 0.2 a step; the output integrates 0.5 a spike."""
    network = IntegratorNetwork((2, 1, 1), None)
    charge = np.array([[0.4], [-0.6]], np.float32) * np.float32(1000 / INPUT_RATE_HZ)
    network.load([charge, np.array([[0.5]], np.float32)], [np.array([0.1]), np.array([-0.01])])
    n_steps = 2000
    found = network.present(np.array([[1.0, 0.5]], np.float32), np.array([0.3, 0.7], np.float32), [n_steps])
    assert found.n_input_spikes == pytest.approx(0.9 * n_steps * 1.5, abs=2)
    n_spikes = found.counts[0][0, 0]
    assert n_spikes == pytest.approx(0.2 * n_steps, abs=3)
    # Spikes of the last steps may still be on their way.
    assert found.potentials[0, 0, 0] == pytest.approx(0.5 * n_spikes - 0.01 * n_steps, abs=1.0)
    network.close()


@pytest.mark.parametrize("drive", [0.03, 0.1, 0.5])
def test_a_leak_loses_what_theory_says(drive: float) -> None:
    """A drive alone on a leaky neuron of 10 ms: the interval is tau log(V / (V - 1)), with V where it would settle."""
    tau, n_steps = 10.0, 4000
    network = IntegratorNetwork((1, 1, 1), tau)
    network.load([np.zeros((1, 1)), np.zeros((1, 1))], [np.array([drive]), np.zeros(1)])
    found = network.present(np.zeros((1, 1), np.float32), np.zeros(1, np.float32), [n_steps]).counts[0][0, 0]
    end = drive / (1 - np.exp(-1 / tau))
    if end < 1:
        assert found == 0
    else:
        # Charge above the threshold stays, but leaks meanwhile: within half a step of the interval.
        interval = tau * np.log(end / (end - 1))
        assert n_steps / (interval + 1) <= found <= n_steps / (interval - 0.5)
    assert found < drive * n_steps
    network.close()
