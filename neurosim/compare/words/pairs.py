"""A tested pair in words: what it shows, who is ahead, and by which interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.metrics.measure import Wording

LEVEL = 0.05


def wording_of(summary: Mapping[str, Any], measure: str | None = None) -> Wording:
    """Give how a measure of a condition is written; the tested one by default."""
    written = summary["measures"][measure or summary["tested"]]
    return Wording(**{key: value for key, value in written.items() if key != "chance"})


def outcome(pair: Mapping[str, Any]) -> str:
    """Classify a tested pair.

    Returns
    -------
    {"one seed", "equal", "too few seeds", "a is better", "b is better", "not told apart"}
        A claim needs both: a corrected p of at most 0.05, and an interval over seeds without zero.
    """
    ends = pair["difference"]["ci95"]
    if ends is not None and ends[0] == ends[1] == 0:
        return "equal"
    found = evidence(ends, pair)
    if found == "shown":
        return "a is better" if pair["ahead"] == pair["a"] else "b is better"
    return "not told apart" if found == "not shown" else found


def evidence(ends: Sequence[float] | None, tested: Mapping[str, Any]) -> str:
    """Classify a tested difference of any kind by its interval over seeds and its corrected test.

    Returns
    -------
    {"one seed", "too few seeds", "shown", "not shown"}
    """
    if ends is None:
        return "one seed"
    if tested["smallest_p_holm"] is not None and tested["smallest_p_holm"] > LEVEL:
        return "too few seeds"
    return "shown" if tested["p_holm"] <= LEVEL and ends[0] * ends[1] > 0 else "not shown"


def ordered(pair: Mapping[str, Any]) -> tuple[str, str]:
    """Give the labels, the one that is ahead first."""
    return (pair["b"], pair["a"]) if pair["ahead"] == pair["b"] else (pair["a"], pair["b"])


def turned(pair: Mapping[str, Any], ends: Sequence[float]) -> tuple[float, float]:
    """Give an interval of the difference as seen from the learner that is ahead: above zero it stays so."""
    low, high = ends
    return (low, high) if pair["difference"]["mean"] >= 0 else (-high, -low)


def interval(pair: Mapping[str, Any], wording: Wording, signed: bool = False) -> str:
    """Write the interval over seeds, seen from the learner that is ahead, or from the first where ``signed``."""
    ends = pair["difference"]["ci95"]
    low, high = _from_first(wording, ends) if signed else turned(pair, ends)
    return f"{wording.number(low, signed)} to {wording.number(high, signed)}"


def lead_of_first(pair: Mapping[str, Any], wording: Wording) -> str:
    """Write by how much the first is ahead, below zero where it is behind."""
    return wording.difference_in_words(wording.ahead(pair["difference"]["mean"]), signed=True)


def _from_first(wording: Wording, ends: Sequence[float]) -> tuple[float, float]:
    low, high = sorted(wording.ahead(end) for end in ends)
    return low, high


def intervals(pair: Mapping[str, Any], wording: Wording) -> str:
    """Write the interval over seeds, and that over test items where there is one."""
    over_items = pair["difference"]["items_ci95"]
    seeds = f"95 % interval {interval(pair, wording)}"
    if over_items is None:
        return seeds
    low, high = turned(pair, over_items)
    return f"{seeds}, over test items {wording.number(low)} to {wording.number(high)}"


def contains_zero(ends: Sequence[float] | None) -> bool:
    """Say whether there is an interval that holds zero."""
    return ends is not None and ends[0] <= 0 <= ends[1]


def seeds_in_words(summary: Mapping[str, Any]) -> str:
    """Give how many runs there were; in repeated folds each seed is one fold."""
    n, name = summary["n_seeds"], "fold" if summary["resampling"] == "repeated folds" else "seed"
    return f"{n} {name}{'s' if n != 1 else ''}"
