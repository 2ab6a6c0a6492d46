"""The live engine against Brian2's own run-time mode on the same network.

    python benchmarks/engine_vs_runtime.py [--quick] [--target numpy|cython] [--size 400]

Brian2 runs the very objects that the live engine is made of, under its own run-time device and its own ``Network.run``,
one call a sample. What a ``run()`` of no steps costs (code objects prepared anew, garbage collected) is measured on
its own and counted apart. Cython, Brian2's choice where there is a compiler, may compile for minutes at first.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from engine_network import STEPS_A_SAMPLE, best_of, diehl_cook, digits, show

from neurosim.snn.building import build_objects
from neurosim.snn.construction import start_values
from neurosim.snn.engine.live import open_live


def brian_network(n: int, target: str) -> tuple[Any, dict[str, Any]]:
    """Make the network under Brian2's run-time device; gives it and its objects by name."""
    from neurosim.snn.brian import b2

    b2.prefs.codegen.target = target
    b2.prefs.core.default_float_dtype = np.float32
    circuit = diehl_cook(n)
    objects = {item.name: item for item in build_objects(circuit).objects}
    for key, values in start_values(circuit, 0).items():
        owner, name = key.split(".")
        objects[owner].variables[name].set_value(values if len(values) > 1 else values[0])
    network = b2.Network(*objects.values(), name="benchmark")
    return network, objects


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer samples")
    parser.add_argument("--target", choices=("numpy", "cython"), default="numpy")
    parser.add_argument("--size", type=int, default=400)
    options = parser.parse_args()
    n_samples = 2 if options.quick else 5
    rates = digits(n_samples)

    engine = open_live(diehl_cook(options.size))
    engine.record_spikes("neurons")

    def live() -> None:
        for row in rates:
            engine.view("inputs.rate")[:] = row
            engine.run_steps(STEPS_A_SAMPLE)

    live()
    live_seconds = best_of(5, live) / n_samples
    live_spikes = len(engine.spikes("neurons").steps) / (6 * n_samples)

    from neurosim.snn.brian import b2

    network, objects = brian_network(options.size, options.target)
    monitor = b2.SpikeMonitor(objects["neurons"], record=False, name="monitor")
    network.add(monitor)
    sample = STEPS_A_SAMPLE * 0.5 * b2.ms
    network.run(0 * b2.ms, namespace={})
    prepare = best_of(3, lambda: network.run(0 * b2.ms, namespace={}))
    began = time.perf_counter()
    for row in rates:
        objects["inputs"].variables["rate"].set_value(row)
        network.run(sample, namespace={})
    brian_seconds = (time.perf_counter() - began) / n_samples - prepare
    rows = [
        ["live", f"{live_seconds * 1e3:.2f}", "", "1", f"{live_spikes:.0f}"],
        [f"Brian2, {options.target}", f"{brian_seconds * 1e3:.1f}", f"{prepare * 1e3:.0f}",
         f"{brian_seconds / live_seconds:.0f}", f"{monitor.num_spikes / n_samples:.0f}"],
    ]  # fmt: skip
    show((f"N = {options.size}", "ms/sample", "ms a run()", "times as long", "spikes/sample"), rows)


if __name__ == "__main__":
    main()
