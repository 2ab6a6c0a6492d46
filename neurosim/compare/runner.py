"""Run all cells of an experiment, one after the other or in parallel processes, and keep what is finished."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neurosim
from neurosim.compare.cell import CellSpec
from neurosim.compare.execution import run_here, run_in_processes
from neurosim.compare.experiment import CONTROLS, FROZEN, UNTRAINED, Experiment
from neurosim.compare.files import write_json
from neurosim.compare.folder import NEWS
from neurosim.compare.progress import Standing, Watch
from neurosim.compare.provenance import provenance
from neurosim.compare.store import Store, write_csv
from neurosim.compare.summary import summarise
from neurosim.data import Record
from neurosim.errors import InputError, RunStopped
from neurosim.learners import learner_class, traits_of
from neurosim.registry import open_registry
from neurosim.tasks import load_task

Report = Callable[[Standing], None]
"""Told how far the run is, whenever a cell starts, reaches an evaluation or ends."""


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
            units = {"n_units": experiment.control_units} if kind in ("exemplars", "kmeans") else {}
            rows.append((kind, kind, units, True))
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
        From :func:`neurosim.compare.experiment.make_experiment`.
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
    if jobs < 1:
        raise InputError(f"jobs is {jobs}; accepted: 1 or more")
    began = time.time()
    specs = cells_of(experiment)
    store = Store(Path(out), experiment, resume)
    try:
        keeper = _Keeper(store, specs, jobs, report)
        if jobs == 1:
            run_here(keeper.missing, keeper)
        elif keeper.missing:
            run_in_processes(keeper.missing, min(jobs, len(keeper.missing)), keeper, Path(out) / NEWS)
        if keeper.failures:
            write_json(Path(out) / "failures.json", keeper.failures)
            return Outcome(None, keeper.failures, keeper.tracebacks, Path(out))
        summary = _write_results(experiment, specs, keeper.done, Path(out), began, jobs)
        (Path(out) / "failures.json").unlink(missing_ok=True)
        return Outcome(summary, {}, {}, Path(out))
    except (InputError, OSError) as error:
        # All that the user gave is checked by now.
        raise RunStopped(f"the run stopped: {error}; --resume goes on when that is mended") from error
    finally:
        store.close()


class _Keeper:
    """Keep what cells leave behind, and pass on how far the run is."""

    def __init__(self, store: Store, specs: list[CellSpec], jobs: int, report: Report | None) -> None:
        self.done = {_key(spec): record for spec in specs if (record := store.read(spec))}
        self.missing = [spec for spec in specs if _key(spec) not in self.done]
        self.failures: dict[str, str] = {}
        self.tracebacks: dict[str, str] = {}
        self._store, self._report = store, report
        self._watch = Watch(len(specs), map(_key, self.missing), jobs)
        self._say()

    def started(self, spec: CellSpec) -> None:
        self._watch.started(_key(spec))
        self._say()

    def told(self, spec: CellSpec, share: float, validation: float) -> None:
        self._watch.told(_key(spec), share, validation)
        self._say()

    def put_back(self, spec: CellSpec) -> None:
        self._watch.put_back(_key(spec))
        self._say()

    def ended(self, spec: CellSpec, result: Record | BaseException) -> None:
        if isinstance(result, Record):
            self._store.write(spec, result)
            self.done[_key(spec)] = result
        else:
            self.failures[_key(spec)] = f"{type(result).__name__}: {result}"
            self.tracebacks[_key(spec)] = "".join(traceback.format_exception(result))
        self._watch.ended(_key(spec), isinstance(result, Record))
        self._say()

    def _say(self) -> None:
        if self._report:
            self._report(self._watch.standing())


def _key(spec: CellSpec) -> str:
    return f"{spec.label}/{spec.seed}"


def _write_results(
    experiment: Experiment, specs: list[CellSpec], done: Mapping[str, Record], out: Path, began: float, jobs: int
) -> dict[str, Any]:
    registry = open_registry(experiment.plugins)
    labels = list(dict.fromkeys(spec.label for spec in specs))
    records = {label: [done[_key(spec)] for spec in specs if spec.label == label] for label in labels}
    first = {spec.label: spec for spec in reversed(specs)}
    traits = {label: traits_of(first[label].kind, first[label].parameters, registry) for label in labels}
    task = load_task(experiment.task, registry, target=experiment.target)
    has_spikes = any(of_label.unit == "spike" for of_label in traits.values())
    origin = provenance(experiment, task, registry, began, jobs, has_spikes)
    summary = summarise(experiment, task, records, traits, origin)
    write_csv(out / "results.csv", records)
    write_json(out / "results.json", summary)
    return summary
