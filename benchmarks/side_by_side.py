"""Microseconds a sample for copies of a competitive network side by side, against one sample after the other.

    python benchmarks/side_by_side.py [--copies 1 4 16] [--profile]

Only the engine's steps are timed, 100 of 1 ms a sample, with plasticity frozen; inputs fire 20 spikes a step in all.
Times are the least of many repetitions, the two kinds taken in turn.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from neurosim.snn.engine.live import open_live
from neurosim.snn.networks.competition import competitive_circuit
from neurosim.snn.networks.competition_rules import scaled
from neurosim.snn.rules.competitive import COMPETITIVE
from neurosim.snn.side_by_side import side_by_side

N_STEPS, N_SAMPLES, TOTAL_RATE_HZ, HIGHEST_RATE_HZ = 100, 64, 20_000.0, 900.0
SIZES = ((64, 100), (64, 400), (784, 100), (784, 400))
FRESH = ("neurons.v", "neurons.lateral_inhibition", "neurons.n_spikes")


def images(n_inputs: int, n_samples: int) -> np.ndarray:
    """Give rates, shape (n_samples, n_inputs): half of a third of all inputs fires, another half for each sample."""
    rng = np.random.default_rng(5)
    region = rng.permutation(n_inputs)[: max(n_inputs // 3, 60)]
    rates = np.zeros((n_samples, n_inputs))
    for row in rates:
        chosen = rng.permutation(region)[: max(len(region) // 2, 40)]
        row[chosen] = rng.exponential(1.0, len(chosen))
        for _ in range(10):
            row *= TOTAL_RATE_HZ / row.sum()
            np.minimum(row, HIGHEST_RATE_HZ, out=row)
    return rates


class Network:
    """A frozen network of some copies, with the samples that it shows in turn."""

    def __init__(self, n_inputs: int, n_neurons: int, n_copies: int | None) -> None:
        circuit = competitive_circuit(n_inputs, n_neurons, scaled(COMPETITIVE))
        alone = n_copies is None
        self.n = n_copies or 1
        several = circuit if alone else side_by_side(circuit, self.n, ("synapses.transmission_scale",))
        self.engine = open_live(several)
        if alone:
            self.engine.freeze("synapses")
        rng = np.random.default_rng(1)
        self.rng = np.random.default_rng(2)
        weights = rng.uniform(0.5, 1.5, (n_inputs, n_neurons))
        self.view("synapses.w").reshape(n_inputs, n_neurons)[:] = weights
        self.view("synapses.transmission_scale")[:] = 1 / (TOTAL_RATE_HZ * 0.1)
        self.view("neurons.own_threshold")[:] = 0.3
        self.samples = images(n_inputs, N_SAMPLES)
        self.phases = rng.uniform(size=self.samples.shape)
        self.next = 0
        self.best = np.inf

    def view(self, key: str) -> Any:
        """Give a state array."""
        return self.engine.view(key)

    def load(self) -> None:
        """Write the next samples."""
        rows = np.arange(self.next, self.next + self.n) % len(self.samples)
        self.next += self.n
        self.view("inputs.rate")[:] = self.samples[rows].ravel()
        self.view("inputs.phase")[:] = self.phases[rows].ravel()
        for key in FRESH:
            self.view(key)[:] = 0

    def time(self) -> None:
        """Show all samples once; keep the least time a sample."""
        spent = 0.0
        for _ in range(N_SAMPLES // self.n):
            self.load()
            began = time.perf_counter()
            self.engine.run_steps(N_STEPS)
            spent += time.perf_counter() - began
        self.best = min(self.best, spent / N_SAMPLES)

    def profile(self) -> dict[str, float]:
        """Give microseconds a sample in each object, the clock's reading taken off."""
        found = []
        for _ in range(30):
            self.load()
            found.append(self.engine.profile(N_STEPS))
        least = {name: min(entry[name] for entry in found) * 1e6 for name in found[0]}
        overhead = min(least.values())
        return {name: (value - overhead) / self.n for name, value in least.items()}


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=range(len(SIZES)), help="numbers of rows")
    options = parser.parse_args()
    for n_inputs, n_neurons in (SIZES[k] for k in options.sizes):
        networks = {copies: Network(n_inputs, n_neurons, copies) for copies in (None, *options.copies)}
        for _ in range(12):
            for network in networks.values():
                network.time()
        alone = networks[None].best
        row = [f"{copies}: {network.best * 1e6:.1f} ({alone / network.best:.2f})"
               for copies, network in networks.items() if copies]  # fmt: skip
        spikes = networks[None].view("neurons.n_spikes").sum()
        print(f"{n_inputs} x {n_neurons}: alone {alone * 1e6:.1f}; {', '.join(row)}; {spikes:g} spikes", flush=True)
        if options.profile:
            for copies in (None, options.copies[-1]):
                parts = sorted(networks[copies].profile().items(), key=lambda part: -part[1])
                print(f"  {copies}:", ", ".join(f"{name} {value:.1f}" for name, value in parts if value > 0.05))


if __name__ == "__main__":
    main()
