"""Trials one after the other: the only place that knows the loop over (X, y)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.compare.protocols.work import Work
from neurosim.data import CurvePoint, EventCounts
from neurosim.seeding import stream

DEFAULT_PASSES, LEAST_PRESENTATIONS = 20, 5000
READ_OUT_ON = 10_000
"""Labels are assigned on this many training samples at most."""
PRESENTED_AT_ONCE = 4096
"""Trials handed to a learner in one call, up to whole batches, where the cut changes nothing."""


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


def learn(work: Work) -> tuple[CurvePoint, ...]:
    """Let a fresh learner learn by the budget, looking at validation data along the way.

    Returns
    -------
    tuple of CurvePoint
        One an evaluation; none where the budget is no presentation at all, and labels alone are assigned.
    """
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
    return tuple(curve)


def in_whole_batches(rows: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Cut rows into pieces of whole batches, a few thousand at most, which a learner cannot tell from one piece.

    Copies of all trials of a long stretch, as they are and as a learner encodes them, would fill the memory.
    """
    step = max(PRESENTED_AT_ONCE // batch_size, 1) * batch_size
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def answers_to(work: Work, X: NDArray[Any]) -> tuple[NDArray[Any], EventCounts]:
    """Let the learner answer samples; gives the answers, and what this pass alone took."""
    before = work.learner.costs().inference
    answers = work.learner.predict(X)
    return answers, _difference(work.learner.costs().inference, before)


def _stretches(ends: list[int]) -> Iterator[tuple[int, int]]:
    yield from zip([0, *ends], ends, strict=False)


def _difference(after: EventCounts, before: EventCounts) -> EventCounts:
    earlier = asdict(before)
    return EventCounts(**{name: value - earlier[name] for name, value in asdict(after).items()})
