"""The time left, foretold from what cells with the same label took."""

from __future__ import annotations

import pytest

from neurosim.compare.running.progress import Watch


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_is_foretold_before_anything_is_known(clock: Clock) -> None:
    """No time is better than a wrong one; cells of earlier attempts count as finished."""
    watch = Watch(10, ["a/0", "b/0"], 1, clock)
    assert (watch.standing().finished, watch.standing().left_s) == (8, None)
    watch.started("a/0")
    clock.now += 5
    standing = watch.standing()
    assert standing.left_s is None and standing.running[0].left_s is None and standing.running[0].validation is None


def test_a_running_cell_tells_how_long_it_will_take(clock: Clock) -> None:
    """A quarter in 3 s is 12 s in all: 9 s to go, and 8 after one more second. The other one is taken to be alike."""
    watch = Watch(2, ["a/0", "a/1"], 1, clock)
    watch.started("a/0")
    clock.now += 3
    watch.told("a/0", 0.25, 0.6)
    (cell,) = watch.standing().running
    assert (cell.name, cell.share, cell.validation, cell.left_s) == ("a/0", 0.25, 0.6, 9.0)
    assert watch.standing().left_s == 9 + 12
    clock.now += 1
    watch.told("a/0", 0.25, 0.6)
    assert watch.standing().running[0].left_s == 8
    clock.now += 20
    assert watch.standing().running[0].left_s == 0, "late, but never negative"


def test_labels_are_kept_apart(clock: Clock) -> None:
    """Two cells of a took 2 and 4 s, one of b 20 s: one a and two b to come take 43 s, or half with two jobs."""
    for jobs, left_s in ((1, 43.0), (2, 21.5)):
        watch = Watch(6, ["a/0", "a/1", "b/0", "a/2", "b/1", "b/2"], jobs, clock)
        for name, seconds in (("a/0", 2), ("a/1", 4), ("b/0", 20)):
            watch.started(name)
            clock.now += seconds
            watch.ended(name, True)
        assert watch.standing().finished == 3
        assert watch.standing().left_s == left_s


def test_the_run_ends_no_sooner_than_its_longest_cell(clock: Clock) -> None:
    """More processes than cells do not help."""
    watch = Watch(2, ["a/0", "b/0"], 8, clock)
    watch.started("a/0")
    watch.started("b/0")
    clock.now += 1
    watch.told("a/0", 0.5, 0.1)
    watch.told("b/0", 0.1, 0.1)
    assert watch.standing().left_s == pytest.approx(9.0)


def test_a_label_without_news_is_taken_as_the_others_are(clock: Clock) -> None:
    """The mean over labels stands in."""
    watch = Watch(2, ["a/0", "b/0"], 1, clock)
    watch.started("a/0")
    clock.now += 6
    watch.ended("a/0", True)
    assert watch.standing().left_s == 6


def test_failed_and_lost_cells(clock: Clock) -> None:
    """A failed cell is over; a lost one waits again; neither says how long a cell takes."""
    watch = Watch(2, ["a/0", "a/1"], 2, clock)
    watch.started("a/0")
    watch.started("a/1")
    clock.now += 1
    watch.put_back("a/1")
    watch.ended("a/0", False)
    assert (watch.standing().finished, watch.standing().failed, watch.standing().running) == (0, 1, ())
    assert watch.standing().left_s is None
    watch.started("a/1")
    clock.now += 7
    watch.ended("a/1", True)
    assert (watch.standing().finished, watch.standing().failed, watch.standing().left_s) == (1, 1, 0.0)
