"""What is to be learned. A task knows nothing of spikes, layers or learners."""

from __future__ import annotations

import inspect
from typing import Any

from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.registry import Registry, open_registry
from neurosim.tasks.base import Task

__all__ = ["Task", "load_task"]


def load_task(text: str, registry: Registry | None = None, *, target: str | None = None, **parameters: Any) -> Task:
    """Find a task by name, with parameters, or make one of the user's own file.

    Parameters
    ----------
    text : str
        A registered name (``"digits"``), a name with parameters (``"parity:n_bits=3"``), or the path of a ``.csv``
        or ``.npz``.
    registry : Registry, optional
        Where names are looked up; built-ins and entry points by default.
    target : str, optional
        The label's column of a CSV.
    **parameters
        The task's own parameters.

    Returns
    -------
    Task

    Raises
    ------
    InputError
        If the name or a parameter is unknown, or the file cannot be used.
    """
    if text.lower().endswith((".csv", ".npz")):
        from neurosim.tasks.table import table

        if parameters:
            raise unknown_name(f"task {text!r}: parameter", next(iter(parameters)), ())
        return table(text, target)
    if target is not None:
        raise InputError(f"target is {target!r}, but task {text!r} is not a table; accepted: no --target")
    name, _, written = text.partition(":")
    made = (registry or open_registry()).find("tasks", name).load()
    parameters = {**_parse_parameters(name, written), **parameters}
    if callable(made):
        accepted = inspect.signature(made).parameters
        for key in parameters:
            if key not in accepted:
                raise unknown_name(f"task {name!r}: parameter", key, accepted)
        made = made(**parameters)
    elif parameters:
        raise unknown_name(f"task {name!r}: parameter", next(iter(parameters)), ())
    if not isinstance(made, Task):
        raise InputError(f"task {name!r} gives {type(made).__name__}; accepted: a neurosim.tasks.Task")
    return made


def _parse_parameters(name: str, written: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for part in filter(None, written.split(",")):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise out_of_range(f"task {name!r}: parameter", part, "key=value")
        parameters[key.strip()] = _parse_value(value.strip())
    return parameters


def _parse_value(text: str) -> Any:
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text
