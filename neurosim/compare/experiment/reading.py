"""An experiment's fields from a TOML file, with what is set on top of them."""

from __future__ import annotations

import copy
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from neurosim.compare.experiment.paths import placed
from neurosim.errors import InputError, out_of_range, unknown_name

TABLES_OF_ROWS = ("learners", "control_parameters", "protocol", "conditions", "design")
"""Fields that need not be there yet to be given a parameter by ``--set``."""


def read_fields(
    path: Path, overrides: Sequence[str] = (), shortened: Mapping[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """Read the fields of an experiment from a TOML file, with fields and then ``--set`` overrides on top.

    A shortened run takes ``shortened``, and over it what the file's table ``[quick]`` says, under which its claim still
    shows. Without a ``name`` of its own it is named after the file. Plugins given as a field join those in the file.
    Paths in the file are relative to the file; those given on top, to the working folder.

    Raises
    ------
    InputError
        If the file cannot be read or is not TOML, or an override leads nowhere.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"experiment {str(path)!r} cannot be read as TOML: {error}") from error
    table = placed(table, path.parent)
    fields = placed(fields, Path.cwd())
    own = table.pop("quick") if isinstance(table.get("quick"), dict) else {}
    if shortened is not None:
        table |= {**shortened, **own, "quick": True}
    own_plugins = table.get("plugins")
    if isinstance(own_plugins, list) and "plugins" in fields:
        fields["plugins"] = list(dict.fromkeys([*map(os.path.abspath, own_plugins), *fields["plugins"]]))
    return with_overrides({"name": path.stem} | table | fields, overrides)


def with_overrides(table: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Apply ``path.to.field=value`` texts to nested dictionaries; values are read as TOML, else as text.

    Raises
    ------
    InputError
        If a text has no ``=``, or its path does not lead to a field.
    """
    table = copy.deepcopy(table)
    for override in overrides:
        path, equals, value = override.partition("=")
        if not equals or not all(path.split(".")):
            raise out_of_range("--set", override, "path.to.field=value, for example learners.mlp.learning_rate=0.01")
        *parents, field = path.strip().split(".")
        place = table
        for number, parent in enumerate(parents):
            may_be_new = parents[0] not in ("learners", "protocol") if number else parent in TABLES_OF_ROWS
            if parent == "protocol" and isinstance(place.get(parent), str):
                place[parent] = {"kind": place[parent]}
            if parent not in place and not may_be_new:
                raise unknown_name("--set " + ".".join(parents[:number]), parent, place)
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise out_of_range("--set", override, f"a path to a field; {parent} has no fields")
        place[field] = _toml_value(value.strip())
    return table


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
