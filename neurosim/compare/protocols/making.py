"""A protocol from its name and its fields, checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from neurosim.compare.protocols.work import Presenting
from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.registry import Registry, open_registry


def make_protocol(kind: str, parameters: Mapping[str, Any] | None = None, registry: Registry | None = None) -> Any:
    """Make a protocol by its registry name.

    Parameters
    ----------
    kind : str
        A registered name, for example ``"trials"``.
    parameters : mapping, optional
        Its fields; lists stand for tuples, as a TOML file holds them.
    registry : Registry, optional
        Where the name is looked up; built-ins and entry points by default.

    Returns
    -------
    Presenting

    Raises
    ------
    InputError
        If the name or a field is unknown, a value is not of the field's type, or the protocol refuses it.
    """
    cls = protocol_class(kind, registry)
    fields = {field.name for field in dataclasses.fields(cls) if field.init}
    for name in parameters or {}:
        if name not in fields:
            raise unknown_name("protocol: field", name, fields)
    try:
        made: Presenting = TypeAdapter(cls).validate_python(dict(parameters or {}))
    except ValidationError as error:
        raise InputError(_in_our_words(error)) from error
    return made


def protocol_class(kind: str, registry: Registry | None = None) -> Any:
    """Find a protocol's class by its registry name.

    Raises
    ------
    InputError
        If the name is unknown, or what it names is no protocol.
    """
    found: Any = (registry or open_registry()).find("protocols", kind).load()
    is_protocol = isinstance(found, type) and dataclasses.is_dataclass(found)
    if not is_protocol or not all(hasattr(found, name) for name in ("run", "measures")):
        raise InputError(
            f"protocol {kind!r} is {found!r}; accepted: a frozen dataclass with methods measures and run, "
            "see docs/extending.md"
        )
    return found


def _in_our_words(error: ValidationError) -> str:
    problem = error.errors()[0]
    if problem["type"] == "value_error":
        return f"protocol: {problem['msg'].removeprefix('Value error, ')}"
    field = ".".join(["protocol", *map(str, problem["loc"])])
    return str(out_of_range(field, problem.get("input"), problem["msg"][0].lower() + problem["msg"][1:]))
