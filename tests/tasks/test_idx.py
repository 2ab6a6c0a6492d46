"""The IDX format: what is written is read, and nothing but the whole file is accepted."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from neurosim.tasks.idx import parse_idx

ARRAYS = arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5))


def write_idx(array: np.ndarray, kind: int = 0x08) -> bytes:
    """Write the format as its authors describe it: two zeros, type, dimensions, big-endian sizes, values."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, kind, array.ndim]) + sizes + array.tobytes()


def test_a_file_by_hand() -> None:
    """Two images of one by three pixels."""
    data = bytes.fromhex("00000803 00000002 00000001 00000003 00 01 02 fd fe ff")
    assert parse_idx(data).tolist() == [[[0, 1, 2]], [[253, 254, 255]]]


@settings(max_examples=80, deadline=None)
@given(ARRAYS)
def test_round_trip(array: np.ndarray) -> None:
    """Shape and values come back."""
    read = parse_idx(write_idx(array))
    assert read.dtype == np.uint8 and read.shape == array.shape
    assert np.array_equal(read, array)


@settings(max_examples=25, deadline=None)
@given(ARRAYS)
def test_every_truncation_is_refused(array: np.ndarray) -> None:
    """Cut off anywhere, in the header or in the values, a file is not read."""
    data = write_idx(array)
    for length in range(len(data)):
        with pytest.raises(ValueError):
            parse_idx(data[:length])


@settings(max_examples=40, deadline=None)
@given(ARRAYS, st.binary(min_size=1, max_size=9))
def test_trailing_bytes_are_refused(array: np.ndarray, tail: bytes) -> None:
    """A file that is longer than its header says is not what it says."""
    with pytest.raises(ValueError, match="expected"):
        parse_idx(write_idx(array) + tail)


@settings(max_examples=150, deadline=None)
@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=4)), st.data())
def test_every_wrong_header_is_refused(array: np.ndarray, data: st.DataObject) -> None:
    """Any other byte anywhere in the header: other magic, other type, other rank, other size."""
    good = bytearray(write_idx(array))
    place = data.draw(st.integers(0, 4 + 4 * array.ndim - 1))
    good[place] = data.draw(st.integers(0, 255).filter(lambda value: value != good[place]))
    # With another rank, values are read as sizes; sizes of zero can make the length fit again.
    assume(place != 3 or good[3] < array.ndim)
    with pytest.raises(ValueError):
        parse_idx(bytes(good))


@pytest.mark.parametrize("kind", [0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x00])
def test_other_value_types_are_refused(kind: int) -> None:
    """Signed bytes, shorts, ints, floats and doubles exist in the format, but in no file that is read here."""
    with pytest.raises(ValueError, match="not an IDX file of unsigned bytes"):
        parse_idx(write_idx(np.zeros((2, 2), np.uint8), kind))


def test_a_size_that_overflows_is_refused() -> None:
    """2**32 - 1 in four dimensions, whose product wraps round in 64 bits, is not taken for a small file."""
    shape = (2**31, 2**31, 4)
    with pytest.raises(ValueError, match="expected"):
        parse_idx(bytes([0, 0, 8, 3]) + struct.pack(">3I", *shape))


def test_a_damaged_rank_does_not_take_black_pixels_for_sizes() -> None:
    """Nine dimensions instead of three, six of them zero, account for every byte of this file, which is not empty."""
    data = bytearray(write_idx(np.zeros((3, 2, 4), np.uint8)))
    data[3] = 9
    assert len(data) == 4 + 4 * 9
    with pytest.raises(ValueError, match="holds no values"):
        parse_idx(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_noise_is_refused_or_consistent(data: bytes) -> None:
    """Whatever is accepted accounts for every byte."""
    try:
        read = parse_idx(data)
    except ValueError:
        return
    assert len(data) == 4 + 4 * read.ndim + read.size
