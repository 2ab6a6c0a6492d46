"""The first screen of an experiment under several conditions: what changes from level to level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.caveats import caveats
from neurosim.compare.words.conditions import change_in_words, extremes_in_words
from neurosim.compare.words.expected import HELD, NOT_HELD, OPEN, claim_in_words
from neurosim.compare.words.pairs import evidence, wording_of
from neurosim.compare.words.phrases import listed
from neurosim.compare.words.takes import what_it_takes

TOLD_EACH = 4
UNTESTED = ("one seed", "too few seeds")
ORDER = (HELD, OPEN, NOT_HELD)


def conditions_answer(
    contrasts: Sequence[Mapping[str, Any]], conditions: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]
) -> dict[str, Any]:
    """Say what an experiment under several conditions shows; as :func:`neurosim.compare.words.answer.answer`.

    Parameters
    ----------
    contrasts, conditions : sequence of mapping
        As in ``results.json``.
    summary : mapping
        With ``n_seeds``, ``quick`` and ``name``.

    Returns
    -------
    dict
    """
    first, by_id = conditions[0], {condition["id"]: condition for condition in conditions}
    labels = list(first["learners"])
    n_seeds = summary["n_seeds"]
    tellable = not summary["quick"] and any(evidence(one["change"], one) not in UNTESTED for one in contrasts)
    told = {True: [], False: []}  # type: dict[bool, list[str]]
    for one in contrasts:
        sentence = change_in_words(one, wording_of(by_id[one["condition"]]), first["factors"])
        told[evidence(one["change"], one) == "shown"].append(sentence)
    short = "A short run: it shows that everything works, not what changes." if summary["quick"] else ""
    few = "" if tellable or short else f"{n_seeds} seed{'s' * (n_seeds != 1)} are too few to test what changes."
    # What holds under one condition and not under another did not hold.
    met = sorted((one for its in conditions for one in its["expected"]), key=lambda one: ORDER.index(one["outcome"]))
    expected = list({one["sentence"]: one for one in met}.values())
    claim = claim_in_words(summary["claim"], expected, summary["quick"])
    headline = [short or few, *claim, *extremes_in_words(conditions)[:2], *(told[True][:1] if tellable else [])]
    tested = listed(list(dict.fromkeys(condition["tested_on"] for condition in conditions)))
    nothing = "Nothing: no change from level to level is large enough for these seeds and test samples."
    return {
        "title": f"{summary['name']}: {listed(labels) if len(labels) <= 4 else f'{len(labels)} learners'}",
        "under": f"{len(conditions)} conditions; {n_seeds} seed{'s' * (n_seeds != 1)}; tested on {tested}",
        "headline": " ".join(filter(None, headline)),
        "shown": (_few(told[True]) or [nothing]) if tellable else [],
        "not_shown": _few(told[False]) if tellable else ["Anything: nothing could be tested."],
        "takes": what_it_takes(first),
        "do_not_conclude": caveats(first, conditions[1:]),
        "bold": tellable,
    }


def _few(told: Sequence[str]) -> list[str]:
    more = len(told) - TOLD_EACH
    return [*told[:TOLD_EACH], *([f"{more} more under “How this was judged”."] if more > 0 else [])]
