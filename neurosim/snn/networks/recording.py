"""What an engine recorded of one presentation, as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosim.data import SampleSpikes


def latest_spikes(engine: Any, n_units: Mapping[str, int], n_steps: int) -> SampleSpikes:
    """Hand out what an engine recorded in its last ``n_steps``, of populations named from input to output."""
    first = engine.step - n_steps
    times_ms, units, names = [], [], []
    for name in n_units:
        spikes = engine.spikes(name)
        late = spikes.steps >= first
        times_ms.append((spikes.steps[late] - first) * spikes.dt_ms)
        units.append(spikes.indices[late])
        names.append(np.full(int(late.sum()), name))
    return SampleSpikes(np.concatenate(times_ms), np.concatenate(units), np.concatenate(names), dict(n_units))
