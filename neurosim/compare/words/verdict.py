"""The verdict in plain words. Claims only what intervals and corrected tests carry, and says when seeds are too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.words.costs import confounds_in_words, costs_in_words
from neurosim.compare.words.phrases import listed, points, share

LEVEL = 0.05
PAIRS_IN_FULL = 3
"""More pairs than this are summed up instead of told one by one."""
PAIRS_NAMED = 8
SILENT_WORTH_SAYING = 0.01
CONTROL_NAMES = {"raw-linear": "a linear classifier on the raw input", "kmeans": "k-means"}


def verdict(summary: Mapping[str, Any]) -> list[str]:
    """Say in a few sentences what a comparison shows, and what it does not.

    Parameters
    ----------
    summary : mapping
        One condition of ``results.json``, with ``n_seeds``.

    Returns
    -------
    list of str
        Accuracy first, then the controls, then costs, then what else differs.
    """
    return [
        *_accuracy(summary),
        *_controls(summary),
        *costs_in_words(summary),
        *confounds_in_words(summary),
        *_limits(summary),
    ]


def outcome(pair: Mapping[str, Any]) -> str:
    """Classify a tested pair.

    Returns
    -------
    {"one seed", "equal", "too few seeds", "a is better", "b is better", "not told apart"}
        A claim needs both: a corrected p of at most 0.05, and an interval over seeds without zero.
    """
    ends, mean = pair["difference"]["ci95"], pair["difference"]["mean"]
    if ends is None:
        return "one seed"
    if ends[0] == ends[1] == 0:
        return "equal"
    if pair["smallest_p_holm"] is not None and pair["smallest_p_holm"] > LEVEL:
        return "too few seeds"
    if pair["p_holm"] <= LEVEL and ends[0] * ends[1] > 0:
        return "a is better" if mean > 0 else "b is better"
    return "not told apart"


# -- accuracy -----------------------------------------------------------------------------------------------------


def _accuracy(summary: Mapping[str, Any]) -> list[str]:
    learners, pairs, seeds = summary["learners"], summary["paired"], _seeds(summary)
    if len(learners) == 1:
        (label, row), *_ = learners.items()
        chance = f"always giving the most frequent answer reaches {share(summary['chance'])}"
        return [f"{_accuracy_of(label, row['test'], seeds)}; {chance}."]
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
    found, (ahead, behind) = outcome(pair), _ordered(pair)
    by = f"by {points(abs(pair['difference']['mean']))}"
    if found == "one seed":
        return f"`{ahead}` is ahead of `{behind}` {by} on the only seed."
    if found == "equal":
        return f"`{ahead}` and `{behind}` are equally accurate on each of {seeds}."
    within = _intervals(pair)
    if found == "too few seeds":
        return f"`{ahead}` is ahead of `{behind}` {by} ({within}; {seeds})."
    tested = f"{within}; {seeds}; p = {pair['p_holm']:.2g} after Holm"
    if found == "not told apart":
        return f"`{ahead}` and `{behind}` are not told apart: the first is ahead {by} ({tested})."
    if _contains_zero(pair["difference"]["items_ci95"]):
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
        beaten = sorted((p for p in told if _ordered(p)[0] == label), key=lambda p: order.index(_ordered(p)[1]))
        if beaten:
            names = [f"`{_ordered(p)[1]}` (by {points(abs(p['difference']['mean']))}, {_interval(p)})" for p in beaten]
            sentences.append(f"`{label}` is more accurate than {listed(names)}.")
    rest = [f"`{_ordered(pair)[0]}` and `{_ordered(pair)[1]}`" for pair in pairs if pair not in told]
    if rest:
        which = "; ".join(rest) if len(rest) <= PAIRS_NAMED else f"{len(rest)} pairs"
        sentences.append(f"Not told apart after Holm's correction for {len(pairs)} pairs: {which}.")
    return sentences


# -- controls -----------------------------------------------------------------------------------------------------


def _controls(summary: Mapping[str, Any]) -> list[str]:
    sentences, seeds = [], _seeds(summary)
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
        within = "" if found == "one seed" else f" ({_interval(pair)})"
        return f"lies {points(abs(difference))} {'below' if difference < 0 else 'above'} {name}{within}"
    if found == "equal":
        return f"is exactly as accurate as {name}"
    if found == "not told apart":
        return f"is not shown to beat {name} ({100 * difference:+.1f} points, {_interval(pair, signed=True)})"
    verb = "beats" if found == "a is better" else "falls short of"
    return f"{verb} {name} by {points(abs(difference))} ({_interval(pair)})"


def _joined(clauses: Sequence[str]) -> str:
    """Join what is said of one learner without repeating the verb."""
    neither = "is not shown to beat "
    if len(clauses) == 2 and all(clause.startswith(neither) for clause in clauses):
        return f"is shown to beat neither {clauses[0].removeprefix(neither)} nor {clauses[1].removeprefix(neither)}"
    return listed(clauses).replace(" and lies ", " and ")


def _limits(summary: Mapping[str, Any]) -> list[str]:
    sentences = []
    if summary["resampling"] == "repeated folds":
        sentences.append(
            "The folds of one table share samples; intervals and tests are corrected for it (Nadeau and Bengio 2003)."
        )
    for label, row in summary["learners"].items():
        silent = row["silent_samples"]
        if silent is not None and silent > SILENT_WORTH_SAYING:
            sentences.append(f"On {share(silent)} of the test samples no output neuron of `{label}` spiked.")
    return sentences


# -- words --------------------------------------------------------------------------------------------------------


def _ordered(pair: Mapping[str, Any]) -> tuple[str, str]:
    """Give the labels, the more accurate one first."""
    return (pair["a"], pair["b"]) if pair["difference"]["mean"] >= 0 else (pair["b"], pair["a"])


def _turned(pair: Mapping[str, Any], ends: Sequence[float]) -> tuple[float, float]:
    """Give an interval of the difference as seen from the more accurate learner, in points."""
    low, high = 100 * ends[0], 100 * ends[1]
    return (low, high) if pair["difference"]["mean"] >= 0 else (-high, -low)


def _interval(pair: Mapping[str, Any], signed: bool = False) -> str:
    ends = pair["difference"]["ci95"]
    low, high = (100 * ends[0], 100 * ends[1]) if signed else _turned(pair, ends)
    return f"{low:+.1f} to {high:+.1f}" if signed else f"{low:.1f} to {high:.1f}"


def _intervals(pair: Mapping[str, Any]) -> str:
    over_items = pair["difference"]["items_ci95"]
    seeds = f"95 % interval {_interval(pair)}"
    if over_items is None:
        return seeds
    low, high = _turned(pair, over_items)
    return f"{seeds}, over test items {low:.1f} to {high:.1f}"


def _contains_zero(ends: Sequence[float] | None) -> bool:
    return ends is not None and ends[0] <= 0 <= ends[1]


def _seeds(summary: Mapping[str, Any]) -> str:
    """Give how many runs there were; in repeated folds each seed is one fold."""
    n, name = summary["n_seeds"], "fold" if summary["resampling"] == "repeated folds" else "seed"
    return f"{n} {name}{'s' if n != 1 else ''}"
