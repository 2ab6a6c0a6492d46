"""Brian2, imported without what its import changes in the process: the handler of Ctrl-C and of uncaught errors."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_interrupt_handler, _excepthook = signal.getsignal(signal.SIGINT), sys.excepthook
try:
    import brian2 as b2
    from brian2.devices import device_module
finally:
    if signal.getsignal(signal.SIGINT) is not _interrupt_handler:
        signal.signal(signal.SIGINT, _interrupt_handler)
    sys.excepthook = _excepthook
del _interrupt_handler, _excepthook

__all__ = ["b2", "device_module", "explained", "forgetting_queues"]


@contextmanager
def explained() -> Iterator[None]:
    """Turn Brian2's layers of exceptions about an object into one line with the object's name and the first cause.

    Raises
    ------
    ValueError
        In place of ``BrianObjectException``.
    """
    try:
        yield
    except b2.BrianObjectException as error:
        named = re.search(r"named '(\w+)'", str(error))
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        text = " ".join(str(cause).split())
        raise ValueError(f"{named[1] if named else 'network'}: {text}") from error


@contextmanager
def forgetting_queues() -> Iterator[None]:
    """Take out of Brian2's cache of translated statements what can never be found again and only fills memory.

    Brian2 2.11 keeps statements of synapses under keys that hold the address of one network's spike queue.
    """
    cache = getattr(getattr(b2.codegen.translation.make_statements, "__wrapped__", None), "_cache", {})
    known = len(cache)
    try:
        yield
    finally:
        for key in list(cache)[known:]:
            if _holds_capsule(key):
                del cache[key]


def _holds_capsule(key: object) -> bool:
    if isinstance(key, tuple | frozenset):
        return any(_holds_capsule(part) for part in key)
    return type(key).__name__ == "PyCapsule"
