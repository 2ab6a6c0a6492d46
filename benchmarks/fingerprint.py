"""Print a fingerprint of every learner: what it has learned, what it answers and what it counted, as one hash a line.

    python benchmarks/fingerprint.py > before.txt
    ... change the code ...
    python benchmarks/fingerprint.py --against before.txt

Two equal lines mean equal bits. Hashes hold for one machine, compiler and set of libraries, so none are kept here: make
them before a change and after it. Ends with 1 where a line differs.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.learners import learner_class, make_learner
from neurosim.registry import open_registry
from neurosim.seeding import stream
from neurosim.tasks import load_task

TASKS = ("iris", "digits", "diabetes")
READ_OUT_ON, ANSWERED = 300, 200


def fingerprint(kind: str, task: str, presentations: int, seed: int) -> str:
    """Train one learner on one task and hash its weights, predictions, activity and counts.

    Parameters
    ----------
    kind, task : str
        Registry names.
    presentations : int
        Trials.
    seed : int
        Of the split, the order and the learner.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    asked = load_task(task)
    split = asked.split(seed)
    train, test = split.train, split.test
    learner = make_learner(kind, random_state=seed)
    learner.begin_for(asked.signature.learned_from(train.labels), presentations)
    rows = stream(seed, "order", 0).integers(0, len(train), presentations)
    learner.partial_fit(train.X[rows], train.labels[rows])
    learner.fit_readout(train.X[:READ_OUT_ON], train.labels[:READ_OUT_ON])
    found: dict[str, Any] = {
        "predictions": learner.predict(test.X[:ANSWERED]),
        "activity": learner.activity(test.X[:ANSWERED]),
        **learner.weights(),
    }
    digest = hashlib.sha256()
    for name, array in found.items():
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode() + np.ascontiguousarray(array).tobytes())
    digest.update(repr(asdict(learner.costs())).encode())
    return digest.hexdigest()


def lines(names: list[str], tasks: list[str], presentations: int, seed: int) -> Iterator[str]:
    """Give one line a task and learner."""
    for task in tasks:
        target = load_task(task).signature.target
        for name in [name for name in names if isinstance(target, learner_class(name).accepts)]:
            with threadpool_limits(1), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield f"{task} {name} {presentations} {seed} {fingerprint(name, task, presentations, seed)}"


def main() -> int:
    """Read the command line, print the hashes, compare."""
    known = [entry.name for entry in open_registry().of_kind("learners") if entry.origin == "built-in"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", default=",".join(known))
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--presentations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--against", type=Path, help="what an earlier run printed")
    given = parser.parse_args()
    before = set(given.against.read_text(encoding="utf-8").splitlines()) if given.against else None
    n_different = 0
    for line in lines(given.learners.split(","), given.tasks.split(","), given.presentations, given.seed):
        differs = before is not None and line not in before
        n_different += differs
        print(line + ("  differs" if differs else ""), flush=True)
    if before is not None:
        print(f"{n_different} differ" if n_different else "all equal", file=sys.stderr)
    return int(bool(n_different))


if __name__ == "__main__":
    sys.exit(main())
