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
    for label in spiking[:MOST_TOLD]:
        if best is not None:
            told.append(
                f"An answer of `{label}` takes {ratio(known[label], known[best])} times the operations of "
                f"`{best}` ({known[label]:,.0f} additions against {known[best]:,.0f} multiplications)"
                f"{_to_decision(rows[label])}."
            )
        else:
            told.append(f"An answer of `{label}` takes {known[label]:,.0f} additions{_to_decision(rows[label])}.")
    if not spiking:
        numbers = [f"`{label}` {number:,.0f}" for label, number in list(known.items())[:MOST_TOLD]]
        told += [f"Multiplications an answer: {listed(numbers)}."] if numbers else []
    unknown = [f"`{label}`" for label in rows if label not in known]
    return told + ([f"What an answer takes {listed(unknown)} was not counted."] if unknown else [])


def _effective(row: Mapping[str, Any]) -> float | None:
    each = row["operations"]["inference"]["per_presentation"]
    return None if each is None or each["effective"] is None else float(each["effective"])


def _to_decision(row: Mapping[str, Any]) -> str:
    """Say when the answer is out, and which part of the input spikes had come by then."""
    decision = row["decision"]
    if decision is None:
        return ""
    shown_ms = decision["presentation_ms"]
    of = "" if shown_ms is None or shown_ms < decision["ms"] else f" of {shown_ms:.0f}"
    return (
        f"; it is out after {decision['ms']:.0f}{of} ms and {100 * decision['input_share']:.0f} % of the input spikes"
    )
