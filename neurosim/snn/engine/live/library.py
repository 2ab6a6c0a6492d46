"""Loads a compiled network into this process and shows its memory. Imports no Brian2."""

from __future__ import annotations

import _ctypes
import contextlib
import ctypes
import os
import tempfile
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLICE_NS = 40_000_000

_POINTER, _INT, _INT64, _UINT64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_uint64
SIGNATURES: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "ns_failure": (ctypes.c_char_p, ()),
    "ns_begin": (_INT, (_UINT64,)),
    "ns_static": (_POINTER, (_INT,)),
    "ns_give": (_INT, (_INT, _POINTER, _POINTER, _INT64)),
    "ns_construct": (_INT, ()),
    "ns_steps": (_INT64, (_INT64, _INT64)),
    "ns_profile": (_INT64, (_INT64, _POINTER)),
    "ns_step": (_INT64, ()),
    "ns_set_step": (_INT, (_INT64,)),
    "ns_seed": (None, (_UINT64,)),
    "ns_generator": (_POINTER, (_POINTER,)),
    "ns_enable": (_INT, (_INT, _INT)),
    "ns_call": (_INT, (_INT,)),
    "ns_array": (_POINTER, (_INT, _POINTER)),
    "ns_matrix": (_INT, (_INT, _POINTER, _POINTER, _POINTER)),
    "ns_queues": (_POINTER, (_POINTER,)),
    "ns_set_queues": (_INT, (_POINTER, _INT64)),
    "ns_record_spikes": (_INT, (_INT,)),
    "ns_record": (_INT, (_INT, _INT, _INT64, _INT64)),
    "ns_recorded_spikes": (_INT64, (_INT, _POINTER, _POINTER)),
    "ns_recorded": (_INT64, (_INT, _POINTER, _POINTER)),
    "ns_forget": (None, (_INT, _INT)),
}


class _Memory:
    """A stretch of a library's memory; as the base of an array it keeps the library loaded."""

    def __init__(self, library: Library, address: int, n: int, dtype: np.dtype) -> None:
        self.library = library
        self.__array_interface__ = {"version": 3, "shape": (n,), "typestr": dtype.str, "data": (address, False)}


class Library:
    """One running copy of a compiled network.

    Every instance loads a file of its own, since loading one path twice gives the same memory twice. The file is
    unlinked as soon as it is loaded; the library is unloaded when the last view of its memory is gone.

    Parameters
    ----------
    binary : bytes
        The shared library.
    folders : sequence of path, optional
        Where the private copy may be put, tried in this order; a folder that forbids execution is passed over.
    """

    def __init__(self, binary: bytes, folders: tuple[str | os.PathLike[str], ...] = ()) -> None:
        self._calls = load_private_copy(binary, (*folders, tempfile.gettempdir()))
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(self._calls, name)
            function.restype, function.argtypes = result, arguments
        self.steps = self._calls.ns_steps
        weakref.finalize(self, _ctypes.dlclose, self._calls._handle).atexit = False

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a function that gives 0 or more on success.

        Raises
        ------
        RuntimeError
            With the message of the C++ exception.
        """
        result = getattr(self._calls, name)(*arguments)
        if (result is not None and result < 0) or (result and name not in _GIVES_NUMBERS):
            raise self.failure()
        return result

    def address(self, name: str) -> int:
        """Give where a function begins, for compiled code that calls it."""
        return ctypes.cast(getattr(self._calls, name), ctypes.c_void_p).value or 0

    def failure(self) -> RuntimeError:
        """Give the last C++ exception as a Python one."""
        return RuntimeError(self._calls.ns_failure().decode(errors="replace").strip() or "the compiled network failed")

    def memory(self, index: int, dtype: np.dtype) -> NDArray[np.generic]:
        """View array number ``index`` without a copy."""
        n = ctypes.c_int64()
        address = self._calls.ns_array(index, ctypes.byref(n))
        if n.value < 0:
            raise KeyError(index)
        return self._view(address, n.value, dtype)

    def static(self, index: int, n: int, dtype: np.dtype) -> NDArray[np.generic]:
        """View constant array number ``index``."""
        return self._view(self._calls.ns_static(index), n, dtype)

    def matrix(self, index: int, dtype: np.dtype) -> NDArray[np.generic]:
        """Copy a two-dimensional array."""
        rows, columns = ctypes.c_int64(), ctypes.c_int64()
        self.call("ns_matrix", index, ctypes.byref(rows), ctypes.byref(columns), None)
        out = np.empty((rows.value, columns.value), dtype)
        self.call("ns_matrix", index, ctypes.byref(rows), ctypes.byref(columns), out.ctypes.data)
        return out

    def generator(self) -> NDArray[Any]:
        """View the memory of the random number generator."""
        n = ctypes.c_int64()
        address = self._calls.ns_generator(ctypes.byref(n))
        return self._view(address, n.value, np.dtype(np.uint8))

    def queues(self) -> bytes:
        """Copy the spikes in flight."""
        n = ctypes.c_int64()
        address = self._calls.ns_queues(ctypes.byref(n))
        if n.value < 0:
            raise self.failure()
        return ctypes.string_at(address, 4 * n.value) if n.value else b""

    def set_queues(self, content: bytes) -> None:
        """Replace the spikes in flight."""
        values = np.frombuffer(content, np.int32)
        self.call("ns_set_queues", values.ctypes.data, values.size)

    def drain_spikes(self, recorder: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Copy and forget what a spike recorder holds: steps and indices."""
        steps, indices = ctypes.c_void_p(), ctypes.c_void_p()
        n = self._calls.ns_recorded_spikes(recorder, ctypes.byref(steps), ctypes.byref(indices))
        out = self._copy(steps, n, np.int64), self._copy(indices, n, np.int32)
        self._calls.ns_forget(recorder, 1)
        return out

    def drain(self, recorder: int, dtype: np.dtype, n_elements: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Copy and forget what a recorder holds: steps, and values of shape (n_records, n_elements)."""
        steps, values = ctypes.c_void_p(), ctypes.c_void_p()
        n = self._calls.ns_recorded(recorder, ctypes.byref(steps), ctypes.byref(values))
        out = self._copy(steps, n, np.int64), self._copy(values, n * n_elements, dtype).reshape(n, n_elements)
        self._calls.ns_forget(recorder, 0)
        return out

    def _view(self, address: int | None, n: int, dtype: np.dtype) -> NDArray[np.generic]:
        if not address or not n:
            return np.empty(0, dtype)
        return np.asarray(_Memory(self, address, n, np.dtype(dtype)))

    def _copy(self, address: ctypes.c_void_p, n: int, dtype: Any) -> NDArray[Any]:
        return self._view(address.value, n, np.dtype(dtype)).copy()


_GIVES_NUMBERS = frozenset({"ns_steps", "ns_profile", "ns_step", "ns_record_spikes", "ns_record"})


def load_private_copy(binary: bytes, folders: tuple[str | os.PathLike[str], ...]) -> ctypes.CDLL:
    """Load a private copy of a shared library from a file that is gone as soon as it is loaded.

    Parameters
    ----------
    binary : bytes
        The shared library.
    folders : tuple of path
        Where the file may be put, tried in this order; a folder that forbids execution is passed over.

    Raises
    ------
    OSError
        If no folder will do.
    """
    problems = []
    for folder in folders:
        try:
            handle, path = tempfile.mkstemp(prefix="neurosim-", suffix=".so", dir=folder)
        except OSError as error:
            problems.append(str(error))
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(binary)
            return ctypes.CDLL(path)
        except OSError as error:
            problems.append(str(error))
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
    raise OSError(f"the compiled network cannot be loaded: {'; '.join(problems)}")
