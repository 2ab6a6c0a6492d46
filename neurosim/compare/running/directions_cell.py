"""One cell of a measurement of directions (learner × seed): weights held at shares of the budget, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import open_experiment
from neurosim.compare.protocols.directions import LayerAngles, measure_angles
from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.compare.protocols.trials import READ_OUT_ON, in_whole_batches, n_presentations_of, presentation_order
from neurosim.compare.protocols.work import Tell
from neurosim.learners import make_learner
from neurosim.learners.bench import Bench, make_bench
from neurosim.seeding import integer_seed

OPENING = 200
"""Samples that a spiking network without weights is shown, which makes it draw them."""


@dataclass(frozen=True)
class DirectionsCell:
    """Everything that decides what is measured of one learner on one seed.

    Attributes
    ----------
    label : str
        The learner's label in the experiment.
    seed : int
        Of everything random.
    experiment : Experiment
        Task, learners and budget.
    shares : tuple of float
        Shares of the budget after which the weights are held.
    largest : int
        Trials to be averaged at most.
    """

    label: str
    seed: int
    experiment: Experiment
    shares: tuple[float, ...]
    largest: int


def run_directions_cell(cell: DirectionsCell, tell: Tell | None = None) -> dict[str, Any]:
    """Train one learner on one seed, hold its weights at every share of the budget, and measure.

    Parameters
    ----------
    cell : DirectionsCell
        What to measure.
    tell : callable, optional
        Told the share of moments that are measured.

    Returns
    -------
    dict
        Plain values: what was measured, and the angles, share by share.
    """
    experiment, seed = cell.experiment, cell.seed
    settings = experiment.learners[cell.label]
    # A second thread would change the order of sums in matrix products.
    with threadpool_limits(1):
        opened = open_experiment(experiment)
        split = opened.task.split(seed, experiment.train_size, experiment.seeds)
        train = split.train
        learner = make_learner(settings.kind, opened.registry, **settings.parameters, random_state=seed)
        budget = n_presentations_of(experiment.presentations, len(train))
        learner.begin_for(opened.task.signature, budget)
        classes = learner.classes_
        order, population, done = presentation_order(len(train), budget, seed), evenly(train, READ_OUT_ON), 0
        codes = np.searchsorted(classes, population.labels)
        moments: list[dict[str, Any]] = []
        for share in sorted(cell.shares):
            # Whole batches, so that holding the weights changes nothing of what is learned.
            end = min(round(share * budget / learner.batch_size) * learner.batch_size, budget)
            for rows in in_whole_batches(order[done:end], learner.batch_size):
                learner.partial_fit(train.X[rows], train.labels[rows])
            done = max(done, end)
            if not learner.weights():
                learner.fit_readout(population.X, population.labels)
                learner.activity(population.X[:OPENING])
            bench = make_bench(learner, settings.kind)
            measured = measure_angles(
                bench, population.X, codes, len(classes), cell.largest, integer_seed(seed, "resampling", done)
            )
            moments.append(_moment(share, done, bench, measured))
            if tell:
                tell(len(moments) / len(cell.shares), None)
    return {"kind": settings.kind, "step": bench.step, "population": len(population), "moments": moments}


def _moment(share: float, done: int, bench: Bench, measured: Sequence[LayerAngles]) -> dict[str, Any]:
    losses = {
        name: {"loss": objective.loss, "through": objective.through, "surrogate": objective.surrogate}
        for name, objective in bench.objectives.items()
    }
    return {"share": share, "presentations": done, "objectives": losses, "angles": [asdict(one) for one in measured]}
