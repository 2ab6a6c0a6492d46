"""Arrays of a running network's state under names of one's own; synapses that join all to all are seen as matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.snn.engine.interface import Engine

Array = NDArray[Any]


class Views(dict[str, Array]):
    """Arrays by name; writing to them writes the state."""

    def __missing__(self, name: str) -> Array:
        raise unknown_name("view", name, self)


def named_views(engine: Engine, keys: Mapping[str, str], shapes: Mapping[str, tuple[int, ...]]) -> Views:
    """Look at an engine's arrays.

    Parameters
    ----------
    engine : Engine
        Whose state is seen.
    keys : mapping of str to str
        Name to the engine's key, ``"object.variable"``.
    shapes : mapping of str to tuple of int
        By name, where the caller knows better. All others are flat, but for variables of synapses that join all to all:
        those are (n_sources, n_targets).

    Returns
    -------
    Views

    Raises
    ------
    InputError
        If a key does not exist, or a shape holds another number of elements.
    """
    used = {owner(key) for key in keys.values()}
    matrices = {name: _matrix_shape(engine, name) for name in engine.manifest.pathways if name in used}
    views = Views()
    for name, key in keys.items():
        try:
            view: Array = engine.view(key)
        except KeyError as error:
            raise InputError(f"view {name!r}: {error.args[0]}") from error
        matrix = matrices.get(owner(key))
        if name in shapes:
            if np.prod(shapes[name], dtype=int) != view.size:
                raise out_of_range(f"shape of view {name!r}", shapes[name], f"{view.size} elements, as {key} has")
            view = view.reshape(shapes[name])
        elif matrix is not None and matrix[0] * matrix[1] == view.size:
            view = view.reshape(matrix)
        views[name] = view
    return views


def owner(key: str) -> str:
    """Give the object that a key belongs to."""
    return key.rpartition(".")[0]


def _matrix_shape(engine: Engine, pathway: str) -> tuple[int, int] | None:
    """Give (n_sources, n_targets) where synapses join all to all, stored source by source; None where they do not."""
    sources, targets = (engine.view(f"{pathway}._synaptic_{end}") for end in ("pre", "post"))
    if not sources.size:
        return None
    n_sources, n_targets = int(sources[-1]) + 1, int(targets[-1]) + 1
    number = np.arange(sources.size)
    in_order = not (np.any(sources != number // n_targets) or np.any(targets != number % n_targets))
    return (n_sources, n_targets) if in_order and sources.size == n_sources * n_targets else None
