"""Effects of unit and rule on the first screen: which are shown, which are not, and which the table cannot give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.effects import NAMES, TOLD, scales_of
from neurosim.compare.words.pairs import evidence
from neurosim.compare.words.phrases import listed
from neurosim.metrics.measure import Wording

SHORT = {
    "unit": ("spiking units", True),
    "rule": ("a local rule", False),
    "unit_at_gradient": ("spiking units under a gradient", True),
    "unit_at_local": ("spiking units under a local rule", True),
    "rule_at_rate": ("a local rule of rate units", False),
    "rule_at_spike": ("a local rule of spiking units", False),
}
"""What changes in a few words, and whether they are several."""
PLACES = [("rate", "gradient"), ("rate", "local"), ("spike", "local"), ("spike", "gradient")]


def effects_headline(summary: Mapping[str, Any]) -> list[str]:
    """Tell what changes along the edges of the table, teacher by teacher, as far as it is shown."""
    told = []
    for teacher, rows in _tested(summary).items():
        who = TOLD[teacher].partition(" (")[0]
        shown = [(name, one, scale) for name, one, scale in rows if evidence(one, one["tested"]) == "shown"]
        changes = [_change(name, one["mean"], scale) for name, one, scale in shown if name != "interaction"]
        # The last that can be shown without the others: what a rule does depends on the unit.
        nothing = (
            "of unit and rule only the interaction is shown" if shown else "neither unit nor rule is shown to matter"
        )
        told.append(f"{who}, {listed(changes) if changes else nothing}.")
    return told or ["No two learners here differ in one factor alone, so that there is no effect to tell."]


def _change(name: str, mean: float, scale: Wording) -> str:
    verb = "gain" if scale.ahead(mean) > 0 else "lose"
    what, several = SHORT[name]
    return f"{what} {verb}{'' if several else 's'} {scale.difference_in_words(abs(mean))}"


def effects_shown(summary: Mapping[str, Any]) -> list[str]:
    """Give the effects that the decision rule shows."""
    return _sentences(summary, "shown")


def effects_not_shown(summary: Mapping[str, Any]) -> list[str]:
    """Give the effects that it does not, and the places of the table that are empty."""
    return [*_sentences(summary, "not shown", "on this test part"), *empty_places(summary["effects"])]


def empty_places(effects: Mapping[str, Any]) -> list[str]:
    """Say which places of the table no learner here fills, so that an effect or interaction cannot be had."""
    told = []
    for teacher in effects["rows"]:
        filled = {(its["unit"], its["rule"]) for its in effects["places"].values() if its["teacher"] == teacher}
        empty = [f"{unit} units under a {rule} rule" for unit, rule in PLACES if (unit, rule) not in filled]
        if empty:
            told.append(
                f"{TOLD[teacher].partition(' (')[0]}, no learner here has {' or '.join(empty)}: no interaction."
            )
    return told


def _tested(summary: Mapping[str, Any]) -> dict[str, list[tuple[str, Mapping[str, Any], Wording]]]:
    effects = summary["effects"]
    scale = next(iter(scales_of(effects).values()))
    found = {}
    for teacher, row in effects["rows"].items():
        rows = [(name, one, scale) for name, one in row[scale.name].items() if one is not None and one["tested"]]
        if rows:
            found[teacher] = rows
    return found


def _sentences(summary: Mapping[str, Any], *outcomes: str) -> list[str]:
    return [
        f"{TOLD[teacher].partition(' (')[0]}: {_clause(name, one, scale)}."
        for teacher, rows in _tested(summary).items()
        for name, one, scale in rows
        if evidence(one, one["tested"]) in outcomes
    ]


def _clause(name: str, one: Mapping[str, Any], scale: Wording) -> str:
    found, mean = evidence(one, one["tested"]), one["mean"]
    by = scale.difference_in_words(abs(mean))
    ends = one["ci95"]
    within = "" if ends is None else f" ({' to '.join(scale.number(end, signed=True) for end in ends)})"
    what = "how much more the rule changes spiking units than rate units" if name == "interaction" else NAMES[name]
    if found != "shown":
        signed = scale.difference_in_words(mean, signed=True)
        told = f"{what} is not shown to change {scale.title}" if name != "interaction" else f"{what} is not shown"
        return f"{told} ({signed}{'; ' + within[2:-1] if within else ''})"
    if name == "interaction":
        return f"{what}: {scale.difference_in_words(mean, signed=True)}{within}"
    return f"{what} {'raises' if mean > 0 else 'lowers'} {scale.title} by {by}{within}"
