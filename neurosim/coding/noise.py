"""Random numbers for one presentation: fixed by a seed, a purpose and the presentation's key, at little cost each.

What may draw under one seed without drawing another's numbers is laid out here, and nowhere else: a purpose is one word
of the generator's counter. Where samples are shown again (``attempts``), attempt ``k`` takes ``purpose + 2 k``, so that
training draws under even words and prediction under odd ones; ``EXPLORATION``, which is such an even word, is then no
purpose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TRAINING, PREDICTION, EXPLORATION = 0, 1, 2
SHOWN_AGAIN = (TRAINING, PREDICTION)
"""Purposes of noise with attempts."""


class PresentationNoise:
    """Uniform numbers from a counter-based generator (Philox, Salmon et al. 2011, doi:10.1145/2063384.2063405).

    The same seed, purpose, key and attempt give the same numbers, whatever was drawn before. Setting a counter costs a
    tenth of opening a new stream. A copy and a pickle hold the seed's words only.

    Parameters
    ----------
    seed_words : ndarray of uint64, shape (2,)
        From a named stream's seed sequence.
    attempts : bool, default=False
        Whether a sample may be shown again, with noise of its own each time.
    """

    def __init__(self, seed_words: NDArray[np.uint64], attempts: bool = False) -> None:
        self._words = seed_words
        self._purposes = SHOWN_AGAIN if attempts else (TRAINING, PREDICTION, EXPLORATION)
        self._bits = np.random.Philox(key=seed_words)
        self._generator = np.random.Generator(self._bits)
        self._state = self._bits.state
        self._state["state"]["counter"][:] = 0

    def uniform(self, purpose: int, key: int, n: int, attempt: int = 0) -> NDArray[np.float32]:
        """Give ``n`` numbers in [0, 1), shape (n,), float32; see :meth:`generator`."""
        return self.generator(purpose, key, attempt).random(n, dtype=np.float32)

    def generator(self, purpose: int, key: int, attempt: int = 0) -> np.random.Generator:
        """Give the one generator, set to where a presentation's numbers begin; draw from it before it is set again.

        Parameters
        ----------
        purpose : int
            :data:`TRAINING` or :data:`EXPLORATION`, keyed by the presentation's number, or
            :data:`PREDICTION`, keyed by the sample's bytes.
        key : int
            Which presentation.
        attempt : int, default=0
            How often the sample was shown before in this presentation.

        Returns
        -------
        numpy.random.Generator

        Raises
        ------
        ValueError
            If purpose and attempt would draw the numbers of another pair.
        """
        if purpose not in self._purposes or (attempt and self._purposes != SHOWN_AGAIN):
            raise ValueError(f"purpose {purpose}, attempt {attempt} would draw another's numbers")
        counter = self._state["state"]["counter"]
        counter[2], counter[3] = key, purpose + len(SHOWN_AGAIN) * attempt
        self._state["buffer_pos"] = 4
        self._state["has_uint32"] = 0
        self._bits.state = self._state
        return self._generator

    def __reduce__(self) -> tuple[type[PresentationNoise], tuple[NDArray[np.uint64], bool]]:
        return PresentationNoise, (self._words, self._purposes == SHOWN_AGAIN)


def packed_seed(uniform: NDArray[np.float32]) -> int:
    """Make a whole number of 48 bits of two numbers in [0, 1), whose 24 bits each are all used."""
    high, low = (int(number * 2**24) for number in uniform)
    return (high << 24) + low
