"""Which way do the weights go? Weights held at shares of the budget, and each rule's change set against descents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.compare.protocols.learning import READ_OUT_ON, in_whole_batches, n_presentations_of, presentation_order
from neurosim.compare.protocols.weight_changes import LayerAngles, measure_angles, numbers_of_trials
from neurosim.compare.protocols.work import Findings, Work
from neurosim.data import Series
from neurosim.errors import out_of_range
from neurosim.learners.bench import READOUT, Bench, bench_class, make_bench
from neurosim.metrics.measure import Measure
from neurosim.seeding import integer_seed

OPENING = 200
"""Samples that a spiking network without weights is shown, which makes it draw them."""
MOST_TRIALS = 10**7
NO_ANGLE = "a change of length zero has no direction"
FIRST_LAYER = "layer_1"
FULL, SAME, SHUFFLED, SHUFFLED_RANGE = "all samples", "the same trials", "shuffled labels", "range of shuffles"
WITHOUT_NOISE, PER_SIGNAL, RANDOM = "without noise", "trials a signal", "random updates"
TRIALS, PERCENTILE = "trials averaged", "percentile"


def _no_items(answers: Any, targets: Any) -> Any:
    raise NotImplementedError("an angle is no mean over test items")


def _right_angle(targets: Any) -> float:
    return 90.0


ANGLE = Measure(
    "angle", "angle to the descent", "°", False, "closer to the descent", "farther from the descent", "°", 1.0, 1,
    lowest=0.0, highest=180.0, judged_on="training samples", items=_no_items, chance=_right_angle,
)  # fmt: skip
"""Of the mean change of the first layer to the descent of a linear read-out's loss, at the last share."""


@dataclass(frozen=True)
class Directions:
    """Angles between weight changes and descents, layer by layer; the test part is not touched.

    What is tested is the angle of the first layer's mean change to the descent of the cross-entropy of a linear
    read-out, the question that is the same for all rules, at the last share and the largest number of trials.

    Attributes
    ----------
    shares : tuple of float
        Shares of the budget after which the weights are held.
    trials : int
        Trials to be averaged at most.

    Raises
    ------
    InputError
        If a number is out of range.
    """

    with_controls: ClassVar[bool] = False
    shares: tuple[float, ...] = (0.0, 0.5)
    trials: int = 10_000

    def __post_init__(self) -> None:
        if not self.shares or any(not 0 <= share <= 1 for share in self.shares):
            raise out_of_range("shares", list(self.shares), "numbers from 0 to 1")
        if len(set(self.shares)) != len(self.shares):
            raise out_of_range("shares", list(self.shares), "different numbers")
        if not 1 <= self.trials <= MOST_TRIALS:
            raise out_of_range("trials", self.trials, f"a whole number from 1 to {MOST_TRIALS}")

    def check(self, kind: str, cls: type) -> None:
        """Refuse a learner of which nobody has said how a single trial's change can be had."""
        bench_class(cls, kind)

    def measures(self, asked: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Give the angle that is tested."""
        return (ANGLE,)

    def run(self, work: Work) -> Findings:
        """Let a learner learn, hold its weights at every share of the budget, and measure."""
        learner, train, seed = work.learner, work.split.train, work.seed
        budget = n_presentations_of(work.budget.presentations, len(train))
        learner.begin_for(work.signature, budget)
        classes = learner.classes_
        order, population, done = presentation_order(len(train), budget, seed), evenly(train, READ_OUT_ON), 0
        codes = np.searchsorted(classes, population.labels)
        series: dict[str, Series] = {}
        tested: float | None = None
        missing: dict[str, str] = {}
        for number, share in enumerate(sorted(self.shares), 1):
            # Whole batches, so that holding the weights changes nothing of what is learned.
            end = min(round(share * budget / learner.batch_size) * learner.batch_size, budget)
            for rows in in_whole_batches(order[done:end], learner.batch_size):
                learner.partial_fit(train.X[rows], train.labels[rows])
            done = max(done, end)
            if not learner.weights():
                learner.fit_readout(population.X, population.labels)
                learner.activity(population.X[:OPENING])
            bench = make_bench(learner, type(learner).__name__)
            angles = measure_angles(
                bench, population.X, codes, len(classes), self.trials, integer_seed(seed, "resampling", done)
            )
            moment = {"share": f"{share:g}", "presentations": str(done), "step": bench.step}
            for one in angles:
                about = moment | {"population": str(len(population))} | _about(one, bench)
                series |= dict(_series(one, about, numbers_of_trials(self.trials)))
                if (one.layer, one.objective) == (FIRST_LAYER, READOUT):
                    tested = one.full[-1] if one.full else None
                    missing = {} if tested is not None else {f"measures.{ANGLE.name}": one.undefined or NO_ANGLE}
            if work.tell:
                work.tell(number / len(self.shares), None)
        return Findings({ANGLE.name: {"test": tested, "chance": 90.0}}, series=series, unavailable=missing)


def _about(one: LayerAngles, bench: Bench) -> dict[str, str]:
    objective = bench.objectives[one.objective]
    return {
        "layer": one.layer,
        "objective": one.objective,
        "loss": objective.loss,
        "through": objective.through,
        "surrogate": "yes" if objective.surrogate else "",
        "n_weights": str(one.n_weights),
        "undefined": one.undefined,
    }


def _series(one: LayerAngles, about: dict[str, str], numbers: tuple[int, ...]) -> Iterator[tuple[str, Series]]:
    """Give everything that was measured of one layer as series; where there is no angle, empty ones that say why."""

    def over(
        axis: str, x: tuple[float, ...], y: tuple[float | None, ...], against: str, measure: str = ANGLE.name
    ) -> Any:
        name = f"{about['share']}/{one.layer}/{one.objective}/{against}"
        return name, Series(axis, x, measure, y, about | {"against": against})

    trials = tuple(map(float, numbers))
    for against, curve in ((FULL, one.full), (SAME, one.same), (SHUFFLED, one.shuffled)):
        yield over(TRIALS, trials[: len(curve)], curve, against)
    if not one.undefined:
        yield over(TRIALS, trials[-1:], (one.without_noise,), WITHOUT_NOISE)
        yield over(TRIALS, trials[-1:], (one.trials_per_signal,), PER_SIGNAL, TRIALS)
    if one.random is not None:
        yield over(PERCENTILE, (2.5, 97.5), one.random, RANDOM)
    if one.shuffled_range is not None:
        yield over(PERCENTILE, (0.0, 100.0), one.shuffled_range, SHUFFLED_RANGE)
