"""One spiking hidden layer with random weights, shown three samples, and the same network stepped in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurosim.snn.networks.hidden_layer import HiddenLayerNetwork, Timing

TIMING = Timing(presentation_ms=30.0, membrane_ms=12.0, output_ms=45.0)
N_SAMPLES, N_INPUTS, N_HIDDEN, N_CLASSES = 3, 5, 4, 3


class Case:
    """Random weights and samples, shown once; the same weights in float64 for the reference."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        self.parameters = [
            rng.normal(0.1, 0.35, (N_INPUTS, N_HIDDEN)).astype(np.float32),
            rng.normal(0.4, 0.3, N_HIDDEN).astype(np.float32),
            rng.normal(0, 0.6, (N_HIDDEN, N_CLASSES)).astype(np.float32),
            rng.normal(0, 0.5, N_CLASSES).astype(np.float32),
        ]
        self.codes = np.array([2, 0, 1])
        network = HiddenLayerNetwork(N_INPUTS, N_HIDDEN, N_CLASSES, TIMING)
        network.load(*self.parameters)
        self.rates = rng.uniform(50, 600, (N_SAMPLES, N_INPUTS)).astype(np.float32)
        self.phases = rng.uniform(0, 1, (N_SAMPLES, N_INPUTS)).astype(np.float32)
        self.shown = network.present(self.rates, self.phases)
        network.close()

    def trains(self) -> tuple[np.ndarray, np.ndarray]:
        """Give input and hidden spikes as arrays of 0 and 1, shape (n_samples, n_steps, n)."""
        inputs, hidden = (np.zeros((N_SAMPLES * TIMING.n_steps, n)) for n in (N_INPUTS, N_HIDDEN))
        inputs[self.shown.input_steps, self.shown.input_indices] = 1
        hidden[self.shown.hidden_steps, self.shown.hidden_indices] = 1
        return (inputs.reshape(N_SAMPLES, -1, N_INPUTS), hidden.reshape(N_SAMPLES, -1, N_HIDDEN))


def simulate(parameters: list[np.ndarray], inputs: np.ndarray, spikes: np.ndarray | None = None) -> tuple[Any, ...]:
    """Step the network in float64; with ``spikes`` given, resets follow these instead of the threshold.

    Returns tested potentials and spikes, shape (n_samples, n_steps, n_hidden).
    """
    weights, bias = (np.asarray(p, np.float64) for p in parameters[:2])
    decay = np.exp(-1 / TIMING.membrane_ms)
    potential = np.zeros((len(inputs), len(bias)))
    tested, fired = [], []
    for step in range(inputs.shape[1]):
        potential = decay * potential + (1 - decay) * bias
        tested.append(potential)
        now = (potential >= 1).astype(float) if spikes is None else spikes[:, step]
        fired.append(now)
        potential = potential + inputs[:, step] @ weights - now
    return np.stack(tested, 1), np.stack(fired, 1)


def read_out(parameters: list[np.ndarray], activity: np.ndarray) -> np.ndarray:
    """Integrate hidden activity, shape (n_samples, n_steps, n_hidden), in float64."""
    weights, bias = (np.asarray(p, np.float64) for p in parameters[2:])
    decay = np.exp(-1 / TIMING.output_ms)
    potential = np.zeros((len(activity), len(bias)))
    for step in range(activity.shape[1]):
        potential = decay * potential + (1 - decay) * bias + activity[:, step] @ weights
    return potential
