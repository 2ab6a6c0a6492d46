"""The network with one spiking hidden layer against a simulation in NumPy, and its presentations one by one."""

from __future__ import annotations

import numpy as np
import pytest

from neurosim.snn.networks.hidden_layer import HiddenLayerNetwork, Presentations
from tests.snn.networks.hidden_layer_case import N_CLASSES, N_HIDDEN, N_INPUTS, TIMING, Case, read_out, simulate


@pytest.fixture(scope="module")
def case() -> Case:
    return Case()


def test_the_engine_runs_the_network_that_the_equations_describe(case: Case) -> None:
    """Input spikes, hidden spikes, tested potentials and outputs agree with plain NumPy in float64."""
    inputs, spikes = case.trains()
    expected = np.floor(case.rates * TIMING.presentation_ms * 1e-3 + case.phases)
    np.testing.assert_allclose(inputs.sum(axis=1), expected, atol=1)
    assert np.abs(inputs.sum() - expected.sum()) <= 1
    tested, fired = simulate(case.parameters, inputs)
    assert fired.sum() > 20 and (fired.sum(axis=(0, 1)) > 0).sum() >= 3
    np.testing.assert_array_equal(spikes, fired)
    np.testing.assert_array_equal(case.shown.counts, fired.sum(axis=1))
    np.testing.assert_allclose(case.shown.tested, tested, atol=2e-5)
    np.testing.assert_allclose(case.shown.outputs, read_out(case.parameters, fired), atol=2e-5)


def test_what_an_interrupted_run_left_is_dropped(case: Case) -> None:
    """Records of a presentation that never ended do not get into the next one."""
    network = HiddenLayerNetwork(N_INPUTS, N_HIDDEN, N_CLASSES, TIMING)
    network.load(*case.parameters)
    network.views["rate"][:] = 500
    network.run(7)
    again: Presentations = network.present(case.rates, case.phases)
    np.testing.assert_array_equal(again.outputs, case.shown.outputs)
    np.testing.assert_array_equal(again.input_steps, case.shown.input_steps)
    np.testing.assert_array_equal(again.tested, case.shown.tested)
    network.close()


def test_drives_act_as_biases_of_one_presentation() -> None:
    rng = np.random.default_rng(6)
    weights = rng.normal(0.1, 0.35, (5, 4)), rng.normal(0.4, 0.3, 4), rng.normal(0, 0.6, (4, 3)), np.zeros(3)
    rates, phases = rng.uniform(50, 600, (3, 5)), rng.uniform(0, 1, (3, 5))
    drives = rng.normal(0, 0.8, (3, 4)).astype(np.float32)
    network = HiddenLayerNetwork(5, 4, 3, TIMING)
    network.load(*weights)
    plain, driven, again = (network.present(rates, phases, d) for d in (None, drives, None))
    for row in range(3):
        network.load(weights[0], weights[1].astype(np.float32) + drives[row], *weights[2:])
        alone = network.present(rates[row : row + 1], phases[row : row + 1])
        np.testing.assert_array_equal(driven.outputs[row], alone.outputs[0])
        np.testing.assert_array_equal(driven.tested[row], alone.tested[0])
    network.close()
    np.testing.assert_array_equal(plain.outputs, again.outputs)
    assert not np.array_equal(plain.counts, driven.counts)
