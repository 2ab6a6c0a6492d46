"""A run under several conditions: one figure over a factor's levels, its numbers, and the contrasts between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Any

from neurosim.compare.summary.comparison import views_of
from neurosim.compare.words.conditions import factors_in_words, level_in_words, short_names
from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import Wording
from neurosim.report.figures import Figure
from neurosim.report.style import NARROW, WIDE, appearance, name_lines, shortened
from neurosim.report.table import with_interval
from neurosim.report.tables import MISSING, Table

WIDTH, HEIGHT = 7.2, 4.6
LETTERS = 6.1
"""That an inch holds, beside marks and margins."""
MOST_LINES = 12
"""Lines in one figure; more are drawn in one figure a level of another factor."""
Summary = Mapping[str, Any]
View = Mapping[str, Any]


@dataclass(frozen=True)
class Panel:
    """One figure: what its axis is, and its lines.

    Attributes
    ----------
    where : str
        The levels that all its conditions share; may be empty.
    axis : str
        The factor on the axis, as its name is written.
    levels : tuple
        Its levels, in order.
    lines : mapping of str to mapping of int to figure
        Name of a line to the number of each level and what was reached there.
    wording : Wording
        Of what is tested.
    """

    where: str
    axis: str
    levels: tuple[Any, ...]
    lines: Mapping[str, Mapping[int, Mapping[str, Any]]]
    wording: Wording


def panels_of(summary: Summary) -> list[Panel]:
    """Decide what is drawn over what: of all factors the numeric one with most levels, else the longest."""
    found = []
    for (_, _), group in groupby(sorted(views_of(summary), key=_judged_by), key=_judged_by):
        views = list(group)
        varied = _varied(summary, views)
        if not varied:
            continue
        axis = max(varied, key=lambda path: (_is_numeric(varied[path]), len(varied[path])))
        found += _split(views, axis, varied)
    return found


def _judged_by(view: View) -> tuple[str, str]:
    return view["task"], view["tested"]


def _varied(summary: Summary, views: Sequence[View]) -> dict[str, list[Any]]:
    """Give the factors with more than one level among these conditions, in the experiment's order."""
    there = {
        path: [level for level in levels if any(view["factors"][path] == level for view in views)]
        for path, levels in summary["factors"].items()
    }
    return {path: levels for path, levels in there.items() if len(levels) > 1}


def _split(views: Sequence[View], axis: str, varied: Mapping[str, Sequence[Any]]) -> list[Panel]:
    others = [path for path in varied if path != axis]
    n_lines = len(views[0]["learners"]) * len(views) // len(varied[axis])
    if n_lines <= MOST_LINES or not others:
        return [_panel(views, axis, varied[axis], others)]
    # The factor with the fewest levels makes the fewest figures.
    apart = min(others, key=lambda path: len(varied[path]))
    rest = {path: levels for path, levels in varied.items() if path != apart}
    return [
        panel
        for level in varied[apart]
        for panel in _split([view for view in views if view["factors"][apart] == level], axis, rest)
    ]


def _panel(views: Sequence[View], axis: str, levels: Sequence[Any], others: Sequence[str]) -> Panel:
    lines: dict[str, dict[int, Mapping[str, Any]]] = {}
    several = len(views[0]["learners"]) > 1
    for view in views:
        at = ", ".join(level_in_words(view["factors"][path]) for path in others)
        for label, row in view["learners"].items():
            if row["test"] is not None:
                name = ", ".join(filter(None, (label if several or not at else "", at)))
                lines.setdefault(name, {})[list(levels).index(view["factors"][axis])] = row["test"]
    shared = {
        path: level
        for path, level in views[0]["factors"].items()
        if path not in (axis, *others) and all(view["factors"][path] == level for view in views)
    }
    return Panel(
        factors_in_words(shared), short_names(views[0]["factors"])[axis], tuple(levels), lines, wording_of(views[0])
    )


def level_figures(summary: Summary) -> list[Figure]:
    """Make the figures over a factor's levels; the first is the page's picture, and has a drawing for phones."""
    figures = []
    for number, panel in enumerate(panels_of(summary), 1):
        told = [f"{name}: {_told(panel, at)}" for name, at in panel.lines.items()]
        where = f", {panel.where}" if panel.where else ""
        figures.append(
            Figure(
                f"levels-{number}", partial(level_lines, panel), (WIDTH, HEIGHT),
                f"Test {panel.wording.title} over {panel.axis}{where}. {'; '.join(told)}.",
                f"Marks: means over seeds; strokes: {_strokes(panel)}.", panel.where,
            )
        )  # fmt: skip
    if not figures:
        return []
    first, panel = figures[0], panels_of(summary)[0]
    of_phone = 2.6 + 0.22 * len(panel.lines)
    where = f"{panel.where}. " if panel.where else ""
    picture = replace(
        first, size=(WIDE, 3.1), draw_narrow=partial(level_lines, panel, width=NARROW), narrow_size=(NARROW, of_phone),
        draw=partial(level_lines, panel, width=WIDE), title="", caption=f"{where}{first.caption}",
    )  # fmt: skip
    return [picture, *figures[1:]]


def _strokes(panel: Panel) -> str:
    over = {figure["over"] for at in panel.lines.values() for figure in at.values() if figure["ci95"]}
    if not over:
        return "one seed, no intervals"
    return f"95 % interval over {'seeds and test items' if over == {'seeds and items'} else 'seeds'}"


def _told(panel: Panel, at: Mapping[int, Mapping[str, Any]]) -> str:
    return ", ".join(
        f"{level_in_words(level)} {panel.wording.in_words(at[number]['mean'])}"
        for number, level in enumerate(panel.levels)
        if number in at
    )


def level_lines(panel: Panel, ax: Any, width: float = WIDTH) -> Any:
    """Draw a line through the levels of a factor for each learner and each level of the other factors."""
    numeric, scale = _is_numeric(panel.levels), panel.wording.scale
    looks = appearance(panel.lines)
    for number, (name, at) in enumerate(panel.lines.items()):
        colour, marker = looks[name]
        # Side by side, where marks of one level would hide each other.
        shift = 0.0 if numeric else 0.5 * ((number + 0.5) / len(panel.lines) - 0.5)
        x = [panel.levels[k] if numeric else k + shift for k in at]
        ends = [(place, figure["ci95"]) for place, figure in zip(x, at.values(), strict=True) if figure["ci95"]]
        for place, interval in ends:
            ax.plot([place] * 2, _scaled(panel.wording, interval), color=colour, alpha=0.4, linewidth=3)
        ax.plot(x, [scale * figure["mean"] for figure in at.values()], marker, color=colour, markersize=8,
                linestyle="-" if numeric else "", linewidth=2, label=shortened(name))  # fmt: skip
    _mark_levels(panel, width, ax)
    ax.set_xlabel(panel.axis)
    ax.set_ylabel(panel.wording.tested_axis)
    name_lines(ax, letters=int(width * LETTERS))
    return ax


def _mark_levels(panel: Panel, width: float, ax: Any) -> None:
    """Write the levels below the axis, as many as have room."""
    numeric = _is_numeric(panel.levels)
    if numeric and min(panel.levels) > 0 and max(panel.levels) >= 10 * min(panel.levels):
        ax.set_xscale("log")
    names = [level_in_words(level) for level in panel.levels]
    letters = sum(len(name) + 2 for name in names)
    if not numeric and letters > width * LETTERS * 1.2:
        ax.set_xticks(range(len(names)), [shortened(name) for name in names], rotation=30, ha="right")
        return
    every = math.ceil(letters / (width * LETTERS * 1.2)) if numeric else 1
    ax.set_xticks((list(panel.levels) if numeric else list(range(len(names))))[::every], names[::every])
    ax.minorticks_off()


def _scaled(wording: Wording, ends: Sequence[float]) -> tuple[float, float]:
    low, high = (wording.scale * wording.within(end) for end in ends)
    return low, high


def _is_numeric(levels: Sequence[Any]) -> bool:
    return all(isinstance(level, int | float) and not isinstance(level, bool) for level in levels)


def level_tables(summary: Summary) -> list[Table]:
    """List what every learner reached under every condition."""
    tables = []
    for (task, _), group in groupby(sorted(views_of(summary), key=_judged_by), key=_judged_by):
        views = list(group)
        wording = wording_of(views[0])
        labels = list(dict.fromkeys(label for view in views for label in (*view["learners"], *view["controls"])))
        names = short_names(views[0]["factors"])
        rows = tuple(
            (*map(level_in_words, view["factors"].values()), *(_cell(view, label, wording) for label in labels))
            for view in views
        )
        caption = f"Test {wording.axis} on {task}, in brackets the 95 % interval"
        tables.append(Table(caption, (*names.values(), *labels), rows))
    return tables


def _cell(view: View, label: str, wording: Wording) -> str:
    row = view["learners"].get(label) or view["controls"].get(label)
    return MISSING if row is None else with_interval(row["test"], wording)


def contrast_table(summary: Summary) -> Table | None:
    """List the contrasts between conditions; None where there are none."""
    by_id = {view["id"]: view for view in views_of(summary)}
    rows, names = [], short_names(summary["factors"])
    for one in summary["contrasts"]:
        wording = wording_of(by_id[one["condition"]])
        change, who = one["change"], one["a"] if one["b"] is None else f"{one['a']} − {one['b']}"
        step = f"per {one['per']}" if one["kind"] == "slope" else (
            f"{level_in_words(one['from'])} to {level_in_words(one['to'])}"
        )  # fmt: skip
        rows.append(
            (
                f"{names[one['factor']]}, {step}", factors_in_words(one["at"]) or MISSING, who,
                wording.number(change["mean"], signed=True), *(_ends(change[key], wording) for key in
                ("ci95", "seeds_ci95")), f"{one['p_holm']:.3g}",
            )
        )  # fmt: skip
    header = ("change", "at", "of", "by", "95 % interval", "of this test part", "p")
    return Table("Contrasts between conditions (p after Holm's correction)", header, tuple(rows)) if rows else None


def _ends(ends: Sequence[float] | None, wording: Wording) -> str:
    return MISSING if ends is None else " to ".join(wording.number(end, signed=True) for end in ends)
