"""The loop over trials: who sees what, in which order, when it is looked at, and the test part once, at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosim.compare.protocols import learning, trials
from neurosim.compare.protocols.learning import evaluation_points, presentation_order
from neurosim.compare.protocols.work import Budget
from tests.compare.stubs import Recorder, numbered_split, presented, work


def present(presentations: int | None = 100, n_evaluations: int = 4, seed: int = 5, **stub: Any):
    learner = Recorder(**stub)
    return learner, presented(work(learner, seed, numbered_split(), Budget(presentations, n_evaluations)))


def test_every_pass_shows_every_sample_once() -> None:
    """A hundred trials of thirty samples: three whole passes and a third of the fourth, each shuffled anew."""
    order = presentation_order(30, 100, 5)
    passes = [order[k : k + 30] for k in (0, 30, 60)]
    assert all(sorted(one.tolist()) == list(range(30)) for one in passes)
    assert len(set(order[90:].tolist())) == 10 == len(order[90:])
    assert len({tuple(one.tolist()) for one in passes}) == 3
    assert not any(np.array_equal(one, np.arange(30)) for one in passes)


def test_the_order_depends_on_the_seed_and_longer_budgets_only_append() -> None:
    """Two budgets share their beginning, two seeds do not."""
    assert np.array_equal(presentation_order(30, 100, 5)[:70], presentation_order(30, 70, 5))
    assert not np.array_equal(presentation_order(30, 100, 5), presentation_order(30, 100, 6))
    assert presentation_order(30, 0, 5).shape == (0,)


def test_two_learners_of_a_seed_see_the_same_trials_in_the_same_order() -> None:
    """Whatever they are, and however often they are looked at."""
    streams = []
    for arguments in ({}, {"role": "control"}, {"n_evaluations": 7}):
        learner, _ = present(**arguments)
        streams.append([row for call in learner.rows("partial_fit") for row in call])
    assert streams[0] == streams[1] == streams[2] == presentation_order(30, 100, 5).tolist()


@given(st.integers(1, 10**6), st.integers(1, 50))
def test_evaluation_points_are_even_rising_and_end_at_the_end(n_presentations: int, n_evaluations: int) -> None:
    """As many as asked for where there are enough trials, never further apart than a share rounded up."""
    points = evaluation_points(n_presentations, n_evaluations)
    assert points == sorted(set(points)) and points[0] >= 1 and points[-1] == n_presentations
    assert len(points) == min(n_presentations, n_evaluations)
    gaps = np.diff([0, *points])
    assert gaps.max() - gaps.min() <= 1


@pytest.mark.parametrize(
    ("n", "k", "points"), [(100, 4, [25, 50, 75, 100]), (10, 3, [4, 7, 10]), (2, 5, [1, 2]), (0, 3, [])]
)
def test_evaluation_points_by_hand(n: int, k: int, points: list[int]) -> None:
    """Rounded up to whole trials."""
    assert evaluation_points(n, k) == points


def test_the_course_of_a_cell() -> None:
    """Learn a stretch, assign labels, look at validation data; at the end training data, then the test part."""
    learner, _ = present()
    assert learner.calls[0] == ("begin", (100, [0, 1, 2], 2))
    names = [name for name, _ in learner.calls[1:]]
    assert names[:12] == ["partial_fit", "fit_readout", "predict"] * 4
    assert [len(rows) for rows in learner.rows("partial_fit")] == [25] * 4
    assert all(rows == list(range(30)) for rows in learner.rows("fit_readout"))
    validation = list(range(1000, 1009))
    assert learner.rows("predict") == [validation] * 4 + [list(range(30)), list(range(2000, 2012))]


@pytest.mark.parametrize("presentations", [0, 1, 100, None])
def test_the_test_part_is_answered_exactly_once_after_everything_else(presentations: int | None) -> None:
    """Not for learning, not for the read-out, not for selection; what comes after it only looks."""
    learner, _ = present(presentations)
    touched = [number for number, (_, rows) in enumerate(learner.calls[1:]) if any(row >= 2000 for row in rows)]
    calls = [learner.calls[1 + number] for number in touched]
    assert calls == [("predict", list(range(2000, 2012))), ("activity", list(range(2000, 2012)))]
    assert touched[-1] == len(learner.calls) - 2, "nothing comes after it"


def test_validation_data_never_teach() -> None:
    """Neither weights nor the read-out see them."""
    learner, _ = present()
    for call in ("partial_fit", "fit_readout"):
        assert max(row for rows in learner.rows(call) for row in rows) < 1000


def test_the_record_holds_what_was_seen() -> None:
    """Accuracies by hand (a third of each part is class 0), the curve, and inference costs of the test part alone."""
    learner, record = present()
    assert (record.label, record.kind, record.seed) == ("row", "stub", 5)
    assert record.value("accuracy", "train") == pytest.approx(1 / 3) and record.value("accuracy") == pytest.approx(
        4 / 12
    )
    assert record.value("accuracy", "validation") == pytest.approx(3 / 9) == record.curve[-1].validation
    assert [point.presentations for point in record.curve] == [25, 50, 75, 100]
    assert [point.connections for point in record.curve] == [175, 350, 525, 700]
    assert [point.active_connections for point in record.curve] == [75, 150, 225, 300]
    assert [point.feedback_connections for point in record.curve] == [50, 100, 150, 200]
    assert record.costs.learning.presentations == 100
    assert record.costs.inference.presentations == 12 and record.costs.inference.connections == 60
    assert record.costs.readout.presentations == 4 * 30
    assert (record.n_units, record.n_parameters) == (4, 20)
    assert learner.inference.presentations == 4 * 9 + 30 + 12
    assert set(record.wall_s) == {"learning", "scoring", "evidence"} and min(record.wall_s.values()) >= 0


def test_the_untrained_control_gets_a_readout_and_no_trial() -> None:
    """A fresh learner, labels assigned once, no curve."""
    learner, record = present(0)
    assert learner.calls[0][1][0] is None
    assert learner.rows("partial_fit") == [] and len(learner.rows("fit_readout")) == 1
    assert record.curve == () and record.costs.learning.presentations == 0


@pytest.mark.parametrize(("n_train", "presentations"), [(30, 5000), (249, 5000), (251, 5020), (400, 8000)])
def test_twenty_passes_and_at_least_5000_trials_are_the_default_budget(n_train: int, presentations: int) -> None:
    """A tiny truth table is shown more often than twenty times."""
    learner = Recorder()
    presented(work(learner, 5, numbered_split(n_train), Budget(None, 4)))
    assert sum(map(len, learner.rows("partial_fit"))) == presentations == learner.calls[0][1][0]


@pytest.mark.parametrize(("batch_size", "lengths"), [(1, [10, 10, 5]), (4, [8, 8, 8, 4]), (16, [16, 16])])
def test_long_stretches_are_cut_between_batches(
    monkeypatch: pytest.MonkeyPatch, batch_size: int, lengths: list[int]
) -> None:
    """At most ten trials in a call, or one batch; the trials are the same."""
    monkeypatch.setattr(learning, "PRESENTED_AT_ONCE", 10)
    learner, _ = present(batch_size=batch_size)
    calls = learner.rows("partial_fit")
    assert [len(rows) for rows in calls[: len(lengths)]] == lengths
    assert [row for rows in calls for row in rows] == presentation_order(30, 100, 5).tolist()


def test_controls_are_looked_at_once() -> None:
    """They solve for all samples at the end and have no course."""
    learner, record = present(role="control")
    assert len(learner.rows("partial_fit")) == 1 and len(record.curve) == 1


def test_training_accuracy_of_large_sets_comes_from_evenly_spaced_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source sorted by class is not judged by its first class."""
    monkeypatch.setattr(trials, "TRAIN_SCORED", 10)
    learner, _ = present()
    assert learner.rows("predict")[-2] == list(range(0, 30, 3))


def test_progress_is_told_as_a_rising_share() -> None:
    """It ends at one; with it comes the validation accuracy of that moment, as in the curve."""
    told: list[tuple[float, float]] = []
    record = presented(work(Recorder(), 0, numbered_split(), Budget(100, 4), lambda *news: told.append(news)))
    assert [share for share, _ in told] == [0.25, 0.5, 0.75, 1.0]
    assert [validation for _, validation in told] == [point.validation for point in record.curve]
