"""All randomness of a run: named child streams of one seed. NumPy only.

A stream depends on the seed, its name and further integer keys, and on nothing else: not on which streams were opened
before, nor in which process. A name is turned into a spawn key by a checksum, so that adding a stream changes no other.
"""

from __future__ import annotations

import hashlib
import operator

import numpy as np
from numpy.typing import NDArray

STREAMS = ("task", "order", "init", "encoding", "noise", "readout", "resampling")


def sequence(seed: int, name: str, *keys: int) -> np.random.SeedSequence:
    """Give the seed sequence of a named stream.

    Parameters
    ----------
    seed : int
        The run's seed, zero or greater.
    name : str
        One of :data:`STREAMS`.
    *keys : int
        Further non-negative keys, for example an epoch or a layer.

    Returns
    -------
    numpy.random.SeedSequence
        Equal for equal arguments on every machine.

    Raises
    ------
    ValueError
        If the seed is negative or the stream unknown.
    """
    seed = operator.index(seed)
    if seed < 0:
        raise ValueError(f"seed must be zero or greater, got {seed}")
    if name not in STREAMS:
        raise ValueError(f"stream {name!r} is unknown; accepted: {', '.join(STREAMS)}")
    return np.random.SeedSequence(entropy=seed, spawn_key=(_word(name.encode()), *map(operator.index, keys)))


def stream(seed: int, name: str, *keys: int) -> np.random.Generator:
    """Give a generator for a named stream; see :func:`sequence`."""
    return np.random.Generator(np.random.PCG64(sequence(seed, name, *keys)))


def integer_seed(seed: int, name: str, *keys: int) -> int:
    """Give a 31-bit integer for libraries that want one; see :func:`sequence`."""
    return int(sequence(seed, name, *keys).generate_state(1)[0]) >> 1


def noise_words(seed: int) -> NDArray[np.uint64]:
    """Give two words of the encoding stream, the key of a counter-based generator."""
    return sequence(seed, "encoding").generate_state(2, np.uint64).astype(np.uint64)


def sample_key(sample: NDArray[np.generic]) -> int:
    """Give a key made of a sample's own bytes, so that noise does not depend on order or batch."""
    return _word(np.ascontiguousarray(sample).tobytes())


def _word(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")
