"""Results on disk: one folder a cell, whole or not at all, so that a run can be killed at any moment and resumed."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.experiment.model import Experiment, to_toml
from neurosim.compare.running.cell import CellSpec
from neurosim.compare.running.claim import claim_folder
from neurosim.compare.running.files import write_bytes, write_text
from neurosim.compare.running.provenance import Code, code_at_work
from neurosim.data import Costs, CurvePoint, EventCounts, Record, Series

ITEMS = "items:"
"""Before the name of a measure, among the arrays on disk."""


class Store:
    """The results folder of one experiment, which no other process can write into until it is closed.

    Parameters
    ----------
    folder : Path
        Where results go; created if missing.
    experiment : Experiment
        What is run.
    resume : bool
        Go on with a folder that holds results of the same experiment.

    Raises
    ------
    InputError
        If the folder cannot be used; see :func:`neurosim.compare.running.claim.claim_folder`.
    """

    def __init__(self, folder: Path, experiment: Experiment, resume: bool) -> None:
        self.folder = folder
        self._lock = claim_folder(folder, to_toml(experiment), resume)
        self._code = code_at_work()

    def close(self) -> None:
        """Let others write into the folder."""
        self._lock.release()

    def read(self, spec: CellSpec) -> Record | None:
        """Give a finished cell's record, or None if it is missing, damaged, or of other settings."""
        return read_cell(self._cell(spec), spec)

    def write(self, spec: CellSpec, record: Record) -> None:
        """Write a cell's folder, whole or not at all."""
        cell = self._cell(spec)
        partial = cell.with_name(f".{cell.name}.{os.getpid()}.part")
        named = {f"{ITEMS}{measure}": numbers for measure, numbers in record.items.items()}
        arrays = _packed({**record.arrays, **named})
        body = json.loads(json.dumps(asdict(replace(record, arrays={}, items={})), default=_plain, allow_nan=False))
        del body["arrays"], body["items"]
        stored = {
            "record": body,
            "checksum": _checksum(body),
            "arrays": hashlib.sha256(arrays).hexdigest(),
            "spec": _checksum(asdict(spec)),
            "measured_with": asdict(self._code),
        }
        try:
            shutil.rmtree(partial, ignore_errors=True)
            write_text(partial / "record.json", json.dumps(stored, indent=1))
            write_text(partial / "curves.csv", _curve_lines(record))
            write_bytes(partial / "arrays.npz", arrays)
            shutil.rmtree(cell, ignore_errors=True)
            os.replace(partial, cell)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def measured_with(self, spec: CellSpec) -> Code:
        """Say with which code a finished cell was measured; nothing is known of cells of the first versions."""
        stored = json.loads((self._cell(spec) / "record.json").read_text(encoding="utf-8"))
        return Code(**stored.get("measured_with", {}))

    def _cell(self, spec: CellSpec) -> Path:
        return self.folder / "cells" / spec.condition / spec.label / str(spec.seed)


def read_cell(cell: Path, spec: CellSpec | None = None) -> Record | None:
    """Read a cell's folder.

    Parameters
    ----------
    cell : Path
        The folder.
    spec : CellSpec, optional
        Of which the cell must be the outcome.

    Returns
    -------
    Record or None
        None if it is missing, damaged, or of another specification.
    """
    try:
        stored = json.loads((cell / "record.json").read_text(encoding="utf-8"))
        body, arrays = stored["record"], (cell / "arrays.npz").read_bytes()
        if stored["checksum"] != _checksum(body) or stored["arrays"] != hashlib.sha256(arrays).hexdigest():
            return None
        if spec is not None and stored["spec"] != _checksum(asdict(spec)):
            return None
        return _record(body, _unpacked(arrays))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


def _checksum(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def _record(body: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Record:
    costs = Costs(**{phase: EventCounts(**counts) for phase, counts in body["costs"].items()})
    curve = tuple(CurvePoint(**point) for point in body["curve"])
    series = {name: Series(**_as_tuples(one)) for name, one in body["series"].items()}
    known = {field.name for field in dataclasses.fields(Record)} - {"arrays", "items"}
    if set(body) != known:
        raise ValueError("a record of another version")
    items = {name.removeprefix(ITEMS): array for name, array in arrays.items() if name.startswith(ITEMS)}
    others = {name: array for name, array in arrays.items() if not name.startswith(ITEMS)}
    return Record(**(body | {"costs": costs, "curve": curve, "series": series, "arrays": others, "items": items}))


def _as_tuples(series: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in series.items()}


def _curve_lines(record: Record) -> str:
    names = [field.name for field in dataclasses.fields(CurvePoint)]
    values = [[getattr(point, name) for name in names] for point in record.curve]
    lines = [",".join("" if value is None else repr(value) for value in line) for line in values]
    return "\n".join([",".join(names), *lines]) + "\n"


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise TypeError(f"{name} holds Python objects, which only pickle could write; accepted: numbers and text")
    # NumPy dates every entry 1980, so that equal arrays are equal files.
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    return packed.getvalue()


def _unpacked(packed: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
