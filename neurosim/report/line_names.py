"""Where the names of upright lines go: above the panel beside their line, in few rows, none on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

GAP, APART = 0.05, 0.18
"""Inches between a name and its line, and between two names in one row, since a line may stand between them."""
MOST_TRIED = 8
"""Lines up to which all ways to put names left or right of them are tried."""


@dataclass(frozen=True)
class NamePlace:
    """Where one name stands.

    Attributes
    ----------
    left, right : float
        Its ends, inches.
    row : int
        Counted from the panel upwards; its line goes up to it.
    is_over : bool
        Does it stand over its line, which then ends below it?
    """

    left: float
    right: float
    row: int
    is_over: bool


def place_names(lines: Sequence[tuple[float, float]], low: float, high: float) -> tuple[NamePlace, ...]:
    """Place the names of upright lines.

    Parameters
    ----------
    lines : sequence of tuple of float
        Of each line its place and its name's width, inches.
    low, high : float
        Between which names stay, inches.

    Returns
    -------
    tuple of NamePlace
        One a line, in their order. No name lies on another, and no line that goes up to its name crosses another name,
        where any arrangement allows that; else each name has a row of its own.
    """
    found: list[tuple[NamePlace, ...]] = []
    if len(lines) <= MOST_TRIED:
        tried = (_arranged(lines, sides, low, high) for sides in product((-1, 1), repeat=len(lines)))
        found = [one for one in tried if one is not None]
    if found:
        return min(found, key=lambda one: (n_rows(one) + sum(place.is_over for place in one) / 2, _heights(one)))
    stacked = sorted(range(len(lines)), key=lambda k: lines[k][0])
    return tuple(_placed(lines[k], -1, stacked.index(k), low, high) for k in range(len(lines)))


def n_rows(places: Sequence[NamePlace]) -> int:
    """Count the rows that names take."""
    return 1 + max((place.row for place in places), default=-1)


def _heights(places: Sequence[NamePlace]) -> int:
    return sum(place.row for place in places)


def _placed(line: tuple[float, float], side: int, row: int, low: float, high: float) -> NamePlace:
    left, right = _ends(*line, side, low, high)
    return NamePlace(left, right, row, left < line[0] < right)


def _ends(place: float, width: float, side: int, low: float, high: float) -> tuple[float, float]:
    """Give the ends of a name on one side of its line, moved as far as it has to be to stay inside."""
    left = place + GAP if side > 0 else place - GAP - width
    left = max(min(left, high - width), low)
    return left, left + width


def _arranged(
    lines: Sequence[tuple[float, float]], sides: Sequence[int], low: float, high: float
) -> tuple[NamePlace, ...] | None:
    """Give each name the lowest row that is free; None where some name finds none."""
    from_outside = sorted(range(len(lines)), key=lambda k: (sides[k], -sides[k] * lines[k][0]))
    placed: dict[int, NamePlace] = {}
    for k in from_outside:
        for row in range(len(lines)):
            new = _placed(lines[k], sides[k], row, low, high)
            if all(_is_free(lines[k][0], new, lines[j][0], other) for j, other in placed.items()):
                placed[k] = new
                break
        else:
            return None
    return tuple(placed[k] for k in range(len(lines)))


def _is_free(line: float, new: NamePlace, other_line: float, other: NamePlace) -> bool:
    """Say whether neither name lies on the other, nor the line of the higher one on the lower one."""
    if new.row == other.row:
        return new.right + APART <= other.left or other.right + APART <= new.left
    high, low = (line, other) if new.row > other.row else (other_line, new)
    return not low.left - GAP / 2 < high < low.right + GAP / 2


@cache
def width_of(text: str, size: float) -> float:
    """Measure a text as it is drawn.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Of its letters, points.

    Returns
    -------
    float
        Inches.
    """
    from matplotlib.textpath import TextPath

    return float(TextPath((0, 0), text, size=size).get_extents().width) / 72 if text.strip() else 0.0
