"""What memory a cell takes: the peak of a process that runs one cell, each in a process of its own.

``python benchmarks/memory_of_a_cell.py`` measures learners on all of MNIST: 60,000 images to learn and validate, 10,000
to test. Of the network of 784 x 6,400 plastic synapses, learning alone is measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

MB = 1e6
CELLS: dict[str, tuple[str, dict[str, object], int, bool]] = {
    "nothing but imports": ("", {}, 0, False),
    "mlp, 100 units": ("mlp", {}, 2000, True),
    "stdp, 100 neurons": ("stdp", {"n_neurons": 100}, 200, True),
    "raw-linear": ("raw-linear", {}, 2000, True),
    "kmeans, 100 centres": ("kmeans", {"n_units": 100}, 2000, True),
    "stdp, 6,400 neurons": ("stdp", {"n_neurons": 6400}, 50, False),
}
"""Name to a learner's registry name, its parameters, presentations, and whether it is read out and tested too."""


def run_one(kind: str, parameters: dict[str, object], presentations: int, tested: bool) -> None:
    """Run one cell here, or its learning alone; print its peak and its seconds."""
    from neurosim.compare.running.cell import CellSpec, run_cell
    from neurosim.learners import make_learner
    from neurosim.tasks import load_task

    began = time.process_time()
    if tested:
        spec = CellSpec(kind, kind, 0, "mnist", parameters=parameters, presentations=presentations, n_evaluations=1)
        run_cell(spec)
    elif kind:
        task = load_task("mnist")
        train = task.split(0).train
        learner = make_learner(kind, **parameters, random_state=0).begin_for(task.signature, presentations)
        learner.partial_fit(train.X[:presentations], train.labels[:presentations])
    print(json.dumps({"peak": peak(), "seconds": time.process_time() - began}))


def peak() -> float:
    """Give the peak resident memory of this process, in MB."""
    # Kilobytes, but bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def main() -> None:
    """Measure every cell in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="cells whose name holds this text")
    parser.add_argument("--cell", help="for the processes: a cell as JSON")
    given = parser.parse_args()
    if given.cell:
        run_one(*json.loads(given.cell))
        return
    print(f"{'cell':24}{'peak (MB)':>12}{'CPU (s)':>10}")
    for name, cell in CELLS.items():
        if given.only in name:
            words = [sys.executable, __file__, "--cell", json.dumps(cell)]
            said = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
            print(f"{name:24}{said['peak']:12.0f}{said['seconds']:10.1f}")


if __name__ == "__main__":
    main()
