"""The noise of many presentations at once, by compiled code where it can be had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neurosim.coding.noise import PresentationNoise
from neurosim.snn.engine.live.looping import loops_work, uniform_rows


def noise_rows(
    noise: PresentationNoise, purpose: int, keys: Sequence[int], n: int, attempt: int = 0
) -> NDArray[np.float32]:
    """Give what ``noise.rows`` gives, shape (n_presentations, n), with the same bits."""
    if not loops_work():
        return noise.rows(purpose, keys, n, attempt)
    return uniform_rows(noise.words, noise.word(purpose, attempt), keys, n)
