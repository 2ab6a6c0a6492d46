"""Exclusive or, the article's own example: parity of two bits, as a table and with noise."""

from __future__ import annotations

from dataclasses import replace

from neurosim.tasks.base import Task
from neurosim.tasks.parity import parity


def xor() -> Task:
    """Make the four patterns of exclusive or; train, validation and test are the table itself."""
    return replace(parity(n_bits=2), name="xor", summary="exclusive or of two bits: the four patterns themselves")


def noisy_xor(noise: float = 0.15) -> Task:
    """Make exclusive or with Gaussian noise and a separate test part.

    Parameters
    ----------
    noise : float, default=0.15
        Standard deviation on each bit; Bayes accuracy is 0.999 at 0.15, 0.988 at 0.2 and 0.956 at 0.25.

    Returns
    -------
    Task
    """
    return replace(parity(n_bits=2, noise=noise), name="noisy-xor", summary=f"exclusive or with noise {noise:g}")
