"""Random numbers for one presentation: fixed by a seed, a purpose and the presentation's key, at little cost each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TRAINING, PREDICTION, EXPLORATION = 0, 1, 2


class PresentationNoise:
    """Uniform numbers from a counter-based generator (Philox, Salmon et al. 2011, doi:10.1145/2063384.2063405).

    The same seed, purpose and key give the same numbers, whatever was drawn before. Setting a counter costs a tenth of
    opening a new stream.

    Parameters
    ----------
    seed_words : ndarray of uint64, shape (2,)
        From a named stream's seed sequence.
    """

    def __init__(self, seed_words: NDArray[np.uint64]) -> None:
        self._bits = np.random.Philox(key=seed_words)
        self._generator = np.random.Generator(self._bits)
        self._state = self._bits.state

    def uniform(self, purpose: int, key: int, n: int) -> NDArray[np.float32]:
        """Give ``n`` numbers in [0, 1).

        Parameters
        ----------
        purpose : int
            :data:`TRAINING` or :data:`EXPLORATION`, keyed by the presentation's number, or
            :data:`PREDICTION`, keyed by the sample's bytes.
        key : int
            Which presentation.
        n : int
            How many numbers.

        Returns
        -------
        ndarray of float32, shape (n,)
        """
        self._state["state"]["counter"] = np.array([0, 0, key, purpose], np.uint64)
        self._state["buffer_pos"] = 4
        self._state["has_uint32"] = 0
        self._bits.state = self._state
        return self._generator.random(n, dtype=np.float32)
