"""How many operations a decision takes, and what else the learners differ in, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import wording_of
from neurosim.compare.words.phrases import listed, ratio


def costs_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Set spiking learners against the best rate learner, or k-means where there is none."""
    rows, wording = summary["learners"], wording_of(summary)
    spiking = [label for label, row in rows.items() if row["traits"]["unit"] == "spike"]
    rate = [label for label, row in rows.items() if row["traits"]["unit"] == "rate" and row["test"] is not None]
    best = max(rate, key=lambda label: wording.ahead(rows[label]["test"]["mean"]), default=None)
    reference = summary["controls"].get("kmeans") if best is None else rows[best]
    if not spiking or reference is None:
        return []
    name = "k-means" if best is None else f"`{best}`"
    others = {f"`{label}`": rows[label] for label in spiking}
    unknown = [who for who, row in {name: reference, **others}.items() if _dense(row) is None]
    known = {who: row for who, row in others.items() if who not in unknown and name not in unknown}
    return [*_ratios(known, name, reference), *_unknown(unknown), *_energy(summary, best)]


def _ratios(rows: Mapping[str, Any], name: str, reference: Mapping[str, Any]) -> list[str]:
    if not rows:
        return []
    (first, dense, effective), *others = [(who, *_cost_ratios(row, reference)) for who, row in rows.items()]
    also = "".join(f"; {other} {more} and {active} times" for other, more, active in others)
    return [
        f"A decision of {first} takes {dense} times the dense and {effective} times the effective operations of {name}"
        f"{also} (additions, where {name} multiplies)."
    ]


def _unknown(names: Sequence[str]) -> list[str]:
    return [f"What a decision of {listed(names)} takes was not counted."] if names else []


def _dense(row: Mapping[str, Any]) -> float | None:
    each = row["operations"]["inference"]["per_presentation"]
    return None if each is None else each["dense"]


def _cost_ratios(row: Mapping[str, Any], reference: Mapping[str, Any]) -> tuple[str, str]:
    ours, theirs = (r["operations"]["inference"]["per_presentation"] for r in (row, reference))
    return ratio(ours["dense"], theirs["dense"]), ratio(ours["effective"], theirs["effective"])


def _energy(summary: Mapping[str, Any], rate: str | None) -> list[str]:
    points = [p for p in summary["break_even"] if p["rate"] == rate and p["spikes_per_sample"] is not None]
    if not points:
        return []
    table = points[0]["table"]
    clauses = [
        f"`{point['spiking']}` below {ratio(point['spikes_per_sample'], 1)} spikes a decision"
        f" (it uses {point['spikes_per_sample'] / point['factor']:,.0f})"
        for point in points
        if point["table"] == table
    ]
    return [
        f"By the constants of {table}, a model, they would have to spike less to take less energy than `{rate}`: "
        f"{listed(clauses)}."
    ]


def confounds_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Say in what the learners differ besides, so that no gap is put down to one cause alone."""
    rows = summary["learners"]
    if len(rows) < 2:
        return []
    aspects: list[tuple[str, Callable[[Mapping[str, Any]], Any], Callable[[Any], str]]] = [
        ("in the use of labels", lambda row: row["traits"]["locality"]["labels"], str),
        ("in depth", lambda row: row["n_layers"], lambda n: "1 layer" if n == 1 else f"{n} layers"),
        ("in the number of units", lambda row: row["n_units"], lambda n: "none" if n is None else f"{n:,}"),
        ("in how a weight learns", lambda row: row["traits"]["rule"], lambda _: ""),
    ]
    differing = [_aspect(name, rows, value, words) for name, value, words in aspects]
    differing = [text for text in differing if text]
    if not differing:
        return []
    units = {row["traits"]["unit"] for row in rows.values()}
    if "spike" in units and len(units) > 1:
        return [f"The learners also differ {listed(differing)}, so that no gap belongs to the spikes alone."]
    if len(differing) > 1:
        return [f"The learners differ {listed(differing)}, so that no gap belongs to one of these alone."]
    return []


def _aspect(
    name: str, rows: Mapping[str, Any], value: Callable[[Mapping[str, Any]], Any], words: Callable[[Any], str]
) -> str:
    by_value: dict[Any, list[str]] = {}
    for label, row in rows.items():
        by_value.setdefault(value(row), []).append(f"`{label}`")
    if len(by_value) < 2:
        return ""
    told = [f"{listed(labels)}: {words(v)}" for v, labels in by_value.items() if words(v)]
    return f"{name} ({'; '.join(told)})" if told else name
