"""How good is each, and who is better than whom, in plain words of the measure that is tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import (
    interval,
    intervals,
    ordered,
    outcome,
    seeds_in_words,
    wording_of,
)
from neurosim.compare.words.phrases import listed
from neurosim.metrics.measure import Wording

PAIRS_IN_FULL = 3
"""More pairs than this are summed up instead of told one by one."""
PAIRS_NAMED = 8


def ranking_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Tell a single learner's value, or the differences of all pairs, and what is not told apart."""
    pairs, seeds, wording = summary["paired"], seeds_in_words(summary), wording_of(summary)
    learners = {label: row["test"] for label, row in summary["learners"].items() if row["test"] is not None}
    if not learners:
        return [f"No learner has a value of what is tested, {wording.title}."]
    if len(learners) == 1:
        (label, test), *_ = learners.items()
        told = _value_of(label, test, seeds, wording)
        if summary["chance"] is None:
            return [f"{told}."]
        return [f"{told}; the best answer that looks at no sample reaches {wording.in_words(summary['chance'])}."]
    if pairs and len(pairs) <= PAIRS_IN_FULL:
        return [*(_pair_sentence(pair, seeds, wording) for pair in pairs), *_untestable(pairs, seeds)]
    order = sorted(learners, key=lambda label: -wording.ahead(learners[label]["mean"]))
    ranking = ", ".join(f"`{label}` {wording.in_words(learners[label]['mean'])}" for label in order)
    mean = f"{wording.sentence} on {wording.judged_on}, mean of {seeds}: {ranking}."
    return [mean, *_many_pairs(pairs, order, seeds, wording)]


def _value_of(label: str, test: Mapping[str, Any], seeds: str, wording: Wording) -> str:
    told = f"On {wording.judged_on} `{label}` reaches {wording.in_words(test['mean'])} {wording.title}"
    if test["ci95"] is None:
        return f"{told} (one seed, no interval)"
    low, high = (wording.number(wording.within(end)) for end in test["ci95"])
    return f"{told} (95 % interval {low} to {high}; {seeds})"


def _pair_sentence(pair: Mapping[str, Any], seeds: str, wording: Wording) -> str:
    found, (ahead, behind) = outcome(pair), ordered(pair)
    by = f"by {wording.difference_in_words(abs(pair['difference']['mean']))}"
    if found == "one seed":
        return f"`{ahead}` is ahead of `{behind}` in {wording.title} {by} on the only seed."
    if found == "equal":
        return f"`{ahead}` and `{behind}` have the same {wording.title} on each of {seeds}."
    within = intervals(pair, wording)
    if found == "too few seeds":
        return f"`{ahead}` is ahead of `{behind}` in {wording.title} {by} ({within}; {seeds})."
    tested = f"{within}; {seeds}; p = {pair['p_holm']:.2g} after Holm"
    if found == "not told apart":
        return f"`{ahead}` and `{behind}` are not told apart in {wording.title}: the first is ahead {by} ({tested})."
    if found == "on this test part":
        return f"On this test part `{ahead}` is {wording.better} than `{behind}` {by} ({tested})."
    return f"`{ahead}` is {wording.better} than `{behind}` {by} ({tested})."


def _untestable(pairs: Sequence[Mapping[str, Any]], seeds: str) -> list[str]:
    """Say that seeds are too few, where they are."""
    found = {outcome(pair) for pair in pairs}
    if "one seed" in found:
        return ["One seed gives no interval and no test."]
    if "too few seeds" not in found:
        return []
    least = min(pair["smallest_p_holm"] for pair in pairs if outcome(pair) == "too few seeds")
    these = "this difference" if len(pairs) == 1 else "these differences"
    return [f"{seeds} are too few to test {these}: after Holm's correction p cannot fall below {least:.2g}."]


def _many_pairs(pairs: Sequence[Mapping[str, Any]], order: Sequence[str], seeds: str, wording: Wording) -> list[str]:
    if untestable := _untestable(pairs, seeds):
        return untestable
    told = [pair for pair in pairs if outcome(pair).endswith(("is better", "test part"))]
    sentences = []
    for label in order:
        beaten = sorted((p for p in told if ordered(p)[0] == label), key=lambda p: order.index(ordered(p)[1]))
        if beaten:
            names = [f"`{ordered(p)[1]}` (by {_lead(p, wording)}, {interval(p, wording)})" for p in beaten]
            sentences.append(f"`{label}` is {wording.better} than {listed(names)}.")
    rest = [f"`{ordered(pair)[0]}` and `{ordered(pair)[1]}`" for pair in pairs if pair not in told]
    if rest:
        which = "; ".join(rest) if len(rest) <= PAIRS_NAMED else f"{len(rest)} pairs"
        sentences.append(f"Not told apart after Holm's correction for {len(pairs)} pairs: {which}.")
    return sentences


def _lead(pair: Mapping[str, Any], wording: Wording) -> str:
    return wording.difference_in_words(abs(pair["difference"]["mean"]))
