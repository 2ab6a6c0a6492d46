"""The first screen as text: headline, a line a learner, the four rows; at any width, no line longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len, chop_cells

from neurosim.compare.words.conditions import level_in_words
from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import Wording
from neurosim.report.bars import lines_of, tested_rows, told_of, value_limits
from neurosim.report.conditions import panels_of
from neurosim.report.effects import HEADINGS, SHORT, known_scales
from neurosim.report.effects import told_of as effects_of
from neurosim.report.first_screen import ROWS, first_rows
from neurosim.report.style import shortened

NARROWEST_SCALE, NARROWEST_TEXT = 24, 24
"""Columns that a scale needs beside a name, and text beside the name of a row; else it stands below."""
WHOLE, ALONE, LINE, MEAN = "─", "━", "┊", "●"


@dataclass(frozen=True)
class TextRow:
    """A row of a chart: its name and its figure; a heading has none."""

    name: str
    figure: Mapping[str, Any] | None = None


def answer_lines(answer: Mapping[str, Any], bars: Sequence[str], width: int) -> Iterator[str]:
    """Give the lines of a first screen.

    Parameters
    ----------
    answer : mapping
        As in ``results.json``.
    bars : sequence of str
        The picture, from :func:`bar_lines` or :func:`effect_lines`; may be empty.
    width : int
        Columns.
    """
    for text in (answer["title"], answer["under"], "", answer["headline"], ""):
        yield from wrapped(plain_text(text), width) or [""]
    yield from bars
    if bars:
        yield ""
    indent = max(len(name) for name, _ in ROWS) + 2
    for name, text in first_rows(answer):
        if width - indent >= NARROWEST_TEXT:
            for number, line in enumerate(wrapped(plain_text(text), width - indent)):
                yield f"{'' if number else name:{indent}}{line}"
        else:
            yield from (name, *(f"  {line}" for line in wrapped(plain_text(text), width - 2)))


def plain_text(text: str) -> str:
    """Take the backticks off names."""
    return text.replace("`", "")


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines no wider than so many columns; a letter of some scripts takes two of them."""
    pieces = [
        piece for word in text.split() for piece in (chop_cells(word, width) if cell_len(word) > width else [word])
    ]
    lines: list[str] = []
    for piece in pieces:
        if lines and cell_len(lines[-1]) + 1 + cell_len(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def bar_lines(summary: Mapping[str, Any], width: int) -> list[str]:
    """Draw what each learner reached as text, with its interval, and what simple methods reached.

    Empty where nothing was measured.
    """
    rows, wording, simple = tested_rows(summary), wording_of(summary), lines_of(summary) if tested_rows(summary) else {}
    if not rows:
        return []
    named = [TextRow(f"{shortened(label)} ({told_of(row)})", row["test"]) for label, row in rows.items()]
    lines = chart(named, value_limits(summary), list(simple.values()), wording, width)
    controls = ", ".join(f"{name} {wording.number(value)}" for name, value in simple.items())
    return [*lines, *key_lines([row.figure for row in named], f"{LINE} {controls}" if controls else "", width)]


def effect_lines(summary: Mapping[str, Any], width: int) -> list[str]:
    """Draw the effects on what is tested as text; empty where none is known."""
    effects = summary["effects"]
    scales = known_scales(effects)
    if not scales:
        return []
    wording, rows = next(iter(scales.values())), []
    for teacher, row in effects["rows"].items():
        rows.append(TextRow(HEADINGS[teacher]))
        rows += [TextRow(f"  {SHORT[name]}", row[wording.name][name]) for name in effects_of(row)]
    rows = [row for row in rows if row.figure is not None or not row.name.startswith("  ")]
    figures = [row.figure for row in rows if row.figure is not None]
    values = [0.0, *(value for figure in figures for value in (*figure["per_seed"], *(figure["ci95"] or ())))]
    lines = chart(rows, (min(values), max(values)), [0.0], wording, width, signed=True)
    return [*lines, *key_lines(figures, f"{LINE} no effect; right of it the second is better", width)]


def level_lines_as_text(summary: Mapping[str, Any], width: int) -> list[str]:
    """Say what was reached at each level of the factor that the page's picture is drawn over."""
    panels = panels_of(summary)
    if not panels:
        return []
    panel = panels[0]
    where = f" ({panel.where})" if panel.where else ""
    lines = wrapped(f"{panel.wording.axis} over {panel.axis}{where}, means over seeds:", width)
    for name, at in panel.lines.items():
        told = [f"{panel.wording.number(one['mean'])} at {level_in_words(panel.levels[k])}" for k, one in at.items()]
        first, *others = wrapped(f"{shortened(name)}: {', '.join(told)}", width - 2)
        lines += [first, *(f"  {line}" for line in others)]
    return lines


def key_lines(figures: Sequence[Mapping[str, Any] | None], upright: str, width: int) -> list[str]:
    """Say what the signs of a chart are, and what its upright lines."""
    if any(figure and figure["over"] == "seeds and items" for figure in figures):
        told = f"{MEAN} mean, {ALONE} 95 % over seeds, {WHOLE} over seeds and test items"
    elif any(figure and figure["ci95"] for figure in figures):
        told = f"{MEAN} mean, {ALONE} 95 %"
    else:
        told = f"{MEAN} the only seed"
    return [*wrapped(told, width), *wrapped(upright, width)]


def chart(
    rows: Sequence[TextRow],
    limits: tuple[float, float],
    upright: Sequence[float],
    wording: Wording,
    width: int,
    signed: bool = False,
) -> list[str]:
    """Draw figures on one scale, a line each, or two where names leave no room.

    Parameters
    ----------
    rows : sequence of TextRow
        From top to bottom.
    limits : tuple of float
        Ends of the scale.
    upright : sequence of float
        Where upright lines are drawn.
    wording : Wording
        How values are written.
    width : int
        Columns.
    signed : bool, default=False
        Write values with their sign?
    """
    numbers = [wording.number(row.figure["mean"], signed) if row.figure else "" for row in rows]
    right, left = max(map(len, numbers)) + 1, max(cell_len(row.name) for row in rows) + 1
    beside = width - left - right >= NARROWEST_SCALE
    left = left if beside else 2
    n_columns = max(width - left - right, 3)
    lines = []
    for row, number in zip(rows, numbers, strict=True):
        name = [row.name] if beside else wrapped(row.name, width)
        if row.figure is None:
            lines += name
            continue
        drawn = _strokes(row.figure, limits, upright, n_columns)
        if beside:
            lines.append(f"{row.name}{' ' * (left - cell_len(row.name))}{drawn}{number:>{right}}")
        else:
            lines += [*name, f"{'':{left}}{drawn}{number:>{right}}"]
    low, high = (wording.number(end, signed) for end in limits)
    unit = wording.difference_unit if signed else wording.unit
    scale = f"{low}{high:>{max(n_columns - len(low), len(high) + 1)}}"
    fits = left + len(scale) + 1 + len(unit) <= width
    return [*lines, f"{'':{left}}{scale} {unit}".rstrip() if fits else f"{'':{left}}{scale}"[:width]]


def _strokes(figure: Mapping[str, Any], limits: tuple[float, float], upright: Sequence[float], n_columns: int) -> str:
    """Draw one figure: its intervals, upright lines, and its mean above all."""
    low, high = limits

    def column(value: float) -> int:
        inside = min(max(value, low), high)
        return round((inside - low) / (high - low) * (n_columns - 1)) if high > low else 0

    cells = [" "] * n_columns
    for ends, mark in ((figure["ci95"], WHOLE), (figure["seeds_ci95"] or figure["ci95"], ALONE)):
        if ends is not None:
            cells[column(ends[0]) : column(ends[1]) + 1] = mark * (column(ends[1]) - column(ends[0]) + 1)
    for value in upright:
        cells[column(value)] = LINE
    cells[column(figure["mean"])] = MEAN
    return "".join(cells)
