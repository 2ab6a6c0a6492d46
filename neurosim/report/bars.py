"""The picture of the first screen: what each learner reached, what it is told, and what simple methods reach."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from neurosim.compare.words.caveats import TOLD
from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import Wording
from neurosim.report.figures import Figure
from neurosim.report.line_names import NamePlace, n_rows, place_names, width_of
from neurosim.report.style import GREY, INK, NARROW, WIDE, appearance, on_paper, shortened

Summary = Mapping[str, Any]
SIMPLE = {
    "raw-linear": "linear", "kmeans": "k-means", "kmeans-by-class": "k-means",
    "nearest-neighbour": "nearest neighbour", "svm": "SVM", "linear-regressor": "linear",
    "neighbour-regressor": "nearest neighbours", "forest-regressor": "random forest",
}  # fmt: skip
"""Controls that are drawn, and their names there; of two with one name the first that is present."""
LONGEST_NAMES = 24
"""Letters that names of methods with one value may have together; a phone has room for no more."""
FONT = 12.5
"""Points: above 16 pixels, as the page shows it."""
TEXT_ROW = 0.23
"""Inches a row of names takes."""
RIGHT, TOP, EDGE = 0.3, 0.06, 0.06
"""Inches around the panel."""
FOOT = 0.08
"""Inches between the panel and the lowest row of names."""
BELOW_ROW = 0.5
"""Of a row's height, for the dots of the lowest one."""
AXIS_LINE = 0.24
"""Inches a line of the axis title takes; the numbers take as much and a half."""


def bars_figure(summary: Summary) -> Figure | None:
    """Make the picture; None where nothing was measured."""
    wording = wording_of(summary)
    rows = tested_rows(summary)
    if not rows:
        return None
    told = [f"{label} ({told_of(row)}) {wording.in_words(row['test']['mean'])}" for label, row in rows.items()]
    controls = [f"{name} {wording.in_words(value)}" for name, value in lines_of(summary).items()]
    wide, narrow = layout_of(summary, WIDE), layout_of(summary, NARROW)
    return Figure(
        "answer", partial(value_bars, summary), (WIDE, wide.height),
        f"Test {wording.title}: {', '.join(told)}. Simple methods: {', '.join(controls) or 'none'}.",
        caption_of(summary), "", partial(value_bars, summary, width=NARROW), (NARROW, narrow.height),
    )  # fmt: skip


def caption_of(summary: Summary) -> str:
    """Say what the strokes are."""
    lines = " Broken lines: simple methods." if lines_of(summary) else ""
    figures = [row["test"] for row in tested_rows(summary).values()]
    if all(figure["ci95"] is None for figure in figures):
        return f"The dot is the only seed.{lines}"
    over = figures[0]["over"]
    if over == "seeds and items":
        thick, thin = "95 % over seeds, of this test part", f"over seeds and test {summary['samples']}"
        return f"Thick: {thick}; thin: {thin}; dots: seeds.{lines}"
    what = {"folds": "over folds", "all items": "over seeds; the test items are all there are"}.get(over, "over seeds")
    return f"Stroke: 95 % {what}. Dots: {'folds' if over == 'folds' else 'seeds'}.{lines}"


def tested_rows(summary: Summary) -> dict[str, Any]:
    """Give the learners of which something was measured."""
    return {label: row for label, row in summary["learners"].items() if row["test"] is not None}


def told_of(row: Mapping[str, Any]) -> str:
    """Say in two or three words what a learner is told."""
    return f"told {TOLD[row['traits']['teacher']]}"


def lines_of(summary: Summary) -> dict[str, float]:
    """Give what simple methods reached, by the name they are drawn with; those far off the learners are left out."""
    found, wording = dict[str, float](), wording_of(summary)
    for kind, name in SIMPLE.items():
        row = summary["controls"].get(kind)
        if row is not None and row["test"] is not None:
            found.setdefault(name, float(row["test"]["mean"]))
    values = [value for row in tested_rows(summary).values() for value in _extent(row["test"])]
    low, high = min(values), max(values)
    reach = 2 * max(high - low, 0.02)
    together: dict[str, float] = {}
    for name, value in found.items():
        if low - reach <= value <= high + reach:
            same = [one for one, other in together.items() if _alike(value, other, wording) and _fits(one, name)]
            if same:
                together = {f"{one}, {name}" if one == same[0] else one: other for one, other in together.items()}
            else:
                together[name] = value
    return together


def _alike(one: float, other: float, wording: Wording) -> bool:
    return wording.number(one) == wording.number(other)


def _fits(names: str, name: str) -> bool:
    return len(names) + 2 + len(name) <= LONGEST_NAMES


def _extent(figure: Mapping[str, Any]) -> list[float]:
    return [*figure["per_seed"], *(figure["ci95"] or ()), *(figure["seeds_ci95"] or ())]


def value_limits(summary: Summary) -> tuple[float, float]:
    """Give the ends of the axis: never beyond what a value can be."""
    wording = wording_of(summary)
    values = [value for row in tested_rows(summary).values() for value in _extent(row["test"])]
    values += lines_of(summary).values()
    room = 0.06 * (max(values) - min(values)) or 0.05
    return wording.within(min(values) - room), wording.within(max(values) + room)


@dataclass(frozen=True)
class Layout:
    """What is where in the picture, in inches from its left and lower end.

    Attributes
    ----------
    left, bottom, width, rows : float
        Of the panel: its ends, its width, and its height.
    row : float
        Height of one row.
    height : float
        Of the whole picture.
    names : mapping of str to NamePlace
        Text of each simple method to its place, from the panel's left end.
    """

    left: float
    bottom: float
    width: float
    rows: float
    row: float
    height: float
    names: Mapping[str, NamePlace]


def layout_of(summary: Summary, width: float) -> Layout:
    """Decide what goes where in a picture so wide, so that nothing overlaps."""
    wording, rows, lines = wording_of(summary), tested_rows(summary), lines_of(summary)
    names = [f"{shortened(label)} ({told_of(row)})" for label, row in rows.items()]
    left = 0.2 + max(width_of(name, FONT) for name in names) if width == WIDE else 0.12
    panel = width - left - RIGHT
    low, high = value_limits(summary)
    texts = {f"{name} {wording.number(value)}": value for name, value in lines.items()}
    wanted = [((value - low) / (high - low) * panel, width_of(text, FONT)) for text, value in texts.items()]
    placed = place_names(wanted, EDGE - left, panel + RIGHT - EDGE)
    bottom = AXIS_LINE * (1.5 + len(axis_title(wording, panel)))
    # On a phone a learner's name stands above its stroke.
    row, above = ((0.4 if len(rows) <= 6 else 0.36), 0.26) if width == WIDE else (0.74, 0.48)
    inside = row * (len(rows) - 1 + BELOW_ROW) + above
    height = bottom + inside + (FOOT + TEXT_ROW * n_rows(placed) if placed else 0.0) + TOP
    return Layout(left, bottom, panel, inside, row, height, dict(zip(texts, placed, strict=True)))


def axis_title(wording: Wording, width: float) -> list[str]:
    """Give the axis title in lines that a panel so wide, in inches, has room for."""
    title = wording.tested_axis + ("" if wording.higher_is_better else ", less is better")
    return textwrap.wrap(title, max(int(width * 9.5), 12))


def value_bars(summary: Summary, ax: Any, width: float = WIDE) -> Any:
    """Draw a row a learner and a line a simple method."""
    wording, rows, layout = wording_of(summary), tested_rows(summary), layout_of(summary, width)
    low, high = value_limits(summary)
    # A place of its own: the layout engine of other figures leaves it alone.
    ax.set_position(
        (layout.left / width, layout.bottom / layout.height, layout.width / width, layout.rows / layout.height)
    )
    ax.set_xlim(wording.scale * low, wording.scale * high)
    lowest = 1 - len(rows) - BELOW_ROW
    ax.set_ylim(lowest, lowest + layout.rows / layout.row)
    _draw_lines(summary, layout, ax)
    looks, names = appearance(summary["learners"]), []
    for height, (label, row) in enumerate(rows.items()):
        _draw_row(row["test"], -height, looks[label][0], wording, bool(summary["answer"]["bold"]), ax)
        names.append(f"{shortened(label)} ({told_of(row)})")
    heights = [-height for height in range(len(rows))]
    if width == WIDE:
        ax.set_yticks(heights, names, fontsize=FONT)
        ax.tick_params(axis="y", length=0)
    else:
        ax.set_yticks([])
        for height, name in zip(heights, names, strict=True):
            text = ax.annotate(name, (0, height), (0, 20), ("axes fraction", "data"), "offset points", fontsize=FONT)
            on_paper(text)
        ax.locator_params(axis="x", nbins=5)
    ax.tick_params(axis="x", labelsize=FONT)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("\n".join(axis_title(wording, layout.width)), fontsize=FONT)
    return ax


def _draw_row(figure: Mapping[str, Any], height: float, colour: str, wording: Wording, bold: bool, ax: Any) -> None:
    scale = wording.scale

    def stroke(ends: Sequence[float], thickness: float, alpha: float) -> None:
        inside = [scale * wording.within(end) for end in ends]
        ax.plot(inside, [height] * 2, color=colour, linewidth=thickness, alpha=alpha, solid_capstyle="butt")

    alone = figure["seeds_ci95"] or figure["ci95"]
    if figure["ci95"] is not None:
        stroke(figure["ci95"], 2.2, 0.75)
        # Its ends show even where the thick stroke is the longer one.
        inside = [scale * wording.within(end) for end in figure["ci95"]]
        ax.plot(inside, [height] * 2, "|", color=colour, markersize=12, markeredgewidth=1.6, clip_on=False)
    if alone is not None:
        stroke(alone, 7, 1.0)
    ax.plot([scale * value for value in figure["per_seed"]], [height - 0.27] * len(figure["per_seed"]), "o",
            color=colour, markersize=4.5, markeredgewidth=0, clip_on=False)  # fmt: skip
    text = ax.annotate(
        wording.number(figure["mean"]), (scale * wording.within(figure["mean"]), height), (0, 6), ha="center",
        textcoords="offset points", color=INK, fontweight="bold" if bold else "normal", fontsize=FONT,
    )  # fmt: skip
    on_paper(text)


def _draw_lines(summary: Summary, layout: Layout, ax: Any) -> None:
    """Draw a line a simple method, up to its name."""
    wording = wording_of(summary)
    for (text, place), value in zip(layout.names.items(), lines_of(summary).values(), strict=True):
        foot = FOOT + TEXT_ROW * place.row
        top = foot + (0.0 if place.is_over else 0.17)
        ax.plot([wording.scale * value] * 2, [0, 1 + top / layout.rows], color=GREY, linestyle=(0, (4, 2)),
                linewidth=1.6, zorder=0, clip_on=False, transform=ax.get_xaxis_transform())  # fmt: skip
        ax.text(place.left / layout.width, 1 + (foot + 0.02) / layout.rows, text, va="bottom", color=GREY,
                transform=ax.transAxes, fontsize=FONT)  # fmt: skip
