"""The answer that a student can read: a headline, what is shown, what is not, what it takes, what not to conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.answer_effects import effects_headline, effects_not_shown, effects_shown
from neurosim.compare.words.caveats import caveats
from neurosim.compare.words.controls import control_name
from neurosim.compare.words.expected import claim_held, claim_in_words
from neurosim.compare.words.pairs import beyond, interval, ordered, outcome, seeds_in_words, wording_of
from neurosim.compare.words.phrases import capitalised, listed
from neurosim.compare.words.takes import what_it_takes
from neurosim.metrics.measure import TEST_PART, Wording

NAMED = 4
"""So many learners are named in a title; more are counted."""
TOLD_EACH = 3
"""Differences told in a row of the first screen; the rest stands below it."""
SHOWN = ("a is better", "b is better")
OPEN = ("not told apart", "on this test part", "equal")
"""What leaves open whether a learner does more than a control."""
UNTESTED = ("one seed", "too few seeds")
LEFT_OPEN = "Nothing that was asked is left open."
SHORT_RUN = "A short run: it shows that everything works, not who is better."
NOTHING = "Nothing: no difference here is large enough for these seeds and test samples."
CLOSE = 0.05
"""Shares that differ by less are told as lying close together."""

Pair = Mapping[str, Any]


def answer(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a condition of a comparison shows, for somebody who has not built the thing.

    Parameters
    ----------
    summary : mapping
        One condition of ``results.json``, with ``n_seeds``, ``quick`` and ``claim``.

    Returns
    -------
    dict
        ``title``; ``under``, what was run; ``headline``; ``shown``, ``not_shown``, ``takes``, ``do_not_conclude``,
        lists of sentences in which learners stand in backticks; ``bold``, False where too few seeds carry nothing.
    """
    tellable = not summary["quick"] and not _untestable(summary)
    return {
        "title": title(summary),
        "under": under(summary),
        "headline": " ".join(_headline(summary, tellable)),
        "shown": _shown(summary) if tellable else [],
        "not_shown": _not_shown(summary, tellable),
        "takes": what_it_takes(summary) if wording_of(summary).judged_on == TEST_PART else [],
        "do_not_conclude": caveats(summary),
        "bold": tellable,
    }


def title(summary: Mapping[str, Any]) -> str:
    """Name learners and task."""
    labels = list(summary["learners"])
    who = listed(labels) if len(labels) <= NAMED else f"{len(labels)} learners"
    return f"{who} on {summary['task']}"


def under(summary: Mapping[str, Any]) -> str:
    """Say in one line what was run."""
    rows = summary["learners"].values()
    n_train, samples = summary["n_train"], summary["samples"]
    is_tested = wording_of(summary).judged_on == TEST_PART
    tested = f", {summary['tested_on']} to test" * is_tested
    parts = [] if n_train is None else [f"{n_train:,.0f} {samples} to learn from{tested}"]
    units = {row["n_units"] for row in rows}
    if len(units) == 1 and (n_units := units.pop()):
        parts.append(f"{n_units:,} units{' each' * (len(rows) > 1)}")
    parts.append(seeds_in_words(summary))
    trials = {row["costs"]["learning"]["presentations"] for row in rows}
    if len(trials) == 1 and (n_trials := trials.pop()):
        parts.append(f"the same {n_trials:,.0f} trials for all" if len(rows) > 1 else f"{n_trials:,.0f} trials")
    return "; ".join(parts)


def _untestable(summary: Mapping[str, Any]) -> bool:
    """Say whether nothing can be tested: one seed, or so few that no difference between learners could be shown."""
    pairs = summary["paired"] or summary["against_controls"]
    return summary["n_seeds"] < 2 or bool(pairs and all(outcome(pair) in UNTESTED for pair in pairs))


def _headline(summary: Mapping[str, Any], tellable: bool) -> list[str]:
    learners = {label: row["test"] for label, row in summary["learners"].items() if row["test"] is not None}
    wording = wording_of(summary)
    if not learners:
        return [f"Nothing was measured of what is asked, {wording.title}."]
    claim = claim_in_words(summary["claim"], summary["expected"], summary["quick"])
    if summary["quick"]:
        return [SHORT_RUN, *claim, *([] if claim and summary["effects"] else [_values(learners, wording)])]
    held = [claim_held(summary["expected"])] if claim else []
    if not tellable:
        few = f"{seeds_in_words(summary)} {_are(summary)} too few to say who is better."
        return [few, _values(learners, wording), *held]
    if summary["effects"]:
        return [*effects_headline(summary), *held]
    if claim:
        return claim
    if wording.judged_on != TEST_PART:
        each = listed([f"`{label}` {wording.in_words(test['mean'])}" for label, test in learners.items()])
        return [f"{wording.sentence} on {wording.judged_on}: {each}.", *_between(summary, wording)]
    told = [*_no_better_than_always_the_same(summary, wording), *_never_answers(summary)]
    return [*told, _range(learners, wording), *_against_controls(summary, wording), *_between(summary, wording)][:4]


def _are(summary: Mapping[str, Any]) -> str:
    return "is" if summary["n_seeds"] == 1 else "are"


def _values(learners: Mapping[str, Any], wording: Wording) -> str:
    told = listed([f"`{label}` {wording.in_words(test['mean'])}" for label, test in learners.items()])
    return f"{wording.sentence} here: {told}."


def _range(learners: Mapping[str, Any], wording: Wording) -> str:
    order = sorted(learners, key=lambda label: -wording.ahead(learners[label]["mean"]))
    best, worst = (learners[label]["mean"] for label in (order[0], order[-1]))
    if len(order) == 1:
        return f"`{order[0]}` reaches {wording.in_words(best)} {wording.title}."
    gap = abs(best - worst)
    if wording.unit == "%" and gap < CLOSE:
        many = {2: "Both", 3: "All three", 4: "All four"}.get(len(order), f"All {len(order)}")
        return (
            f"{many} end within {wording.difference_in_words(gap)} of each other, at {wording.in_words(worst)} to "
            f"{wording.in_words(best)} {wording.title}."
        )
    return (
        f"{wording.sentence} goes from {wording.in_words(worst)} (`{order[-1]}`) to {wording.in_words(best)} "
        f"(`{order[0]}`)."
    )


def _against_controls(summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Set all learners against the simple method that did best."""
    against = [pair for pair in summary["against_controls"] if pair["b"] in summary["controls"]]
    names = dict.fromkeys(pair["b"] for pair in against)
    if not names:
        return []
    best = max(names, key=lambda name: wording.ahead(summary["controls"][name]["test"]["mean"]))
    pairs = [pair for pair in against if pair["b"] == best]
    told = f"{control_name(best, summary)} ({wording.in_words(summary['controls'][best]['test']['mean'])})"
    ahead = [pair["a"] for pair in pairs if outcome(pair) == "a is better"]
    behind = [pair["a"] for pair in pairs if outcome(pair) == "b is better"]
    # A learner that is the control itself, or is told more than it, is not set against it.
    everybody = len(pairs) == len(summary["learners"])
    who = "All" if everybody else listed([f"`{pair['a']}`" for pair in pairs])
    if everybody and len(pairs) == 1:
        who = "It"
    ending = "s" * (len(pairs) == 1)
    if len(ahead) == len(pairs):
        return [f"{who} beat{ending} the best of the simple methods, {told}."]
    if ahead:
        named = listed([f"`{label}`" for label in ahead])
        return [f"{named} beat{'s' * (len(ahead) == 1)} the best simple method, {told}."]
    if len(behind) == len(pairs):
        return [f"{who} fall{ending} short of the best simple method, {told}."]
    who = f"{who} is not" if len(pairs) == 1 else "None is" if everybody else f"{who} are not"
    return [f"{who} shown to beat the best simple method, {told}."]


def _between(summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Tell the largest difference that is shown and the largest that is not."""
    pairs = sorted(summary["paired"], key=lambda pair: -abs(pair["difference"]["mean"]))
    shown = [pair for pair in pairs if outcome(pair) in SHOWN]
    open_ = [pair for pair in pairs if outcome(pair) in ("not told apart", "on this test part")]
    told = [_lead(pair, wording) for pair in shown[:1]]
    if open_:
        one, two = ordered(open_[0])
        by = wording.difference_in_words(abs(open_[0]["difference"]["mean"]))
        told.append(
            f"That `{one}` is ahead of `{two}` by {by} may be luck of these seeds and test {summary['samples']}."
        )
    return told


def _lead(pair: Pair, wording: Wording) -> str:
    one, two = ordered(pair)
    return f"`{one}` is ahead of `{two}` by {wording.difference_in_words(abs(pair['difference']['mean']))}."


def _no_better_than_always_the_same(summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Name who is not shown to do better than one answer to everything, which looks at no sample."""
    failing = not_better_than_chance(summary, wording)
    if not failing:
        return []
    (value,) = {summary["chance"]}
    who = listed([f"`{label}`" for label in failing])
    verb = "is" if len(failing) == 1 else "are"
    return [
        f"{who} {verb} not shown to do better than always giving the most frequent answer, which is right in "
        f"{wording.in_words(value)}."
        if wording.unit == "%"
        else f"{who} {verb} not shown to do better than always giving the same answer ({wording.in_words(value)})."
    ]


def not_better_than_chance(summary: Mapping[str, Any], wording: Wording) -> list[str]:
    """Name the learners whose interval does not lie beyond the best answer that looks at no sample."""
    if summary["chance"] is None or wording.judged_on != TEST_PART:
        return []
    return [
        label
        for label, row in summary["learners"].items()
        if row["test"] is not None
        and row["test"]["ci95"] is not None
        and min(wording.ahead(end - summary["chance"]) for end in row["test"]["ci95"]) <= 0
    ]


def _never_answers(summary: Mapping[str, Any]) -> list[str]:
    told = []
    by_classes: dict[tuple[str, ...], list[str]] = {}
    for label, classes in summary["never_answered"].items():
        if label in summary["learners"]:
            by_classes.setdefault(tuple(classes), []).append(f"`{label}`")
    for classes, labels in by_classes.items():
        if labels:
            named = (
                listed([f"“{name}”" for name in classes[:3]]) if len(classes) <= 3 else f"{len(classes)} of the classes"
            )
            told.append(f"{listed(labels)} never answer{'s' * (len(labels) == 1)} {named}.")
    rarest = summary["rarest_class"]
    if told and rarest is not None:
        told.append(f"“{rarest['name']}” stands for {100 * rarest['share']:.1f} % of the test {summary['samples']}.")
    return told


def _shown(summary: Mapping[str, Any]) -> list[str]:
    wording = wording_of(summary)
    if summary["effects"]:
        return _few(effects_shown(summary)) or [NOTHING]
    told = []
    for pair in sorted(summary["paired"], key=lambda pair: -abs(pair["difference"]["mean"])):
        if outcome(pair) in SHOWN:
            told.append(_above(pair, {label: f"`{label}`" for label in ordered(pair)}, wording))
        elif outcome(pair) == "equal":
            told.append(f"`{pair['a']}` and `{pair['b']}` are equal on every seed.")
    for pair in summary["against_controls"]:
        if outcome(pair) in SHOWN:
            names = {pair["a"]: f"`{pair['a']}`", pair["b"]: control_name(pair["b"], summary)}
            told.append(_above(pair, names, wording))
    return _few(told) or [NOTHING]


def _above(pair: Pair, names: Mapping[str, str], wording: Wording) -> str:
    first, second = (names[label] for label in ordered(pair))
    where = "above" if wording.higher_is_better else "better than"
    by = wording.difference_in_words(abs(pair["difference"]["mean"]))
    return capitalised(f"{first} {where} {second} by {by} ({interval(pair, wording)}).")


def _not_shown(summary: Mapping[str, Any], tellable: bool) -> list[str]:
    wording = wording_of(summary)
    if not tellable:
        short = (
            "A short run tests nothing."
            if summary["quick"]
            else f"Anything: {seeds_in_words(summary)} {_are(summary)} too few."
        )
        return [short]
    if summary["effects"]:
        return _few(effects_not_shown(summary)) or [LEFT_OPEN]
    told = []
    for pair in summary["paired"]:
        if outcome(pair) in ("not told apart", "on this test part"):
            one, two = ordered(pair)
            by = wording.difference_in_words(abs(pair["difference"]["mean"]))
            there = ", shown for this test part alone" * (outcome(pair) == "on this test part")
            told.append(f"`{one}` against `{two}`: ahead by {by} ({interval(pair, wording)}){there}.")
    behind = [pair for pair in summary["against_controls"] if outcome(pair) in OPEN]
    for label in summary["learners"]:
        names = [control_name(pair["b"], summary) for pair in behind if pair["a"] == label]
        if names:
            told.append(f"That `{label}` does more than {_or(names)}.")
    if blind := [f"`{label}`" for label in not_better_than_chance(summary, wording)]:
        told.append(f"That {listed(blind)} do{'es' * (len(blind) == 1)} more than always give the same answer.")
    untested = [pair for pair in summary["against_controls"] if outcome(pair) in UNTESTED]
    if untested:
        told.append(
            f"Learners against simple methods: {seeds_in_words(summary)} are too few for {len(untested)} tests."
        )
    return _few(told) or [LEFT_OPEN]


def _or(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _few(told: list[str]) -> list[str]:
    """Keep what fits on a first screen, and say that there is more."""
    if len(told) <= TOLD_EACH + 1:
        return told
    return [*told[:TOLD_EACH], f"{len(told) - TOLD_EACH} more under “How this was judged”."]


def is_beyond_pool(pair: Pair) -> bool:
    """Say whether a difference holds even if the samples that all seeds draw from were others."""
    ends = pair["difference"]["pool_ci95"]
    return ends is None or beyond(ends, pair["margin"])
