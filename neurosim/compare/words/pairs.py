"""A tested pair in words: what it shows, who is ahead, and by which interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LEVEL = 0.05


def outcome(pair: Mapping[str, Any]) -> str:
    """Classify a tested pair.

    Returns
    -------
    {"one seed", "equal", "too few seeds", "a is better", "b is better", "not told apart"}
        A claim needs both: a corrected p of at most 0.05, and an interval over seeds without zero.
    """
    ends, mean = pair["difference"]["ci95"], pair["difference"]["mean"]
    if ends is None:
        return "one seed"
    if ends[0] == ends[1] == 0:
        return "equal"
    if pair["smallest_p_holm"] is not None and pair["smallest_p_holm"] > LEVEL:
        return "too few seeds"
    if pair["p_holm"] <= LEVEL and ends[0] * ends[1] > 0:
        return "a is better" if mean > 0 else "b is better"
    return "not told apart"


def ordered(pair: Mapping[str, Any]) -> tuple[str, str]:
    """Give the labels, the more accurate one first."""
    return (pair["a"], pair["b"]) if pair["difference"]["mean"] >= 0 else (pair["b"], pair["a"])


def turned(pair: Mapping[str, Any], ends: Sequence[float]) -> tuple[float, float]:
    """Give an interval of the difference as seen from the more accurate learner, in points."""
    low, high = 100 * ends[0], 100 * ends[1]
    return (low, high) if pair["difference"]["mean"] >= 0 else (-high, -low)


def interval(pair: Mapping[str, Any], signed: bool = False) -> str:
    """Write the interval over seeds in points, seen from the more accurate learner unless ``signed``."""
    ends = pair["difference"]["ci95"]
    low, high = (100 * ends[0], 100 * ends[1]) if signed else turned(pair, ends)
    return f"{low:+.1f} to {high:+.1f}" if signed else f"{low:.1f} to {high:.1f}"


def intervals(pair: Mapping[str, Any]) -> str:
    """Write the interval over seeds, and that over test items where there is one."""
    over_items = pair["difference"]["items_ci95"]
    seeds = f"95 % interval {interval(pair)}"
    if over_items is None:
        return seeds
    low, high = turned(pair, over_items)
    return f"{seeds}, over test items {low:.1f} to {high:.1f}"


def contains_zero(ends: Sequence[float] | None) -> bool:
    """Say whether there is an interval that holds zero."""
    return ends is not None and ends[0] <= 0 <= ends[1]


def seeds_in_words(summary: Mapping[str, Any]) -> str:
    """Give how many runs there were; in repeated folds each seed is one fold."""
    n, name = summary["n_seeds"], "fold" if summary["resampling"] == "repeated folds" else "seed"
    return f"{n} {name}{'s' if n != 1 else ''}"
