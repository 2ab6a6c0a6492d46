"""The first screen as text: headline, a line a learner, the four rows; at any width, no line longer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import wording_of
from neurosim.report.bars import lines_of, tested_rows, told_of, value_limits
from neurosim.report.style import shortened

ROWS = (
    ("Shown", "shown"),
    ("Not shown", "not_shown"),
    ("What it takes", "takes"),
    ("Do not conclude", "do_not_conclude"),
)
NARROWEST_SCALE, UNIT_FITS = 20, 4
SEED, WHOLE, ALONE, CONTROL, MEAN = "·", "─", "━", "┊", "●"


def answer_lines(answer: Mapping[str, Any], bars: Sequence[str], width: int) -> Iterator[str]:
    """Give the lines of a first screen.

    Parameters
    ----------
    answer : mapping
        As in ``results.json``.
    bars : sequence of str
        The picture, from :func:`bar_lines`; may be empty.
    width : int
        Columns.
    """
    plain = {key: plain_text(value) if isinstance(value, str) else value for key, value in answer.items()}
    for text in (plain["title"], plain["under"], "", plain["headline"], ""):
        yield from textwrap.wrap(text, width) or [""]
    yield from bars
    if bars:
        yield ""
    indent = max(len(name) for name, _ in ROWS) + 2
    for name, key in ROWS:
        if answer[key]:
            text = plain_text(" ".join(answer[key]))
            yield from textwrap.wrap(text, width, initial_indent=f"{name:{indent}}", subsequent_indent=" " * indent)


def plain_text(text: str) -> str:
    """Take the backticks off names."""
    return text.replace("`", "")


def bar_lines(summary: Mapping[str, Any], width: int) -> list[str]:
    """Draw what each learner reached as text, with its interval, and what simple methods reached.

    Empty where nothing was measured, or where no scale has room.
    """
    rows, wording = tested_rows(summary), wording_of(summary)
    if not rows:
        return []
    names = {label: f"{shortened(label)} ({told_of(row)})" for label, row in rows.items()}
    left = max(map(len, names.values())) + 1
    n_columns = width - left - 8
    if n_columns < NARROWEST_SCALE:
        return [f"{names[label]}: {wording.in_words(row['test']['mean'])}" for label, row in rows.items()]
    low, high = value_limits(summary)

    def column(value: float) -> int:
        inside = min(max(value, low), high)
        return round((inside - low) / (high - low) * (n_columns - 1)) if high > low else 0

    lines = []
    for label, row in rows.items():
        figure, cells = row["test"], [" "] * n_columns
        for ends, mark in ((figure["ci95"], WHOLE), (figure["seeds_ci95"], ALONE)):
            if ends is not None:
                cells[column(ends[0]) : column(ends[1]) + 1] = mark * (column(ends[1]) - column(ends[0]) + 1)
        for value in lines_of(summary).values():
            cells[column(value)] = CONTROL
        cells[column(figure["mean"])] = MEAN
        lines.append(f"{names[label]:{left}}{''.join(cells)} {wording.number(figure['mean']):>6}")
    ends = f"{wording.number(low)}{wording.number(high):>{max(n_columns - len(wording.number(low)), 1)}}"
    lines.append(f"{'':{left}}{ends} {wording.unit if len(wording.unit) < UNIT_FITS else ''}".rstrip())
    controls = ", ".join(f"{name} {wording.number(value)}" for name, value in lines_of(summary).items())
    key = f"{MEAN} mean, {ALONE} over seeds, {WHOLE} over seeds and test items" if any(
        row["test"]["over"] == "seeds and items" for row in rows.values()
    ) else f"{MEAN} mean, {WHOLE} 95 %"  # fmt: skip
    told = f"{key}; {CONTROL} {controls}" if controls else key
    return [*lines, *textwrap.wrap(told, width)]
