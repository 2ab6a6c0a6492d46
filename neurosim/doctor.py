"""What ``neurosim doctor`` says about this machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys

from neurosim.tasks.fetching import cache_folder

PACKAGES = ("numpy", "scipy", "scikit-learn", "brian2", "matplotlib", "pandas", "joblib")


def findings() -> list[tuple[str, str]]:
    """Give names and findings, in the order in which they are printed."""
    found = [("python", f"{platform.python_version()} ({sys.executable})"), ("system", platform.platform())]
    for name in PACKAGES:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "missing"))
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    found.append(("C++ compiler", compiler or "none: spiking networks run in Brian2's slower run-time mode"))
    found.append(("processors", str(os.cpu_count())))
    found.append(("NEUROSIM_DATA", os.environ.get("NEUROSIM_DATA") or "not set"))
    found.append(("cache", str(cache_folder("").resolve())))
    return found
