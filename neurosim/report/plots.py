"""Plots of figures: each takes a summary or records and an Axes, draws, and gives the Axes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from neurosim.compare.words.pairs import wording_of
from neurosim.data import CurvePoint, Record
from neurosim.metrics.measure import Wording
from neurosim.report.style import (
    GREY,
    INK,
    LIGHT_GREY,
    appearance,
    grouped,
    log_number_axis,
    name_lines,
    number_axis,
    shortened,
)

Summary = Mapping[str, Any]
Records = Mapping[str, Sequence[Record]]
TWINS = {"-untrained": ("o", "untrained twin"), "-frozen": ("s", "twin with a frozen hidden layer")}
WITHOUT_A_LOOK = ("majority", "mean")
"""Controls that look at no sample, whose line may lie off the scale."""
LINE_STYLES = ("--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 1)))


def value_dots(summary: Summary, ax: Any) -> Any:
    """Draw every seed as a dot, means with their intervals, controls as lines, and twins as open marks."""
    wording = wording_of(summary)
    looks, low_high, scale = appearance(summary["learners"]), value_range(summary), wording.scale
    inside = [control for control in shared_controls(summary) if low_high[0] <= control[1] <= low_high[1]]
    for level, (name, mean) in enumerate(sorted(inside, key=lambda control: control[1])):
        style = LINE_STYLES[level % len(LINE_STYLES)]
        ax.axvline(scale * mean, color=GREY, linestyle=style, linewidth=1.6, zorder=1)
        ax.annotate(
            f"{shortened(name)} {wording.number(mean)}", (scale * mean, 1), (-4, 5 + 17 * level),
            ("data", "axes fraction"), "offset points", ha="right", color=GREY,
            arrowprops={"arrowstyle": "-", "color": LIGHT_GREY, "shrinkA": 0, "shrinkB": 0, "relpos": (1, 0)},
        )  # fmt: skip
    rows = [(label, row) for label, row in summary["learners"].items() if row["test"] is not None]
    for height, (label, row) in enumerate(reversed(rows)):
        colour, marker = looks[label]
        seeds = row["test"]["per_seed"]
        spread = [height + 0.11 * ((k % 3) - 1) for k in range(len(seeds))]
        low, high = row["test"]["ci95"] or (row["test"]["mean"],) * 2
        ax.plot(
            [scale * wording.within(end) for end in (low, high)], [height] * 2, color=colour, linewidth=5, alpha=0.35
        )
        ax.plot([scale * v for v in seeds], spread, marker, color=colour, markersize=6, alpha=0.75, markeredgewidth=0)
        ax.plot([scale * row["test"]["mean"]], [height], "|", color=INK, markersize=24, markeredgewidth=2.5)
        for ending, (shape, _) in TWINS.items():
            twin = _twin(summary, label, ending)
            if twin is not None and low_high[0] <= twin <= low_high[1]:
                ax.plot([scale * twin], [height], shape, markersize=9, mfc="none", mec=colour, mew=2)
    ax.set_yticks(range(len(rows)), [shortened(label) for label, _ in reversed(rows)])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(scale * low_high[0], scale * low_high[1])
    ax.set_xlabel(wording.tested_axis)
    return ax


def value_range(summary: Summary) -> tuple[float, float]:
    """Give the part of the scale that learners and the stronger controls need."""
    wording = wording_of(summary)
    figures = [row["test"] for row in summary["learners"].values() if row["test"] is not None]
    values = [value for figure in figures for value in figure["per_seed"]]
    values += [wording.within(end) for figure in figures for end in figure["ci95"] or ()]
    values += [mean for name, mean in shared_controls(summary) if name not in WITHOUT_A_LOOK]
    spread = max(values) - min(values)
    margin = max(1 / wording.scale, 0.07 * spread) if wording.unit == "%" else 0.07 * spread or 0.05 * abs(max(values))
    low, high = min(values) - margin, max(values) + margin
    if wording.lowest is not None:
        low = max(low, wording.lowest)
    # A mark at the end of the scale is shown whole.
    return low, high if wording.highest is None else min(high, wording.highest + margin / 4)


def shared_controls(summary: Summary) -> list[tuple[str, float]]:
    """Give the controls that belong to no learner in particular, with their mean."""
    twins = {label + ending for label in summary["learners"] for ending in TWINS}
    return [(name, row["test"]["mean"]) for name, row in _tested_controls(summary) if name not in twins]


def _tested_controls(summary: Summary) -> list[tuple[str, Any]]:
    return [(name, row) for name, row in summary["controls"].items() if row["test"] is not None]


def off_the_scale(summary: Summary) -> list[str]:
    """Name the controls that lie outside the drawn part of the scale, with their mean."""
    (low, high), wording = value_range(summary), wording_of(summary)
    means = [(name, row["test"]["mean"]) for name, row in _tested_controls(summary)]
    return [f"{name} {wording.in_words(mean)}" for name, mean in means if not low <= mean <= high]


def _twin(summary: Summary, label: str, ending: str) -> float | None:
    row = summary["controls"].get(label + ending)
    return None if row is None or row["test"] is None else float(row["test"]["mean"])


def learning_curves(
    records: Records, wording: Wording, ax: Any, over: Literal["presentations", "operations"] = "presentations"
) -> Any:
    """Draw what validation data say over presentations or operations: a thin line a seed, a thick one their mean."""
    looks = appearance(records)
    for label, of_label in records.items():
        colour, marker = looks[label]
        curves = [record.curve for record in of_label if record.curve]
        if not curves:
            continue
        x = np.array([[_spent(point, over) for point in curve] for curve in curves])
        y = wording.scale * np.array([[point.validation for point in curve] for curve in curves])
        for one_x, one_y in zip(x, y, strict=True):
            ax.plot(one_x, one_y, color=colour, linewidth=0.9, alpha=0.45)
        ax.plot(x.mean(0), y.mean(0), color=colour, marker=marker, linewidth=2.6, markersize=6, label=shortened(label))
    if over == "operations":
        ax.set_xscale("log")
        log_number_axis(ax.xaxis)
        ax.set_xlabel("effective operations of learning so far")
    else:
        ax.set_xlim(left=0)
        number_axis(ax.xaxis)
        ax.set_xlabel("presentations so far")
    ax.set_ylabel(f"validation {wording.axis}")
    name_lines(ax)
    return ax


def _spent(point: CurvePoint, over: str) -> int:
    return point.presentations if over == "presentations" else operations_so_far(point)


def operations_so_far(point: CurvePoint) -> int:
    """Give the effective operations of learning up to an evaluation; 0 where nobody counted them."""
    return (point.active_connections or 0) + (point.feedback_connections or 0)


def value_against_spikes(records: Records, wording: Wording, ax: Any) -> Any:
    """Draw what is tested against the spikes of a decision; learners without spikes are level lines."""
    looks, spans = appearance(records), []
    for label, of_label in records.items():
        colour, marker = looks[label]
        values = [wording.scale * (record.value(wording.name) or 0.0) for record in of_label]
        spikes = [spikes_a_decision(record) for record in of_label]
        if "spikes_per_sample" in of_label[0].unavailable or min(spikes) <= 0:
            why = "not counted" if "costs.inference" in of_label[0].unavailable else "no spikes"
            ax.axhline(np.mean(values), color=colour, linewidth=2, linestyle="--", label=f"{shortened(label)} ({why})")
            continue
        spans += spikes
        ax.plot(spikes, values, marker, color=colour, alpha=0.45, markersize=6, markeredgewidth=0)
        ax.plot(np.mean(spikes), np.mean(values), marker, color=colour, markersize=12, label=shortened(label), mec=INK)
    ax.set_xscale("log")
    if spans:
        ax.set_xlim(min(spans) / 3, max(spans) * 3)
    log_number_axis(ax.xaxis)
    ax.margins(y=0.25)
    ax.set_xlabel("spikes a decision (inputs and neurons)")
    ax.set_ylabel(wording.tested_axis)
    name_lines(ax)
    return ax


def spikes_a_decision(record: Record) -> float:
    """Give the spikes of inputs and neurons that one decision on the test part took, on average."""
    counts = record.costs.inference
    return (counts.input_spikes + counts.spikes) / max(counts.presentations, 1)


def operations_a_decision(summary: Summary, ax: Any) -> Any:
    """Draw what one decision takes, dense (open marks) and effective (filled marks), on one logarithmic scale."""
    found, looks = decision_operations(summary), appearance(summary["learners"])
    for height, (label, (dense, effective)) in enumerate(reversed(found.items())):
        colour, marker = looks.get(label, (GREY, "o"))
        ax.plot([effective, dense], [height] * 2, color=colour, linewidth=2, alpha=0.4)
        ax.plot([dense], [height], marker, mfc="white", mec=colour, mew=2.5, markersize=11)
        ax.plot([effective], [height], marker, color=colour, markersize=11)
        # Above and below, since the two may lie close together.
        ax.annotate(grouped(dense), (dense, height), (0, 11), textcoords="offset points", ha="center")
        ax.annotate(grouped(effective), (effective, height), (0, -21), textcoords="offset points", ha="center")
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ax.set_xlim(low / 2, high * 2)
    log_number_axis(ax.xaxis)
    ax.set_yticks(range(len(found)), [shortened(label) for label in reversed(found)])
    ax.set_ylim(-0.6, len(found) - 0.4)
    ax.set_xlabel("operations a decision")
    return ax


def decision_operations(summary: Summary) -> dict[str, tuple[float, float]]:
    """Give dense and effective operations of one decision, for learners and for controls that are networks too."""
    rows = {**summary["learners"], **{name: summary["controls"].get(name) for name in ("raw-linear", "kmeans")}}
    each = {label: row and row["operations"]["inference"]["per_presentation"] for label, row in rows.items()}
    both = {label: (one["dense"], one["effective"]) for label, one in each.items() if one}
    # A logarithmic axis has no place for nothing.
    return {label: (dense, used) for label, (dense, used) in both.items() if dense and used}


def runs_side_by_side(summaries: Mapping[str, Summary], ax: Any) -> Any:
    """Draw the learners of several runs, a row a label, a colour a run: seeds, mean and interval."""
    looks, labels = appearance(summaries), list(dict.fromkeys(k for one in summaries.values() for k in one["learners"]))
    room, wording = len(summaries) + 0.8, wording_of(next(iter(summaries.values())))
    for number, (name, summary) in enumerate(summaries.items()):
        colour, marker = looks[name]
        for row, label in enumerate(labels):
            if label not in summary["learners"] or summary["learners"][label]["test"] is None:
                continue
            test, height = summary["learners"][label]["test"], -(row * room + number)
            low, high = test["ci95"] or (test["mean"],) * 2
            ends, seeds = [wording.within(end) for end in (low, high)], test["per_seed"]
            ax.plot([wording.scale * end for end in ends], [height] * 2, color=colour, linewidth=4, alpha=0.35)
            ax.plot([wording.scale * v for v in seeds], [height] * len(seeds), ".", color=colour, alpha=0.6)
            ax.plot([wording.scale * test["mean"]], [height], marker, color=colour, markersize=9)
        ax.plot([], [], marker, color=colour, markersize=9, label=shortened(name))
    ax.set_yticks(
        [-(row * room + (len(summaries) - 1) / 2) for row in range(len(labels))], list(map(shortened, labels))
    )
    ax.set_ylim(-(len(labels) - 1) * room - len(summaries), 1)
    ax.set_xlabel(wording.tested_axis)
    name_lines(ax)
    return ax
