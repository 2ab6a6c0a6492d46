"""Samples a second, bytes a synapse and where the time goes, for a network after Diehl & Cook (2015).

    python benchmarks/engine_throughput.py [--quick] [--sizes 100 400 1600 6400]

A sample is 350 ms at 0.5 ms a step: rates are written, the network runs and learns, spikes are counted, weights are
normalised in NumPy.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

import numpy as np
from engine_network import N_INPUTS, STEPS_A_SAMPLE, WEIGHT_SUM, best_of, diehl_cook, digits, resident_bytes, show

from neurosim.snn.engine.live import open_live


def normalise(weights: np.ndarray) -> None:
    """Scale each neuron's incoming weights to the same sum."""
    weights *= WEIGHT_SUM / weights.sum(axis=0)


def measure(n: int, n_samples: int, repetitions: int) -> tuple[list[object], list[object]]:
    """Give the table's rows for one size: throughput, and the split of the time."""
    engine = open_live(diehl_cook(n))
    weights = engine.view("feedforward.w").reshape(N_INPUTS, n)
    rates, rate = digits(n_samples), engine.view("inputs.rate")
    engine.record_spikes("neurons")
    spikes, running = [], []

    def samples() -> None:
        in_engine = 0.0
        for row in rates:
            rate[:] = row
            began = time.perf_counter()
            engine.run_steps(STEPS_A_SAMPLE)
            in_engine += time.perf_counter() - began
            spikes.append(len(engine.spikes("neurons").steps))
            normalise(weights)
        running.append(in_engine)

    samples()
    seconds = best_of(repetitions, samples) / n_samples
    inside = min(running) / n_samples
    profiles = [engine.profile(STEPS_A_SAMPLE) for _ in range(10)]
    spent = {name: min(profile[name] for profile in profiles) for name in profiles[0]}
    overhead = min(spent.values())  # reading the clock; the shortest object does next to nothing
    parts = dict.fromkeys(("inputs", "neurons", "transmission", "plasticity"), 0.0)
    for name, value in spent.items():
        part = ("inputs" if name.startswith("inputs") else "transmission" if "transmit" in name
                else "plasticity" if "learn" in name else "neurons")  # fmt: skip
        parts[part] += max(0.0, value - overhead)
    scale = inside / sum(parts.values())
    shares = [f"{value * scale / seconds:.0%}" for value in parts.values()]
    throughput = [
        n,
        f"{1 / seconds:.0f}",
        f"{seconds * 1e3:.2f}",
        f"{bytes_a_synapse(n):.1f}",
        f"{np.mean(spikes):.0f}",
    ]
    return throughput, [n, *shares, f"{1 - inside / seconds:.0%}"]


def bytes_a_synapse(n: int, in_degree: int | None = None) -> float:
    """Give the memory that a running network takes for each plastic synapse, in a process of its own."""
    command = [sys.executable, __file__, "--memory", str(n), *([str(in_degree)] if in_degree else [])]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(answer.stdout) / ((in_degree or N_INPUTS) * n)


def print_memory(n: int, in_degree: int | None = None) -> None:
    """Print by how many bytes this process grows when a network is opened and run."""
    small = open_live(diehl_cook(10, in_degree))
    small.run_steps(100)
    open_live(diehl_cook(n, in_degree)).close()
    before = resident_bytes()
    engine = open_live(diehl_cook(n, in_degree))
    engine.view("inputs.rate")[:] = digits(1)[0]
    engine.run_steps(STEPS_A_SAMPLE)
    print(resident_bytes() - before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer repetitions")
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--memory", type=int, nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print_memory(*options.memory)
        return
    sizes = options.sizes or ([100, 400] if options.quick else [100, 400, 1600, 6400])
    measured = [measure(n, 5, 3 if options.quick else 12) for n in sizes]
    show(("N", "samples/s", "ms/sample", "bytes/synapse", "spikes/sample"), [row for row, _ in measured])
    print()
    show(("N", "inputs", "neurons", "transmission", "plasticity", "Python"), [row for _, row in measured])
    largest = max(size for size in sizes if size <= 1600)
    print(f"\nsparse, every second input (N = {largest}): {bytes_a_synapse(largest, N_INPUTS // 2):.1f} bytes/synapse")


if __name__ == "__main__":
    main()
