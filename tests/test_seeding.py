"""Named streams: independent of each other and of the order in which they are opened, equal on every machine."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest

from neurosim.seeding import STREAMS, integer_seed, sample_key, sequence, stream


def test_a_stream_depends_on_its_name_seed_and_keys_alone() -> None:
    """Streams opened in between, and their use, change nothing."""
    first = stream(3, "init", 1).random(5)
    stream(3, "order").random(1000)
    stream(4, "init", 1).random(3)
    assert np.array_equal(stream(3, "init", 1).random(5), first)


def test_streams_differ_by_seed_name_and_key() -> None:
    """No two of many streams begin alike, and their numbers are uncorrelated."""
    places = [(seed, name, *keys) for seed in range(4) for name in STREAMS for keys in ((), (0,), (1,), (0, 0), (0, 1))]
    drawn = np.array([stream(*place).standard_normal(400) for place in places])
    assert len(np.unique(drawn[:, 0])) == len(places) == 140
    correlation = np.corrcoef(drawn) - np.eye(len(places))
    # 9,730 pairs of N(0, 1/400): the largest lies near 4 standard deviations, 0.2; equal streams would give 1.
    assert np.abs(correlation).max() < 0.3


def test_key_order_matters() -> None:
    """Keys 1, 2 and 2, 1 name different streams."""
    assert integer_seed(0, "order", 1, 2) != integer_seed(0, "order", 2, 1)


def test_streams_are_what_they_were() -> None:
    """A change of these numbers would break every result that was ever published with its seed."""
    word = int.from_bytes(hashlib.blake2b(b"task", digest_size=4).digest(), "little")
    spelled_out = np.random.SeedSequence(entropy=7, spawn_key=(word, 2))
    assert sequence(7, "task", 2).generate_state(4).tolist() == spelled_out.generate_state(4).tolist()
    assert integer_seed(12, "order", 3) == 836883863


def test_integer_seeds_fit_31_bits_and_rarely_collide() -> None:
    """Libraries that want a C int accept every one of them."""
    seeds = [integer_seed(seed, "init", key) for seed, key in itertools.product(range(30), range(30))]
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert max(seeds) > 2**30
    assert len(set(seeds)) == 900


def test_the_key_of_a_sample_comes_from_its_values_alone() -> None:
    """Memory layout changes nothing; another value or type changes the key."""
    sample = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert sample_key(sample) == sample_key(np.asfortranarray(sample)) == sample_key(sample.copy())
    assert sample_key(np.arange(24, dtype=np.float32)[::2]) == sample_key(np.arange(0, 24, 2, dtype=np.float32))
    changed = sample.copy()
    changed[2, 3] += 1e-6 * 11
    assert sample_key(changed) != sample_key(sample)
    assert sample_key(sample.astype(np.float64)) != sample_key(sample)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((-1, "init"), ValueError, "zero or greater"),
        ((0, "inti"), ValueError, "'inti' is unknown"),
        ((0.5, "init"), TypeError, "float"),
        ((0, "init", -1), ValueError, "negative"),
        ((0, "init", 0.5), TypeError, "float"),
    ],
)
def test_wrong_seeds_are_refused(arguments: tuple, error: type[Exception], said: str) -> None:
    """A negative or broken seed, an unknown stream and a broken key never give numbers."""
    with pytest.raises(error, match=said):
        stream(*arguments)


def test_numpy_integers_are_seeds_like_any_other() -> None:
    """A seed that comes out of an array gives the same stream."""
    assert stream(np.int64(5), "noise", np.int32(2)).random() == stream(5, "noise", 2).random()
