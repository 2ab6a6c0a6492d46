"""How long it takes until a network runs: cold, from the cache, from a researcher's function; and what a call costs.

    python benchmarks/engine_start.py [--quick]

Every start is a process of its own with a cache folder of this benchmark's. Times begin after Python itself and NumPy
are there and include all other imports.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine_network import best_of, show

START = """
import sys, time
sys.path.insert(0, {folder!r})
import numpy
began = time.perf_counter()
{body}
print(time.perf_counter() - began, int("brian2" in sys.modules), int("scipy" in sys.modules))
"""
OWN = """
from engine_network import diehl_cook
from neurosim.snn.engine.live import open_live
open_live(diehl_cook(400)).run_steps(1)
"""
FUNCTION = """
from engine_start import researchers_network
from neurosim.snn.engine.live import open_live
open_live(researchers_network).run_steps(1)
"""


def researchers_network() -> list[Any]:
    """Build a small network the way a Brian2 user does."""
    from brian2 import Hz, NeuronGroup, PoissonGroup, Synapses, ms

    inputs = PoissonGroup(784, rates=15 * Hz, name="inputs")
    neurons = NeuronGroup(400, "dv/dt = -v/(20*ms) : 1 (unless refractory)", threshold="v > 1", reset="v = 0",
                          refractory=5 * ms, method="exact", name="neurons")  # fmt: skip
    synapses = Synapses(inputs, neurons, "w : 1\ndx/dt = -x/(20*ms) : 1 (event-driven)", on_pre="v_post += w; x += 1",
                        on_post={"learn": "w = clip(w + 0.01*x, 0, 1)"}, name="plastic")  # fmt: skip
    synapses.connect(p=0.5)
    synapses.w = "0.02*rand()"
    return [inputs, neurons, synapses]


def start(body: str, cache: str) -> tuple[float, bool, bool]:
    """Start one process; gives seconds, and whether it imported Brian2 and SciPy."""
    here = Path(__file__).parent
    environment = {**os.environ, "NEUROSIM_CACHE": cache, "PYTHONPATH": str(here.parent)}
    command = [sys.executable, "-c", START.format(folder=str(here), body=body)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, brian2, scipy = answer.stdout.split()
    return float(seconds), brian2 == "1", scipy == "1"


def call_overhead(times: int) -> tuple[float, float]:
    """Give what a call of ``run_steps(1)`` costs, in microseconds, and what a step itself costs."""
    from engine_network import diehl_cook

    from neurosim.snn.engine.live import open_live

    engine = open_live(diehl_cook(100))

    def single_steps() -> None:
        for _ in range(2000):
            engine.run_steps(1)

    step = best_of(times, lambda: engine.run_steps(2000)) / 2000
    return (best_of(times, single_steps) / 2000 - step) * 1e6, step * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    repetitions = 3 if parser.parse_args().quick else 7
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as cache:
        for name, body, promised in (("own circuit", OWN, (8.0, 0.2)), ("own function", FUNCTION, (8.0, 3.0))):
            cold = start(body, cache)
            warm = [start(body, cache) for _ in range(repetitions)]
            rows.append([name, "cold", f"{cold[0]:.2f} s", f"{promised[0]:g} s", *cold[1:]])
            seconds = statistics.median(one for one, _, _ in warm)
            rows.append([name, "warm", f"{seconds:.3f} s", f"{promised[1]:g} s", *warm[0][1:]])
        os.environ["NEUROSIM_CACHE"] = cache
        overhead, step = call_overhead(20 if repetitions > 3 else 5)
    show(("network", "start", "time", "promised", "imports Brian2", "imports SciPy"), rows)
    print(f"\na call of run_steps(1) costs {overhead:.2f} µs over the step itself ({step:.2f} µs); promised: 5 µs")


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"(took {time.perf_counter() - began:.0f} s)")
