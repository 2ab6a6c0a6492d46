"""A researcher's own Brian2 objects, made by a function that either engine calls under its own device."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

from neurosim.snn.brian import b2
from neurosim.snn.building import Built
from neurosim.snn.manifest import Manifest, PathwayEntry
from neurosim.snn.variables import list_populations, list_variables

READING = (
    "variableview_get_with_expression",
    "variableview_get_with_index_array",
    "variableview_get_subexpression_with_index_array",
)
RUNNING = ("network_run", "network_store", "network_restore", "network_before_run")


def build_from_function(function: Callable[[], Iterable[Any]], device: Any) -> Built:
    """Call a function that builds and returns Brian2 objects, and describe what came out.

    Statements of a synapse's pathways whose names begin with ``learn`` are what freezing stops.

    Parameters
    ----------
    function : callable
        Takes no arguments, returns an iterable of named Brian2 objects. Steps are those of the objects' clocks, else of
        ``defaultclock``, which it may set; external names come from the objects' own ``namespace``.
    device : brian2.devices.Device
        The active device.

    Raises
    ------
    TypeError
        If it returns anything else.
    ValueError
        If an object is a ``network_operation``, has no name of its own, or has a clock that does not fit.
    RuntimeError
        If it runs a network or reads values.
    """
    with _refusing(device):
        returned = function()
    if not isinstance(returned, Iterable):
        raise TypeError(f"{_name(function)} returned {returned!r}; accepted: an iterable of Brian2 objects")
    objects = tuple(returned)
    for number, item in enumerate(objects):
        if isinstance(item, b2.PoissonInput):
            # It takes no name; its place among the objects does not depend on what was made before.
            item._name = f"poisson_input_at_{number}"
        _check_object(item, function)
    base, _ = clock_ratios(objects)
    synapses = [item for item in objects if isinstance(item, b2.Synapses)]
    manifest = Manifest(
        name=_name(function),
        dt=float(base.dt_),
        precision=b2.prefs.core.default_float_dtype.__name__,
        variables=list_variables(objects, base),
        populations=list_populations(objects),
        pathways={item.name: _pathway_entry(item) for item in synapses},
    )
    return Built(objects, manifest)


def clock_ratios(objects: Iterable[Any]) -> tuple[Any, dict[str, int]]:
    """Find the fastest clock of all objects and what they contain, and how many of its steps each clock's step takes.

    Raises
    ------
    ValueError
        If a step is no whole multiple of the shortest.
    """
    clocks: dict[int, Any] = {}

    def collect(items: Iterable[Any]) -> None:
        for item in items:
            # Synapses have a clock, but only what they contain runs, by the clocks of the neurons.
            if not isinstance(item, b2.Synapses):
                clocks[id(item.clock)] = item.clock
            collect(item.contained_objects)

    collect(objects)
    for clock in clocks.values():
        if not hasattr(clock, "dt_"):
            raise ValueError(f"clock {clock.name!r} (run_at) has no fixed step; accepted: run_regularly")
    if not clocks:
        raise ValueError("there is nothing to run: no object was given")
    base = min(clocks.values(), key=lambda clock: (clock.dt_, clock.name))
    ratios = {}
    for clock in clocks.values():
        ratio = clock.dt_ / base.dt_
        if abs(ratio - round(ratio)) > 1e-4:
            raise ValueError(
                f"clock {clock.name!r}: dt = {clock.dt_ * 1e3:g} ms; accepted: whole multiples of the shortest step, "
                f"{base.dt_ * 1e3:g} ms"
            )
        ratios[clock.name] = round(ratio)
    return base, ratios


@contextmanager
def _refusing(device: Any) -> Iterator[None]:
    """Let a device refuse what cannot be done before a network is compiled."""

    def refuse(name: str, what: str) -> Callable[..., Any]:
        def refused(*arguments: Any, **options: Any) -> Any:
            if name in READING and _called_by_brian2():
                return _original(device, name)(*arguments, **options)
            raise RuntimeError(f"{what} inside a function that builds a network; do so with the engine that it gives")

        return refused

    before = {name: vars(device)[name] for name in (*READING, *RUNNING) if name in vars(device)}
    for name in READING:
        setattr(device, name, refuse(name, "values cannot be read"))
    for name in RUNNING:
        setattr(device, name, refuse(name, "a network cannot be run, stored or restored"))
    try:
        yield
    finally:
        for name in (*READING, *RUNNING):
            delattr(device, name)
        for name, value in before.items():
            setattr(device, name, value)


def _called_by_brian2() -> bool:
    """Tell whether Brian2 itself reads a value, as it does while it creates synapses."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        module: str = frame.f_globals.get("__name__", "")
        if module not in ("brian2.core.base", "brian2.core.variables", "brian2.units.fundamentalunits"):
            return module.startswith("brian2.")
        frame = frame.f_back
    return False


def _original(device: Any, name: str) -> Callable[..., Any]:
    """Find what a device, or else Brian2, does in place of what was refused."""
    found: Callable[..., Any]
    if hasattr(type(device), name):
        found = getattr(type(device), name).__get__(device)
    else:
        found = getattr(b2.core.variables.VariableView, name.removeprefix("variableview_")).original_function
    return found


def _check_object(item: Any, function: Callable[..., Any]) -> None:
    if isinstance(item, b2.NetworkOperation):
        raise ValueError(
            f"network_operation {item.name!r} runs Python at every step and would be left out of compiled code; "
            "use run_regularly, or run the engine step by step"
        )
    if not isinstance(item, b2.BrianObject):
        raise TypeError(f"{_name(function)} returned {item!r}; accepted: Brian2 objects (NeuronGroup, Synapses...)")
    # Automatic names count what was made before in this process: keys of views would depend on history.
    kind = re.escape(type(item).__name__.lower().removeprefix("population"))
    if re.fullmatch(rf"{kind}(_\d+)?", item.name):
        raise ValueError(
            f"{type(item).__name__} {item.name!r} has an automatic name, or one like it; give it another with name=..."
        )


def _pathway_entry(synapses: Any) -> PathwayEntry:
    pathways = [pathway.name for pathway in synapses._pathways]
    learning = tuple(name for name in pathways if name.removeprefix(f"{synapses.name}_").startswith("learn"))
    return PathwayEntry(
        source=synapses.source.name,
        target=synapses.target.name,
        dense=False,
        transmitting=tuple(name for name in pathways if name not in learning),
        learning=learning,
        freezable=bool(learning),
    )


def _name(function: Callable[..., Any]) -> str:
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)
