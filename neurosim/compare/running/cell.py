"""One cell of a comparison (learner × seed), as data that can be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from threadpoolctl import threadpool_limits

from neurosim.compare.protocols.trials import present_trials
from neurosim.compare.protocols.work import Budget, Tell, Work
from neurosim.data import Record
from neurosim.learners import make_learner
from neurosim.metrics.measure import measures_of
from neurosim.registry import open_registry
from neurosim.tasks import load_task


@dataclass(frozen=True)
class CellSpec:
    """Everything that decides one cell's record.

    Attributes
    ----------
    label, kind : str
        The learner's label and registry name.
    parameters : dict
        Its constructor's arguments.
    trained : bool
        False for the untrained control: a fresh learner and its read-out only.
    seed : int
        Of everything random in the cell.
    task, target, train_size
        What is learned.
    seeds : range or None
        All seeds of the experiment, where they decide how a large pool is shared out; None elsewhere, so that a cell
        is the same cell in an experiment with more seeds.
    presentations, n_evaluations
        The budget and how often validation data are looked at.
    linear_probe : bool
        Does a linear probe read the units at the end?
    plugins : tuple of str
        Files the worker needs.
    sources : tuple of str
        Checksums of the task's data and of the plugins: a cell made from other content is not this cell.
    """

    label: str
    kind: str
    seed: int
    task: str
    parameters: dict[str, Any] = field(default_factory=dict)
    trained: bool = True
    target: str | None = None
    train_size: int | None = None
    seeds: range | None = None
    presentations: int | None = None
    n_evaluations: int = 10
    linear_probe: bool = False
    plugins: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def run_cell(spec: CellSpec, tell: Tell | None = None) -> Record:
    """Run one cell on one thread; the record depends on ``spec`` alone.

    Parameters
    ----------
    spec : CellSpec
        What to do.
    tell : callable, optional
        Told at each evaluation how far it is, and the validation accuracy there.

    Returns
    -------
    Record
    """
    # A second thread would change the order of sums in matrix products, and steal from the neighbouring cell.
    with threadpool_limits(1):
        registry = open_registry(spec.plugins)
        task = load_task(spec.task, registry, target=spec.target)
        split = task.split(spec.seed, spec.train_size, spec.seeds)
        learner = make_learner(spec.kind, registry, **spec.parameters, random_state=spec.seed)
        budget = Budget(spec.presentations if spec.trained else 0, spec.n_evaluations, spec.linear_probe)
        measures = measures_of(task.measures, task.signature, registry)
        work = Work(learner, split, task.signature, measures, spec.seed, budget, tell)
        return present_trials(work, spec.label, spec.kind)
