"""Train learners with this checkout and with another one in turn, and give the ratio of their speeds.

    git worktree add ../before COMMIT
    python benchmarks/training_pairs.py ../before [--learners mlp,stdp] [--pairs 9] [--presentations 2000]

Two processes, one a checkout, are kept waiting, warm: everything imported, networks compiled. In each pair both train
the same learner on the same trials, one after the other, and who is first alternates. Above 1, this checkout is the
faster one. Compared are the processes' own seconds, from which a busy machine takes less than from those on the clock.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

LEARNERS = "mlp,stdp,rstdp,snn-gradient"
WORKER = """
import sys, time, warnings
import numpy as np
from threadpoolctl import threadpool_limits
from neurosim.learners import make_learner
from neurosim.seeding import stream
from neurosim.tasks import load_task
warnings.simplefilter("ignore")
train = load_task("digits").split(0).train
classes = np.unique(train.labels)
def run(kind, n):
    learner = make_learner(kind, random_state=0)
    learner.begin(n, classes, train.X[0].size)
    rows = stream(0, "order", 0).integers(0, len(train), n)
    learner.partial_fit(train.X[rows[:64]], train.labels[rows[:64]])
    wall, own = time.perf_counter(), time.process_time()
    learner.partial_fit(train.X[rows], train.labels[rows])
    return time.perf_counter() - wall, time.process_time() - own
with threadpool_limits(1):
    for line in sys.stdin:
        kind, n = line.split()
        print(*run(kind, int(n)), flush=True)
"""


class Checkout:
    """A process that trains with one checkout's code whenever it is asked to."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=os.environ | {"PYTHONPATH": str(folder.resolve())},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def train(self, kind: str, presentations: int) -> tuple[float, float]:
        """Give the seconds that a training took, on the clock and of the process itself."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(kind, presentations, file=self._process.stdin, flush=True)
        wall, own = map(float, self._process.stdout.readline().split())
        return wall, own

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main() -> None:
    """Read the command line, train in pairs, print quartiles of the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="another checkout, installed packages shared")
    parser.add_argument("--learners", default=LEARNERS)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--presentations", type=int, default=2000)
    given = parser.parse_args()
    after, before = Checkout(Path(__file__).resolve().parents[1]), Checkout(given.before)
    print(f"{'learner':14} {'median':>7} {'lower quartile':>15} {'on the clock':>13}  (speed of this checkout / other)")
    for kind in given.learners.split(","):
        for checkout in (after, before):
            checkout.train(kind, min(given.presentations, 200))
        own, wall = [], []
        for pair in range(given.pairs):
            order = (after, before) if pair % 2 else (before, after)
            taken = {checkout: checkout.train(kind, given.presentations) for checkout in order}
            wall.append(taken[before][0] / taken[after][0])
            own.append(taken[before][1] / taken[after][1])
        low, median, _ = statistics.quantiles(own, n=4, method="inclusive")
        print(f"{kind:14} {median:7.3f} {low:15.3f} {statistics.median(wall):13.3f}", flush=True)
    for checkout in (after, before):
        checkout.close()


if __name__ == "__main__":
    main()
