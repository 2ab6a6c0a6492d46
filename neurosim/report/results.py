"""A finished run as the report reads it: the summary, and the records of its cells where they are still there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurosim.compare.running.store import CONDITION, read_cell
from neurosim.compare.summary.comparison import SCHEMA
from neurosim.data import Record
from neurosim.errors import InputError


@dataclass(frozen=True)
class Results:
    """What a folder holds.

    Attributes
    ----------
    folder : Path
        Where.
    summary : dict
        ``results.json``.
    records : mapping of str to list of Record
        The learners' records, seed by seed; no entry for a learner with a cell that is missing or damaged.
    """

    folder: Path
    summary: dict[str, Any]
    records: Mapping[str, list[Record]]

    @property
    def lacking(self) -> list[str]:
        """Learners whose records are not all there."""
        return [label for label in self.summary["learners"] if label not in self.records]


def read_results(folder: Path) -> Results:
    """Read a finished run.

    Raises
    ------
    InputError
        If the folder holds no results.
    """
    try:
        summary = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(folder)!r} holds no readable results.json; accepted: a finished run") from error
    if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
        raise InputError(f"{str(folder)!r}: results.json is not a summary of schema {SCHEMA}; accepted: a finished run")
    records = {label: _records(folder / "cells" / CONDITION / label) for label in summary["learners"]}
    whole = {label: found for label, found in records.items() if len(found) == summary["n_seeds"]}
    return Results(folder, summary, whole)


def _records(folder: Path) -> list[Record]:
    seeds = sorted(int(path.name) for path in folder.glob("*") if path.name.isdigit())
    found = [read_cell(folder / str(seed)) for seed in seeds]
    return [record for record in found if record is not None]
