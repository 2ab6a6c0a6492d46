"""Trials one after the other: the only place that knows the loop over (X, y)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.protocols.kept_arrays import evenly, evidence
from neurosim.compare.protocols.probe import NO_UNITS, probe
from neurosim.compare.protocols.work import Work
from neurosim.data import Costs, CurvePoint, Dataset, EventCounts, Record, Traits
from neurosim.metrics.costs import uncounted
from neurosim.metrics.measure import Measure
from neurosim.metrics.neurobench import connection_sparsity
from neurosim.seeding import stream

if TYPE_CHECKING:
    from neurosim.learners import Learner

DEFAULT_PASSES, LEAST_PRESENTATIONS = 20, 5000
READ_OUT_ON = 10_000
"""Labels are assigned on this many training samples at most."""
PRESENTED_AT_ONCE = 4096
"""Trials handed to a learner in one call, up to whole batches, where the cut changes nothing."""
TRAIN_SCORED = 2000
"""Training data are scored on this many samples at most: it only serves to show overfitting."""


def n_presentations_of(presentations: int | None, n_train: int) -> int:
    """Give how many presentations a budget comes to: twenty passes, at least 5,000, where none is given."""
    return max(DEFAULT_PASSES * n_train, LEAST_PRESENTATIONS) if presentations is None else presentations


def presentation_order(n_samples: int, n_presentations: int, seed: int) -> NDArray[np.int64]:
    """Give the rows to present, pass after pass, each shuffled by its own stream.

    The order depends on the seed alone, so all learners of a seed see the same trials in the same order.
    """
    n_passes = -(-n_presentations // n_samples) if n_presentations else 0
    passes = [stream(seed, "order", number).permutation(n_samples) for number in range(n_passes)]
    return np.concatenate([*passes, np.empty(0, np.int64)])[:n_presentations].astype(np.int64)


def evaluation_points(n_presentations: int, n_evaluations: int, batch_size: int = 1) -> list[int]:
    """Give the numbers of presentations after which validation data are looked at, the last one at the end.

    All others are moved up to whole batches, so that looking changes nothing of what is learned.
    """
    # In whole numbers, rounded up: a float just above a whole number would move a point by one.
    points = {-(-n_presentations * k // n_evaluations) for k in range(1, n_evaluations + 1)}
    whole = {min(-(-point // batch_size) * batch_size, n_presentations) for point in points}
    return sorted(whole - {0})


def present_trials(work: Work, label: str, kind: str) -> Record:
    """Let a learner learn, look at validation data along the way, and score the test part once, at the end.

    Parameters
    ----------
    work : Work
        The learner, and what it is asked.
    label, kind : str
        For the record.

    Returns
    -------
    Record
    """
    learner, split, test = work.learner, work.split, work.split.test
    began = time.perf_counter()
    curve = _learn(work)
    learned = time.perf_counter()
    train = work.value(evenly(split.train, TRAIN_SCORED))
    validation = curve[-1].validation if curve else work.value(split.validation)
    answers, costs = _tested(learner, test)
    scored = time.perf_counter()
    # Only now, when nothing is left to be learned or counted: looking cannot change what was found.
    arrays, n_units, in_use = evidence(learner, split, answers)
    looked = time.perf_counter()
    wall_s = {"learning": learned - began, "scoring": scored - learned, "evidence": looked - scored}
    weights = learner.weights()
    missing = _unavailable(costs, learner.traits, bool(curve), bool(weights), in_use)
    probed = probe(learner, split) if work.budget.linear_probe else None
    if probed is not None:
        arrays["probe_correct"] = probed.correct
    if work.budget.linear_probe:
        wall_s["probe"] = time.perf_counter() - looked
        missing |= {} if probed is not None else {"linear_probe": NO_UNITS}
    shown = max(costs.inference.presentations, 1)
    return Record(
        label=label,
        kind=kind,
        seed=work.seed,
        train=train,
        validation=validation,
        test=work.measure.value(answers, test.labels),
        values={one.name: values_of(one, answers, test) for one in work.measures},
        n_units=n_units or None,
        n_parameters=sum(matrix.size for matrix in weights.values()),
        costs=costs,
        curve=tuple(map(_without_costs, curve) if "costs.learning" in missing else curve),
        settings={name: _setting(value) for name, value in learner.get_params().items()},
        unavailable=missing,
        wall_s=wall_s,
        silent_samples=None if "silent_samples" in missing else costs.inference.silent_samples / shown,
        units_in_use=in_use,
        n_layers=len(weights),
        connection_sparsity=connection_sparsity(weights.values()) if weights else None,
        linear_probe=None if probed is None else float(np.mean(probed.correct)),
        probe_penalty=None if probed is None else probed.penalty,
        arrays=arrays,
    )


def _setting(value: Any) -> Any:
    """Give the name of what a plugin registered, and anything else as it is."""
    return getattr(value, "name", None) or getattr(value, "__name__", None) or value


def values_of(measure: Measure, answers: NDArray[Any], test: Dataset) -> dict[str, float | None]:
    """Give a measure's value on the test part and that of the best answer that looks at no sample.

    None where the test part holds nothing to judge by.
    """
    found = {"test": measure.value(answers, test.labels), "chance": measure.chance(test.labels)}
    return {part: None if np.isnan(value) else value for part, value in found.items()}


def validation_value(work: Work) -> float:
    """Let a fresh learner learn and give its final value on validation data; the test part is not scored."""
    return _learn(work)[-1].validation


def _learn(work: Work) -> list[CurvePoint]:
    learner, train = work.learner, work.split.train
    n_presentations = n_presentations_of(work.budget.presentations, len(train))
    learner.begin_for(work.signature, n_presentations or None)
    # Controls that solve for all samples at once have no course to look at.
    n_evaluations = work.budget.n_evaluations if learner.traits.role == "learner" else 1
    curve = []
    labelled = evenly(train, READ_OUT_ON)
    order = presentation_order(len(train), n_presentations, work.seed)
    for start, end in _stretches(evaluation_points(n_presentations, n_evaluations, learner.batch_size)):
        for rows in in_whole_batches(order[start:end], learner.batch_size):
            learner.partial_fit(train.X[rows], train.labels[rows])
        learner.fit_readout(labelled.X, labelled.labels)
        validation = work.value(work.split.validation)
        spent = learner.costs().learning
        curve.append(
            CurvePoint(end, validation, spent.connections, spent.active_connections, spent.feedback_connections)
        )
        if work.tell:
            work.tell(end / n_presentations, validation)
    if not n_presentations:
        learner.fit_readout(labelled.X, labelled.labels)
    return curve


def in_whole_batches(rows: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Cut rows into pieces of whole batches, a few thousand at most, which a learner cannot tell from one piece.

    Copies of all trials of a long stretch, as they are and as a learner encodes them, would fill the memory.
    """
    step = max(PRESENTED_AT_ONCE // batch_size, 1) * batch_size
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _tested(learner: Learner, test: Dataset) -> tuple[NDArray[Any], Costs]:
    """Give the answers to the test part, and the costs of a learner's life with this pass alone as inference."""
    before = learner.costs().inference
    answers = learner.predict(test.X)
    total = learner.costs()
    return answers, Costs(total.learning, _difference(total.inference, before), total.readout)


def _without_costs(point: CurvePoint) -> CurvePoint:
    return CurvePoint(point.presentations, point.validation, None, None, None)


def _stretches(ends: list[int]) -> Iterator[tuple[int, int]]:
    yield from zip([0, *ends], ends, strict=False)


def _difference(after: EventCounts, before: EventCounts) -> EventCounts:
    earlier = asdict(before)
    return EventCounts(**{name: value - earlier[name] for name, value in asdict(after).items()})


def _unavailable(
    costs: Costs, traits: Traits, learned: bool, has_weights: bool, in_use: float | None
) -> dict[str, str]:
    not_counted = uncounted(costs, traits, learned, has_weights)
    missing = {f"costs.{phase}": reason for phase, reason in not_counted.items()}
    no_spikes = {"rate": "a rate network has no spikes", "none": "it has no units"}
    reason = no_spikes.get(traits.unit, not_counted.get("inference", ""))
    if reason:
        missing |= dict.fromkeys(("spikes_per_sample", "silent_samples"), reason)
    return missing if in_use is not None else missing | {"units_in_use": "it has no units"}
