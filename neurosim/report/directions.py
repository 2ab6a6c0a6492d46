"""Which way the weights went: the figures, the table and the sentences of a measurement of directions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from neurosim.compare.summary.directions import NAME, SCHEMA
from neurosim.compare.words.phrases import listed
from neurosim.errors import InputError
from neurosim.report.angle_plots import (
    angle_panels,
    angles_of,
    layers_of,
    lecture_angles,
    lecture_rules,
    moment_in_words,
)
from neurosim.report.figures import Figure, draw
from neurosim.report.tables import MISSING, Table

Summary = Mapping[str, Any]
WHOSE = {
    "own": "each rule's own loss",
    "readout": "the cross-entropy of a linear read-out fitted on the current activity",
}
PANEL_WIDTH, PANEL_HEIGHT, LECTURE_SIZE = 6.6, 4.8, (12.8, 7.2)


def read_directions(folder: Path) -> dict[str, Any] | None:
    """Read ``directions.json`` in a folder, or in its subfolder ``directions``; None where there is none.

    Raises
    ------
    InputError
        If there is one that cannot be read.
    """
    places = (folder / NAME, folder / "directions" / NAME)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {error}; accepted: what neurosim directions wrote") from error
    if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
        raise InputError(f"{str(path)!r} is not of schema {SCHEMA}; accepted: what neurosim directions wrote")
    return summary


def write_figures(folder: Path) -> None:
    """Write all figures of a measurement into ``folder/figures``, as SVG and PNG.

    Raises
    ------
    InputError
        If the folder holds no measurement, or cannot be written.
    """
    summary = read_directions(folder)
    if summary is None:
        raise InputError(f"{str(folder)!r} holds no {NAME}; accepted: a folder that neurosim directions wrote")
    for figure in [*angle_figures(summary), *lecture_figures(summary)]:
        draw(figure, folder / "figures")


def angle_figures(summary: Summary) -> list[Figure]:
    """Make a figure for each kind of loss that any learner has an angle to."""
    figures = []
    for objective, whose in WHOSE.items():
        layers = layers_of(summary, objective)
        if not layers:
            continue
        size = (PANEL_WIDTH * len(layers), PANEL_HEIGHT * len(summary["shares"]))
        figures.append(
            Figure(
                f"directions-{objective}",
                partial(angle_panels, summary, objective),
                size,
                f"Angle of weight changes to the descent of {whose}, over the number of trials averaged. "
                + " ".join(_ends(summary, objective, share) for share in summary["shares"]),
                f"{_strokes(summary['n_seeds'])} Open marks: what endlessly many "
                "trials would give, where the mean change stands out of its noise. Grey band: random updates as long "
                f"and as bounded.{_surrogates(summary, objective)}",
                f"Angle to the descent of {whose}",
            )
        )
    return figures


def lecture_figures(summary: Summary) -> list[Figure]:
    """Make the figure for a lecture, where two rules or more have a loss of their own."""
    rules = lecture_rules(summary)
    if len(rules) < 2:
        return []
    share = summary["shares"][-1]
    return [
        Figure(
            "directions-lecture",
            partial(lecture_angles, summary),
            LECTURE_SIZE,
            f"Angle of weight changes to steepest descent of each rule's own loss. {_ends(summary, 'own', share)}",
            "A biased rule levels off; a noisy one goes on falling. Open marks: without noise. Grey: chance.",
        )
    ]


def sentences(summary: Summary) -> list[str]:
    """Say in a few sentences where the rules' changes point at the last share, and what chance would give."""
    share, largest = summary["shares"][-1], summary["trials"][-1]
    lines = []
    for objective, whose in WHOSE.items():
        told = [_told(label, one) for label, one in angles_of(summary, share, "layer_1", objective).items()]
        if told:
            lines.append(
                f"{moment_in_words(share).capitalize()}, the mean of {largest:,} weight changes in layer_1 stands off "
                f"the descent of {whose} by {listed(told)}."
            )
    if lines:
        lines.append(
            f"Random updates stand off by 90°{_band(summary)}; an angle below that may be certain and still "
            f"mean little: at 85° a step goes downhill {100 * np.cos(np.radians(85)):.0f} % as fast as one along the "
            "descent."
        )
    return lines


def angle_table(summary: Summary) -> Table:
    """Give angles of every layer at the last share, with their noise; a dash where there is none."""
    largest = summary["trials"][-1]
    header = (
        "",
        "layer",
        "loss",
        f"{largest:,} trials",
        "same trials",
        "without noise",
        "shuffled labels",
        "trials a signal",
        "why there is none",
    )
    rows = []
    for label, row in summary["learners"].items():
        for one in row["moments"][-1]["angles"]:
            start = (label, one["layer"], one["objective"])
            if one["undefined"]:
                rows.append((*start, *[MISSING] * 5, one["undefined"]))
                continue
            shuffled = _degrees(one["shuffled"][-1]) if one["shuffled"] else MISSING
            rows.append(
                (
                    *start, _degrees(one["full"][-1]), _degrees(one["same"][-1]), _degrees(one["without_noise"]),
                    shuffled, _trials(one["trials_per_signal"]), "",
                )
            )  # fmt: skip
    moment = moment_in_words(summary["shares"][-1])
    return Table(f"Angles {moment}, in degrees: mean, and 95 % interval over seeds", header, tuple(rows))


def _degrees(figure: Mapping[str, Any]) -> str:
    if figure["mean"] is None:
        return MISSING
    ends = figure["ci95"]
    return f"{figure['mean']:.1f}" + (f" [{max(ends[0], 0):.1f}, {min(ends[1], 180):.1f}]" if ends else "")


def _trials(figure: Mapping[str, Any]) -> str:
    return MISSING if figure["mean"] is None else f"{figure['mean']:,.0f}"


def _told(label: str, one: Mapping[str, Any]) -> str:
    there, without = one["full"][-1]["mean"], one["without_noise"]["mean"]
    if there is None:
        return f"an unknown angle ({label})"
    rest = "" if without is None else f", {without:.0f}° without noise"
    return f"{there:.0f}° ({label}{rest})"


def _strokes(n_seeds: int) -> str:
    return f"Upright strokes: 95 % interval over {n_seeds} seeds." if n_seeds > 1 else "One seed: no intervals."


def _ends(summary: Summary, objective: str, share: float) -> str:
    found = [
        f"{layer}: "
        + ", ".join(_told(label, one) for label, one in angles_of(summary, share, layer, objective).items())
        for layer in layers_of(summary, objective)
    ]
    return f"{moment_in_words(share).capitalize()}, at {summary['trials'][-1]:,} trials, {'; '.join(found)}."


def _band(summary: Summary) -> str:
    share = summary["shares"][-1]
    ends = [one["random"] for objective in WHOSE for one in angles_of(summary, share, "layer_1", objective).values()]
    halves = [max(90 - low, high - 90) for low, high in filter(None, ends)]
    return f" give or take {max(halves):.1f}°, 95 times in 100" if halves else ""


def _surrogates(summary: Summary, objective: str) -> str:
    through: dict[str, list[str]] = {}
    for label, row in summary["learners"].items():
        loss = row["moments"][-1]["objectives"].get(objective)
        if loss and loss["surrogate"]:
            through.setdefault(loss["through"], []).append(label)
    return "".join(f" For {listed(labels)} a surrogate is differentiated: {what}." for what, labels in through.items())
