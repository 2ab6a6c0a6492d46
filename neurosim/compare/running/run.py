"""From cells to results: run those that are not finished yet, keep each as it ends, tell how far the run is."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from neurosim.compare.running.claim import NEWS
from neurosim.compare.running.executors import Cell, Work, run_here, run_in_processes
from neurosim.compare.running.files import write_json
from neurosim.compare.running.progress import Standing, Watch
from neurosim.errors import InputError, RunStopped, out_of_range

Report = Callable[[Standing], None]
"""Told how far a run is, whenever a cell starts, reaches an evaluation or ends."""
FAILURES = "failures.json"


class Shelf(Protocol):
    """Where results of cells lie."""

    def read(self, spec: Any) -> Any:
        """Give a finished cell's result; None if it is missing, damaged, or another cell's."""

    def write(self, spec: Any, result: Any) -> None:
        """Keep a cell's result, whole or not at all."""

    def close(self) -> None:
        """Let others write into the folder."""


@dataclass(frozen=True)
class Kept:
    """All that is known when no cell is left to run.

    Attributes
    ----------
    done : dict of str to Any
        a cell's name to the result, those of earlier attempts included.
    failures, tracebacks : dict of str to str
        a cell's name to the error, and to where it happened, for cells that crashed.
    """

    done: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a run gives back.

    Attributes
    ----------
    summary : dict or None
        As in the folder's JSON; None where cells failed.
    failures : mapping of str to str
        a cell's name to the error, for cells that crashed.
    tracebacks : mapping of str to str
        The same cells, with where it happened.
    folder : Path
        Where everything lies.
    """

    summary: dict[str, Any] | None
    failures: Mapping[str, str]
    tracebacks: Mapping[str, str]
    folder: Path


def check_jobs(jobs: int) -> None:
    """Refuse less than one process, before a folder is taken.

    Raises
    ------
    InputError
        If there is less than one.
    """
    if jobs < 1:
        raise out_of_range("jobs", jobs, "1 or more")


def run_to_results(
    specs: Sequence[Cell],
    work: Work,
    shelf: Shelf,
    write_results: Callable[[Mapping[str, Any]], dict[str, Any]],
    folder: Path,
    jobs: int,
    report: Report | None = None,
) -> Outcome:
    """Run all cells, write the results if none failed, and close the shelf.

    Parameters
    ----------
    specs, work, shelf, folder, jobs, report
        As :func:`run_and_keep` takes them.
    write_results : callable
        Given a cell's name to result; writes the results and gives their summary.

    Returns
    -------
    Outcome

    Raises
    ------
    RunStopped
        If something can no longer be written, for example because the disk is full.
    """
    try:
        kept = run_and_keep(specs, work, shelf, jobs, folder, report)
        if kept.failures:
            return Outcome(None, kept.failures, kept.tracebacks, folder)
        summary = write_results(kept.done)
        # What an earlier attempt said of failed cells is no longer true.
        (folder / FAILURES).unlink(missing_ok=True)
        return Outcome(summary, {}, {}, folder)
    except (InputError, OSError) as error:
        # All that the user gave is checked by now.
        raise RunStopped(f"the run stopped: {error}; --resume goes on when that is mended") from error
    finally:
        shelf.close()


def run_and_keep(
    specs: Sequence[Cell],
    work: Work,
    shelf: Shelf,
    jobs: int,
    folder: Path,
    report: Report | None = None,
) -> Kept:
    """Run the cells that the shelf does not hold yet; a cell that fails takes no other with it.

    Parameters
    ----------
    specs : sequence of Cell
        All cells of the run, in the order in which they are run.
    work : callable
        Makes a cell's result.
    shelf : Shelf
        Where results are looked up and kept.
    jobs : int
        Processes; results do not depend on it.
    folder : Path
        Of the run. Failed cells are named in its ``failures.json``.
    report : callable, optional
        Told how far the run is, whenever a cell starts, reaches an evaluation or ends.

    Returns
    -------
    Kept
    """
    keeper = _Keeper(specs, shelf, jobs, report)
    if jobs == 1:
        run_here(keeper.missing, work, keeper)
    elif keeper.missing:
        run_in_processes(keeper.missing, work, min(jobs, len(keeper.missing)), keeper, folder / NEWS)
    if keeper.kept.failures:
        write_json(folder / FAILURES, keeper.kept.failures)
    return keeper.kept


class _Keeper:
    """Keep what cells leave behind, and pass on how far the run is."""

    def __init__(self, specs: Sequence[Cell], shelf: Shelf, jobs: int, report: Report | None) -> None:
        found = {spec.name: shelf.read(spec) for spec in specs}
        self.kept = Kept({name: result for name, result in found.items() if result is not None})
        self.missing = [spec for spec in specs if spec.name not in self.kept.done]
        self._shelf, self._report = shelf, report
        self._watch = Watch(len(specs), (spec.name for spec in self.missing), jobs)
        self._say()

    def started(self, spec: Cell) -> None:
        self._watch.started(spec.name)
        self._say()

    def told(self, spec: Cell, share: float, validation: float | None) -> None:
        self._watch.told(spec.name, share, validation)
        self._say()

    def put_back(self, spec: Cell) -> None:
        self._watch.put_back(spec.name)
        self._say()

    def ended(self, spec: Cell, result: Any) -> None:
        name, failed = spec.name, isinstance(result, BaseException)
        if failed:
            self.kept.failures[name] = f"{type(result).__name__}: {result}"
            self.kept.tracebacks[name] = "".join(traceback.format_exception(result))
        else:
            self._shelf.write(spec, result)
            self.kept.done[name] = result
        self._watch.ended(name, not failed)
        self._say()

    def _say(self) -> None:
        if self._report:
            self._report(self._watch.standing())
