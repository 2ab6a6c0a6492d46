"""One cell of a comparison (learner × seed × condition), as data that can be sent to another process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from threadpoolctl import threadpool_limits

from neurosim.compare.experiment.conditions import ONLY
from neurosim.compare.protocols.kept_arrays import evidence
from neurosim.compare.protocols.learning import n_presentations_of
from neurosim.compare.protocols.making import make_protocol
from neurosim.compare.protocols.probe import NO_UNITS
from neurosim.compare.protocols.work import Budget, Findings, Tell, Work
from neurosim.data import Costs, CurvePoint, EventCounts, Record, Traits
from neurosim.learners import make_learner
from neurosim.metrics.costs import uncounted
from neurosim.metrics.measure import measures_of
from neurosim.metrics.neurobench import connection_sparsity
from neurosim.registry import open_registry
from neurosim.tasks import load_task

NOTHING_TESTED = "the protocol lets it answer no test sample"


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
    condition : str
        Under which it is run.
    protocol : str
        Registry name of how the task is presented.
    protocol_parameters : dict
        Its fields.
    task, target, train_size
        What is learned.
    seeds : range or None
        All seeds of the experiment, where they decide how a large pool is shared out; None elsewhere, so that a cell
        is the same cell in an experiment with more seeds.
    presentations, n_evaluations
        The budget and how often validation data are looked at.
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
    condition: str = ONLY
    protocol: str = "trials"
    protocol_parameters: dict[str, Any] = field(default_factory=dict)
    trained: bool = True
    target: str | None = None
    train_size: int | None = None
    seeds: range | None = None
    presentations: int | None = None
    n_evaluations: int = 10
    plugins: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``condition/label/seed``; where there is one condition, it goes without saying."""
        return "/".join([*([] if self.condition == ONLY else [self.condition]), self.label, str(self.seed)])


def run_cell(spec: CellSpec, tell: Tell | None = None) -> Record:
    """Run one cell on one thread; the record depends on ``spec`` alone.

    Parameters
    ----------
    spec : CellSpec
        What to do.
    tell : callable, optional
        Told at each evaluation how far it is, and what validation data say there.

    Returns
    -------
    Record
    """
    # A second thread would change the order of sums in matrix products, and steal from the neighbouring cell.
    with threadpool_limits(1):
        registry = open_registry(spec.plugins)
        task = load_task(spec.task, registry, target=spec.target)
        protocol = make_protocol(spec.protocol, spec.protocol_parameters, registry)
        split = task.split(spec.seed, spec.train_size, spec.seeds)
        learner = make_learner(spec.kind, registry, **spec.parameters, random_state=spec.seed)
        budget = Budget(spec.presentations if spec.trained else 0, spec.n_evaluations)
        measures = measures_of(task.measures, task.signature, registry)
        signature = task.signature.learned_from(split.train.labels)
        work = Work(learner, split, signature, measures, spec.seed, budget, tell)
        return record_of(spec.label, spec.kind, work, protocol.run(work))


def record_of(label: str, kind: str, work: Work, found: Findings) -> Record:
    """Add to what a protocol found what every protocol shares: evidence, sizes, costs, settings.

    Only now, when nothing is left to be learned or counted: looking cannot change what was found.

    Parameters
    ----------
    label, kind : str
        The learner's label and registry name.
    work : Work
        The learner, and what it was asked.
    found : Findings
        What the protocol found.

    Returns
    -------
    Record
    """
    learner, began = work.learner, time.perf_counter()
    arrays, n_units, in_use = evidence(learner, work.split, found.answers, work.signature.target, found.activity)
    looked_s = time.perf_counter() - began
    counted = learner.costs()
    costs = Costs(counted.learning, found.inference or EventCounts(), counted.readout)
    weights = learner.weights()
    learned = n_presentations_of(work.budget.presentations, len(work.split.train)) > 0
    missing = unavailable(costs, learner.traits, learned, bool(weights), in_use, found.inference is not None)
    shown = max(costs.inference.presentations, 1)
    return Record(
        label=label,
        kind=kind,
        seed=work.seed,
        values=found.values,
        n_units=n_units or None,
        n_parameters=sum(matrix.size for matrix in weights.values()),
        costs=costs,
        curve=tuple(map(_without_costs, found.curve)) if "costs.learning" in missing else found.curve,
        settings={name: _setting(value) for name, value in learner.get_params().items()},
        unavailable={**missing, **found.unavailable},
        wall_s={**found.wall_s, "evidence": looked_s},
        silent_samples=None if "silent_samples" in missing else costs.inference.silent_samples / shown,
        units_in_use=in_use,
        n_layers=len(weights),
        connection_sparsity=connection_sparsity(weights.values()) if weights else None,
        n_train=len(work.split.train),
        n_test=len(work.split.test),
        items=found.items,
        series=found.series,
        arrays={**arrays, **found.arrays},
    )


def unavailable(
    costs: Costs, traits: Traits, learned: bool, has_weights: bool, in_use: float | None, tested: bool
) -> dict[str, str]:
    """Say what could not be counted, by path, and why."""
    not_counted = uncounted(costs, traits, learned, has_weights)
    if not tested:
        not_counted["inference"] = NOTHING_TESTED
    missing = {f"costs.{phase}": reason for phase, reason in not_counted.items()}
    no_spikes = {"rate": "a rate network has no spikes", "none": NO_UNITS}
    reason = no_spikes.get(traits.unit, not_counted.get("inference", ""))
    if reason:
        missing |= dict.fromkeys(("spikes_per_sample", "silent_samples"), reason)
    return missing if in_use is not None else missing | {"units_in_use": NO_UNITS}


def _without_costs(point: CurvePoint) -> CurvePoint:
    return replace(point, connections=None, active_connections=None, feedback_connections=None)


def _setting(value: Any) -> Any:
    """Give the name of what a plugin registered, and anything else as it is."""
    return getattr(value, "name", None) or getattr(value, "__name__", None) or value
