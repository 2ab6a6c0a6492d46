"""Checkpoint files: a ``.npz`` of plain arrays with a JSON header. Written whole or not at all, read without pickle."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError
from neurosim.snn.models import Rule
from neurosim.snn.plain import rule_from_plain, rule_to_plain

VERSION = 1


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
        raise InputError(f"a parameter cannot be saved: {error}; accepted: numbers, text and sequences") from error
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
    header["parameters"] = {name: _rich(value) for name, value in header["parameters"].items()}
    return header, arrays


def _rich(value: Any) -> Any:
    if isinstance(value, dict) and "rule" in value:
        return rule_from_plain(value["rule"])
    return tuple(value) if isinstance(value, list) else value


def _plain(value: object) -> Any:
    if isinstance(value, Rule):
        return {"rule": rule_to_plain(value)}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} of type {type(value).__name__}")
