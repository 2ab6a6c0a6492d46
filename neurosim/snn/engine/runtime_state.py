"""Reads and writes the entire state of a network in Brian2's run-time mode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.brian import b2

STRUCTURE = ("_synaptic_pre", "_synaptic_post", "N_incoming", "N_outgoing", "delay")
"""Variables that the topology consists of; a snapshot holds their checksum only."""


class _Owned:
    """An array's memory, and the Brian2 object that frees it."""

    def __init__(self, array: NDArray[Any], owner: Any) -> None:
        self.__array_interface__ = array.__array_interface__
        self.owner = owner


def held(variable: Any) -> NDArray[Any]:
    """Give a variable's array such that its memory lives as long as the array.

    Brian2 2.11 keeps synaptic variables in C++ and hands out arrays that do not hold it.
    """
    owner = variable.device.arrays[variable]
    return np.asarray(_Owned(variable.get_value(), owner))


def topology_digest(variables: Mapping[str, Any]) -> str:
    """Compute the checksum of who is connected to whom, with which delay."""
    digest = hashlib.sha256()
    for key in sorted(key for key in variables if _is_structure(key)):
        digest.update(key.encode())
        digest.update(np.ascontiguousarray(variables[key].get_value()).tobytes())
    return digest.hexdigest()


def copy_arrays(variables: Mapping[str, Any]) -> dict[str, NDArray[np.generic]]:
    """Copy every array that is not structure."""
    return {key: variable.get_value().copy() for key, variable in variables.items() if not _is_structure(key)}


def write_arrays(variables: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write arrays back; those of monitors change their size."""
    for key, values in arrays.items():
        if variables[key].get_value().shape != values.shape:
            variables[key].resize(values.shape if values.ndim > 1 else len(values))
        variables[key].get_value()[...] = values


def pack_queues(network: Any) -> bytes:
    """Write down the spikes in flight."""
    return json.dumps({name: _plain(pathway.queue._full_state()) for name, pathway in _pathways(network)}).encode()


def unpack_queues(network: Any, packed: bytes) -> None:
    """Put spikes in flight back into their queues."""
    states = json.loads(packed)
    for name, pathway in _pathways(network):
        offset, *rest = states[name]
        # Brian2's queue in plain Python, used where its compiled one is missing, keeps two arrays.
        state = (offset, rest[0]) if len(rest) == 1 else (offset, *(np.array(entry) for entry in rest))
        pathway.queue._restore_from_full_state(state)


def pack_random(state: Mapping[str, Any]) -> bytes:
    """Write down the state of a generator."""
    return json.dumps(_plain(state)).encode()


def unpack_random(packed: bytes) -> dict[str, Any]:
    """Read the state of a generator."""
    state: dict[str, Any] = json.loads(packed)
    state["state"]["key"] = np.array(state["state"]["key"], dtype=np.uint32)
    return state


def _pathways(network: Any) -> Iterator[tuple[str, Any]]:
    for item in network.sorted_objects:
        if isinstance(item, b2.synapses.synapses.SynapticPathway):
            yield item.name, item


def _is_structure(key: str) -> bool:
    return key.rpartition(".")[2] in STRUCTURE


def _plain(value: Any) -> Any:
    """Turn nested tuples and arrays into what JSON can hold; bit for bit, since all of it is integers and doubles."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
