"""Every learner against the main controls, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import interval, lead_of_first, outcome, seeds_in_words, wording_of
from neurosim.compare.words.phrases import listed
from neurosim.metrics.measure import Wording

CONTROL_NAMES = {
    "raw-linear": "logistic regression on the raw input",
    "kmeans-by-class": "k-means within each class",
    "nearest-neighbour": "the nearest neighbour",
    "svm": "a support vector machine",
    "kmeans": "k-means",
    "linear-regressor": "a linear model on the raw input",
    "neighbour-regressor": "the mean of the nearest neighbours",
    "forest-regressor": "a random forest",
}


def controls_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Say of each learner, spiking ones first, whether it beats the main controls."""
    sentences, seeds, wording = [], seeds_in_words(summary), wording_of(summary)
    spiking_first = sorted(summary["learners"].items(), key=lambda item: item[1]["traits"]["unit"] != "spike")
    for label, row in spiking_first:
        pairs = [pair for pair in summary["against_controls"] if pair["a"] == label]
        clauses = [_control_clause(pair, _control_name(pair["b"], row, summary["controls"]), wording) for pair in pairs]
        if clauses:
            few = any(outcome(pair) == "too few seeds" for pair in pairs)
            told = _joined(clauses)
            sentences.append(f"`{label}` {told}{f'; {seeds} are too few to test this' * few}.")
    return sentences


def control_name(control: str, summary: Mapping[str, Any]) -> str:
    """Give what a control is called in a sentence."""
    return CONTROL_NAMES.get(control, f"`{control}`")


def _control_name(control: str, row: Mapping[str, Any], controls: Mapping[str, Any]) -> str:
    name = CONTROL_NAMES.get(control, f"`{control}`")
    if control != "kmeans":
        return name
    n_centres = controls[control]["n_units"]
    if n_centres is None:
        return name
    return f"{name} with as many centres" if n_centres == row["n_units"] else f"{name} with {n_centres} centres"


def _control_clause(pair: Mapping[str, Any], name: str, wording: Wording) -> str:
    found, by = outcome(pair), wording.difference_in_words(abs(pair["difference"]["mean"]))
    if found in ("one seed", "too few seeds"):
        within = "" if found == "one seed" else f" ({interval(pair, wording)})"
        return f"lies {by} {'behind' if pair['ahead'] == pair['b'] else 'ahead of'} {name}{within}"
    if found == "equal":
        return f"is exactly as good as {name}"
    if found == "not told apart":
        lead = lead_of_first(pair, wording)
        return f"is not shown to beat {name} ({lead}; {interval(pair, wording, signed=True)})"
    verb = "beats" if pair["ahead"] == pair["a"] else "falls short of"
    there = " on this test part" * (found == "on this test part")
    return f"{verb} {name}{there} by {by} ({interval(pair, wording)})"


def _joined(clauses: Sequence[str]) -> str:
    """Join what is said of one learner without repeating the verb."""
    neither = "is not shown to beat "
    if len(clauses) == 2 and all(clause.startswith(neither) for clause in clauses):
        return f"is shown to beat neither {clauses[0].removeprefix(neither)} nor {clauses[1].removeprefix(neither)}"
    return listed(clauses).replace(" and lies ", " and ")
