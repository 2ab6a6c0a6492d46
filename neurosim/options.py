"""Options that several commands share, and what the texts behind them mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from neurosim.errors import out_of_range

Plugin = Annotated[
    list[str] | None, typer.Option("--plugin", help="Python file that adds to the registry; repeatable.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show a traceback on errors.")]
Seeds = Annotated[str | None, typer.Option(help="Number of seeds, or FIRST:END.")]
Presentations = Annotated[
    int | None, typer.Option(help="Trials each learner sees (default: 20 passes, at least 5,000).")
]
TrainSize = Annotated[int | None, typer.Option(help="Nested stratified sub-sample of the training part.")]
Target = Annotated[
    str | None,
    typer.Option(help="Target column of a CSV (default: the last); NAME:class or NAME:number says what it is."),
]
Overrides = Annotated[list[str] | None, typer.Option("--set", help="learners.mlp.learning_rate=0.01; repeatable.")]
Jobs = Annotated[int, typer.Option(help="Parallel processes; results do not depend on it.")]
Png = Annotated[bool, typer.Option("--png", help="Write figures as PNG beside the SVG.")]
Out = Annotated[Path | None, typer.Option(help="Results folder (default: ./results/NAME-DATE-TIME).")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")]
Controls = Annotated[
    bool | None, typer.Option("--controls/--no-controls", help="Add what any learner has to beat (default: yes).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, for scripts.")]


def experiment_fields(
    seeds: str | None,
    presentations: int | None,
    train_size: int | None,
    plugins: list[str] | None,
    controls: bool | None,
) -> dict[str, Any]:
    """Give the fields of an experiment that were given, and leave the others to their defaults."""
    given: dict[str, Any] = {"presentations": presentations, "train_size": train_size, "controls": controls}
    if seeds is not None:
        given |= _seed_fields(seeds)
    if plugins:
        given["plugins"] = plugins
    return {key: value for key, value in given.items() if value is not None}


def _seed_fields(text: str) -> dict[str, int]:
    first, colon, end = text.partition(":")
    try:
        low, high = (int(first), int(end)) if colon else (0, int(first))
    except ValueError as error:
        raise out_of_range("--seeds", text, "a number of seeds, or FIRST:END, for example 8 or 10:20") from error
    if low < 0 or high <= low:
        raise out_of_range("--seeds", text, "at least one seed, from 0 up")
    return {"first_seed": low, "n_seeds": high - low}


def named_learners(learners: str) -> dict[str, dict[str, Any]]:
    """Read names separated by commas, each with no settings; an estimator from elsewhere is labelled by its class."""
    names = [name.strip() for name in learners.split(",") if name.strip()]
    if len(set(names)) != len(names) or not names:
        raise out_of_range("--learners", learners, "different names, separated by commas")
    labels = [name.rpartition(".")[2] if ":" in name else name for name in names]
    if len(set(labels)) != len(labels):
        raise out_of_range("--learners", learners, "classes of different names, or labels of one's own in a file")
    return {label: {} if label == name else {"kind": name} for label, name in zip(labels, names, strict=True)}


def listed_numbers(field: str, text: str) -> tuple[float, ...]:
    """Read numbers separated by commas."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise out_of_range(field, text, "numbers, separated by commas, for example 0,0.5") from error
