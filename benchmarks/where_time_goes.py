"""For each learner: the share of a cell's time inside compiled networks, matrix products, NumPy's loops, and Python.

    NEUROSIM_DATA=... python benchmarks/where_time_goes.py [--learners stdp,rstdp] [--tasks digits,mnist] [--seconds 4]

The processor's own address is looked at a thousand times a second of the process's time, and the address says which
library was at work (Linux). A cell here is training and, for a quarter of the time, prediction; everything is compiled
and warm before. *network* is what neurosim compiles: networks and the loops beside them. *products* are those of BLAS,
*other libraries* are the loops of NumPy, SciPy and scikit-learn, and the C library, *Python* is the interpreter.
"""

from __future__ import annotations

import argparse
import ctypes
import tempfile
import time
import warnings
from bisect import bisect_right
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.errors import InputError
from neurosim.learners import make_learner
from neurosim.registry import open_registry
from neurosim.snn.engine.live.compiler import compile_library, find_compiler
from neurosim.snn.engine.live.library import load_private_copy
from neurosim.tasks import load_task

KINDS = ("network", "products", "other libraries", "Python")
ROOM = 1_000_000


class Sampler:
    """Counts samples by kind of library."""

    def __init__(self) -> None:
        compiler = find_compiler()
        if compiler is None:
            raise RuntimeError("there is no C++ compiler; accepted: g++ or clang++ in PATH, or $CXX")
        source = Path(__file__).with_name("sampler.cpp").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            library = compile_library(compiler, {"sampler.cpp": source}, Path(folder)).read_bytes()
            self._calls = load_private_copy(library, (folder,))
        self._addresses = np.zeros(ROOM, np.uint64)

    def begin(self) -> None:
        """Start to sample."""
        self._calls.begin(ctypes.c_void_p(self._addresses.ctypes.data), ctypes.c_int64(ROOM))

    def end(self) -> Counter[str]:
        """Stop, and count."""
        n = self._calls.end()
        starts, names = _mapped()
        found = (bisect_right(starts, int(address)) - 1 for address in self._addresses[:n])
        return Counter(kind_of(names[at]) if at >= 0 else KINDS[-1] for at in found)


def kind_of(library: str) -> str:
    """Say what a mapped file is."""
    name = library.rpartition("/")[2]
    if name.startswith(("neurosim-", "libm.", "libmvec")):
        return "network"
    if "blas" in name.lower():
        return "products"
    if not name or name.startswith("python") or "libpython" in name or name.startswith("["):
        return "Python"
    return "other libraries"


def _mapped() -> tuple[list[int], list[str]]:
    starts, names = [], []
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        parts = line.split(maxsplit=5)
        starts.append(int(parts[0].partition("-")[0], 16))
        names.append(parts[5].removesuffix(" (deleted)") if len(parts) > 5 else "")
    return starts, names


def shares(
    sampler: Sampler, kind: str, task: str, seconds: float, parameters: dict[str, Any]
) -> tuple[list[float], float]:
    """Train and predict for so many seconds; give the shares of each kind, and training's microseconds a sample."""
    split = load_task(task).split(0)
    train = split.train
    learner = make_learner(kind, random_state=0, **parameters)
    begin = (10_000, np.unique(train.labels), train.X[0].size)
    rng = np.random.default_rng(0)
    learner.begin(*begin)
    warm = rng.permutation(len(train))[:128]
    learner.partial_fit(train.X[warm], train.labels[warm])
    learner.fit_readout(train.X[warm], train.labels[warm])
    learner.predict(split.validation.X[:64])
    sampler.begin()
    began, n = time.process_time(), 0
    while time.process_time() - began < seconds * 0.75:
        rows = rng.integers(0, len(train), 256)
        learner.partial_fit(train.X[rows], train.labels[rows])
        n += len(rows)
    spent = time.process_time() - began
    while time.process_time() - began < seconds:
        learner.predict(split.validation.X[:256])
    counted = sampler.end()
    return [counted[one] / counted.total() for one in KINDS], spent / n * 1e6


def main() -> None:
    """Measure and print a line for each learner and task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", help="names, separated by commas; by default all that learn")
    parser.add_argument("--tasks", default="digits,mnist")
    parser.add_argument("--seconds", type=float, default=4.0, help="of the process, for each learner")
    parser.add_argument("--n-neurons", type=int, help="competing neurons, where a learner has them")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    learners = (arguments.learners or ",".join(open_registry().names("learners"))).split(",")
    sampler = Sampler()
    print(f"{'task':8}{'learner':30}" + "".join(f"{kind:>17}" for kind in KINDS) + f"{'us a sample':>14}")
    with threadpool_limits(1):
        for task in arguments.tasks.split(","):
            for kind in learners:
                own = {"n_neurons": arguments.n_neurons} if arguments.n_neurons else {}
                try:
                    found, each = shares(sampler, kind, task, arguments.seconds, own)
                except (InputError, TypeError, ValueError) as error:
                    print(f"{task:8}{kind:30}  left out: {error}", flush=True)
                    continue
                print(f"{task:8}{kind:30}" + "".join(f"{share:17.0%}" for share in found) + f"{each:14.0f}", flush=True)


if __name__ == "__main__":
    main()
