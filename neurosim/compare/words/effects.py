"""The effects in plain words: what changed along the edges of the table, and what else changes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.statistics.contrasts import ONE_SEED
from neurosim.compare.words.pairs import contains_zero
from neurosim.compare.words.phrases import listed

TOLD = {
    "label": "Told the label",
    "reward": "Told one reward bit",
    "nothing": "Told nothing (labels for the read-out alone)",
}
NAMES = {
    "unit": "spiking instead of rate units",
    "rule": "a local rule instead of a gradient",
    "interaction": "interaction",
    "unit_at_gradient": "with a gradient, spiking instead of rate units",
    "unit_at_local": "with a local rule, spiking instead of rate units",
    "rule_at_rate": "with rate units, a local rule instead of a gradient",
    "rule_at_spike": "with spiking units, a local rule instead of a gradient",
}
MAIN, EDGES = tuple(NAMES)[:2], tuple(NAMES)[3:]
FEW_ACTIVE = 2.0
"""Units active in a sample, below which a probe reads little more than which unit won."""
LIMITS = (
    "An effect belongs to the whole step from one learner to the other: depth, encoding, decision and schedule change"
    " with the unit and the rule, and no effect is that of the unit or the rule alone."
)


def effects_in_words(effects: Mapping[str, Any], learners: Mapping[str, Any]) -> list[str]:
    """Say in a few sentences what the effects are, and what they do not carry.

    Parameters
    ----------
    effects : mapping
        ``places`` and ``rows``, as in ``results.json``.
    learners : mapping
        Label to row of the summary.

    Returns
    -------
    list of str
        For each teacher accuracy, then the probe; at the end what else changes.
    """
    sentences = []
    for teacher, row in effects["rows"].items():
        sentences += [_accuracy(teacher, row), *_interaction(row), *_probe(teacher, row)]
    return [*sentences, *_depth(effects["places"], learners), *_few_active(effects["places"], learners), LIMITS]


def scale_of(mean: float, measure: str) -> str:
    """Write an effect with its sign: in points for accuracies, as it is for log-odds."""
    return f"{mean:+.2f}" if measure.endswith("log_odds") else f"{100 * mean:+.1f}"


def with_ends(estimate: Mapping[str, Any] | None, measure: str) -> str:
    """Write an effect with its interval over seeds, or a dash where there is none."""
    if estimate is None:
        return "–"
    mean, ends = scale_of(estimate["mean"], measure), estimate["ci95"]
    return mean if ends is None else f"{mean} [{scale_of(ends[0], measure)}, {scale_of(ends[1], measure)}]"


def shown(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the effects to tell of a row: both main effects, or what there is along single edges."""
    return MAIN if row["accuracy"]["unit"] is not None else tuple(k for k in EDGES if row["accuracy"][k] is not None)


def _accuracy(teacher: str, row: Mapping[str, Any]) -> str:
    clauses = [f"{NAMES[name]} {_change(row, name)}" for name in shown(row)]
    if not clauses:
        return f"{TOLD[teacher]}: one learner, no effect."
    return f"{TOLD[teacher]}: {'; '.join(clauses)}."


def _change(row: Mapping[str, Any], name: str) -> str:
    points, odds = row["accuracy"][name], row["log_odds"][name]
    more = "" if odds is None else f"; log-odds {with_ends(odds, 'log_odds')}"
    if points["ci95"] is None:
        return f"{scale_of(points['mean'], 'accuracy')} points ({ONE_SEED}{more})"
    side = side_of(points)
    verb = {1: "raises accuracy by", -1: "lowers accuracy by", 0: "is not shown to change accuracy:"}[side]
    if side and contains_zero(points["items_ci95"]):
        verb = f"{verb.removesuffix(' by')} on this test part by"
    mean = f"{100 * abs(points['mean']):.1f}" if side else scale_of(points["mean"], "accuracy")
    low, high = (scale_of(end, "accuracy") for end in points["ci95"])
    return f"{verb} {mean} points ({low} to {high}{more})"


def side_of(estimate: Mapping[str, Any]) -> int:
    """Give 1 or -1 where the interval over seeds lies above or below zero, and 0 where it does neither."""
    ends = estimate["ci95"]
    return 0 if ends is None else 1 if ends[0] > 0 else -1 if ends[1] < 0 else 0


def _interaction(row: Mapping[str, Any]) -> list[str]:
    points, odds = row["accuracy"]["interaction"], row["log_odds"]["interaction"]
    if points is None or points["ci95"] is None:
        return []
    numbers = f"{with_ends(points, 'accuracy')} points"
    if odds is None:
        return [f"Interaction: {numbers}."]
    numbers += f", log-odds {with_ends(odds, 'log_odds')}"
    sides = side_of(points), side_of(odds)
    if sides == (0, 0):
        return [f"The two are not shown to interact on either scale ({numbers})."]
    if sides[0] == sides[1]:
        more = "better" if sides[0] > 0 else "worse"
        return [f"They interact on both scales: a local rule serves spiking units {more} than rate units ({numbers})."]
    return [f"Whether they interact depends on the scale ({numbers})."]


def _probe(teacher: str, row: Mapping[str, Any]) -> list[str]:
    found = [(NAMES[name], row["probe_accuracy"][name]) for name in shown(row)]
    told = [f"{name} {with_ends(effect, 'probe_accuracy')} points" for name, effect in found if effect is not None]
    return [f"{TOLD[teacher]}, all units read by the same linear probe: {'; '.join(told)}."] if told else []


def _depth(places: Mapping[str, Any], learners: Mapping[str, Any]) -> list[str]:
    by_depth: dict[int, list[str]] = {}
    for label in places:
        by_depth.setdefault(learners[label]["n_layers"], []).append(f"`{label}`")
    if len(by_depth) < 2:
        return []
    told = [f"{n} layer{'s' * (n != 1)} of weights in {listed(labels)}" for n, labels in sorted(by_depth.items())]
    return [f"Depth changes with the rule or the unit: {'; '.join(told)}."]


def _few_active(places: Mapping[str, Any], learners: Mapping[str, Any]) -> list[str]:
    """Say whose units answer nearly one at a time: a probe on them cannot do much more than vote."""
    rows = {label: learners[label] for label in places if learners[label]["linear_probe"] is not None}
    active = {
        label: (1 - row["sparsity"]["activations"]) * row["n_units"]
        for label, row in rows.items()
        if row["sparsity"]["activations"] is not None and row["n_units"]
    }
    few = [f"`{label}` ({n:.1f})" for label, n in active.items() if n < FEW_ACTIVE]
    if not few:
        return []
    return [f"Few units answer a sample in {listed(few)}: a probe reads there little more than which unit won."]
