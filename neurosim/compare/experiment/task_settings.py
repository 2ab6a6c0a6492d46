"""What learners mean on a task where a command names them without settings: those of the task's own tuning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SETTINGS = Path(__file__).with_name("settings")
COMPARED = ("mlp", "stdp", "rstdp")


@dataclass(frozen=True)
class TaskSettings:
    """Settings that come with a task.

    Attributes
    ----------
    compared : tuple of str
        Labels that are compared where nobody is named.
    learners : mapping of str to mapping
        Label to settings, with ``kind`` where it is not the label.
    presentations : int or None
        The budget that the settings need; None for what is usual.
    claim : str
        What comes out where nobody is named.
    expected : tuple of mapping
        How that is checked.
    name : str
        Of the experiment in which nobody is named.
    """

    compared: tuple[str, ...] = COMPARED
    learners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    presentations: int | None = None
    claim: str = ""
    expected: tuple[Mapping[str, Any], ...] = ()
    name: str = "compare"

    @property
    def claimed(self) -> dict[str, Any]:
        """The fields of an experiment that say what comes out; they name it too, since it is then one of its own."""
        return {"name": self.name, "claim": self.claim, "expected": self.expected} if self.claim else {}


def settings_of(task: str) -> TaskSettings:
    """Give the settings that come with a task: chosen by ``neurosim tune``, or the article's; none for most tasks.

    Parameters
    ----------
    task : str
        As an experiment names it; one with parameters, or a table, has none.
    """
    path = SETTINGS / f"{task}.toml"
    if not task.replace("-", "").isalnum() or not path.is_file():
        return TaskSettings()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return TaskSettings(
        tuple(table.get("compared", COMPARED)),
        table.get("learners", {}),
        table.get("presentations"),
        table.get("claim", ""),
        tuple(table.get("expected", ())),
        f"compare_{task}",
    )


def with_task_settings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give an experiment's fields with the task's settings for learners, as ``neurosim compare`` takes them.

    Parameters
    ----------
    fields : mapping
        As :func:`neurosim.make_experiment` takes them, with ``task`` and ``learners``; a learner's own settings win.

    Returns
    -------
    dict
        The same fields, filled in.
    """
    found = settings_of(fields["task"])
    learners = {label: dict(found.learners.get(label, {})) | given for label, given in fields["learners"].items()}
    told = {**fields, "learners": learners}
    used = any(found.learners.get(label) for label in learners)
    if found.presentations is not None and used and told.get("presentations") is None:
        told["presentations"] = found.presentations
    return told
