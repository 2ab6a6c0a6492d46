"""Trials one after the other: the only place that knows the loop over (X, y)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Costs, CurvePoint, Dataset, EventCounts, Record, Split
from neurosim.seeding import stream

DEFAULT_PASSES, LEAST_PRESENTATIONS = 20, 5000
READ_OUT_ON = 10_000
"""Labels are assigned on this many training samples at most."""
TRAIN_SCORED = 2000
"""Accuracy on training data is measured on this many samples at most: it only serves to show overfitting."""


@dataclass(frozen=True)
class Budget:
    """How many presentations (None: twenty passes, at least 5,000; 0: none, the untrained control) and evaluations."""

    presentations: int | None
    n_evaluations: int


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


def present_trials(
    learner: Any,
    label: str,
    kind: str,
    seed: int,
    split: Split,
    budget: Budget,
    progress: Callable[[float], None] | None = None,
) -> Record:
    """Let a learner learn, look at validation data along the way, and score the test part once, at the end.

    Parameters
    ----------
    learner : Learner
        Fresh.
    label, kind : str
        For the record.
    seed : int
        Decides the order of trials.
    split : Split
        The parts.
    budget : Budget
        Presentations and evaluations.
    progress : callable, optional
        Told the finished share.

    Returns
    -------
    Record
    """
    began = time.perf_counter()
    train = split.train
    curve = _learn(learner, seed, split, budget, progress)
    learned = time.perf_counter()
    train_accuracy = accuracy(learner, _evenly(train, TRAIN_SCORED))
    validation = curve[-1].validation if curve else accuracy(learner, split.validation)
    before = learner.costs().inference
    test = accuracy(learner, split.test)
    total = learner.costs()
    n_units = learner.activity(train.X[:1]).shape[1]
    return Record(
        label=label,
        kind=kind,
        seed=seed,
        train=train_accuracy,
        validation=validation,
        test=test,
        n_units=n_units or None,
        n_parameters=sum(matrix.size for matrix in learner.weights().values()),
        costs=Costs(total.learning, _difference(total.inference, before), total.readout),
        curve=tuple(curve),
        settings=learner.get_params(),
        unavailable=_unavailable(learner),
        wall_s={"learning": learned - began, "scoring": time.perf_counter() - learned},
    )


def validation_accuracy(learner: Any, seed: int, split: Split, budget: Budget) -> float:
    """Let a fresh learner learn and give its final validation accuracy; the test part is not scored."""
    return _learn(learner, seed, split, budget, None)[-1].validation


def _learn(
    learner: Any, seed: int, split: Split, budget: Budget, progress: Callable[[float], None] | None
) -> list[CurvePoint]:
    train = split.train
    n_presentations = budget.presentations
    if n_presentations is None:
        n_presentations = max(DEFAULT_PASSES * len(train), LEAST_PRESENTATIONS)
    classes = np.unique(np.concatenate([part.labels for part in (train, split.validation, split.test)]))
    learner.begin(n_presentations or None, classes, train.X[0].size)
    # Controls that solve for all samples at once have no course to look at.
    n_evaluations = budget.n_evaluations if learner.traits.role == "learner" else 1
    curve = []
    labelled = _evenly(train, READ_OUT_ON)
    order = presentation_order(len(train), n_presentations, seed)
    for start, end in _stretches(evaluation_points(n_presentations, n_evaluations, learner.batch_size)):
        rows = order[start:end]
        learner.partial_fit(train.X[rows], train.labels[rows])
        learner.fit_readout(labelled.X, labelled.labels)
        validation = accuracy(learner, split.validation)
        curve.append(CurvePoint(end, validation, learner.costs().learning.connections))
        if progress:
            progress(end / n_presentations)
    if not n_presentations:
        learner.fit_readout(labelled.X, labelled.labels)
    return curve


def accuracy(learner: Any, part: Dataset) -> float:
    """Give the share of right answers."""
    return float(np.mean(learner.predict(part.X) == part.labels))


def _evenly(part: Dataset, at_most: int) -> Dataset:
    # Evenly spaced rows, since a source may be sorted by class.
    return part.take(np.arange(0, len(part), -(-len(part) // at_most)))


def _stretches(ends: list[int]) -> Iterator[tuple[int, int]]:
    yield from zip([0, *ends], ends, strict=False)


def _difference(after: EventCounts, before: EventCounts) -> EventCounts:
    earlier = asdict(before)
    return EventCounts(**{name: value - earlier[name] for name, value in asdict(after).items()})


def _unavailable(learner: Any) -> dict[str, str]:
    if learner.traits.unit == "spike":
        return {}
    return {"spikes_per_sample": "a rate network has no spikes" if learner.traits.unit == "rate" else "it has no units"}
