"""Where a result comes from: versions, host, commit, data and plugin checksums."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

import neurosim
from neurosim.compare.experiment import Experiment, to_toml
from neurosim.registry import Registry
from neurosim.tasks.base import Task

PACKAGES = ("numpy", "scipy", "scikit-learn", "brian2")


def provenance(experiment: Experiment, task: Task, registry: Registry, began: float) -> dict[str, Any]:
    """Collect what a reader needs to repeat a run.

    Parameters
    ----------
    experiment : Experiment
        What was run.
    task : Task
        Its task.
    registry : Registry
        Where its parts came from.
    began : float
        Start, in seconds since 1970.

    Returns
    -------
    dict
    """
    return {
        "neurosim": neurosim.__version__,
        "git_commit": git_commit(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "host": {"system": platform.platform(), "machine": platform.machine()},
        "experiment": to_toml(experiment),
        "data": {"task": task.name, "source": task.source, "licence": task.licence, "checksum": task.checksum},
        "plugins": {entry.origin: entry.checksum for entry in registry.entries if entry.checksum},
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "wall_s": time.time() - began,
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def git_commit() -> str | None:
    """Give the commit of the checkout that holds this package, or None where it is installed."""
    folder = Path(__file__).resolve().parents[2]
    if not (folder / ".git").exists():
        return None
    try:
        found = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
