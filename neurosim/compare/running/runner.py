"""Run all cells of an experiment, one after the other or in parallel processes, and keep what is finished."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neurosim
from neurosim.compare.experiment.model import CONTROLS, FROZEN, UNTRAINED, Experiment
from neurosim.compare.running.cell import CellSpec, run_cell
from neurosim.compare.running.files import write_json
from neurosim.compare.running.provenance import provenance
from neurosim.compare.running.run import Report, check_jobs, forget_failures, name_of, run_and_keep
from neurosim.compare.running.store import Store, write_csv
from neurosim.compare.summary.comparison import summarise
from neurosim.data import Record
from neurosim.errors import InputError, RunStopped
from neurosim.learners import learner_class, traits_of
from neurosim.registry import open_registry
from neurosim.tasks import load_task


@dataclass(frozen=True)
class Outcome:
    """What a run gives back.

    Attributes
    ----------
    summary : dict or None
        As in ``results.json``; None where cells failed.
    failures : mapping of str to str
        ``label/seed`` to the error, for cells that crashed.
    tracebacks : mapping of str to str
        The same cells, with where it happened.
    folder : Path
        Where everything lies.
    """

    summary: dict[str, Any] | None
    failures: Mapping[str, str]
    tracebacks: Mapping[str, str]
    folder: Path


def cells_of(experiment: Experiment) -> list[CellSpec]:
    """List all cells: every learner and every control, for every seed, in a fixed order.

    The controls: those of any comparison, each learner untrained, and each learner with a hidden layer that stays as it
    began, where its class has a ``frozen_twin``: the parameters that freeze it.
    """
    registry = open_registry(experiment.plugins)
    learners = experiment.learners.items()
    rows = [(label, settings.kind, settings.parameters, True) for label, settings in learners]
    if experiment.controls:
        for kind in CONTROLS:
            rows.append((kind, kind, experiment.parameters_of_control(kind), True))
        rows += [(label + UNTRAINED, settings.kind, settings.parameters, False) for label, settings in learners]
        for label, settings in learners:
            frozen = settings.parameters | getattr(learner_class(settings.kind, registry), "frozen_twin", {})
            if frozen != settings.parameters:
                rows.append((label + FROZEN, settings.kind, frozen, True))
    task = load_task(experiment.task, registry, target=experiment.target)
    checksums = (task.checksum, *(entry.checksum for entry in registry.entries if entry.checksum))
    return [
        CellSpec(
            label=label,
            kind=kind,
            seed=seed,
            task=experiment.task,
            parameters=parameters,
            trained=trained,
            target=experiment.target,
            train_size=experiment.train_size,
            presentations=experiment.presentations,
            n_evaluations=experiment.n_evaluations,
            linear_probe=experiment.linear_probe,
            plugins=experiment.plugins,
            sources=(f"neurosim {neurosim.__version__}", *checksums),
        )
        for seed in experiment.seeds
        for label, kind, parameters, trained in rows
    ]


def run_experiment(
    experiment: Experiment, out: str | Path, *, jobs: int = 1, resume: bool = False, report: Report | None = None
) -> Outcome:
    """Run a comparison and write its results.

    Parameters
    ----------
    experiment : Experiment
        From :func:`neurosim.compare.experiment.model.make_experiment`.
    out : path
        Results folder.
    jobs : int, default=1
        Processes; results do not depend on it.
    resume : bool, default=False
        Go on in a folder that holds a part of the same run.
    report : callable, optional
        Told how far the run is.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        If the folder cannot be used.
    RunStopped
        If results can no longer be written, for example because the disk is full.
    """
    check_jobs(jobs)
    began = time.time()
    specs = cells_of(experiment)
    store = Store(Path(out), experiment, resume)
    try:
        kept = run_and_keep(specs, run_cell, store, jobs, Path(out), report)
        if kept.failures:
            return Outcome(None, kept.failures, kept.tracebacks, Path(out))
        summary = _write_results(experiment, specs, kept.done, Path(out), began, jobs)
        forget_failures(Path(out))
        return Outcome(summary, {}, {}, Path(out))
    except (InputError, OSError) as error:
        # All that the user gave is checked by now.
        raise RunStopped(f"the run stopped: {error}; --resume goes on when that is mended") from error
    finally:
        store.close()


def _write_results(
    experiment: Experiment, specs: list[CellSpec], done: Mapping[str, Record], out: Path, began: float, jobs: int
) -> dict[str, Any]:
    registry = open_registry(experiment.plugins)
    labels = list(dict.fromkeys(spec.label for spec in specs))
    records = {label: [done[name_of(spec)] for spec in specs if spec.label == label] for label in labels}
    first = {spec.label: spec for spec in reversed(specs)}
    traits = {label: traits_of(first[label].kind, first[label].parameters, registry) for label in labels}
    task = load_task(experiment.task, registry, target=experiment.target)
    has_spikes = any(of_label.unit == "spike" for of_label in traits.values())
    origin = provenance(experiment, task, registry, began, jobs, has_spikes)
    summary = summarise(experiment, task, records, traits, origin)
    write_csv(out / "results.csv", records)
    write_json(out / "results.json", summary)
    return summary
