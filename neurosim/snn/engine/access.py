"""Checks that both engines make before they touch a network's state. No Brian2."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.manifest import Manifest, PathwayEntry, VariableEntry
from neurosim.snn.units import Quantity, si_values

Entry = TypeVar("Entry")


def find(entries: Mapping[str, Entry], name: str, what: str) -> Entry:
    """Look a name up.

    Raises
    ------
    KeyError
        If it is unknown; the message names the closest ones.
    """
    if name in entries:
        return entries[name]
    close = difflib.get_close_matches(name, entries, n=5, cutoff=0.4) or list(entries)[:5]
    raise KeyError(f"{what} {name!r} is unknown; close to it: {', '.join(close) or 'there is none'}")


def checked_values(entry: VariableEntry, key: str, value: Any, size: int) -> NDArray[np.generic]:
    """Turn a value into SI numbers that fit a variable.

    Raises
    ------
    ValueError
        If the variable is not to be written, or the unit, the shape or the type does not fit.
    """
    if entry.read_only:
        raise ValueError(f"{key} belongs to the structure of the network and cannot be set")
    values = si_values(value, entry.dimensions, key)
    if values.ndim and values.size not in (1, size):
        raise ValueError(f"{key} has {size} elements, but {values.size} values were given")
    converted = values.reshape(-1).astype(entry.dtype)
    if converted.dtype.kind in "iub" and not np.array_equal(converted, values.reshape(-1)):
        raise ValueError(f"{key} holds {entry.dtype}; {value!s} does not fit")
    return converted


def whole_steps(duration: Quantity, dt: float) -> int:
    """Count the steps in a duration.

    Raises
    ------
    ValueError
        If the duration is no time, is negative, or is no whole number of steps (to one part in ten thousand of one).
    """
    seconds = float(si_values(duration, Quantity(1.0, "second").dimensions, "duration"))
    steps = round(seconds / dt)
    if seconds < 0 or abs(seconds / dt - steps) > 1e-4:
        raise ValueError(f"duration = {duration}; accepted: a whole number of steps of {dt * 1e3:g} ms, 0 or more")
    return steps


def checked_steps(n_steps: Any) -> int:
    """Check a number of steps.

    Raises
    ------
    ValueError
        If it is no integer of 0 or more.
    """
    if isinstance(n_steps, bool) or not isinstance(n_steps, int | np.integer) or n_steps < 0:
        raise ValueError(f"n_steps = {n_steps!r}; accepted: an integer of 0 or more")
    return int(n_steps)


def freezable(manifest: Manifest, pathway: str) -> PathwayEntry:
    """Find a pathway that is to be frozen.

    Raises
    ------
    KeyError
        If it is unknown.
    ValueError
        If it is a researcher's own and does not say which part of it learns.
    """
    entry = find(manifest.pathways, pathway, "pathway")
    if not entry.freezable:
        raise ValueError(
            f"{pathway!r} cannot be frozen: none of its pathways has a name that begins with 'learn'; "
            "accepted: Synapses with statements such as on_post={'learn': ...}"
        )
    return entry
