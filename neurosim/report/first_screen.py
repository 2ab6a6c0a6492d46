"""What page and terminal say first, as text: four rows, and what stands in parentheses there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.expected import claim_in_words

ROWS = (
    ("Shown", "shown"),
    ("Not shown", "not_shown"),
    ("What it takes", "takes"),
    ("Do not conclude", "do_not_conclude"),
)
NOTHING = "Nothing."
INTERVAL = re.compile(r"[(;] ?[-+−]?\d[^() ]*( %)? to [-+−]?\d")
OVER = {
    "seeds and items": "over seeds and test {samples}",
    "folds": "over folds, corrected for what they share",
    "all items": "over seeds",
    "seeds": "over seeds alone, of this test part",
}


def first_rows(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the rows of a first screen: name and sentences, joined.

    Parameters
    ----------
    answer : mapping
        As in ``results.json``.

    Returns
    -------
    list of tuple of str
        A row of which nothing is known is left out, but never the one of what is shown.
    """
    rows = [(name, " ".join(map(capitalised, answer[key]))) for name, key in ROWS]
    return [(name, text or NOTHING) for name, text in rows if text or name == ROWS[0][0]]


def capitalised(sentence: str) -> str:
    """Begin a sentence with a capital, unless it begins with a name."""
    return sentence[:1].upper() + sentence[1:]


def parentheses(view: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """Say what stands in parentheses on the first screen; nothing where none holds an interval."""
    said = " ".join([answer["headline"], *answer["shown"], *answer["not_shown"]])
    if not INTERVAL.search(said):
        return ""
    over = {row["test"]["over"] for row in view["learners"].values() if row["test"] is not None} - {None}
    what = OVER[over.pop()].format(samples=view["samples"]) if len(over) == 1 else ""
    return f"Parentheses: 95 % interval {what}".rstrip() + "."


def claim_sentences(view: Mapping[str, Any]) -> list[str]:
    """Say what an experiment claimed and whether that held; the claim alone where nothing was expected of it."""
    told = claim_in_words(view["claim"], view["expected"], view["quick"])
    return told or ([f"The experiment's claim: {view['claim']}."] if view["claim"] else [])
