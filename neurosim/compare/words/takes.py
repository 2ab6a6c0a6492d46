"""What an answer takes, in operations: to the decision, and over the whole presentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.pairs import wording_of
from neurosim.compare.words.phrases import listed, ratio

MOST_TOLD = 3


def what_it_takes(summary: Mapping[str, Any]) -> list[str]:
    """Set the operations of spiking learners against the best rate learner, or say what each takes.

    Parameters
    ----------
    summary : mapping
        One condition of ``results.json``.

    Returns
    -------
    list of str
    """
    rows, wording = summary["learners"], wording_of(summary)
    known = {label: each for label, row in rows.items() if (each := _effective(row)) is not None}
    spiking = [label for label in known if rows[label]["traits"]["unit"] == "spike"]
    rate = [label for label in known if rows[label]["traits"]["unit"] == "rate" and rows[label]["test"] is not None]
    best = max(rate, key=lambda label: wording.ahead(rows[label]["test"]["mean"]), default=None)
    told = []
    if spiking:
        first, *others = spiking[:MOST_TOLD]
        if best is not None:
            times = {label: ratio(known[label], known[best]) for label in (first, *others)}
            against = f" ({known[first]:,.0f} additions against {known[best]:,.0f} multiplications)"
            what = f"{times[first]} times the operations of `{best}`{against}"
            more = [f"`{label}` {times[label]} times" for label in others if times[label] != times[first]]
            alike = [f"`{label}`" for label in (first, *others) if times[label] == times[first]]
        else:
            what, more = f"{known[first]:,.0f} additions", [f"`{label}` {known[label]:,.0f}" for label in others]
            alike = [f"`{first}`"]
        told.append(f"An answer of {listed(alike)} takes {what}{''.join(f', of {one}' for one in more)}.")
        told += _decisions({label: rows[label]["decision"] for label in (first, *others)})
    if not spiking:
        numbers = [f"`{label}` {number:,.0f}" for label, number in list(known.items())[:MOST_TOLD]]
        told += [f"Multiplications an answer: {listed(numbers)}."] if numbers else []
    unknown = [f"`{label}`" for label in rows if label not in known]
    return told + ([f"What an answer takes {listed(unknown)} was not counted."] if unknown else [])


def _effective(row: Mapping[str, Any]) -> float | None:
    each = row["operations"]["inference"]["per_presentation"]
    return None if each is None or each["effective"] is None else float(each["effective"])


def _decisions(decisions: Mapping[str, Mapping[str, Any] | None]) -> list[str]:
    """Say when answers are out, and which part of the input spikes, and so of the operations, had come by then."""
    known = {label: one for label, one in decisions.items() if one is not None}
    told: list[str] = []
    for label, one in known.items():
        shown_ms = one["presentation_ms"]
        of = "" if shown_ms is None or shown_ms < one["ms"] else f" of {shown_ms:.0f}"
        whose = "" if told else " of its input spikes"
        told.append(f"`{label}` after {one['ms']:.0f}{of} ms and {100 * one['input_share']:.0f} %{whose}")
    return [f"Answers are out: {listed(told)}."] if told else []
