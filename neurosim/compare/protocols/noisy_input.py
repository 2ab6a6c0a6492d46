"""How well a trained learner answers as noise is added to what it sees."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.integrate import trapezoid

from neurosim.compare.protocols.judging import judged, small
from neurosim.compare.protocols.learning import answers_to, learn
from neurosim.compare.protocols.work import Findings, Work
from neurosim.data import Series
from neurosim.errors import out_of_range
from neurosim.metrics.measure import Measure

OVER = "noise on the input (standard deviation)"


@dataclass(frozen=True)
class NoisyInput:
    """Gaussian noise on every feature of the test part, level by level; features lie in [0, 1] and stay there.

    What is tested is the area under the curve over the levels, divided by their range: the mean value over noise. It
    is formed for every test item before anything is averaged, so that it has intervals over items. All learners of a
    seed see the same noise; none of them learns from it.

    Attributes
    ----------
    levels : tuple of float
        Standard deviations, from 0 up.

    Raises
    ------
    InputError
        If levels do not start at 0 and rise.
    """

    levels: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)

    def __post_init__(self) -> None:
        rises = all(low < high for low, high in zip(self.levels, self.levels[1:], strict=False))
        if len(self.levels) < 2 or self.levels[0] != 0 or not rises or not np.isfinite(self.levels[-1]):
            raise out_of_range("levels", list(self.levels), "two numbers or more that rise from 0")

    def measures(self, asked: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Give the mean over noise of the task's first measure, then the task's measures without noise."""
        return (over_noise(asked[0]), *asked)

    def run(self, work: Work) -> Findings:
        """Let a learner learn, then answer the test part at every level."""
        began = time.perf_counter()
        curve, test = learn(work), work.split.test
        learned = time.perf_counter()
        answers, inference = answers_to(work, test.X)
        values, items = judged(work.measures, answers, test.labels)
        at_levels = [np.asarray(work.measure.items(answers, test.labels), dtype=float)]
        for number, level in enumerate(self.levels[1:], 1):
            noise = work.stream("noise", number).normal(0.0, level, test.X.shape)
            said = work.learner.predict(np.clip(test.X + noise, 0, 1).astype(test.X.dtype))
            at_levels.append(np.asarray(work.measure.items(said, test.labels), dtype=float))
        area = trapezoid(at_levels, self.levels, axis=0) / (self.levels[-1] - self.levels[0])
        name = over_noise(work.measure).name
        values[name] = {"test": float(area.mean()), "chance": values[work.measure.name]["chance"]}
        if curve:
            values[work.measure.name]["validation"] = curve[-1].validation
        means = tuple(float(numbers.mean()) for numbers in at_levels)
        series = {"noise": Series(OVER, self.levels, work.measure.name, means)}
        wall_s = {"learning": learned - began, "scoring": time.perf_counter() - learned}
        return Findings(values, items | {name: small(area)}, series, curve, answers, inference, {}, {}, wall_s)


def over_noise(measure: Measure) -> Measure:
    """Say how the mean of a measure over levels of noise is written."""
    return replace(measure, name=f"{measure.name}-over-noise", title=f"{measure.title} under noise")
