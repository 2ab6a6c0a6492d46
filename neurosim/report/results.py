"""A finished run as the report reads it: the summary, and the records of its cells where they are still there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurosim.compare.running.store import read_cell
from neurosim.compare.summary.comparison import SCHEMA, views_of
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
    records : mapping of str to mapping of str to list of Record
        By condition and label: the learners' records, seed by seed; no entry for a learner with a cell that is missing
        or damaged.
    """

    folder: Path
    summary: dict[str, Any]
    records: Mapping[str, Mapping[str, list[Record]]]

    @property
    def views(self) -> list[dict[str, Any]]:
        """Each condition beside what all conditions share."""
        return views_of(self.summary)

    def lacking(self, view: Mapping[str, Any]) -> list[str]:
        """Name the learners of a condition whose records are not all there."""
        return [label for label in view["learners"] if label not in self.records[view["id"]]]


def read_results(folder: Path) -> Results:
    """Read a finished run.

    Raises
    ------
    InputError
        If the folder holds no results, or those of another version.
    """
    try:
        summary = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(folder)!r} holds no readable results.json; accepted: a finished run") from error
    if not isinstance(summary, dict) or "schema" not in summary:
        raise InputError(f"{str(folder)!r}: results.json is not a summary of schema {SCHEMA}; accepted: a finished run")
    if summary["schema"] != SCHEMA:
        raise InputError(
            f"{str(folder)!r}: results.json is of schema {summary['schema']}, and this version reads schema {SCHEMA}; "
            "accepted: a run of this version, or the version that wrote it"
        )
    records = {one["id"]: _of_condition(folder, one, summary["n_seeds"]) for one in summary["conditions"]}
    return Results(folder, summary, records)


def _of_condition(folder: Path, condition: Mapping[str, Any], n_seeds: int) -> dict[str, list[Record]]:
    found = {label: _records(folder / "cells" / condition["id"] / label) for label in condition["learners"]}
    return {label: records for label, records in found.items() if len(records) == n_seeds}


def _records(folder: Path) -> list[Record]:
    seeds = sorted(int(path.name) for path in folder.glob("*") if path.name.isdigit())
    found = [read_cell(folder / str(seed)) for seed in seeds]
    return [record for record in found if record is not None]
