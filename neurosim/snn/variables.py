"""Lists the state arrays of Brian2 objects, whether a circuit or a researcher's function made them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from neurosim.snn.brian import b2
from neurosim.snn.manifest import VariableEntry


def array_variables(objects: Iterable[Any], clock: Any = None) -> Iterator[tuple[str, Any]]:
    """Give ``("object.variable", Brian2's variable)`` for each array, once, under the name of its owner.

    Delays go under the name of the pathway that has them (``"synapses_pre.delay"``).
    """
    seen = set()
    items = [*flatten(objects), *([clock] if clock is not None else [])]
    # Synapses refer to their pathways' delays, under names that differ between versions of Brian2.
    for item in sorted(items, key=lambda item: not _is_pathway(item)):
        delays = _is_pathway(item)
        for name in ["delay"] if delays else list(getattr(item, "variables", ())):
            variable = item.variables[name]
            if isinstance(variable, b2.core.variables.ArrayVariable) and id(variable) not in seen:
                seen.add(id(variable))
                yield f"{item.name}.delay" if delays else f"{variable.owner.name}.{variable.name}", variable


def flatten(objects: Iterable[Any]) -> Iterator[Any]:
    """Go through objects and what they contain (thresholders, pathways...)."""
    for item in objects:
        yield item
        yield from flatten(getattr(item, "contained_objects", ()))


def list_variables(objects: Iterable[Any], clock: Any = None) -> dict[str, VariableEntry]:
    """Describe every state array."""
    return {
        key: VariableEntry(
            dtype=np.dtype(variable.dtype).name,
            dimensions=tuple(float(exponent) for exponent in variable.dim._dims),
            size=_size(variable),
            # Delays are fixed once the queues are prepared.
            read_only=bool(variable.read_only) or key.endswith(".delay"),
        )
        for key, variable in array_variables(objects, clock)
    }


def list_populations(objects: Iterable[Any]) -> dict[str, int]:
    """Give the groups that can spike, with their sizes."""
    return {item.name: len(item) for item in objects if "_spikespace" in getattr(item, "variables", ())
            and not isinstance(item, b2.Synapses)}  # fmt: skip


def _is_pathway(item: Any) -> bool:
    return isinstance(item, b2.synapses.synapses.SynapticPathway)


def _size(variable: Any) -> int:
    size = variable.size
    return int(size) if isinstance(size, int | np.integer) else -1
