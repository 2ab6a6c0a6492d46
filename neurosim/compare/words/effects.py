"""The effects in plain words: what changed along the edges of the table, and what else changes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.pairs import evidence
from neurosim.compare.words.phrases import listed
from neurosim.metrics.measure import LOG_ODDS, PROBE, Wording

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
ONE_SEED = "one seed gives no interval"
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
        ``places``, ``scales`` and ``rows``, as in ``results.json``.
    learners : mapping
        Label to row of the summary.

    Returns
    -------
    list of str
        For each teacher the tested measure, then the probe; at the end what else changes.
    """
    sentences, scales = [], scales_of(effects)
    for teacher, row in effects["rows"].items():
        sentences += [_tested(teacher, row, scales), *_interaction(row, scales), *_probe(teacher, row, scales)]
    return [*sentences, *_depth(effects["places"], learners), *_few_active(effects["places"], learners), LIMITS]


def scales_of(effects: Mapping[str, Any]) -> dict[str, Wording]:
    """Give the scales of effects by name, the tested measure first."""
    return {name: Wording(**written) for name, written in effects["scales"].items()}


def with_ends(estimate: Mapping[str, Any] | None, scale: Wording) -> str:
    """Write an effect with its interval, or a dash where there is none."""
    if estimate is None:
        return "–"
    mean, ends = scale.number(estimate["mean"], signed=True), estimate["ci95"]
    return mean if ends is None else f"{mean} [{', '.join(scale.number(end, signed=True) for end in ends)}]"


def shown(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the effects to tell of a row: both main effects, or what there is along single edges."""
    tested = next(iter(row.values()))
    return MAIN if tested["unit"] is not None else tuple(name for name in EDGES if tested[name] is not None)


def _tested(teacher: str, row: Mapping[str, Any], scales: Mapping[str, Wording]) -> str:
    clauses = [f"{NAMES[name]} {_change(row, name, scales)}" for name in shown(row)]
    if not clauses:
        return f"{TOLD[teacher]}: one learner, no effect."
    return f"{TOLD[teacher]}: {'; '.join(clauses)}."


def _both(row: Mapping[str, Any], name: str, scales: Mapping[str, Wording]) -> tuple[Wording, Any, str]:
    """Give the tested measure, an effect on it, and the same effect in log-odds where there are any."""
    tested, *_ = scales.values()
    odds = row[f"{tested.name}{LOG_ODDS}"][name]
    written = scales[f"{tested.name}{LOG_ODDS}"]
    return tested, row[tested.name][name], "" if odds is None else f"log-odds {with_ends(odds, written)}"


def _change(row: Mapping[str, Any], name: str, scales: Mapping[str, Wording]) -> str:
    tested, effect, odds = _both(row, name, scales)
    more = f"; {odds}" * bool(odds)
    if effect["ci95"] is None:
        return f"{tested.difference_in_words(effect['mean'], signed=True)} ({ONE_SEED}{more})"
    found = "not shown" if effect["tested"] is None else evidence(effect, effect["tested"])
    side = side_of(effect) if found in ("shown", "on this test part") else 0
    verb = {1: "raises {} by", -1: "lowers {} by", 0: "is not shown to change {}:"}[side].format(tested.title)
    if found == "on this test part":
        verb = f"{verb.removesuffix(' by')} on this test part by"
    mean = tested.difference_in_words(abs(effect["mean"]) if side else effect["mean"], signed=not side)
    low, high = (tested.number(end, signed=True) for end in effect["ci95"])
    return f"{verb} {mean} ({low} to {high}{more})"


def side_of(estimate: Mapping[str, Any]) -> int:
    """Give 1 or -1 where the interval lies above or below zero, and 0 where it does neither."""
    ends = estimate["ci95"]
    return 0 if ends is None else 1 if ends[0] > 0 else -1 if ends[1] < 0 else 0


def _interaction(row: Mapping[str, Any], scales: Mapping[str, Wording]) -> list[str]:
    tested, effect, odds = _both(row, "interaction", scales)
    if effect is None or effect["ci95"] is None:
        return []
    numbers = f"{with_ends(effect, tested)} {tested.difference_unit}".rstrip()
    if not odds:
        return [f"Interaction: {numbers}."]
    numbers += f", {odds}"
    sides = side_of(effect), side_of(row[f"{tested.name}{LOG_ODDS}"]["interaction"])
    if sides == (0, 0):
        return [f"The two are not shown to interact on either scale ({numbers})."]
    if sides[0] == sides[1]:
        more = "better" if tested.ahead(sides[0]) > 0 else "worse"
        return [f"They interact on both scales: a local rule serves spiking units {more} than rate units ({numbers})."]
    return [f"Whether they interact depends on the scale ({numbers})."]


def _probe(teacher: str, row: Mapping[str, Any], scales: Mapping[str, Wording]) -> list[str]:
    found = [(NAMES[name], row[PROBE][name]) for name in shown(row)]
    unit = scales[PROBE].difference_unit
    told = [
        f"{name} {with_ends(effect, scales[PROBE])} {unit}".rstrip() for name, effect in found if effect is not None
    ]
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
    rows = {label: learners[label] for label in places if learners[label]["measures"].get(PROBE) is not None}
    active = {
        label: (1 - row["sparsity"]["activations"]) * row["n_units"]
        for label, row in rows.items()
        if row["sparsity"]["activations"] is not None and row["n_units"]
    }
    few = [f"`{label}` ({n:.1f})" for label, n in active.items() if n < FEW_ACTIVE]
    if not few:
        return []
    return [f"Few units answer a sample in {listed(few)}: a probe reads there little more than which unit won."]
