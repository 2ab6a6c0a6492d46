"""Names of lines at their ends, in place of a legend: nobody has to match colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neurosim.report.style import INK, shortened

LINE_OF_TEXT = 0.047
"""Of a panel's height, about."""


def name_ends(
    ax: Any, ends: Mapping[str, float], looks: Mapping[str, tuple[str, str]], x: float, size: float = 1.0
) -> None:
    """Write each label beside the end of its line, at ``x``, none on another; ``ends`` are heights in data units."""
    low, high = ax.get_ylim()
    for label, height in apart(ends, (high - low) * LINE_OF_TEXT * size, high):
        colour, marker = looks[label]
        # The marker tells whose name it is; a name in its line's colour would be too faint to read.
        ax.plot([x], [height], marker, color=colour, markersize=4.5 * size, clip_on=False)
        ax.annotate(
            shortened(label), (x, height), (7 * size, 0), textcoords="offset points", color=INK, fontsize=11 * size,
            va="center", annotation_clip=False,
        )  # fmt: skip


def apart(heights: Mapping[str, float], step: float, highest: float) -> Iterator[tuple[str, float]]:
    """Move heights so that neighbours are at least ``step`` apart, as little as possible from the top down."""
    labels = sorted(heights, key=lambda label: heights[label])
    placed = _pushed_up([heights[label] for label in labels], step)
    over = max(placed[-1] - highest, 0.0) if placed else 0.0
    if over:
        # Down again from the top, where a stack of names would leave the panel.
        placed = [-value for value in reversed(_pushed_up([-(min(p, highest)) for p in reversed(placed)], step))]
    yield from zip(labels, placed, strict=True)


def _pushed_up(values: Sequence[float], step: float) -> list[float]:
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + step) if placed else value)
    return placed
