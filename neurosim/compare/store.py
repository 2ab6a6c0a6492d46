"""Results on disk: one folder a cell, whole or not at all, so that a run can be killed at any moment and resumed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from neurosim.compare.cell import CellSpec
from neurosim.compare.experiment import Experiment, to_toml
from neurosim.compare.files import write_text
from neurosim.data import Costs, CurvePoint, EventCounts, Record
from neurosim.errors import InputError

CONDITION = "default"


class Store:
    """The results folder of one experiment.

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
        If the folder cannot be written, holds anything and ``resume`` is not given, or holds another experiment.
    """

    def __init__(self, folder: Path, experiment: Experiment, resume: bool) -> None:
        self.folder = folder
        text = to_toml(experiment)
        kept = folder / "experiment.toml"
        if folder.exists() and not folder.is_dir():
            raise InputError(f"out is {str(folder)!r}, which is a file; accepted: a folder")
        if folder.is_dir() and any(folder.iterdir()) and not kept.is_file():
            raise InputError(f"out {str(folder)!r} holds something else than results; accepted: a new or empty folder")
        if kept.is_file():
            if not resume:
                raise InputError(f"out {str(folder)!r} holds results; accepted: --resume, or another folder")
            if kept.read_text(encoding="utf-8") != text:
                raise InputError(
                    f"out {str(folder)!r} holds another experiment; accepted: the same one, or a new folder"
                )
        else:
            write_text(kept, text)

    def read(self, spec: CellSpec) -> Record | None:
        """Give a finished cell's record, or None if it is missing, damaged, or of other settings."""
        try:
            stored = json.loads((self._cell(spec) / "record.json").read_text(encoding="utf-8"))
            body = stored["record"]
            if stored["checksum"] != _checksum(body) or stored["spec"] != _checksum(asdict(spec)):
                return None
            return _record(body)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, spec: CellSpec, record: Record) -> None:
        """Write a cell's folder, whole or not at all."""
        cell = self._cell(spec)
        partial = cell.with_name(f".{cell.name}.{os.getpid()}.part")
        body = json.loads(json.dumps(asdict(record), default=_plain, allow_nan=False))
        stored = {"record": body, "checksum": _checksum(body), "spec": _checksum(asdict(spec))}
        lines = ["presentations,validation,connections"]
        lines += [f"{point.presentations},{point.validation!r},{point.connections}" for point in record.curve]
        try:
            shutil.rmtree(partial, ignore_errors=True)
            write_text(partial / "record.json", json.dumps(stored, indent=1))
            write_text(partial / "curves.csv", "\n".join(lines) + "\n")
            shutil.rmtree(cell, ignore_errors=True)
            os.replace(partial, cell)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _cell(self, spec: CellSpec) -> Path:
        return self.folder / "cells" / CONDITION / spec.label / str(spec.seed)


def write_csv(path: Path, records: Mapping[str, list[Record]]) -> None:
    """Write a tidy table: one line a learner, seed and measure."""
    lines = ["label,kind,seed,measure,value"]
    for label, of_label in records.items():
        for record in of_label:
            measures: dict[str, Any] = {part: getattr(record, part) for part in ("train", "validation", "test")}
            measures |= {"n_units": record.n_units, "n_parameters": record.n_parameters}
            for phase, counts in asdict(record.costs).items():
                measures |= {f"{phase}.{name}": value for name, value in counts.items()}
            lines += [f"{label},{record.kind},{record.seed},{m},{'' if v is None else v}" for m, v in measures.items()]
    write_text(path, "\n".join(lines) + "\n")


def _checksum(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def _record(body: dict[str, Any]) -> Record:
    costs = Costs(**{phase: EventCounts(**counts) for phase, counts in body["costs"].items()})
    curve = tuple(CurvePoint(**point) for point in body["curve"])
    known = {field.name for field in dataclasses.fields(Record)}
    if set(body) != known:
        raise ValueError("a record of another version")
    return Record(**(body | {"costs": costs, "curve": curve}))
