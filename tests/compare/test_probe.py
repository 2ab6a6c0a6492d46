"""The linear probe of every cell: on activity whose answer is planted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.compare.protocols import probe as probes
from neurosim.compare.protocols.probe import NO_UNITS, PENALTIES, probe
from neurosim.compare.protocols.work import Budget
from neurosim.data import Classes, Dataset, Record, Split
from neurosim.metrics.measure import PROBE
from neurosim.metrics.right_answers import ACCURACY
from tests.compare.stubs import Recorder, numbered_split, presented, work

CENTRES = np.array([[4.0, 0.0, 0.0], [0.0, 400.0, 0.0], [0.0, 0.0, 0.04]])
"""Three classes, each driving a unit of its own, on scales four decades apart."""


class Planted(Recorder):
    """Answers the first class always; its units hold the class, linearly (or hold nothing, or there are none)."""

    def __init__(self, holds: str = "the class") -> None:
        super().__init__()
        self.holds = holds

    def activity(self, X: np.ndarray) -> np.ndarray:
        self.calls.append(("activity", X[:, 0].astype(int).tolist()))
        if self.holds == "nothing":
            return np.ones((len(X), 2))
        return CENTRES[X[:, 0].astype(int) % 3] if self.holds == "the class" else np.zeros((len(X), 0))


def present(learner: Planted, linear_probe: bool = True) -> Record:
    return presented(work(learner, 0, numbered_split(), Budget(60, 2)), linear_probe=linear_probe)


def test_a_probe_reads_what_the_learner_itself_does_not_say() -> None:
    """All test samples right, where the learner's own answer is right for the first class alone."""
    record = present(Planted())
    assert record.value(PROBE) == 1.0 and record.items[PROBE].all()
    assert record.value("accuracy") == pytest.approx(1 / 3)
    # All penalties do equally well on validation data: the strongest is taken.
    assert record.arrays["probe_penalty"].tolist() == [PENALTIES[0]] == [max(PENALTIES)]


def test_a_probe_of_units_that_hold_nothing_is_at_chance() -> None:
    """It answers one class throughout."""
    record = present(Planted("nothing"))
    assert record.value(PROBE) == pytest.approx(1 / 3)


def test_without_units_or_unasked_there_is_none() -> None:
    """None and the reason; unasked, the activity is looked at no more often than before."""
    record = present(Planted("no units"))
    assert PROBE not in record.values and PROBE not in record.items and "probe_penalty" not in record.arrays
    assert record.unavailable[f"measures.{PROBE}"] == NO_UNITS
    unasked = Planted()
    assert PROBE not in present(unasked, linear_probe=False).values
    assert len(unasked.rows("activity")) == 1


def test_the_probe_costs_the_learner_nothing_and_changes_nothing() -> None:
    """Counts, answers and weights are those of the same cell without a probe."""
    with_probe, without = present(Planted()), present(Planted(), linear_probe=False)
    assert with_probe.costs == without.costs and with_probe.values["accuracy"] == without.values["accuracy"]
    assert "probe" in with_probe.wall_s and "probe" not in without.wall_s
    for name in ("activations", "unit_activity"):
        assert len(without.arrays[name]) and np.array_equal(with_probe.arrays[name], without.arrays[name])


def test_it_learns_from_training_samples_and_is_scored_once() -> None:
    """Training rows below 1,000, validation from 1,000, test from 2,000 on."""
    learner = Planted()
    present(learner)
    train, validation, test = learner.rows("activity")[:3]
    assert max(train) < 1000 <= min(validation) and max(validation) < 2000 <= min(test)
    # What is kept of the units is what the probe was shown.
    assert len(learner.rows("activity")) == 3


def test_the_penalty_is_the_one_that_validation_data_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few noisy samples of many units: of a hopeless and a good penalty the good one is taken, and scores better."""
    rng = np.random.default_rng(3)
    direction = rng.normal(size=(40, 3))

    def part(n: int, first: int) -> Dataset:
        X = rng.normal(size=(n, 40))
        y = (X @ direction + rng.normal(0, 2, (n, 3))).argmax(axis=1)
        return Dataset(X, y, np.arange(first, first + n))

    class Identity:
        classes_ = np.arange(3)

        def activity(self, X: np.ndarray) -> np.ndarray:
            return X

    split = Split(part(120, 0), part(400, 1000), part(2000, 2000))

    def scored(*grid: float) -> Any:
        monkeypatch.setattr(probes, "PENALTIES", grid)
        found = probe(Identity(), split, ACCURACY, Classes((0, 1, 2)))
        assert found is not None
        return found

    def share_right(found: Any) -> float:
        return ACCURACY.value(found.answers, split.test.labels)

    chosen = scored(1e6, 10.0, 1e-6)
    alone = {penalty: share_right(scored(penalty)) for penalty in (1e6, 10.0, 1e-6)}
    assert chosen.penalty == 10.0 and share_right(chosen) == alone[10.0]
    assert alone[10.0] > max(alone[1e6], alone[1e-6])
