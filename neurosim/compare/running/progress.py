"""How far a run is: what runs now, how well it does, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RunningCell:
    """One cell at work.

    Attributes
    ----------
    name : str
        the cell's name.
    share : float
        Finished share of its presentations, 0 to 1, at its latest evaluation.
    validation : float or None
        What validation data say there; None before the first, and where none is looked at.
    left_s : float or None
        Expected seconds to its end; None where nothing is known yet.
    """

    name: str
    share: float
    validation: float | None
    left_s: float | None


@dataclass(frozen=True)
class Standing:
    """A run at one moment.

    Attributes
    ----------
    finished, failed, total : int
        Cells: sound ones, including those of earlier attempts; failed ones; all.
    running : tuple of RunningCell
        At work now.
    left_s : float or None
        Expected seconds to the end of the run; None where nothing is known yet.
    """

    finished: int
    failed: int
    total: int
    running: tuple[RunningCell, ...] = ()
    left_s: float | None = None


class Watch:
    """Keep the times of cells and foretell those to come from those with the same label.

    Parameters
    ----------
    total : int
        All cells of the run.
    waiting : iterable of str
        Names of the cells that have to be run.
    jobs : int
        Cells at work at the same time.
    clock : callable
        Gives seconds.
    """

    def __init__(
        self, total: int, waiting: Iterable[str], jobs: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._jobs, self._clock = total, jobs, clock
        self._waiting = dict.fromkeys(waiting)
        self._finished = total - len(self._waiting)
        self._failed = 0
        self._running: dict[str, _Course] = {}
        self._durations: dict[str, list[float]] = {}

    def started(self, name: str) -> None:
        """Note that a cell is at work."""
        self._waiting.pop(name, None)
        self._running[name] = _Course(self._clock())

    def told(self, name: str, share: float, validation: float | None) -> None:
        """Note what a cell said at an evaluation; the same news twice is no news."""
        course = self._running[name]
        if share != course.share:
            course.share, course.validation, course.at = share, validation, self._clock()

    def ended(self, name: str, sound: bool) -> None:
        """Note that a cell is finished, or that it failed."""
        course = self._running.pop(name)
        if sound:
            self._finished += 1
            self._durations.setdefault(_label(name), []).append(self._clock() - course.began)
        else:
            self._failed += 1

    def put_back(self, name: str) -> None:
        """Note that a cell stopped without a result and will be run again."""
        del self._running[name]
        self._waiting[name] = None

    def standing(self) -> Standing:
        """Give the present state."""
        now = self._clock()
        running = tuple(
            RunningCell(name, course.share, course.validation, self._left(name, course, now))
            for name, course in self._running.items()
        )
        return Standing(self._finished, self._failed, self._total, running, self._left_of_run(running))

    def _left(self, name: str, course: _Course, now: float) -> float | None:
        expected = course.expected()
        if expected is None:
            expected = self._typical(_label(name))
        return None if expected is None else max(expected - (now - course.began), 0.0)

    def _left_of_run(self, running: tuple[RunningCell, ...]) -> float | None:
        known = {label: value for label in self._labels() if (value := self._typical(label)) is not None}
        if not known:
            return 0.0 if not running and not self._waiting else None
        mean = sum(known.values()) / len(known)
        at_work = [mean if cell.left_s is None else cell.left_s for cell in running]
        to_come = [known.get(_label(name), mean) for name in self._waiting]
        return max([(sum(at_work) + sum(to_come)) / self._jobs, *at_work])

    def _labels(self) -> set[str]:
        return {*self._durations, *map(_label, self._running)}

    def _typical(self, label: str) -> float | None:
        """Give the mean duration of a label's finished cells, or else what its running ones let expect."""
        of_label = self._durations.get(label) or [
            expected
            for name, course in self._running.items()
            if _label(name) == label and (expected := course.expected()) is not None
        ]
        return sum(of_label) / len(of_label) if of_label else None


@dataclass
class _Course:
    began: float
    share: float = 0.0
    validation: float | None = None
    at: float = 0.0

    def expected(self) -> float | None:
        """Give the whole duration that the share finished so far lets expect."""
        return (self.at - self.began) / self.share if self.share else None


def _label(name: str) -> str:
    return name.rpartition("/")[0]
