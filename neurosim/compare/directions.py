"""Which way do the weights go? Cells of learners and seeds, measured at shares of their budget, and their summary."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from threadpoolctl import threadpool_limits

import neurosim
from neurosim.compare.directions_table import write_table
from neurosim.compare.experiment import Experiment
from neurosim.compare.files import write_json
from neurosim.compare.folder import claim_folder
from neurosim.compare.protocols.directions import LARGEST, LayerAngles, measure_angles, numbers_of_trials
from neurosim.compare.protocols.evidence import evenly
from neurosim.compare.protocols.trials import READ_OUT_ON, n_presentations_of, presentation_order
from neurosim.compare.provenance import provenance
from neurosim.compare.statistics import student_interval
from neurosim.errors import out_of_range
from neurosim.learners import learner_class, make_learner, traits_of
from neurosim.learners.directions import bench_class, make_bench
from neurosim.registry import open_registry
from neurosim.seeding import integer_seed
from neurosim.tasks import load_task

SCHEMA = 1
NAME = "directions.json"
SHARES = (0.0, 0.5)
OPENING = 200
"""Samples that a spiking network without weights is shown, which makes it draw them."""
Report = Callable[[str, int, int], None]
"""Told which cell is finished, how many are, and how many there are."""


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


def run_directions(plan: Plan, out: Path, resume: bool = False, report: Report | None = None) -> Outcome:
    """Measure all cells and write ``directions.json`` and ``directions.csv``.

    Parameters
    ----------
    plan : Plan
        What to measure.
    out : Path
        Folder of the results.
    resume : bool, default=False
        Go on in a folder that holds a part of the same measurement.
    report : callable, optional
        Told about every finished cell.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If the folder cannot be used.
    """
    began = time.time()
    lock, digest = claim_folder(out, plan.to_toml(), resume), _digest(plan)
    try:
        names = [(label, seed) for seed in plan.experiment.seeds for label in plan.experiment.learners]
        cells: dict[str, dict[str, Any]] = {}
        failures: dict[str, str] = {}
        tracebacks: dict[str, str] = {}
        for number, (label, seed) in enumerate(names, 1):
            key, path = f"{label}/{seed}", out / "cells" / label / f"{seed}.json"
            found = _read(path, digest)
            if found is None:
                try:
                    found = run_directions_cell(plan, label, seed)
                    write_json(path, {"of": digest, "cell": found})
                except Exception as error:
                    failures[key] = str(error) or type(error).__name__
                    tracebacks[key] = traceback.format_exc()
                    continue
            cells[key] = found
            if report:
                report(key, number, len(names))
        if failures:
            write_json(out / "failures.json", failures)
            return Outcome(None, failures, tracebacks)
        summary = summarise_directions(plan, cells, began)
        write_table(out / "directions.csv", summary)
        write_json(out / NAME, summary)
        (out / "failures.json").unlink(missing_ok=True)
        return Outcome(summary)
    finally:
        lock.release()


def run_directions_cell(plan: Plan, label: str, seed: int) -> dict[str, Any]:
    """Train one learner on one seed, hold its weights at every share of the budget, and measure.

    Parameters
    ----------
    plan : Plan
        What to measure.
    label : str
        The learner's label.
    seed : int
        Of everything random.

    Returns
    -------
    dict
        Plain values: what was measured, and the angles, share by share.
    """
    experiment, settings = plan.experiment, plan.experiment.learners[label]
    # A second thread would change the order of sums in matrix products.
    with threadpool_limits(1):
        registry = open_registry(experiment.plugins)
        split = load_task(experiment.task, registry, target=experiment.target).split(seed, experiment.train_size)
        train = split.train
        classes = np.unique(np.concatenate([part.labels for part in (train, split.validation, split.test)]))
        learner = make_learner(settings.kind, registry, **settings.parameters, random_state=seed)
        budget = n_presentations_of(experiment.presentations, len(train))
        learner.begin(budget, classes, train.X[0].size)
        order, population, done = presentation_order(len(train), budget, seed), evenly(train, READ_OUT_ON), 0
        codes = np.searchsorted(classes, population.labels)
        moments = []
        for share in sorted(plan.shares):
            # Whole batches, so that holding the weights changes nothing of what is learned.
            end = min(round(share * budget / learner.batch_size) * learner.batch_size, budget)
            if end > done:
                learner.partial_fit(train.X[order[done:end]], train.labels[order[done:end]])
                done = end
            if not learner.weights():
                learner.fit_readout(population.X, population.labels)
                learner.activity(population.X[:OPENING])
            bench = make_bench(learner, settings.kind)
            measured = measure_angles(
                bench, population.X, codes, len(classes), plan.largest, integer_seed(seed, "resampling", done)
            )
            moments.append(_moment(share, done, bench, measured))
    return {"kind": settings.kind, "step": bench.step, "population": len(population), "moments": moments}


def _moment(share: float, done: int, bench: Any, measured: Sequence[LayerAngles]) -> dict[str, Any]:
    losses = {
        name: {"loss": objective.loss, "through": objective.through, "surrogate": objective.surrogate}
        for name, objective in bench.objectives.items()
    }
    return {"share": share, "presentations": done, "objectives": losses, "angles": [asdict(one) for one in measured]}


def summarise_directions(plan: Plan, cells: Mapping[str, Mapping[str, Any]], began: float) -> dict[str, Any]:
    """Average cells over seeds.

    Parameters
    ----------
    plan : Plan
        What was measured.
    cells : mapping of str to mapping
        ``label/seed`` to what :func:`run_directions_cell` gave.
    began : float
        Start, in seconds since 1970.

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
        "provenance": provenance(experiment, task, registry, began, 1, has_spikes) | {"experiment": plan.to_toml()},
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


def _read(path: Path, digest: str) -> dict[str, Any] | None:
    """Give a finished cell, or None if it is missing, damaged, or of other settings."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = stored["cell"] if stored["of"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None
