"""Where experiments lie, and where the paths in them lead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import neurosim
from neurosim.errors import InputError, unknown_name

FIRST = "learning_rule_or_unit"
"""The experiment that a listing names first."""
TABLES = (".csv", ".npz")


def find_experiment(name: str) -> Path:
    """Find an experiment's file: a path, or a name in the installed package or beside it in a checkout.

    Raises
    ------
    InputError
        If there is none; the message gives the closest names.
    """
    if name.endswith(".toml"):
        if not Path(name).is_file():
            raise InputError(f"experiment {name!r} is not a file; accepted: a .toml file or a name")
        return Path(name)
    known = shipped_experiments()
    if name not in known:
        raise unknown_name("experiment", name, known)
    return known[name]


def shipped_experiments() -> dict[str, Path]:
    """Give the files of the experiments that come with neurosim, by name."""
    return {path.stem: path for folder in experiment_folders() for path in sorted(folder.glob("*.toml"))}


def experiment_folders(package: Path | None = None) -> tuple[Path, ...]:
    """Give the folders that hold experiments: in the package (a wheel), else beside it (a checkout)."""
    package = package or Path(neurosim.__file__).resolve().parent
    places = (package / "_experiments", package.parent / "experiments")
    return tuple(folder for folder in places if folder.is_dir())[:1]


def is_table(task: str) -> bool:
    """Say whether a task is the user's own table, not a registered name."""
    return task.lower().endswith(TABLES)


def placed(fields: Mapping[str, Any], folder: Path, if_there: bool = False) -> dict[str, Any]:
    """Put a folder before the paths of tables and plugins; with ``if_there``, before those that lead to a file."""

    def place(path: Any) -> Any:
        if not isinstance(path, str) or (if_there and not (folder / path).is_file()):
            return path
        return os.path.abspath(folder / path) if if_there else str(folder / path)

    found = dict(fields)
    if isinstance(found.get("task"), str) and is_table(found["task"]):
        found["task"] = place(found["task"])
    conditions = found.get("conditions")
    if isinstance(conditions, Mapping) and isinstance(conditions.get("task"), list | tuple):
        levels = [place(task) if isinstance(task, str) and is_table(task) else task for task in conditions["task"]]
        found["conditions"] = {**conditions, "task": levels}
    if isinstance(found.get("plugins"), list | tuple):
        found["plugins"] = [place(path) for path in found["plugins"]]
    return found
