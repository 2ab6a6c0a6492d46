"""Where cells are run: here, one after the other, or in processes that may die without taking the run with them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from neurosim.compare.protocols.work import Tell

LOOK_EVERY_S = 0.2
"""Between two looks at what the running cells have said."""
POOL_ATTEMPTS = 3
Work = Callable[[Any, Tell | None], Any]
"""What is done with a cell; a function of its module, so that another process finds it."""


class Cell(Protocol):
    """Everything that decides one result, as data that can be sent to another process."""

    @property
    def name(self) -> str:
        """Tells it from all other cells of a run; the parts before the last slash are those of cells alike."""
        ...


class Listener(Protocol):
    """Who hears of cells: that they start, what they say, how they end."""

    def started(self, spec: Any) -> None:
        """A cell is at work."""

    def told(self, spec: Any, share: float, validation: float | None) -> None:
        """A cell reached an evaluation: the finished share and what validation data say; may be said twice."""

    def ended(self, spec: Any, result: Any) -> None:
        """A cell gave its result, or failed with an exception."""

    def put_back(self, spec: Any) -> None:
        """A cell's process ended without a result; the cell will be run again, alone."""


def run_here(specs: Sequence[Cell], work: Work, listener: Listener) -> None:
    """Run cells in this process, in order."""
    for spec in specs:
        listener.started(spec)
        try:
            result: Any = work(spec, partial(listener.told, spec))
        except Exception as error:
            result = error
        listener.ended(spec, result)


def run_in_processes(specs: Sequence[Cell], work: Work, jobs: int, listener: Listener, news: Path) -> None:
    """Run cells in parallel processes.

    Where a process dies, all cells at work at that moment are lost, the neighbours' too. They are run again at the
    end, one at a time; the one that kills its process again has failed.

    Parameters
    ----------
    specs : sequence of Cell
        What to run, in this order.
    work : callable
        What to do with each.
    jobs : int
        Processes.
    listener : Listener
        Told in this process.
    news : Path
        Folder for what running cells say; made here, and removed at the end.
    """
    # Files rather than a queue: a process that is killed while it writes to a queue may leave it locked.
    with contextlib.suppress(OSError):
        news.mkdir(exist_ok=True)
    try:
        lost = _run_together(specs, work, jobs, listener, news)
        for spec in lost:
            listener.put_back(spec)
        for spec in lost:
            for again in _run_together([spec], work, 1, listener, news):
                listener.ended(again, RuntimeError("its process died (killed, or out of memory)"))
    finally:
        shutil.rmtree(news, ignore_errors=True)


def map_in_processes(work: Callable[[Any], Any], items: Sequence[Any], jobs: int) -> list[Any]:
    """Give ``work(item)`` for every item, in order; from parallel processes, those of a run's cells where it had some.

    Parameters
    ----------
    work : callable
        What to do; it and the items are sent to other processes.
    items : sequence
        What to do it with.
    jobs : int
        Processes; with 1 all is done in this one.
    """
    if jobs == 1 or len(items) < 2:
        return [work(item) for item in items]
    try:
        return list(_pool(jobs).map(work, items))
    except BrokenProcessPool:
        # A process was killed, for example for want of memory; here there is one at a time.
        return [work(item) for item in items]
    except BaseException:
        _pool(jobs).shutdown(wait=True, kill_workers=True)
        raise


def _run_together(specs: Sequence[Cell], work: Work, jobs: int, listener: Listener, news: Path) -> list[Cell]:
    """Run cells in parallel; gives those whose process died."""
    waiting = iter(specs)
    lost: list[Cell] = []
    running: dict[Future[Any], Cell] = {}

    def fill() -> None:
        # No more cells than workers are handed over: the pool cannot be stopped cleanly with a queue behind it.
        while len(running) < jobs and (spec := next(waiting, None)) is not None:
            running[_submit(spec, work, _news_of(spec, news), jobs)] = spec
            listener.started(spec)

    try:
        fill()
        while running:
            ended = wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED).done
            for spec in running.values():
                said = _read_news(_news_of(spec, news))
                if said:
                    listener.told(spec, *said)
            results = [(running.pop(future), future) for future in ended]
            fill()
            for spec, future in results:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    lost.append(spec)
                else:
                    listener.ended(spec, error if error is not None else future.result())
    except BaseException:
        _stop(running, jobs)
        raise
    return lost


def _stop(futures: Iterable[Future[Any]], jobs: int) -> None:
    # The pool's own thread fails, with a traceback, over cells that it has not yet handed to a worker.
    deadline = time.monotonic() + LOOK_EVERY_S
    while not all(future.running() or future.done() for future in futures) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S / 100)
    _pool(jobs).shutdown(wait=True, kill_workers=True)


def _submit(spec: Cell, work: Work, news: Path, jobs: int) -> Future[Any]:
    # What an attempt whose process died has said is no news of this one.
    news.unlink(missing_ok=True)
    for _ in range(POOL_ATTEMPTS):
        # Asked for anew each time: it is replaced where a worker was killed, for example for want of memory.
        with contextlib.suppress(BrokenProcessPool):
            submitted: Future[Any] = _pool(jobs).submit(_run_and_tell, spec, work, news)
            return submitted
    raise RuntimeError(f"processes die as soon as they are started; accepted: --jobs 1 instead of {jobs}")


def _pool(jobs: int) -> Any:
    from joblib.externals.loky import get_reusable_executor

    return get_reusable_executor(max_workers=jobs, initializer=_serve, initargs=(os.getpid(),))


def _serve(parent: int) -> None:
    # A terminal sends Ctrl-C to every process; the parent ends the workers, which have nothing to say about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    # Where the parent is killed, a worker would go on with its cell for nobody.
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os._exit(1)


def _run_and_tell(spec: Cell, work: Work, news: Path) -> Any:
    half_written = news.with_name(f"{news.name}.part")

    def tell(share: float, validation: float | None) -> None:
        # No cell fails for want of an audience.
        with contextlib.suppress(OSError):
            half_written.write_text(json.dumps([share, validation]))
            os.replace(half_written, news)

    return work(spec, tell)


def _news_of(spec: Cell, news: Path) -> Path:
    return news / spec.name.replace("/", "~")


def _read_news(path: Path) -> tuple[float, float | None] | None:
    try:
        share, validation = json.loads(path.read_text())
        return share, validation
    except (OSError, ValueError):
        return None
