"""Two cells in two processes against one: does the second core do its part?

    python benchmarks/parallel_cells.py [--quick] [--learner stdp] [--repetitions 5]

Each repetition runs one cell, then two at the same time, in the same two processes, which are warm: started, with
everything imported and the network compiled. Given is the ratio of the two times; 1 is perfect, 2 is no gain at all.
A machine with fewer than two idle cores cannot show anything else than its lack of cores: where Linux tells what other
programs took meanwhile, repetitions that they disturbed are named and left out of the median.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from neurosim.compare.experiment.making import prepare_experiment
from neurosim.compare.running.cell import CellSpec, run_cell
from neurosim.compare.running.executors import run_in_processes
from neurosim.compare.running.runner import cells_of
from neurosim.data import Record

LIMIT = 1.15
DISTURBED = 0.05
"""Share of all processors that other programs may take during a repetition."""


class Silence:
    """Hears of cells and says nothing, but for those that fail."""

    def started(self, spec: CellSpec) -> None:
        """Say nothing."""

    def told(self, spec: CellSpec, share: float, validation: float | None) -> None:
        """Say nothing."""

    def put_back(self, spec: CellSpec) -> None:
        """A process died: there is nothing to measure."""
        raise RuntimeError(f"the process of {spec.label}/{spec.seed} died")

    def ended(self, spec: CellSpec, result: Record | BaseException) -> None:
        """Pass on what failed."""
        if isinstance(result, BaseException):
            raise result


def seconds(specs: list[CellSpec], news: Path) -> float:
    """Run cells in two processes and give the time."""
    began = time.perf_counter()
    run_in_processes(specs, run_cell, 2, Silence(), news)
    return time.perf_counter() - began


def ticks() -> tuple[int, int, int] | None:
    """Give the ticks of all processors, those at work, and those of this process and its children; None if unknown."""
    try:
        user, nice, system, idle, waiting, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
        own = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                if os.getpid() in (int(fields[1]), int(path.parent.name)):
                    own += int(fields[11]) + int(fields[12])
    except (OSError, ValueError):
        return None
    busy = user + nice + system + sum(rest)
    return busy + idle + waiting, busy, own


def share_of_others(before: tuple[int, int, int] | None, after: tuple[int, int, int] | None) -> float | None:
    """Give the share of all processors that other programs took between two moments."""
    if before is None or after is None:
        return None
    total, busy, own = (late - early for early, late in zip(before, after, strict=True))
    return (busy - own) / total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short cells")
    parser.add_argument("--learner", default="stdp")
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    fields: dict[str, Any] = {"learners": {options.learner: {}}, "controls": False, "n_seeds": 2}
    specs = cells_of(prepare_experiment(task="digits", presentations=2000 if options.quick else 14_360, **fields))
    with tempfile.TemporaryDirectory() as folder:
        news = Path(folder) / "news"
        seconds(specs, news)
        every, undisturbed = [], []
        for number in range(options.repetitions):
            before = ticks()
            one, two = seconds(specs[:1], news), seconds(specs, news)
            others = share_of_others(before, ticks())
            every.append(two / one)
            if others is not None and others <= DISTURBED:
                undisturbed.append(two / one)
            taken = "" if others is None else f"; others took {100 * others:.0f} % of the processors"
            print(f"{number + 1}: one cell {one:.2f} s, two cells {two:.2f} s, ratio {two / one:.3f}{taken}")
    ratio = statistics.median(undisturbed or every)
    print(
        f"{options.learner} on digits, {os.cpu_count()} processors: median ratio {ratio:.3f} (wanted: at most {LIMIT})"
    )
    print(f"of {len(undisturbed)} undisturbed repetitions among {len(every)}")
    if not undisturbed:
        print("no repetition was known to be undisturbed: this figure says nothing")


if __name__ == "__main__":
    main()
