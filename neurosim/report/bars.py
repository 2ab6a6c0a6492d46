"""The picture of the first screen: what each learner reached, what it is told, and what simple methods reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from neurosim.compare.words.caveats import TOLD
from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import Wording
from neurosim.report.figures import Figure
from neurosim.report.style import GREY, appearance, shortened

Summary = Mapping[str, Any]
WIDE, NARROW = 10.0, 3.75
"""Inches: beside a heading on a wide screen, and on a phone."""
SIMPLE = {
    "raw-linear": "linear", "kmeans": "k-means",
    "nearest-neighbour": "nearest neighbour", "svm": "SVM", "majority": "most frequent answer",
    "linear-regressor": "linear", "neighbour-regressor": "nearest neighbours", "forest-regressor": "random forest",
    "mean": "mean",
}  # fmt: skip
"""Controls that are drawn, and their names there."""
POINT_IN, LETTER = 1 / 72, 0.56
"""Inches a point; width of a letter as a share of its height, on average."""
FONT = 12.0


def bars_figure(summary: Summary) -> Figure | None:
    """Make the picture; None where nothing was measured."""
    wording = wording_of(summary)
    rows = tested_rows(summary)
    if not rows:
        return None
    told = [f"{label} ({told_of(row)}) {wording.in_words(row['test']['mean'])}" for label, row in rows.items()]
    controls = [f"{name} {wording.in_words(value)}" for name, value in lines_of(summary).items()]
    sizes = {
        width: (
            width,
            0.95 + _row_height(width) * len(rows) + 0.26 * (1 + max(levels(summary, width).values(), default=-1)),
        )
        for width in (WIDE, NARROW)
    }
    return Figure(
        "answer", partial(value_bars, summary, width=WIDE), sizes[WIDE],
        f"Test {wording.title}: {', '.join(told)}. Simple methods: {', '.join(controls) or 'none'}.",
        caption_of(summary), "", partial(value_bars, summary, width=NARROW), sizes[NARROW],
    )  # fmt: skip


def caption_of(summary: Summary) -> str:
    """Say what the strokes are."""
    figures = [row["test"] for row in tested_rows(summary).values()]
    if all(figure["ci95"] is None for figure in figures):
        return "The mark is the only seed. Broken lines: simple methods."
    over = figures[0]["over"]
    if over == "seeds and items":
        thick, thin = "95 % over seeds, of this test part", "over seeds and test items"
        return f"Thick: {thick}; thin: {thin}; dots: seeds. Broken lines: simple methods."
    what = {"folds": "over folds", "all items": "over seeds; the test items are all there are"}.get(over, "over seeds")
    return f"Stroke: 95 % {what}; dots: each of them. Broken lines: simple methods."


def tested_rows(summary: Summary) -> dict[str, Any]:
    """Give the learners of which something was measured."""
    return {label: row for label, row in summary["learners"].items() if row["test"] is not None}


def told_of(row: Mapping[str, Any]) -> str:
    """Say in two or three words what a learner is told."""
    return f"told {TOLD[row['traits']['teacher']]}"


def lines_of(summary: Summary) -> dict[str, float]:
    """Give what simple methods reached, by the name they are drawn with; those that look at no sample only if near."""
    found = {
        name: float(summary["controls"][kind]["test"]["mean"])
        for kind, name in SIMPLE.items()
        if kind in summary["controls"] and summary["controls"][kind]["test"] is not None
    }
    values = [value for row in tested_rows(summary).values() for value in _extent(row["test"])]
    low, high = min(values), max(values)
    reach = max(high - low, 0.02)
    blind = {SIMPLE["majority"], SIMPLE["mean"]}
    near = {name: value for name, value in found.items() if low - 2 * reach <= value <= high + 2 * reach}
    kept = {name: value for name, value in near.items() if name not in blind or low - reach <= value <= high + reach}
    together: dict[str, list[str]] = {}
    for name, value in kept.items():
        together.setdefault(wording_of(summary).number(value), []).append(name)
    return {", ".join(names): kept[names[0]] for names in together.values()}


def _extent(figure: Mapping[str, Any]) -> list[float]:
    return [*figure["per_seed"], *(figure["ci95"] or ()), *(figure["seeds_ci95"] or ())]


def value_limits(summary: Summary) -> tuple[float, float]:
    """Give the ends of the axis: never beyond what a value can be."""
    wording = wording_of(summary)
    values = [value for row in tested_rows(summary).values() for value in _extent(row["test"])]
    values += lines_of(summary).values()
    room = 0.06 * (max(values) - min(values)) or 0.05
    return wording.within(min(values) - room), wording.within(max(values) + room)


def _row_height(width: float) -> float:
    return 0.42 if width == WIDE else 0.78


def _axis_inches(summary: Summary, width: float) -> float:
    if width == NARROW:
        return width - 0.45
    longest = max(len(f"{shortened(label)} ({told_of(row)})") for label, row in tested_rows(summary).items())
    return width - 0.5 - longest * FONT * POINT_IN * LETTER


def levels(summary: Summary, width: float) -> dict[str, int]:
    """Give each simple method's name the lowest row above the axis in which it overlaps no other."""
    wording, (low, high) = wording_of(summary), value_limits(summary)
    scale = _axis_inches(summary, width) / (high - low)
    ends: list[float] = []
    found: dict[str, int] = {}
    for name, value in sorted(lines_of(summary).items(), key=lambda line: line[1]):
        half = len(f"{name} {wording.number(value)}") * FONT * POINT_IN * LETTER / 2
        middle = label_middle((value - low) * scale, half, (high - low) * scale)
        level = next((k for k, end in enumerate(ends) if middle - half > end), len(ends))
        ends[level : level + 1] = [middle + half + 0.08]
        found[name] = level
    return found


def label_middle(place: float, half: float, width: float) -> float:
    """Shift a label's middle so that it does not leave the axis, all in inches."""
    return width / 2 if 2 * half > width else min(max(place, half), width - half)


def value_bars(summary: Summary, ax: Any, width: float = WIDE) -> Any:
    """Draw a row a learner and a line a simple method."""
    wording, rows = wording_of(summary), tested_rows(summary)
    low, high = value_limits(summary)
    _draw_lines(summary, ax, wording, width)
    looks, names = appearance(summary["learners"]), []
    for height, (label, row) in enumerate(rows.items()):
        _draw_row(row["test"], -height, looks[label][0], wording, ax)
        names.append(f"{shortened(label)} ({told_of(row)})")
    heights = [-height for height in range(len(rows))]
    if width == NARROW:
        ax.set_yticks([])
        for height, name in zip(heights, names, strict=True):
            ax.annotate(name, (0, height), (0, 19), ("axes fraction", "data"), "offset points", fontsize=FONT)
    else:
        ax.set_yticks(heights, names)
        ax.tick_params(axis="y", length=0)
    ax.set_ylim(-len(rows) + 0.45, 0.6 if width == WIDE else 0.8)
    ax.set_xlim(wording.scale * low, wording.scale * high)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_axis_title(wording))
    return ax


def _axis_title(wording: Wording) -> str:
    return wording.tested_axis + ("" if wording.higher_is_better else ", less is better")


def _draw_row(figure: Mapping[str, Any], height: float, colour: str, wording: Wording, ax: Any) -> None:
    scale = wording.scale

    def stroke(ends: Sequence[float], thickness: float, alpha: float) -> None:
        inside = [scale * wording.within(end) for end in ends]
        ax.plot(inside, [height] * 2, color=colour, linewidth=thickness, alpha=alpha, solid_capstyle="butt")

    if figure["ci95"] is not None:
        stroke(figure["ci95"], 2.2, 0.6)
    if (alone := figure["seeds_ci95"] or (figure["ci95"] if figure["over"] != "seeds and items" else None)) is not None:
        stroke(alone, 7, 1.0)
    ax.plot([scale * value for value in figure["per_seed"]], [height - 0.25] * len(figure["per_seed"]), "o",
            color=colour, markersize=4, markeredgewidth=0, clip_on=False)  # fmt: skip
    ax.annotate(wording.number(figure["mean"]), (scale * wording.within(figure["mean"]), height), (0, 5), ha="center",
                textcoords="offset points", color=colour, fontweight="bold", fontsize=FONT)  # fmt: skip


def _draw_lines(summary: Summary, ax: Any, wording: Wording, width: float) -> None:
    low, high = value_limits(summary)
    inches = _axis_inches(summary, width)
    at = levels(summary, width)
    for name, value in lines_of(summary).items():
        text = f"{name} {wording.number(value)}"
        half = len(text) * FONT * POINT_IN * LETTER / 2
        place = (value - low) / (high - low) * inches
        ax.axvline(wording.scale * value, color=GREY, linestyle=(0, (4, 2)), linewidth=1.4, zorder=0)
        shift = (label_middle(place, half, inches) - place) / POINT_IN
        ax.annotate(text, (wording.scale * value, 1), (shift, 4 + 18 * at[name]), ("data", "axes fraction"),
                    "offset points", ha="center", color=GREY, fontsize=FONT)  # fmt: skip
