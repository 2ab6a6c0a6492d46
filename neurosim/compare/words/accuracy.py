"""Who is how accurate, and who is more accurate than whom, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import contains_zero, interval, intervals, ordered, outcome, seeds_in_words
from neurosim.compare.words.phrases import listed, points, share

PAIRS_IN_FULL = 3
"""More pairs than this are summed up instead of told one by one."""
PAIRS_NAMED = 8


def accuracy_in_words(summary: Mapping[str, Any]) -> list[str]:
    """Tell a single learner's accuracy, or the differences of all pairs, and what is not told apart."""
    learners, pairs, seeds = summary["learners"], summary["paired"], seeds_in_words(summary)
    if len(learners) == 1:
        (label, row), *_ = learners.items()
        told = _accuracy_of(label, row["test"], seeds)
        if summary["chance"] is None:
            return [f"{told}."]
        return [f"{told}; always giving the most frequent answer reaches {share(summary['chance'])}."]
    if pairs and len(pairs) <= PAIRS_IN_FULL:
        return [*(_pair_sentence(pair, seeds) for pair in pairs), *_untestable(pairs, seeds)]
    order = sorted(learners, key=lambda label: -learners[label]["test"]["mean"])
    ranking = ", ".join(f"`{label}` {share(learners[label]['test']['mean'])}" for label in order)
    return [f"Accuracy on the test part, mean of {seeds}: {ranking}.", *_many_pairs(pairs, order, seeds)]


def _accuracy_of(label: str, test: Mapping[str, Any], seeds: str) -> str:
    right = f"`{label}` answers {share(test['mean'])} of the test part rightly"
    if test["ci95"] is None:
        return f"{right} (one seed, no interval)"
    low, high = (min(max(end, 0.0), 1.0) for end in test["ci95"])
    return f"{right} (95 % interval {100 * low:.1f} to {100 * high:.1f}; {seeds})"


def _pair_sentence(pair: Mapping[str, Any], seeds: str) -> str:
    found, (ahead, behind) = outcome(pair), ordered(pair)
    by = f"by {points(abs(pair['difference']['mean']))}"
    if found == "one seed":
        return f"`{ahead}` is ahead of `{behind}` {by} on the only seed."
    if found == "equal":
        return f"`{ahead}` and `{behind}` are equally accurate on each of {seeds}."
    within = intervals(pair)
    if found == "too few seeds":
        return f"`{ahead}` is ahead of `{behind}` {by} ({within}; {seeds})."
    tested = f"{within}; {seeds}; p = {pair['p_holm']:.2g} after Holm"
    if found == "not told apart":
        return f"`{ahead}` and `{behind}` are not told apart: the first is ahead {by} ({tested})."
    if contains_zero(pair["difference"]["items_ci95"]):
        return (
            f"On this test part `{ahead}` is more accurate than `{behind}` {by} ({tested}); "
            "the interval over test items contains zero: another test part could turn it round."
        )
    return f"`{ahead}` is more accurate than `{behind}` {by} ({tested})."


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


def _many_pairs(pairs: Sequence[Mapping[str, Any]], order: Sequence[str], seeds: str) -> list[str]:
    if untestable := _untestable(pairs, seeds):
        return untestable
    told = [pair for pair in pairs if outcome(pair).endswith("is better")]
    sentences = []
    for label in order:
        beaten = sorted((p for p in told if ordered(p)[0] == label), key=lambda p: order.index(ordered(p)[1]))
        if beaten:
            names = [f"`{ordered(p)[1]}` (by {points(abs(p['difference']['mean']))}, {interval(p)})" for p in beaten]
            sentences.append(f"`{label}` is more accurate than {listed(names)}.")
    rest = [f"`{ordered(pair)[0]}` and `{ordered(pair)[1]}`" for pair in pairs if pair not in told]
    if rest:
        which = "; ".join(rest) if len(rest) <= PAIRS_NAMED else f"{len(rest)} pairs"
        sentences.append(f"Not told apart after Holm's correction for {len(pairs)} pairs: {which}.")
    return sentences
