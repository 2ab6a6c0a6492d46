"""What varies inside trained learners: a line a learner over the axis of its protocol."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import Wording
from neurosim.report.figures import Figure
from neurosim.report.line_ends import name_ends
from neurosim.report.style import appearance

SIZE = (6.4, 4.2)
View = Mapping[str, Any]


def series_figures(view: View) -> list[Figure]:
    """Make a figure for each series that the protocol found."""
    names = dict.fromkeys(name for row in view["learners"].values() for name in row["series"])
    return [_figure(view, name) for name in names]


def _figure(view: View, name: str) -> Figure:
    lines = {label: row["series"][name] for label, row in view["learners"].items() if name in row["series"]}
    first = next(iter(lines.values()))
    wording = wording_of(view, first["measure"]) if first["measure"] in view["measures"] else None
    title = first["measure"] if wording is None else wording.title
    ends = [f"{label} {_range(one, wording)}" for label, one in lines.items()]
    band = "Line: mean over seeds; strokes: its 95 % interval." if view["n_seeds"] > 1 else "One seed: no intervals."
    alt = f"{title[:1].upper() + title[1:]} over {first['over']}: {', '.join(ends)}."
    return Figure(f"series-{name}", partial(series_lines, view, name, wording), SIZE, alt, band)


def _range(one: Mapping[str, Any], wording: Wording | None) -> str:
    means = [figure["mean"] for figure in one["y"] if figure["mean"] is not None]
    if not means:
        return "without values"
    first, last = (f"{mean:g}" if wording is None else wording.in_words(mean) for mean in (means[0], means[-1]))
    return f"from {first} to {last}"


def series_lines(view: View, name: str, wording: Wording | None, ax: Any) -> Any:
    """Draw a line a learner, with the interval over seeds at every place."""
    looks, scale = appearance(view["learners"]), 1.0 if wording is None else wording.scale
    heights: dict[str, float] = {}
    last = 0.0
    for label, row in view["learners"].items():
        if name not in row["series"]:
            continue
        series, (colour, marker) = row["series"][name], looks[label]
        known = [(x, figure) for x, figure in zip(series["x"], series["y"], strict=True) if figure["mean"] is not None]
        ends = [(x, figure["ci95"]) for x, figure in known if figure["ci95"] is not None]
        ax.vlines([x for x, _ in ends], [scale * low for _, (low, _) in ends], [scale * high for _, (_, high) in ends],
                  color=colour, alpha=0.4, linewidth=3)  # fmt: skip
        ax.plot([x for x, _ in known], [scale * figure["mean"] for _, figure in known], color=colour, marker=marker,
                linewidth=2.2)  # fmt: skip
        if known:
            last, heights[label] = max(last, known[-1][0]), scale * known[-1][1]["mean"]
        ax.set_xlabel(series["over"])
        ax.set_ylabel(series["measure"] if wording is None else wording.axis)
    low, high = ax.get_xlim()
    name_ends(ax, heights, looks, last + 0.03 * (high - low))
    return ax
