"""Reads a network's table of contents back from the JSON beside its library. Imports no Brian2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.snn.manifest import Manifest, PathwayEntry, VariableEntry


def read_manifest(content: Mapping[str, Any]) -> Manifest:
    """Make a table of contents from its JSON form."""
    variables = {
        key: VariableEntry(**{**entry, "dimensions": tuple(entry["dimensions"])})
        for key, entry in content["variables"].items()
    }
    pathways = {}
    for name, entry in content["pathways"].items():
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        pathways[name] = PathwayEntry(**fields)
    return Manifest(**{**content, "variables": variables, "pathways": pathways})
