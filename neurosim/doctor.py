"""What ``neurosim doctor`` says about this machine, and the one thing it can mend: the cache of compiled networks."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import time

from neurosim.tasks.fetching import cache_folder

PACKAGES = ("numpy", "scipy", "scikit-learn", "brian2", "matplotlib", "pandas", "joblib")
TIMED_STEPS = 20_000


def findings() -> list[tuple[str, str]]:
    """Give names and findings, in the order in which they are printed."""
    return [*_versions(), *_places(), *_engine()]


def cleared_cache() -> str:
    """Remove all compiled networks and say what was freed."""
    from neurosim.snn.engine.cache import cache_info, clear_cache

    before = cache_info()
    clear_cache()
    return f"removed {before.n_entries} compiled networks, {before.megabytes:.1f} MB, from {before.folder}"


def _versions() -> list[tuple[str, str]]:
    found = [("python", f"{platform.python_version()} ({sys.executable})"), ("system", platform.platform())]
    for name in PACKAGES:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "missing: reinstall neurosim"))
    return [*found, ("processors", str(os.cpu_count()))]


def _places() -> list[tuple[str, str]]:
    from neurosim.snn.engine.cache import cache_info

    info = cache_info()
    return [
        ("NEUROSIM_DATA", os.environ.get("NEUROSIM_DATA") or "not set"),
        ("downloaded data", str(cache_folder("").resolve())),
        (
            "compiled networks",
            f"{info.n_entries}, {info.megabytes:.1f} of at most {info.limit_megabytes:g} MB, in {info.folder}",
        ),
    ]


def _engine() -> list[tuple[str, str]]:
    """Try the engine that spiking networks will get, on a small one."""
    from neurosim.snn.circuits import Circuit, Population
    from neurosim.snn.engine import open_engine, why_not_live
    from neurosim.snn.neurons.lif import LIF

    reason = why_not_live()
    if reason is None:
        found = [("engine", "live: compiled, in this process")]
    else:
        found = [("engine", f"run-time: Brian2 with NumPy, many times slower than compiled, because {reason}")]
    n_steps = TIMED_STEPS if reason is None else TIMED_STEPS // 100
    began = time.perf_counter()
    circuit = Circuit("doctor", (Population("neurons", 100, LIF),))
    with open_engine(circuit, "live" if reason is None else "runtime") as engine:
        opened = time.perf_counter()
        engine.run_steps(n_steps)
        step_us = (time.perf_counter() - opened) / n_steps * 1e6
    return [*found, ("speed", f"opened in {opened - began:.2f} s; 100 neurons take {step_us:.2f} microseconds a step")]
