"""Where a result comes from: versions, host, commit, data and plugin checksums."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import neurosim
from neurosim.compare.experiment.model import to_toml
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.snn.engine import why_not_live

PACKAGES = ("numpy", "scipy", "scikit-learn", "brian2")


@dataclass(frozen=True)
class Code:
    """Which code made something.

    Attributes
    ----------
    neurosim : str or None
        Version.
    git_commit : str or None
        Of the checkout that holds the package; None where it is installed.
    git_changes : bool or None
        Whether the checkout's package differs from its commit.
    """

    neurosim: str | None = None
    git_commit: str | None = None
    git_changes: bool | None = None


def code_at_work() -> Code:
    """Say which code runs here."""
    return Code(neurosim.__version__, git_commit(), git_changes())


def provenance(
    opened: OpenedExperiment, measured_with: Iterable[Code], began: float, jobs: int, has_spikes: bool
) -> dict[str, Any]:
    """Collect what a reader needs to repeat a run.

    Parameters
    ----------
    opened : OpenedExperiment
        What was run, its tasks, and where its parts came from.
    measured_with : iterable of Code
        Of each cell: one that was kept may be of an earlier version than the one that tells of it.
    began : float
        Start of the last sitting, in seconds since 1970.
    jobs : int
        Processes.
    has_spikes : bool
        Whether the engine of spiking networks was at work.

    Returns
    -------
    dict
    """
    return {
        **asdict(code_at_work()),
        "measured_with": [asdict(code) | {"cells": n} for code, n in Counter(measured_with).most_common()],
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "engine": _engine() if has_spikes else None,
        "host": {"system": platform.platform(), "machine": platform.machine(), "processors": os.cpu_count()},
        "jobs": jobs,
        "experiment": to_toml(opened.experiment),
        "data": [
            {"task": task.name, "source": task.source, "licence": task.licence, "checksum": task.checksum}
            for task in opened.tasks
        ],
        "plugins": {entry.origin: entry.checksum for entry in opened.registry.entries if entry.checksum},
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "wall_s": time.time() - began,
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _engine() -> str:
    reason = why_not_live()
    # Equal seeds can give other numbers under another target of code generation.
    return "live, C++" if reason is None else f"run-time, NumPy: {reason}"


def git_commit() -> str | None:
    """Give the commit of the checkout that holds this package, or None where it is installed."""
    found = _git("rev-parse", "HEAD")
    return None if found is None else found.strip()


def git_changes() -> bool | None:
    """Say whether the checkout's package differs from its commit; None where it is installed."""
    found = _git("status", "--porcelain", "--", "neurosim")
    return None if found is None else bool(found.strip())


def _git(*words: str) -> str | None:
    folder = Path(neurosim.__file__).resolve().parents[1]
    if not (folder / ".git").exists():
        return None
    try:
        found = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout
