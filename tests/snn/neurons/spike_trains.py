"""Spikes as the tests look at them."""

from __future__ import annotations

import numpy as np

from neurosim.snn.engine.interface import Spikes


def by_neuron(spikes: Spikes, n: int) -> list[np.ndarray]:
    """Sort spike steps by neuron."""
    return [spikes.steps[spikes.indices == neuron] for neuron in range(n)]
