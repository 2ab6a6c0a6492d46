"""What is known of a network once its code is generated: arrays, loop, clocks, projections. Imports Brian2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosim.snn.brian import b2
from neurosim.snn.engine.live.device import LiveDevice, variable_kind

from brian2.codegen.generators.cpp_generator import c_data_type  # isort: skip


@dataclass(frozen=True)
class Survey:
    """A network's parts, in the order in which the library numbers them.

    Attributes
    ----------
    arrays, statics : list of dict
        State arrays and constant arrays.
    clocks : list
        Brian2's clocks.
    loop : list of (clock, code object, owner)
        What a step carries out, in order.
    operations : dict of str to str
        Code object to the ``"pathway.operation"`` that calls it.
    pathways : list
        Brian2's synaptic pathways.
    numbers : dict
        Variable to the number of its array.
    """

    arrays: list[dict[str, Any]]
    statics: list[dict[str, Any]]
    clocks: list[Any]
    loop: list[tuple[Any, Any, Any]]
    operations: dict[str, str]
    pathways: list[Any]
    numbers: Mapping[Any, int]

    @property
    def populations(self) -> list[dict[str, Any]]:
        """The groups that emit spikes."""
        return [
            {"name": variable.owner.name, "array": number, "n": int(variable.size) - 1}
            for variable, number in self.numbers.items()
            if variable.name == "_spikespace"
        ]


def survey(device: LiveDevice, operations: Mapping[str, str]) -> Survey:
    """Look through a device that has seen its network.

    Parameters
    ----------
    device : LiveDevice
        After ``network_run``.
    operations : mapping of str to str
        ``"pathway.operation"`` to the name of the object that carries it out.

    Raises
    ------
    ValueError
        If a clock has no fixed step.
    """
    clocks = sorted(device.clocks, key=lambda clock: clock.name)
    if any(type(clock) is not b2.Clock for clock in clocks):
        raise ValueError("run_at and other event clocks cannot be stepped live; accepted: clocks with a fixed dt")
    named = {obj: operation for operation, obj in operations.items()}
    called = {codeobj.name: named[obj.name] for _, codeobj, obj in device.loop if obj.name in named}
    synapses = sorted(device.synapses, key=lambda item: item.name)
    return Survey(
        arrays=[_describe(device, variable, name) for variable, name in device.arrays.items()],
        statics=[
            {"name": name, "ctype": c_data_type(array.dtype), "dtype": str(array.dtype), "n": int(array.size)}
            for name, array in sorted(device.static_arrays.items())
        ],
        clocks=clocks,
        loop=[entry for entry in device.loop if entry[1].name not in called],
        operations=called,
        pathways=[path for item in synapses for path in sorted(item._pathways, key=lambda path: path.name)],
        numbers={variable: number for number, variable in enumerate(device.arrays)},
    )


def _describe(device: LiveDevice, variable: Any, name: str) -> dict[str, Any]:
    kind = variable_kind(variable)
    vectors = {"dynamic": device.dynamic_arrays, "matrix": device.dynamic_arrays_2d}
    try:
        owner, owner_type = variable.owner.name, type(_without_proxy(variable.owner)).__name__
    except (AttributeError, ReferenceError):  # the variable of an object that is gone, or of none
        owner, owner_type = "", ""
    return {
        "key": f"{owner}.{variable.name}",
        "name": name,
        "dynamic": vectors[kind][variable] if kind in vectors else "",
        "ctype": c_data_type(variable.dtype),
        "dtype": str(np.dtype(variable.dtype)),
        "kind": kind,
        "n": int(variable.size) if kind == "fixed" else 0,
        "synaptic": owner_type == "Synapses",
        "monitor": "Monitor" in owner_type,
    }


def _without_proxy(owner: Any) -> Any:
    """Give the object behind a weak reference's proxy."""
    return owner.__repr__.__self__


def manifest(device: LiveDevice, parts: Survey, kept: set[str]) -> dict[str, Any]:
    """Write down what the loader has to know, ready for JSON.

    Parameters
    ----------
    device : LiveDevice
        The source.
    parts : Survey
        Of the same device.
    kept : set of str
        Dense projections that store their indices nevertheless.
    """
    return {
        "arrays": [{key: array[key] for key in ("key", "dtype", "kind", "n", "monitor")} for array in parts.arrays],
        "statics": [{key: static[key] for key in ("name", "dtype", "n")} for static in parts.statics],
        "objects": [{"code": codeobj.name, "owner": owner.name} for _, codeobj, owner in parts.loop],
        "operations": list(parts.operations.values()),
        "populations": parts.populations,
        "synapses": {item.name: _topology(device, item, kept, parts.numbers) for item in device.synapses},
        "given": [name for name, _, _ in device.given],
    }


def _topology(device: LiveDevice, synapses: Any, kept: set[str], numbers: Mapping[Any, int]) -> dict[str, Any]:
    dense = device.dense.get(synapses.name)
    return {
        "dense": [dense.n_sources, dense.n_targets] if dense else None,
        "stores_indices": dense is None or synapses.name in kept,
        "sources": numbers[synapses.variables["_synaptic_pre"]],
        "targets": numbers[synapses.variables["_synaptic_post"]],
    }
