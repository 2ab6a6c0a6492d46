"""Engines that run spiking networks: compiled code in this process, or Brian2's run-time mode without a compiler."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from neurosim.snn.circuits import Circuit

if TYPE_CHECKING:
    from neurosim.snn.engine.interface import Engine

__all__ = ["open_engine", "why_not_live"]


def open_engine(
    circuit_or_factory: Circuit | Callable[[], Any], engine: str = "auto", construction_seed: int = 0
) -> Engine:
    """Open a network for running.

    Parameters
    ----------
    circuit_or_factory : Circuit or callable
        A description; or a function without arguments that builds named Brian2 objects and returns them.
    engine : {"auto", "live", "runtime"}
        ``"live"`` runs compiled code and needs a C++ compiler; ``"runtime"`` does not and is much slower. ``"auto"``
        is live where that works and says so, once, where it does not.
    construction_seed : int
        Seed of random topologies and start values.

    Returns
    -------
    Engine
        See :class:`neurosim.snn.engine.interface.Engine`.

    Raises
    ------
    ValueError
        If ``engine`` is none of the three, or the network is contradictory.
    RuntimeError
        If ``"live"`` was asked for and does not work here.
    """
    if engine not in ("auto", "live", "runtime"):
        raise ValueError(f"engine {engine!r}; accepted: 'auto', 'live', 'runtime'")
    reason = why_not_live() if engine != "runtime" else ""
    if engine == "live" and reason is not None:
        raise RuntimeError(f"engine 'live' does not work here: {reason}; accepted: 'runtime'")
    if engine == "auto" and reason is not None:
        _say_once(f"spiking networks run in Brian2's run-time mode, many times slower than compiled: {reason}")
    try:
        if engine == "runtime" or reason is not None:
            from neurosim.snn.engine.runtime import RuntimeEngine

            return RuntimeEngine(circuit_or_factory, construction_seed)
        from neurosim.snn.engine.live import open_live

        return open_live(circuit_or_factory, construction_seed)
    except Exception as error:
        if type(error).__name__ != "BrianObjectException" or not isinstance(circuit_or_factory, Circuit):
            raise
        raise ValueError(f"circuit {circuit_or_factory.name!r}: {_said_by_brian2(error)}") from error


def why_not_live() -> str | None:
    """Say why compiled networks do not run here; None where they do."""
    from neurosim.snn.engine.live import live_available

    return live_available()


def _said_by_brian2(error: BaseException) -> str:
    """Give the object's name from Brian2's wrapper, and the reason from the error that it wraps."""
    where = re.search(r"object named '(\w+)'", str(error))
    while error.__cause__ is not None:
        error = error.__cause__
    reason = " ".join(str(error.args[0] if error.args else error).split())
    return f"{where[1]}: {reason}" if where else reason


@lru_cache(maxsize=8)
def _say_once(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=3)
