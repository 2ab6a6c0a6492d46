"""The IDX format of the MNIST family: a big-endian header (type, dimensions) and the raw values."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTE = 0x08


def parse_idx(data: bytes) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes.

    Parameters
    ----------
    data : bytes
        The uncompressed file.

    Returns
    -------
    ndarray of uint8
        In the shape that the header names.

    Raises
    ------
    ValueError
        If the header is not that of an IDX file of unsigned bytes, or the length does not fit it.
    """
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != UNSIGNED_BYTE:
        raise ValueError(f"not an IDX file of unsigned bytes: it begins with {data[:4]!r}")
    n_dimensions = data[3]
    header = 4 + 4 * n_dimensions
    if len(data) < header:
        raise ValueError(f"IDX header is cut off: {len(data)} bytes, {header} expected")
    shape = tuple(int(size) for size in np.frombuffer(data[4:header], dtype=">u4"))
    expected = header + math.prod(shape)
    if 0 in shape:
        # Nobody stores nothing: a damaged number of dimensions takes black pixels for sizes.
        raise ValueError(f"IDX file of shape {shape} holds no values; it is damaged")
    if len(data) != expected:
        raise ValueError(f"IDX file of shape {shape} has {len(data)} bytes, {expected} expected")
    return np.frombuffer(data, dtype=np.uint8, offset=header).reshape(shape)
