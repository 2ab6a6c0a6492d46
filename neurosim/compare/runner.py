"""Run all cells of an experiment, one after the other or in parallel processes, and keep what is finished."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from neurosim.compare.cell import CellSpec, run_cell
from neurosim.compare.experiment import CONTROLS, UNTRAINED, Experiment
from neurosim.compare.files import write_json
from neurosim.compare.provenance import provenance
from neurosim.compare.store import Store, write_csv
from neurosim.compare.summary import summarise
from neurosim.data import Record
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.registry import open_registry
from neurosim.tasks import load_task

Report = Callable[[int, int, str], None]
"""Told how many cells are finished, how many there are, and what was finished last."""


@dataclass(frozen=True)
class Outcome:
    """What a run gives back.

    Attributes
    ----------
    summary : dict or None
        As in ``results.json``; None where cells failed.
    failures : mapping of str to str
        ``label/seed`` to the error, for cells that crashed.
    folder : Path
        Where everything lies.
    """

    summary: dict[str, Any] | None
    failures: Mapping[str, str]
    folder: Path


def cells_of(experiment: Experiment) -> list[CellSpec]:
    """List all cells: every learner, its untrained twin and every control, for every seed, in a fixed order."""
    rows: list[tuple[str, str, dict[str, Any], bool]] = []
    for label, settings in experiment.learners.items():
        rows.append((label, settings.kind, settings.parameters, True))
    if experiment.controls:
        for kind in CONTROLS:
            units = {"n_units": experiment.control_units} if kind in ("exemplars", "kmeans") else {}
            rows.append((kind, kind, units, True))
        for label, settings in experiment.learners.items():
            rows.append((label + UNTRAINED, settings.kind, settings.parameters, False))
    registry = open_registry(experiment.plugins)
    task = load_task(experiment.task, registry, target=experiment.target)
    sources = (task.checksum, *(entry.checksum for entry in registry.entries if entry.checksum))
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
            plugins=experiment.plugins,
            sources=sources,
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
        From :func:`neurosim.compare.experiment.make_experiment`.
    out : path
        Results folder.
    jobs : int, default=1
        Processes; results do not depend on it.
    resume : bool, default=False
        Go on in a folder that holds a part of the same run.
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
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; accepted: 1 or more")
    began = time.time()
    store = Store(Path(out), experiment, resume)
    specs = cells_of(experiment)
    done = {_key(spec): record for spec in specs if (record := store.read(spec))}
    missing = [spec for spec in specs if _key(spec) not in done]
    failures: dict[str, str] = {}

    def finished(spec: CellSpec, result: Record | BaseException) -> None:
        if isinstance(result, Record):
            store.write(spec, result)
            done[_key(spec)] = result
        else:
            failures[_key(spec)] = f"{type(result).__name__}: {result}"
        if report:
            report(len(done) + len(failures), len(specs), _key(spec))

    if report:
        report(len(done), len(specs), "")
    if jobs == 1:
        _run_here(missing, finished)
    else:
        _run_in_processes(missing, jobs, finished)
    if failures:
        write_json(Path(out) / "failures.json", failures)
        return Outcome(None, failures, Path(out))
    summary = _write_results(experiment, specs, done, Path(out), began)
    (Path(out) / "failures.json").unlink(missing_ok=True)
    return Outcome(summary, {}, Path(out))


def _key(spec: CellSpec) -> str:
    return f"{spec.label}/{spec.seed}"


def _run_here(specs: list[CellSpec], finished: Callable[[CellSpec, Record | BaseException], None]) -> None:
    for spec in specs:
        try:
            result: Record | BaseException = run_cell(spec)
        except Exception as error:
            result = error
        finished(spec, result)


def _run_in_processes(
    specs: list[CellSpec], jobs: int, finished: Callable[[CellSpec, Record | BaseException], None]
) -> None:
    from joblib.externals.loky import get_reusable_executor

    def submit(spec: CellSpec) -> Future[Record]:
        # Asked for anew each time: it is replaced where a worker was killed, for example for want of memory.
        executor = get_reusable_executor(max_workers=jobs, initializer=_leave_interrupts_to_the_parent)
        return executor.submit(run_cell, spec)

    remaining = iter(specs)
    # No more cells than workers are handed over: the pool cannot be stopped cleanly with a queue behind it.
    running = {submit(spec): spec for spec in islice(remaining, jobs)}
    try:
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                spec = running.pop(future)
                running |= {submit(following): following for following in islice(remaining, 1)}
                error = future.exception()
                finished(spec, error if error is not None else future.result())
    except BaseException:
        get_reusable_executor(max_workers=jobs, initializer=_leave_interrupts_to_the_parent).shutdown(
            wait=True, kill_workers=True
        )
        raise


def _leave_interrupts_to_the_parent() -> None:
    # A terminal sends Ctrl-C to every process; the parent ends the workers, which have nothing to say about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write_results(
    experiment: Experiment, specs: list[CellSpec], done: Mapping[str, Record], out: Path, began: float
) -> dict[str, Any]:
    registry = open_registry(experiment.plugins)
    labels = list(dict.fromkeys(spec.label for spec in specs))
    records = {label: [done[_key(spec)] for spec in specs if spec.label == label] for label in labels}
    traits = {label: learner_class(of_label[0].kind, registry).traits for label, of_label in records.items()}
    task = load_task(experiment.task, registry, target=experiment.target)
    summary = summarise(experiment, task, records, traits, provenance(experiment, task, registry, began))
    write_csv(out / "results.csv", records)
    write_json(out / "results.json", summary)
    return summary
