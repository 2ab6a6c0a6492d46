"""Every learner against the main controls, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import interval, outcome, seeds_in_words
from neurosim.compare.words.phrases import listed, points

CONTROL_NAMES = {"raw-linear": "a linear classifier on the raw input", "kmeans": "k-means"}


def controls_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Say of each learner, spiking ones first, whether it beats a linear classifier and k-means."""
    sentences, seeds = [], seeds_in_words(summary)
    spiking_first = sorted(summary["learners"].items(), key=lambda item: item[1]["traits"]["unit"] != "spike")
    for label, row in spiking_first:
        pairs = [pair for pair in summary["against_controls"] if pair["a"] == label]
        clauses = [_control_clause(pair, _control_name(pair["b"], row, summary["controls"])) for pair in pairs]
        if clauses:
            few = any(outcome(pair) == "too few seeds" for pair in pairs)
            told = _joined(clauses)
            sentences.append(f"`{label}` {told}{f'; {seeds} are too few to test this' * few}.")
    return sentences


def _control_name(control: str, row: Mapping[str, Any], controls: Mapping[str, Any]) -> str:
    name = CONTROL_NAMES.get(control, f"`{control}`")
    if control != "kmeans":
        return name
    n_centres = controls[control]["n_units"]
    if n_centres is None:
        return name
    return f"{name} with as many centres" if n_centres == row["n_units"] else f"{name} with {n_centres} centres"


def _control_clause(pair: Mapping[str, Any], name: str) -> str:
    found, difference = outcome(pair), pair["difference"]["mean"]
    if found in ("one seed", "too few seeds"):
        within = "" if found == "one seed" else f" ({interval(pair)})"
        return f"lies {points(abs(difference))} {'below' if difference < 0 else 'above'} {name}{within}"
    if found == "equal":
        return f"is exactly as accurate as {name}"
    if found == "not told apart":
        return f"is not shown to beat {name} ({100 * difference:+.1f} points, {interval(pair, signed=True)})"
    verb = "beats" if found == "a is better" else "falls short of"
    return f"{verb} {name} by {points(abs(difference))} ({interval(pair)})"


def _joined(clauses: Sequence[str]) -> str:
    """Join what is said of one learner without repeating the verb."""
    neither = "is not shown to beat "
    if len(clauses) == 2 and all(clause.startswith(neither) for clause in clauses):
        return f"is shown to beat neither {clauses[0].removeprefix(neither)} nor {clauses[1].removeprefix(neither)}"
    return listed(clauses).replace(" and lies ", " and ")
