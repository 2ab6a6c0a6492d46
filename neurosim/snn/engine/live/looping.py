"""Compiled loops over presentations, beside a live network: found, compiled once, handed what they drive. No Brian2."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.engine import cache, why_not_live
from neurosim.snn.engine.live.compiler import CompilerError, compile_library, find_compiler
from neurosim.snn.engine.live.engine import LiveEngine, generator_word
from neurosim.snn.engine.live.keys import toolchain
from neurosim.snn.engine.live.library import SLICE_NS, load_private_copy

Array = NDArray[Any]
POINTER, INTEGER, REAL = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
LOOPS = Path(__file__).parent / "loops"
AS_NUMPY_DOES = ("-fno-fast-math", "-ffp-contract=off")
"""So that what a loop does between presentations has the same bits as the same arithmetic in NumPy."""
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


class Fill(ctypes.Structure):
    """A variable that begins with one value; see loops/presenting.h."""

    _fields_ = (
        ("view", ctypes.c_void_p),
        ("n", ctypes.c_int64),
        ("bytes_each", ctypes.c_int64),
        ("value", ctypes.c_double),
    )


class Rows(ctypes.Structure):
    """A variable beside a matrix with one row for each presentation."""

    _fields_ = (("view", ctypes.c_void_p), ("rows", ctypes.c_void_p), ("bytes", ctypes.c_int64))


class _Part(ctypes.Structure):
    _fields_ = (("fills", ctypes.POINTER(Fill)), ("n_fills", ctypes.c_int64), ("n_steps", ctypes.c_int64))


class Network(ctypes.Structure):
    """A live network, and what all its presentations have in common."""

    _fields_ = (
        ("steps", ctypes.c_void_p),
        ("seed", ctypes.c_void_p),
        ("call", ctypes.c_void_p),
        ("parts", ctypes.POINTER(_Part)),
        ("n_parts", ctypes.c_int64),
    )


@functools.lru_cache(maxsize=16)
def open_loop(source: Path) -> ctypes.CDLL:
    """Give a compiled loop: a ``.cpp`` file that includes ``presenting.h``. It holds no state of its own.

    Raises
    ------
    CompilerError
        If there is no compiler, or it fails.
    """
    compiler = find_compiler()
    if compiler is None:
        raise CompilerError("there is no C++ compiler; accepted: g++ or clang++ in PATH, or $CXX")
    texts = {"presenting.h": (LOOPS / "presenting.h").read_text(encoding="utf-8")}
    texts["loop.cpp"] = source.read_text(encoding="utf-8")

    def build(folder: Path) -> dict[str, Any]:
        compile_library(compiler, texts, folder, extra_flags=AS_NUMPY_DOES)
        return {}

    key = cache.digest({"loop": texts, "extra": AS_NUMPY_DOES, **toolchain(compiler)})
    return load_private_copy(cache.fetch(key, build).library, (cache.cache_folder(),))


def typed(source: Path, name: str, arguments: tuple[Any, ...]) -> Any:
    """Give a function of a loop, which gives a whole number, with the types of its arguments."""
    function = getattr(open_loop(source), name)
    function.restype, function.argtypes = INTEGER, arguments
    return function


def network(engine: LiveEngine, parts: Sequence[tuple[Sequence[tuple[Array, float]], int]]) -> Network:
    """Describe a live network and the parts of its presentations to a loop.

    Parameters
    ----------
    engine : LiveEngine
        What runs; it has to stay open while a loop is at work.
    parts : sequence of (fills, n_steps)
        Of each part: variables with the value that they begin with, and its number of steps.

    Returns
    -------
    Network
        Keeps alive what it points to.
    """
    described = []
    for begins, n_steps in parts:
        filled = [Fill(address(view), view.size, view.itemsize, value) for view, value in begins]
        described.append(_Part((Fill * len(filled))(*filled), len(filled), n_steps))
    steps, seed, call = engine.functions("ns_steps", "ns_seed", "ns_call")
    return Network(steps, seed, call, (_Part * len(described))(*described), len(described))


def rows(view: Array, matrix: Array) -> Rows:
    """Lay a variable beside a matrix of its type, shape (n_presentations, size of the variable), contiguous."""
    return Rows(address(view), address(matrix), view.nbytes)


def address(array: Array) -> int:
    """Give where an array's memory begins."""
    return int(array.__array_interface__["data"][0])


def seed_words(seeds: Sequence[int] | None) -> NDArray[np.uint64] | None:
    """Give what a library's generator is seeded with for each presentation; None where nothing is drawn."""
    return None if seeds is None else np.array([generator_word(seed) for seed in seeds], np.uint64)


def is_plain(view: Array) -> bool:
    """Say whether a loop can fill this variable: contiguous floating-point numbers."""
    return view.flags.c_contiguous and view.dtype in FLOATS


def repeat(engine: LiveEngine, loop: Callable[..., int], *arguments: Any, n: int) -> None:
    """Call a loop until all presentations are made; between two calls an interrupt is heard.

    Parameters
    ----------
    engine : LiveEngine
        The network that it drives.
    loop : callable
        ``loop(*arguments, first, n, nanoseconds)`` gives the number of the first presentation that it did not make,
        or -1 where a step failed.
    *arguments
        Handed on.
    n : int
        Number of presentations.

    Raises
    ------
    RuntimeError
        If a step failed, with the message of the C++ exception.
    """
    done = 0
    while done < n:
        done = loop(*arguments, done, n, SLICE_NS)
        if done < 0:
            raise engine.failure()


def play(
    engine: LiveEngine,
    described: Network,
    writes: Sequence[Rows],
    reads: Sequence[Rows],
    seeds: NDArray[np.uint64] | None,
    n: int,
) -> None:
    """Make ``n`` presentations that do not depend on each other; see :func:`neurosim.snn.playing.play`."""
    written, read = ((Rows * len(some))(*some) for some in (writes, reads))
    words = None if seeds is None else address(seeds)
    repeat(engine, _playing_loop(), described, written, len(writes), read, len(reads), words, n=n)


@functools.lru_cache(maxsize=1)
def _playing_loop() -> Any:
    matrices = (ctypes.POINTER(Rows), INTEGER)
    stretch = (INTEGER, INTEGER, INTEGER)
    return typed(LOOPS / "play.cpp", "play", (ctypes.POINTER(Network), *matrices, *matrices, POINTER, *stretch))


@functools.lru_cache(maxsize=1)
def loops_work() -> bool:
    """Say whether loops can be compiled here."""
    return why_not_live() is None


def uniform_rows(words: NDArray[np.uint64], word: int, keys: Sequence[int], n: int) -> NDArray[np.float32]:
    """Draw ``n`` numbers in [0, 1) for each key, as NumPy's Philox under these words does from a counter on.

    Parameters
    ----------
    words : ndarray of uint64, shape (2,)
        Key of the generator.
    word, keys : int, sequence of int
        Last word of the counter, and the one before it, of each row.
    n : int
        Numbers a row.

    Returns
    -------
    ndarray of float32, shape (n_keys, n)
    """
    drawn, presentations = np.empty((len(keys), n), np.float32), np.array(keys, np.uint64)
    _noise_loop()(address(words), word, address(presentations), len(keys), n, address(drawn))
    return drawn


@functools.lru_cache(maxsize=1)
def _noise_loop() -> Any:
    return typed(LOOPS / "noise.cpp", "uniform_rows", (POINTER, INTEGER, POINTER, INTEGER, INTEGER, POINTER))


def normalise_columns(weights: Array, norm: float) -> None:
    """Scale each column of a matrix in single precision to a sum of absolute values, in place.

    To the bit what :func:`neurosim.snn.homeostasis.normalise_incoming` does, several times faster.
    """
    room = np.empty(weights.shape[1], np.float32)
    _normalising_loop()(address(weights), *weights.shape, norm, address(room))


@functools.lru_cache(maxsize=1)
def _normalising_loop() -> Any:
    return typed(LOOPS / "normalise.cpp", "normalise_columns", (POINTER, INTEGER, INTEGER, REAL, POINTER))
