"""Fixtures of the spiking world's tests: every test leaves the process as it found it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest


def process_state() -> dict[str, Any]:
    """Collect what a test must not change: Brian2's settings and devices, random state, signal handlers, folder."""
    state: dict[str, Any] = {
        "working folder": os.getcwd(),
        "signal handlers": {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)},
        "random state of NumPy": str(np.random.get_state(legacy=False)),
    }
    if "brian2" in sys.modules:
        import brian2
        from brian2.devices import device_module

        clocks = {name: device.defaultclock for name, device in device_module.all_devices.items()}
        state["preferences of Brian2"] = {name: str(value) for name, value in brian2.prefs.prefs.items()}
        state["active device"] = device_module.active_device
        state["devices before it"] = list(device_module.previous_devices)
        state["defaultclock.dt"] = {name: clock.dt_ for name, clock in clocks.items() if clock is not None}
    return state


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Name what differs; what appeared with the first import of Brian2 is compared from then on."""
    return [name for name, value in before.items() if name != "defaultclock.dt" and after[name] != value] + [
        f"defaultclock.dt of {name}"
        for name, step in before.get("defaultclock.dt", {}).items()
        if after["defaultclock.dt"].get(name, step) != step
    ]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Fail a test that leaves the process changed."""
    before = process_state()
    yield
    changed = changes(before, process_state())
    assert not changed, f"left changed: {', '.join(changed)}"
