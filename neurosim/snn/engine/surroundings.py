"""What an engine must leave as it found it: Brian2's settings and devices, NumPy's random state, signals, the folder.

Nothing here imports Brian2 before it is needed: a warm start of a compiled circuit does without.
"""

# Brian2 draws from NumPy's legacy global generator, so it is the one to be swapped.
# ruff: noqa: NPY002
from __future__ import annotations

import copy
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np


class Interrupts:
    """Interrupts (Ctrl-C) that arrived while a step was under way and wait for its end.

    An exception in the middle of a step would leave some objects one step ahead of the others.
    """

    def __init__(self, handler: Callable[[int, FrameType | None], Any] | None) -> None:
        self._handler = handler
        self._waiting: tuple[int, FrameType | None] | None = None

    def note(self, signal_number: int, frame: FrameType | None) -> None:
        """Keep an interrupt for later; this is the signal handler."""
        self._waiting = (signal_number, frame)

    def deliver(self) -> None:
        """Call the handler that the interrupt was meant for, usually to raise ``KeyboardInterrupt``."""
        if self._waiting is not None and self._handler is not None:
            arguments, self._waiting = self._waiting, None
            self._handler(*arguments)


@contextmanager
def deferred_interrupts() -> Iterator[Interrupts]:
    """Hold interrupts back until ``deliver()`` is called, at the latest until the end of the block.

    Outside the main thread, and where the process ignores the signal or dies of it, nothing is changed.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield Interrupts(None)
        return
    interrupts = Interrupts(handler)
    signal.signal(signal.SIGINT, interrupts.note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, handler)
    interrupts.deliver()


@contextmanager
def numpy_random_state(state: dict[str, Any]) -> Iterator[None]:
    """Put a state into NumPy's global generator, and on leaving write how far it got back into ``state``."""
    before = np.random.get_state(legacy=False)
    np.random.set_state(state)
    try:
        yield
    finally:
        state.update(np.random.get_state(legacy=False))
        np.random.set_state(before)


def random_state(seed: int) -> dict[str, Any]:
    """Make a state for :func:`numpy_random_state` from a seed of any size.

    Raises
    ------
    ValueError
        If the seed is negative or no integer.
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed = {seed!r}; accepted: an integer of 0 or more")
    generator = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(int(seed))))
    state: dict[str, Any] = generator.get_state(legacy=False)
    return state


@contextmanager
def brian_as_before(device: Any = None, preferences: dict[str, Any] | None = None) -> Iterator[None]:
    """Work with a Brian2 device and preferences of one's own; afterwards all is as before.

    Restored are the active device and the stack of those before it, ``defaultclock.dt`` of every device that existed,
    all preferences, NumPy's global random state, the handler of SIGINT, and the working folder.

    Parameters
    ----------
    device : brian2.devices.Device, optional
        To be made active; its clock's step is left alone.
    preferences : dict, optional
        Names and values to be set.
    """
    from neurosim.snn.brian import b2
    from neurosim.snn.brian import device_module as module

    devices = [entry for entry in module.all_devices.values() if entry.defaultclock is not None]
    steps = [(entry, entry.defaultclock.dt_) for entry in devices]
    active, stack = module.active_device, list(module.previous_devices)
    values = {name: copy.copy(value) for name, value in b2.prefs.prefs.items()}
    random, folder = np.random.get_state(legacy=False), os.getcwd()
    main_thread = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    try:
        if device is not None:
            module.active_device = device
        for name, value in (preferences or {}).items():
            b2.prefs[name] = value
        yield
    finally:
        module.active_device = active
        module.previous_devices[:] = stack
        for entry, step in steps:
            if entry.defaultclock.dt_ != step:
                entry.defaultclock.dt_ = step
        b2.prefs.prefs.update(values)
        np.random.set_state(random)
        os.chdir(folder)
        if main_thread and handler is not None and signal.getsignal(signal.SIGINT) is not handler:
            signal.signal(signal.SIGINT, handler)
