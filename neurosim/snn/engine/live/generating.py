"""Lets Brian2 generate code on the side, so that a user's own Brian2 session does not notice. Imports Brian2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from neurosim.snn.brian import b2
from neurosim.snn.engine.live.device import LiveDevice
from neurosim.snn.engine.surroundings import brian_as_before


@contextmanager
def fresh_names() -> Iterator[None]:
    """Let Brian2 number automatic names (such as those of clocks) from what is made in this block alone.

    Otherwise they count objects that other networks of this process still hold, and a network would be compiled anew
    for no other reason.
    """
    module = sys.modules["brian2.core.names"]
    taken: set[str] = set()
    original = module.find_name

    def find_name(name: str, names: Any = None) -> str:
        found: str = original(name, taken if names is None else names)
        taken.add(found)
        return found

    module.find_name = find_name  # type: ignore[attr-defined]
    try:
        yield
    finally:
        module.find_name = original  # type: ignore[attr-defined]


@contextmanager
def generating(dt_seconds: float, precision: str | None, seed: int) -> Iterator[LiveDevice]:
    """Make a fresh live device the active one; Brian2 and NumPy are as before afterwards.

    Parameters
    ----------
    dt_seconds : float
        Step of the default clock.
    precision : str, optional
        Type of state variables; the user's preference if None.
    seed : int
        Seeds NumPy's global generator, which Brian2 draws from when it makes synapses from arrays.
    """
    preferences: dict[str, Any] = {"devices.cpp_standalone.openmp_threads": 0}
    if precision is not None:
        preferences["core.default_float_dtype"] = np.dtype(precision).type
    device = LiveDevice()
    with brian_as_before(device, preferences), fresh_names():
        device.activate(build_on_run=False)
        device.defaultclock.dt = dt_seconds * b2.second
        # Brian2 draws from the legacy generator, whose state is put back by brian_as_before.
        np.random.seed(np.random.SeedSequence(seed).generate_state(8))  # noqa: NPY002
        yield device


def user_step() -> float:
    """Give the step of the user's own default clock, in seconds."""
    return float(sys.modules["brian2.devices.device"].runtime_device.defaultclock.dt_)
