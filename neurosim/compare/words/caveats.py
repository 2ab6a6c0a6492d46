"""What must not be concluded: what else differs, what one task is, and what the seeds have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import beyond, ordered, outcome, wording_of
from neurosim.compare.words.phrases import listed
from neurosim.metrics.measure import TEST_PART

MOST_NAMED = 4
"""Learners up to which it is said who is told what."""
NAMED = 1
"""Pairs that are named where other samples to learn from might turn them."""
TOLD = {"label": "the label", "reward": "right or wrong", "nothing": "nothing"}


def caveats(summary: Mapping[str, Any], others: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """Say what a comparison does not carry, in a few sentences.

    Parameters
    ----------
    summary : mapping
        One condition of ``results.json``.
    others : sequence of mapping, optional
        Further conditions of the same experiment, which may be about further tasks.

    Returns
    -------
    list of str
    """
    rows = summary["learners"]
    told = [text for text in (_differ(rows), _input_spikes(rows), _pool(summary)) if text]
    tested = {one["task"]: one["tested_on"] for one in (summary, *others)}
    if len(tested) > 1:
        return [*told, f"{len(tested)} tasks: {listed([f'{on} of {task}' for task, on in tested.items()])}."]
    where = "Folds of one table" if summary["resampling"] == "repeated folds" else "One task"
    what = f": {summary['tested_on']}" * (wording_of(summary).judged_on == TEST_PART)
    return [*told, f"{where}{what}."]


def _differ(rows: Mapping[str, Any]) -> str:
    """Say in what learners differ besides, so that no difference belongs to one cause alone."""
    if len(rows) < 2:
        return ""
    told: dict[str, list[str]] = {}
    for label, row in rows.items():
        told.setdefault(TOLD[row["traits"]["teacher"]], []).append(f"`{label}`")
    aspects = []
    if len(told) > 1:
        aspects.append(f"are told different things ({_who_is_told(told)})")
    others = {
        "depth": [row["n_layers"] for row in rows.values()],
        "number of units": [row["n_units"] for row in rows.values()],
        "learning rule": [row["traits"]["rule"] for row in rows.values()],
    }
    more = [name for name, values in others.items() if len(set(values)) > 1]
    if more:
        aspects.append(f"differ in {listed(more)}")
    if not aspects:
        return ""
    units = {row["traits"]["unit"] for row in rows.values()}
    what = (
        "spikes, or backpropagation, are better"
        if {"spike", "rate"} <= units
        else "one cause alone explains a difference"
    )
    return f"That {what}: the learners {listed(aspects)}."


def _who_is_told(told: Mapping[str, list[str]]) -> str:
    """Name who is told what; where they are many, what alone."""
    if sum(map(len, told.values())) > MOST_NAMED:
        return " / ".join(told)
    return "; ".join(f"{listed(who)}: {what}" for what, who in told.items())


def _input_spikes(rows: Mapping[str, Any]) -> str:
    """Name input budgets that differ, and inputs that fire faster than a neuron does."""
    spikes = {
        label: row["costs"]["inference"]["input_spikes"] / row["costs"]["inference"]["presentations"]
        for label, row in rows.items()
        if row["costs"]["inference"]["input_spikes"] and row["costs"]["inference"]["presentations"]
    }
    told = []
    if len(spikes) > 1 and max(spikes.values()) > 1.2 * min(spikes.values()):
        low, high = min(spikes.values()), max(spikes.values())
        told.append(f"that they got as much input: {low:,.0f} to {high:,.0f} spikes a sample")
    busy = {label: row["decision"] for label, row in rows.items() if row["decision"]}
    rates = [one["busiest_input_hz"] for one in busy.values() if one["busiest_input_hz"]]
    if rates and max(rates) > 300:
        told.append(f"that a nerve could do it: the busiest input fires {max(rates):,.0f} times a second")
    return f"{'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}." if told else ""


def _pool(summary: Mapping[str, Any]) -> str:
    """Say what would not hold if the samples that all seeds draw from were others."""
    overlap = summary["overlap"]
    if not overlap or summary["resampling"] != "one test part" or not summary["is_sample"]:
        return ""
    share = f"the seeds share {100 * overlap:.0f} % of the {summary['samples']} they learn from"
    turned = [
        pair
        for pair in summary["paired"]
        if outcome(pair) in ("a is better", "b is better")
        and pair["difference"]["pool_ci95"] is not None
        and not beyond(pair["difference"]["pool_ci95"], pair["margin"])
    ]
    if not turned:
        return f"That other {summary['samples']} to learn from would give the same figures: {share}."
    pairs = [" over ".join(f"`{label}`" for label in ordered(pair)) for pair in turned[:NAMED]]
    more = f" and {len(turned) - NAMED} more" if len(turned) > NAMED else ""
    return f"That other {summary['samples']} to learn from would show the lead of {listed(pairs)}{more} too: {share}."
