"""A tested pair in words: what it shows, who is ahead, and by which interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.statistics.figure import OF_TASK
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
    {"one seed", "equal", "too few seeds", "a is better", "b is better", "on this test part", "not told apart"}
        ``"on this test part"``: only an interval over seeds is known, and it lies beyond the margin.
    """
    figure = pair["difference"]
    if figure["ci95"] is not None and not any(figure["per_seed"]):
        return "equal"
    found = evidence(figure, pair)
    if found == "shown":
        return "a is better" if pair["ahead"] == pair["a"] else "b is better"
    return "not told apart" if found == "not shown" else found


def evidence(figure: Mapping[str, Any], tested: Mapping[str, Any]) -> str:
    """Classify a tested difference of any kind by the one decision rule.

    It is shown if the interval lies beyond the margin, zero unless an experiment fixed another, and the test of the
    difference less the margin agrees after Holm's correction.

    Parameters
    ----------
    figure : mapping
        With ``ci95`` and what it is ``over``.
    tested : mapping
        With ``margin``, ``p_holm`` and ``smallest_p_holm``.

    Returns
    -------
    {"one seed", "too few seeds", "shown", "on this test part", "not shown"}
    """
    if figure["ci95"] is None:
        return "one seed"
    if tested["smallest_p_holm"] is not None and tested["smallest_p_holm"] > LEVEL:
        return "too few seeds"
    if tested["p_holm"] > LEVEL or not beyond(figure["ci95"], tested["margin"]):
        return "not shown"
    return "shown" if figure["over"] in OF_TASK else "on this test part"


def beyond(ends: Sequence[float], margin: float = 0.0) -> bool:
    """Say whether an interval lies beyond a margin, on either side of zero."""
    return ends[0] > margin or ends[1] < -margin


def within_margin(figure: Mapping[str, Any], margin: float) -> bool:
    """Say whether an interval lies inside a margin, so that a larger difference is ruled out."""
    ends = figure["ci95"]
    return ends is not None and margin > 0 and -margin < ends[0] and ends[1] < margin


def ordered(pair: Mapping[str, Any]) -> tuple[str, str]:
    """Give the labels, the one that is ahead first."""
    return (pair["b"], pair["a"]) if pair["ahead"] == pair["b"] else (pair["a"], pair["b"])


def turned(pair: Mapping[str, Any], ends: Sequence[float]) -> tuple[float, float]:
    """Give an interval of the difference as seen from the learner that is ahead: above zero it stays so."""
    low, high = ends
    return (low, high) if pair["difference"]["mean"] >= 0 else (-high, -low)


def interval(pair: Mapping[str, Any], wording: Wording, signed: bool = False) -> str:
    """Write the interval, seen from the learner that is ahead, or from the first where ``signed``."""
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
    """Write the interval, and beside it that over seeds alone, of this test part, where it is another one."""
    figure = pair["difference"]
    told = f"95 % interval {interval(pair, wording)}"
    if figure["over"] in ("seeds", "all items"):
        return f"{told}, over seeds alone" if figure["over"] == "seeds" else told
    if figure["seeds_ci95"] is None:
        return told
    low, high = turned(pair, figure["seeds_ci95"])
    return f"{told}; of this test part {wording.number(low)} to {wording.number(high)}"


def contains_zero(ends: Sequence[float] | None) -> bool:
    """Say whether there is an interval that holds zero."""
    return ends is not None and ends[0] <= 0 <= ends[1]


def seeds_in_words(summary: Mapping[str, Any]) -> str:
    """Give how many runs there were; in repeated folds each seed is one fold."""
    n, name = summary["n_seeds"], "fold" if summary["resampling"] == "repeated folds" else "seed"
    return f"{n} {name}{'s' if n != 1 else ''}"
