"""Learn trial by trial, then answer the test part once: what a comparison does unless it is told otherwise."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.protocols.judging import judged
from neurosim.compare.protocols.kept_arrays import evenly
from neurosim.compare.protocols.learning import answers_to, learn
from neurosim.compare.protocols.probe import NO_UNITS, probe
from neurosim.compare.protocols.work import Findings, Work
from neurosim.metrics.measure import PROBE, Measure, probe_of

TRAIN_SCORED = 2000
"""Training data are scored on this many samples at most: it only serves to show overfitting."""


@dataclass(frozen=True)
class Trials:
    """Trials one after the other; the test part is scored once, at the end.

    Attributes
    ----------
    linear_probe : bool
        Read every learner's units by the same linear probe as well? It is no part of the learner's costs.
    """

    linear_probe: bool = False

    def measures(self, asked: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Give the task's measures, and that of the probe."""
        return (*asked, probe_of(asked[0])) if self.linear_probe else asked

    def run(self, work: Work) -> Findings:
        """Let a learner learn, look at validation data along the way, and score the test part once, at the end."""
        split, test = work.split, work.split.test
        began = time.perf_counter()
        curve = learn(work)
        learned = time.perf_counter()
        train = work.value(evenly(split.train, TRAIN_SCORED))
        validation = curve[-1].validation if curve else work.value(split.validation)
        answers, inference = answers_to(work, test.X)
        wall_s = {"learning": learned - began, "scoring": time.perf_counter() - learned}
        values, items = judged(work.measures, answers, test.labels)
        values[work.measure.name] |= {"train": train, "validation": validation}
        arrays: dict[str, NDArray[Any]] = {}
        missing: dict[str, str] = {}
        activity = None
        if self.linear_probe:
            began = time.perf_counter()
            probed = probe(work.learner, split, work.measure, work.signature.target)
            wall_s["probe"] = time.perf_counter() - began
            if probed is None:
                missing[f"measures.{PROBE}"] = NO_UNITS
            else:
                of_probe = judged([probe_of(work.measure)], probed.answers, test.labels)
                values, items = values | of_probe[0], items | of_probe[1]
                arrays["probe_penalty"] = np.array([probed.penalty])
                activity = probed.activity
        return Findings(values, items, {}, curve, answers, inference, arrays, missing, wall_s, activity)
