"""Which way do the weights go? Cells of learners and seeds, measured at shares of their budget, and their summary."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

import neurosim
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.protocols.directions import LARGEST, numbers_of_trials
from neurosim.compare.running.claim import claim_folder
from neurosim.compare.running.directions_cell import DirectionsCell, run_directions_cell
from neurosim.compare.running.directions_table import write_table
from neurosim.compare.running.files import write_json
from neurosim.compare.running.provenance import provenance
from neurosim.compare.running.run import Report, check_jobs, forget_failures, run_and_keep
from neurosim.compare.statistics.intervals import student_interval
from neurosim.errors import InputError, RunStopped, out_of_range
from neurosim.learners import learner_class, traits_of
from neurosim.learners.bench import bench_class
from neurosim.registry import open_registry
from neurosim.tasks import load_task

SCHEMA = 1
NAME = "directions.json"
SHARES = (0.0, 0.5)


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    experiment : Experiment
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

    experiment: Experiment
    shares: tuple[float, ...] = SHARES
    largest: int = LARGEST

    def __post_init__(self) -> None:
        if not self.shares or any(not 0 <= share <= 1 for share in self.shares):
            raise out_of_range("--shares", list(self.shares), "numbers from 0 to 1, separated by commas")
        if len(set(self.shares)) != len(self.shares):
            raise out_of_range("--shares", list(self.shares), "different numbers")
        if not 1 <= self.largest <= 10**7:
            raise out_of_range("--trials", self.largest, "a whole number from 1 to 10000000")
        registry = open_registry(self.experiment.plugins)
        for settings in self.experiment.learners.values():
            bench_class(learner_class(settings.kind, registry), settings.kind)

    def cells(self) -> list[DirectionsCell]:
        """List all cells: every learner for every seed, in a fixed order."""
        experiment = self.experiment
        return [
            DirectionsCell(label, seed, experiment, self.shares, self.largest)
            for seed in experiment.seeds
            for label in experiment.learners
        ]

    def to_toml(self) -> str:
        """Write everything that decides the result as TOML."""
        body = self.experiment.model_dump(exclude_none=True, mode="json")
        return tomli_w.dumps(body | {"directions": {"shares": list(self.shares), "largest": self.largest}})


@dataclass(frozen=True)
class Outcome:
    """What a run left behind: the summary, or the cells that failed with what went wrong."""

    summary: dict[str, Any] | None
    failures: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)


class _Cells:
    """Finished cells in a measurement's folder, one file each."""

    def __init__(self, folder: Path, digest: str) -> None:
        self._folder, self._digest = folder / "cells", digest

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
    lock, shelf = claim_folder(out, plan.to_toml(), resume), _Cells(out, _digest(plan))
    try:
        kept = run_and_keep(plan.cells(), run_directions_cell, shelf, jobs, out, report)
        if kept.failures:
            return Outcome(None, kept.failures, kept.tracebacks)
        summary = summarise_directions(plan, kept.done, began, jobs)
        write_table(out / "directions.csv", summary)
        write_json(out / NAME, summary)
        forget_failures(out)
        return Outcome(summary)
    except (InputError, OSError) as error:
        raise RunStopped(f"the run stopped: {error}; --resume goes on when that is mended") from error
    finally:
        lock.release()


def summarise_directions(plan: Plan, cells: Mapping[str, Mapping[str, Any]], began: float, jobs: int) -> dict[str, Any]:
    """Average cells over seeds.

    Parameters
    ----------
    plan : Plan
        What was measured.
    cells : mapping of str to mapping
        ``label/seed`` to what :func:`run_directions_cell` gave.
    began : float
        Start, in seconds since 1970.
    jobs : int
        Processes.

    Returns
    -------
    dict
        ``directions.json``, plain values.
    """
    experiment = plan.experiment
    registry = open_registry(experiment.plugins)
    task = load_task(experiment.task, registry, target=experiment.target)
    learners = {}
    for label, settings in experiment.learners.items():
        traits = traits_of(settings.kind, settings.parameters, registry)
        of_label = [cells[f"{label}/{seed}"] for seed in experiment.seeds]
        learners[label] = {
            "kind": settings.kind,
            "unit": traits.unit,
            "teacher": traits.teacher,
            "rule": traits.rule,
            "step": of_label[0]["step"],
            "population": of_label[0]["population"],
            "moments": [_over_seeds([cell["moments"][k] for cell in of_label]) for k in range(len(plan.shares))],
        }
    has_spikes = any(row["unit"] == "spike" for row in learners.values())
    return {
        "schema": SCHEMA,
        "task": experiment.task_title,
        "first_seed": experiment.first_seed,
        "n_seeds": experiment.n_seeds,
        "trials": list(numbers_of_trials(plan.largest)),
        "shares": sorted(plan.shares),
        "learners": learners,
        "provenance": provenance(experiment, task, registry, began, jobs, has_spikes) | {"experiment": plan.to_toml()},
    }


def _over_seeds(moments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = moments[0]
    angles = [_layer([moment["angles"][k] for moment in moments]) for k in range(len(first["angles"]))]
    return {key: first[key] for key in ("share", "presentations", "objectives")} | {"angles": angles}


def _layer(seeds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Average one layer's angles; a number is null where a seed lacks it."""
    first = seeds[0]
    row = {key: first[key] for key in ("layer", "objective", "n_weights")}
    reasons = sorted({seed["undefined"] for seed in seeds} - {""})
    row["undefined"] = "; ".join(reasons) or None
    for name in ("full", "same", "shuffled"):
        curves = [seed[name] for seed in seeds]
        n = 0 if reasons else min(map(len, curves))
        row[name] = [_figure([curve[k] for curve in curves]) for k in range(n)]
    for name in ("without_noise", "trials_per_signal"):
        row[name] = None if reasons else _figure([seed[name] for seed in seeds])
    for name in ("shuffled_range", "random"):
        ends = [seed[name] for seed in seeds]
        known = not reasons and all(end is not None for end in ends)
        row[name] = [min(end[0] for end in ends), max(end[1] for end in ends)] if known else None
    return row


def _figure(values: Sequence[float | None]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return {"mean": None, "ci95": None, "per_seed": list(values)}
    found = student_interval(known)
    return {"mean": found.mean, "ci95": found.ends, "per_seed": list(values)}


def _digest(plan: Plan) -> str:
    text = f"neurosim {neurosim.__version__}\n{plan.to_toml()}"
    registry = open_registry(plan.experiment.plugins)
    task = load_task(plan.experiment.task, registry, target=plan.experiment.target)
    checksums = [task.checksum, *(entry.checksum for entry in registry.entries if entry.checksum)]
    return hashlib.sha256("\n".join([text, *map(str, checksums)]).encode()).hexdigest()
