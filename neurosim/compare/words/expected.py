"""Whether an experiment's claim held: each of its expectations in words, and what the decision rule says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosim.compare.words.effects import NAMES, TOLD
from neurosim.compare.words.pairs import evidence, outcome
from neurosim.metrics.measure import Wording

if TYPE_CHECKING:
    from neurosim.compare.experiment.expected import Expectation

HELD, NOT_HELD, OPEN = "held", "not held", "open"


def expectations_met(
    expected: Sequence[Expectation],
    rows: Mapping[str, Mapping[str, Any]],
    pairs: Sequence[Mapping[str, Any]],
    effects: Mapping[str, Any] | None,
    wording: Wording,
    quick: bool = False,
) -> list[dict[str, str]]:
    """Say of each expectation whether it held.

    Parameters
    ----------
    expected : sequence of Expectation
        Of the experiment.
    rows : mapping of str to mapping
        Label to row, learners and controls.
    pairs : sequence of mapping
        Of those of whom it is said who beats whom; together one family of tests.
    effects : mapping or None
        Of the condition.
    wording : Wording
        Of the tested measure.
    quick : bool, default=False
        Was the run a short one? Its few seeds can show nothing; it is asked where their means point.

    Returns
    -------
    list of dict
        ``sentence`` and ``outcome``: ``"held"``, ``"not held"`` where the opposite is shown, else ``"open"``.
    """
    told = []
    for one in expected:
        if one.other is not None:
            pair = next((its for its in pairs if (its["a"], its["b"]) == (one.learner, one.other)), None)
            found = _beats(pair, wording, quick)
            sentence = f"`{one.learner}` {'beats' if one.beats else 'does not beat'} `{one.other}`"
            if one.beats is None:
                found = _turned(found, pair, quick)
        elif one.effect is not None:
            sentence, found = _of_effect(one, effects, wording, quick)
        else:
            sentence, found = _of_value(one, rows.get(one.learner or ""), wording, quick)
        told.append({"sentence": sentence, "outcome": found})
    return told


def claim_in_words(claim: str, expected: Sequence[Mapping[str, str]], quick: bool = False) -> list[str]:
    """Give a claim, and say in a sentence whether it held; nothing where an experiment claims or expects nothing."""
    if not expected or not claim:
        return []
    missed, open_ = ([one["sentence"] for one in expected if one["outcome"] == found] for found in (NOT_HELD, OPEN))
    if quick:
        if not missed and not open_:
            return [f"{claim}.", "The means of this short run point the way of this claim."]
        return [
            f"Claimed is: {claim}.",
            f"Not all means of this short run point that way: {'; '.join([*missed, *open_])}.",
        ]
    if missed:
        return [f"Claimed was: {claim}.", f"That did not hold. Not so: {'; '.join(missed)}."]
    if open_:
        return [f"Claimed was: {claim}.", f"That is not shown as a whole. Left open: {'; '.join(open_)}."]
    return [f"{claim}.", "The claim held."]


def claim_held(expected: Sequence[Mapping[str, str]]) -> str:
    """Say in a few words whether all that was expected came out."""
    outcomes = {one["outcome"] for one in expected}
    if NOT_HELD in outcomes:
        return "The experiment's claim did not hold as a whole."
    return "The experiment's claim is not shown as a whole." if OPEN in outcomes else "The experiment's claim held."


def _where_it_points(per_seed: Sequence[float], sign: float) -> str:
    """Say where the mean of a short run's seeds points."""
    mean = sign * float(np.mean(per_seed))
    return HELD if mean > 0 else NOT_HELD if mean < 0 else OPEN


def _beats(pair: Mapping[str, Any] | None, wording: Wording, quick: bool) -> str:
    if pair is None:
        return OPEN
    if quick:
        return _where_it_points(pair["difference"]["per_seed"], wording.ahead(1.0))
    return {"a is better": HELD, "b is better": NOT_HELD}.get(outcome(pair), OPEN)


def _turned(beats: str, pair: Mapping[str, Any] | None, quick: bool) -> str:
    """Say of "does not beat" what follows from "beats": that it is not shown, if it could have been."""
    if beats == HELD:
        return NOT_HELD
    if pair is None or (not quick and outcome(pair) in ("one seed", "too few seeds")):
        return OPEN
    return HELD


def _of_value(one: Expectation, row: Mapping[str, Any] | None, wording: Wording, quick: bool) -> tuple[str, str]:
    least = one.at_least is not None
    bound = one.at_least if one.at_least is not None else one.at_most or 0.0
    sentence = f"`{one.learner}` reaches {'at least' if least else 'at most'} {wording.in_words(bound)}"
    if quick and row is not None and row["test"] is not None:
        mean = float(np.mean(row["test"]["per_seed"]))
        return sentence, HELD if (mean >= bound if least else mean <= bound) else NOT_HELD
    ends = None if row is None or row["test"] is None else row["test"]["ci95"]
    if ends is None:
        return sentence, OPEN
    low, high = ends
    if least:
        return sentence, HELD if low >= bound else NOT_HELD if high < bound else OPEN
    return sentence, HELD if high <= bound else NOT_HELD if low > bound else OPEN


def _of_effect(one: Expectation, effects: Mapping[str, Any] | None, wording: Wording, quick: bool) -> tuple[str, str]:
    teacher, _, name = (one.effect or "").partition(".")
    what = f"{TOLD.get(teacher, teacher).partition(' (')[0]}, {NAMES.get(name, name)}"
    sentence = f"{what} {'raises' if one.raises else 'lowers'} {wording.title}"
    found = ((effects or {}).get("rows", {}).get(teacher, {}).get(wording.name) or {}).get(name)
    if quick and found is not None:
        return sentence, _where_it_points(found["per_seed"], 1.0 if one.raises else -1.0)
    if found is None or not found["tested"] or evidence(found, found["tested"]) != "shown":
        return sentence, OPEN
    return sentence, HELD if (found["mean"] > 0) is one.raises else NOT_HELD
