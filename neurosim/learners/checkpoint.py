"""Checkpoint files: a ``.npz`` of plain arrays with a JSON header. Written whole or not at all, read without pickle.

Parameters are numbers, text and sequences. One that may also be an object, such as a rule, is written by the plain form
that its learner names for it.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError

VERSION = 1


@dataclass(frozen=True)
class PlainForm:
    """How objects of one type are written as numbers, text and sequences, and made again.

    Attributes
    ----------
    type : type
        Of the objects; any other value is written as it is.
    to_plain, from_plain : callable
        From an object to a dictionary, and back.
    """

    type: type
    to_plain: Callable[[Any], dict[str, Any]]
    from_plain: Callable[[dict[str, Any]], Any]


def plain_parameters(parameters: Mapping[str, Any], forms: Mapping[str, PlainForm]) -> dict[str, Any]:
    """Write those parameters as plain values that are objects of the type that their form knows.

    Parameters
    ----------
    parameters : mapping of str to object
        Constructor arguments.
    forms : mapping of str to PlainForm
        Of the parameters that may be objects.

    Raises
    ------
    InputError
        If an object has no plain form.
    """
    plain = dict(parameters)
    for name, form in forms.items():
        if isinstance(plain.get(name), form.type):
            try:
                plain[name] = {name: form.to_plain(plain[name])}
            except TypeError as error:
                raise _unwritable(error) from error
    for name, value in plain.items():
        if callable(value):
            raise InputError(
                f"a parameter cannot be saved: {name} is {value!r}, code that a file does not hold; accepted: numbers, "
                "text and sequences, so the name of something built in"
            )
    return plain


def rich_parameters(plain: Mapping[str, Any], forms: Mapping[str, PlainForm]) -> dict[str, Any]:
    """Make parameters again of what :func:`plain_parameters` gave and a file kept; sequences come back as tuples."""
    return {name: _rich(name, value, forms) for name, value in plain.items()}


def _rich(name: str, value: Any, forms: Mapping[str, PlainForm]) -> Any:
    if name in forms and isinstance(value, dict):
        return forms[name].from_plain(value[name])
    return tuple(value) if isinstance(value, list) else value


def write_checkpoint(path: Path, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Write a header and arrays.

    Raises
    ------
    InputError
        If the header holds something that JSON cannot hold, or the folder cannot be written.
    """
    try:
        text = json.dumps(header | {"version": VERSION}, default=_plain)
    except TypeError as error:
        raise _unwritable(error) from error
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "wb") as file:
            np.savez(file, header=np.array(text), **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise InputError(f"checkpoint {str(path)!r} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def read_checkpoint(path: Path, learner: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what :func:`write_checkpoint` wrote.

    Raises
    ------
    InputError
        If the file is missing, damaged, of another version or of another learner.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(str(arrays.pop("header")))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"checkpoint {str(path)!r} cannot be read: {error}; accepted: a file that save wrote"
        ) from error
    if header.get("version") != VERSION or header.get("learner") != learner:
        raise InputError(
            f"checkpoint {str(path)!r} is of learner {header.get('learner')!r}, version {header.get('version')}; "
            f"accepted: {learner!r}, version {VERSION}"
        )
    return header, arrays


def _unwritable(error: TypeError) -> InputError:
    return InputError(f"a parameter cannot be saved: {error}; accepted: numbers, text and sequences")


def _plain(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} of type {type(value).__name__}")
