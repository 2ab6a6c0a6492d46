"""Which way do the weights go? Cells of learners and seeds, measured at shares of their budget, kept and summed up."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

import neurosim
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.protocols.directions import LARGEST, numbers_of_trials
from neurosim.compare.running.claim import claim_folder
from neurosim.compare.running.directions_cell import DirectionsCell, run_directions_cell
from neurosim.compare.running.files import write_json, write_text
from neurosim.compare.running.provenance import provenance
from neurosim.compare.running.run import Outcome, Report, check_jobs, run_to_results
from neurosim.compare.summary.directions import NAME, summarise_directions
from neurosim.compare.summary.directions_table import directions_csv
from neurosim.errors import out_of_range
from neurosim.learners import learner_class, traits_of
from neurosim.learners.bench import bench_class

SHARES = (0.0, 0.5)


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    opened : OpenedExperiment
        Task, learners, seeds and budget.
    shares : tuple of float
        Shares of the budget after which the weights are held.
    largest : int
        Trials to be averaged at most.

    Raises
    ------
    InputError
        If a number is out of range, or a learner cannot be measured.
    """

    opened: OpenedExperiment
    shares: tuple[float, ...] = SHARES
    largest: int = LARGEST

    def __post_init__(self) -> None:
        if not self.shares or any(not 0 <= share <= 1 for share in self.shares):
            raise out_of_range("--shares", list(self.shares), "numbers from 0 to 1, separated by commas")
        if len(set(self.shares)) != len(self.shares):
            raise out_of_range("--shares", list(self.shares), "different numbers")
        if not 1 <= self.largest <= 10**7:
            raise out_of_range("--trials", self.largest, "a whole number from 1 to 10000000")
        registry = self.opened.registry
        for settings in self.opened.experiment.learners.values():
            bench_class(learner_class(settings.kind, registry), settings.kind, registry)

    def cells(self) -> list[DirectionsCell]:
        """List all cells: every learner for every seed, in a fixed order."""
        experiment = self.opened.experiment
        return [
            DirectionsCell(label, seed, experiment, self.shares, self.largest)
            for seed in experiment.seeds
            for label in experiment.learners
        ]

    def to_toml(self) -> str:
        """Write everything that decides the result as TOML."""
        body = self.opened.experiment.model_dump(exclude_none=True, mode="json")
        return tomli_w.dumps(body | {"directions": {"shares": list(self.shares), "largest": self.largest}})

    def digest(self) -> str:
        """Give the SHA-256 of this plan, the version, the task's data and the plugins."""
        text = f"neurosim {neurosim.__version__}\n{self.to_toml()}"
        return hashlib.sha256("\n".join([text, *map(str, self.opened.checksums)]).encode()).hexdigest()


class _Shelf:
    """Finished cells in a measurement's folder, one file each."""

    def __init__(self, folder: Path, plan: Plan, resume: bool) -> None:
        self._folder, self._digest = folder / "cells", plan.digest()
        self._lock = claim_folder(folder, plan.to_toml(), resume)

    def read(self, cell: DirectionsCell) -> dict[str, Any] | None:
        """Give a finished cell, or None if it is missing, damaged, or of other settings."""
        try:
            stored = json.loads(self._path(cell).read_text(encoding="utf-8"))
            found = stored["cell"] if stored["of"] == self._digest else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, cell: DirectionsCell, found: dict[str, Any]) -> None:
        """Write a cell's file, whole or not at all."""
        write_json(self._path(cell), {"of": self._digest, "cell": found})

    def close(self) -> None:
        """Let others write into the folder."""
        self._lock.release()

    def _path(self, cell: DirectionsCell) -> Path:
        return self._folder / cell.label / f"{cell.seed}.json"


def run_directions(plan: Plan, out: Path, jobs: int = 1, resume: bool = False, report: Report | None = None) -> Outcome:
    """Measure all cells and write ``directions.json`` and ``directions.csv``.

    Parameters
    ----------
    plan : Plan
        What to measure.
    out : Path
        Folder of the results.
    jobs : int, default=1
        Processes; results do not depend on it.
    resume : bool, default=False
        Go on in a folder that holds a part of the same measurement.
    report : callable, optional
        Told how far the measurement is.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If the folder cannot be used, or there is less than one process.
    RunStopped
        If results can no longer be written, for example because the disk is full.
    """
    check_jobs(jobs)
    began = time.time()
    shelf = _Shelf(out, plan, resume)

    def write_results(done: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return _write_results(plan, done, out, began, jobs)

    return run_to_results(plan.cells(), run_directions_cell, shelf, write_results, out, jobs, report)


def _write_results(
    plan: Plan, done: Mapping[str, Mapping[str, Any]], out: Path, began: float, jobs: int
) -> dict[str, Any]:
    opened, experiment = plan.opened, plan.opened.experiment
    traits = {
        label: traits_of(settings.kind, settings.parameters, opened.registry)
        for label, settings in experiment.learners.items()
    }
    has_spikes = any(of_label.unit == "spike" for of_label in traits.values())
    origin = provenance(opened, began, jobs, has_spikes) | {"experiment": plan.to_toml()}
    summary = summarise_directions(experiment, traits, done, plan.shares, numbers_of_trials(plan.largest), origin)
    write_text(out / "directions.csv", directions_csv(summary))
    write_json(out / NAME, summary)
    return summary
