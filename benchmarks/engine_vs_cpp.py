"""The live engine against a plain C++ loop written by hand for the same network (engine_loop.cpp), same flags.

    python benchmarks/engine_vs_cpp.py [--quick] [--sizes 400 1600]

Both run in this process, in turn, on the same rates; float32, dense, one thread. Times are medians over rounds. Spike
counts stand beside them, since two networks that spike differently cannot be compared.
"""

from __future__ import annotations

import argparse
import ctypes
import tempfile
import time
from pathlib import Path

import numpy as np
from engine_network import N_INPUTS, STEPS_A_SAMPLE, diehl_cook, digits, show

from neurosim.snn.engine.live import open_live
from neurosim.snn.engine.live.compiler import VECTOR_MATH, compile_library, find_compiler


def hand_written(n: int) -> ctypes.CDLL:
    """Compile and load the loop, with the flags of the live engine."""
    compiler = find_compiler()
    assert compiler is not None, "this benchmark needs a C++ compiler"
    source = (Path(__file__).parent / "engine_loop.cpp").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        library = compile_library(
            compiler, {"loop.cpp": VECTOR_MATH + source}, Path(folder), defines=[("N_NEURONS", str(n))]
        )
        loop = ctypes.CDLL(str(library))
    loop.loop_weights.restype = loop.loop_rates.restype = ctypes.POINTER(ctypes.c_float)
    loop.loop_spikes.restype = loop.loop_input_spikes.restype = ctypes.c_int64
    return loop


def compare(n: int, n_rounds: int) -> list[object]:
    """Give the table's row for one size."""
    engine, loop = open_live(diehl_cook(n)), hand_written(n)
    loop.loop_begin()
    start = engine.view("feedforward.w").reshape(N_INPUTS, n).copy()
    weights = np.ctypeslib.as_array(loop.loop_weights(), (N_INPUTS, n))
    loop_rate = np.ctypeslib.as_array(loop.loop_rates(), (N_INPUTS,))
    weights[:] = start
    rate, rates = engine.view("inputs.rate"), digits(n_rounds + 3)
    engine.record_spikes("neurons")
    engine.record_spikes("inputs")
    live, by_hand = [], []
    for row in rates:
        rate[:] = loop_rate[:] = row
        began = time.perf_counter()
        engine.run_steps(STEPS_A_SAMPLE)
        between = time.perf_counter()
        loop.loop_run(STEPS_A_SAMPLE)
        by_hand.append(time.perf_counter() - between)
        live.append(between - began)
        engine.view("feedforward.w").reshape(N_INPUTS, n)[:] = start  # both start every round from the same weights
        weights[:] = start
    live_ms, hand_ms = float(np.median(live[3:])) * 1e3, float(np.median(by_hand[3:])) * 1e3
    spikes = [len(engine.spikes(name).steps) / len(rates) for name in ("inputs", "neurons")]
    hand_spikes = [count / len(rates) for count in (loop.loop_input_spikes(), loop.loop_spikes())]
    counts = [f"{a:.0f}/{b:.0f}" for a, b in zip(spikes, hand_spikes, strict=True)]
    return [n, f"{live_ms:.2f}", f"{hand_ms:.2f}", f"{live_ms / hand_ms:.2f}", *counts]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--sizes", type=int, nargs="+", default=[400, 1600])
    options = parser.parse_args()
    rows = [compare(n, 20 if options.quick else 200) for n in options.sizes]
    show(("N", "live ms", "C++ ms", "live/C++", "input spikes", "spikes"), rows)


if __name__ == "__main__":
    main()
