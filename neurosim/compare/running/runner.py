"""A comparison from its experiment to its results: which cells there are, and what is written of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import neurosim
from neurosim.compare.experiment.model import (
    CONTROLS,
    FROZEN,
    ON_SMALL_TABLES,
    UNTRAINED,
    WHERE_LABELS_TEACH,
    Experiment,
)
from neurosim.compare.experiment.opening import OpenedCondition, OpenedExperiment, open_experiment
from neurosim.compare.running.cell import CellSpec, run_cell
from neurosim.compare.running.files import write_json, write_text
from neurosim.compare.running.provenance import Code, provenance
from neurosim.compare.running.run import Outcome, Report, check_jobs, run_to_results
from neurosim.compare.running.store import Store
from neurosim.compare.summary.comparison import summarise
from neurosim.compare.summary.results_table import results_csv
from neurosim.data import Classes, Record
from neurosim.learners import learner_class, traits_of

Row = tuple[str, str, dict[str, Any], bool]
"""Label, kind, parameters, and whether it is trained."""


def cells_of(opened: OpenedExperiment) -> list[CellSpec]:
    """List all cells: under every condition every learner and every control, for every seed, in a fixed order."""
    return [spec for condition in opened.conditions for spec in cells_under(condition, opened.plugin_checksums)]


def cells_under(condition: OpenedCondition, plugin_checksums: tuple[str, ...]) -> list[CellSpec]:
    """List the cells of one condition."""
    experiment, task = condition.experiment, condition.task
    sources = (f"neurosim {neurosim.__version__}", task.checksum, *plugin_checksums)
    rows = list(_rows(condition))
    shared_out = task.load_block is not None and experiment.train_size is not None
    return [
        CellSpec(
            label=label,
            kind=kind,
            seed=seed,
            task=experiment.task,
            parameters=parameters,
            condition=condition.id,
            protocol=experiment.protocol.kind,
            protocol_parameters=experiment.protocol.parameters,
            trained=trained,
            target=experiment.target,
            train_size=experiment.train_size,
            seeds=experiment.seeds if shared_out else None,
            presentations=experiment.presentations,
            n_evaluations=experiment.n_evaluations,
            plugins=experiment.plugins,
            sources=sources,
        )
        for seed in experiment.seeds
        for label, kind, parameters, trained in rows
    ]


def _rows(condition: OpenedCondition) -> Iterator[Row]:
    """Give the learners, then the controls.

    The controls: those of any comparison, each learner untrained, and each learner with a hidden layer that stays as it
    began, where its class has a ``frozen_twin``: the parameters that freeze it.
    """
    experiment = condition.experiment
    for label, settings in experiment.learners.items():
        yield label, settings.kind, settings.parameters, True
    if not (experiment.controls and getattr(condition.protocol, "with_controls", True)):
        return
    for kind in controls_of(condition):
        yield kind, kind, experiment.parameters_of_control(kind), True
    for label, settings in experiment.learners.items():
        yield label + UNTRAINED, settings.kind, settings.parameters, False
    for label, settings in experiment.learners.items():
        twin = getattr(learner_class(settings.kind, condition.registry), "frozen_twin", {})
        frozen = settings.parameters | twin
        if frozen != settings.parameters:
            yield label + FROZEN, settings.kind, frozen, True


def controls_of(condition: OpenedCondition) -> tuple[str, ...]:
    """Name the simple learners that stand beside the learners of a condition."""
    experiment, target = condition.experiment, condition.task.signature.target
    always = CONTROLS[type(target)]
    if not isinstance(target, Classes):
        return always
    traits = [traits_of(one.kind, one.parameters, condition.registry) for one in experiment.learners.values()]
    taught = [WHERE_LABELS_TEACH] if any(its.locality.labels == "while learning" for its in traits) else []
    small = [ON_SMALL_TABLES] if condition.task.load_fold is not None else []
    # Whoever compares one of these needs no second one of its name.
    return (*always, *(kind for kind in (*taught, *small) if kind not in experiment.learners))


def run_once(specs: Iterable[CellSpec]) -> dict[str, CellSpec]:
    """Give each cell that differs from all others in more than its condition; by what it is without it."""
    found: dict[str, CellSpec] = {}
    for spec in specs:
        found.setdefault(key_of(spec), spec)
    return found


def key_of(spec: CellSpec) -> str:
    """Give what two cells share that are the same cell under two conditions, which then is run once."""
    return repr(replace(spec, condition=""))


def run_experiment(
    experiment: Experiment,
    out: str | Path,
    *,
    jobs: int = 1,
    resume: bool = False,
    report: Report | None = None,
) -> Outcome:
    """Run a comparison and write its results.

    Parameters
    ----------
    experiment : Experiment
        From :func:`neurosim.compare.experiment.making.make_experiment`.
    out : path
        Results folder.
    jobs : int, default=1
        Processes; results do not depend on it.
    resume : bool, default=False
        Go on in a folder that holds a part of the same run.
    report : callable, optional
        Told how far the run is, whenever a cell starts, reaches an evaluation or ends.

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
    return run_opened(open_experiment(experiment), Path(out), jobs, resume, report)


def run_opened(
    opened: OpenedExperiment,
    out: Path,
    jobs: int = 1,
    resume: bool = False,
    report: Report | None = None,
) -> Outcome:
    """Run a comparison as :func:`run_experiment` does, of an experiment that is opened already."""
    check_jobs(jobs)
    began, specs = time.time(), cells_of(opened)
    first = run_once(specs)
    store = Store(out, opened.experiment, resume)

    def write_results(done: Mapping[str, Record]) -> dict[str, Any]:
        records = {spec.name: done[first[key_of(spec)].name] for spec in specs}
        for spec in specs:
            if spec.name not in done:
                store.write(spec, records[spec.name])
        measured_with = [store.measured_with(spec) for spec in specs]
        return _write_results(opened, specs, records, measured_with, out, began, jobs)

    return run_to_results(list(first.values()), run_cell, store, write_results, out, jobs, report)


def _write_results(
    opened: OpenedExperiment,
    specs: list[CellSpec],
    done: Mapping[str, Record],
    measured_with: Sequence[Code],
    out: Path,
    began: float,
    jobs: int,
) -> dict[str, Any]:
    rows: dict[str, dict[str, list[CellSpec]]] = {}
    for spec in specs:
        rows.setdefault(spec.condition, {}).setdefault(spec.label, []).append(spec)
    records = {
        condition: {label: [done[spec.name] for spec in of_label] for label, of_label in labels.items()}
        for condition, labels in rows.items()
    }
    traits = {
        condition: {label: traits_of(one.kind, one.parameters, opened.registry) for label, (one, *_) in labels.items()}
        for condition, labels in rows.items()
    }
    has_spikes = any(one.unit == "spike" for of_labels in traits.values() for one in of_labels.values())
    summary = summarise(opened, records, traits, provenance(opened, measured_with, began, jobs, has_spikes))
    write_text(out / "results.csv", results_csv(records))
    write_json(out / "results.json", summary)
    return summary
