"""What changes from condition to condition, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from neurosim.compare.words.pairs import evidence, wording_of
from neurosim.metrics.measure import Wording

MOST_NAMED = 3
"""Conditions named one by one in a sentence."""
MOST_TOLD = 6
"""Sentences about contrasts; results.json has all."""


def conditions_in_words(
    contrasts: Sequence[Mapping[str, Any]], conditions: Sequence[Mapping[str, Any]], n_seeds: int
) -> list[str]:
    """Say under which condition most and least was reached, and what changed from level to level.

    Parameters
    ----------
    contrasts, conditions : sequence of mapping
        As in ``results.json``.
    n_seeds : int
        How many seeds there were.

    Returns
    -------
    list of str
        Nothing where there is one condition.
    """
    if len(conditions) < 2:
        return []
    by_id = {condition["id"]: condition for condition in conditions}
    groups = [_with_what_varies(group) for group in _judged_alike(conditions)]
    extremes = [sentence for group in groups for sentence in (_extremes(group), _no_better_than_without_a_look(group))]
    names = short_names(conditions[0]["factors"])
    told = [_sentence(one, wording_of(by_id[one["condition"]]), n_seeds, names) for one in contrasts[:MOST_TOLD]]
    rest = len(contrasts) - len(told)
    more = [f"{rest} further contrast{'s' * (rest != 1)} between conditions stand{'s' * (rest == 1)} in results.json."]
    return [*filter(None, extremes), *told, *(more if rest else [])]


def extremes_in_words(conditions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say where most and least was reached, for each task."""
    groups = [_with_what_varies(group) for group in _judged_alike(conditions)]
    return [told for told in map(_extremes, groups) if told]


def change_in_words(one: Mapping[str, Any], wording: Wording, factors: Iterable[str]) -> str:
    """Write one contrast between conditions with its interval."""
    change, names = one["change"], short_names(factors)
    ends = (
        ""
        if change["ci95"] is None
        else (f" ({' to '.join(wording.number(end, signed=True) for end in change['ci95'])})")
    )
    where = f" on {level_in_words(one['at']['task'])}" if "task" in one["at"] else ""
    return f"{_from_to(one, names[one['factor']])}{where}, {_clause(one, wording)}{ends}."


def level_in_words(level: Any) -> str:
    """Write a level of a factor."""
    if isinstance(level, list | tuple):
        return "-".join(map(level_in_words, level))
    return str(level).lower() if isinstance(level, bool) else f"{level:g}" if isinstance(level, float) else str(level)


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Give each path its last part, or as many of its last parts as tell it from the others."""
    parts = {path: path.split(".") for path in paths}
    names: dict[str, str] = {}
    for path, own in parts.items():
        others = [other for name, other in parts.items() if name != path]
        n = next((n for n in range(1, len(own)) if all(other[-n:] != own[-n:] for other in others)), len(own))
        names[path] = ".".join(own[-n:])
    return names


def factors_in_words(factors: Mapping[str, Any]) -> str:
    """Write the levels of a condition."""
    names = short_names(factors)
    return ", ".join(f"{names[path]} {level_in_words(level)}" for path, level in factors.items())


def _judged_alike(conditions: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in conditions:
        groups.setdefault((one["task"], one["tested"]), []).append(one)
    return list(groups.values())


def _with_what_varies(group: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out of the conditions' factors what is the same for all of them."""
    first = group[0]["factors"]
    varied = [path for path in first if any(one["factors"][path] != first[path] for one in group)]
    return [{**one, "factors": {path: one["factors"][path] for path in varied}} for one in group]


def _extremes(group: Sequence[Mapping[str, Any]]) -> str:
    """Say who was best and worst, and where; empty where there is nothing to choose from."""
    found = [
        (row["test"]["mean"], label, condition)
        for condition in group
        for label, row in condition["learners"].items()
        if row["test"] is not None
    ]
    if len(group) < 2 or len({value for value, *_ in found}) < 2:
        return ""
    wording = wording_of(group[0])
    best, worst = (pick(found, key=lambda one: wording.ahead(one[0])) for pick in (max, min))
    ends = [f"{wording.in_words(value)} (`{label}`, {factors_in_words(one['factors'])})" for value, label, one in
            (best, worst)]  # fmt: skip
    return f"{wording.sentence} on {group[0]['task']} lies between {ends[1]} and {ends[0]}, means over seeds."


def _no_better_than_without_a_look(group: Sequence[Mapping[str, Any]]) -> str:
    """Name who is not shown to do better than an answer that looks at no sample, and where; empty where nobody is."""
    wording, told = wording_of(group[0]), []
    for label in group[0]["learners"]:
        failing = [one["factors"] for one in group if _is_no_better(one, label, wording)]
        whole, rest = _told_apart(failing, [one["factors"] for one in group])
        named = [*whole, *(factors_in_words(factors) for factors in rest[:MOST_NAMED])]
        more = [f"{len(rest) - MOST_NAMED} more conditions"] if len(rest) > MOST_NAMED else []
        if named:
            told.append(f"`{label}` with {'; with '.join([*named, *more])}")
    if not told:
        return ""
    return f"Not shown to beat the best answer that looks at no sample on {group[0]['task']}: {'; '.join(told)}."


def _is_no_better(condition: Mapping[str, Any], label: str, wording: Wording) -> bool:
    test, chance = condition["learners"][label]["test"], condition["chance"]
    if test is None or chance is None or test["ci95"] is None:
        return False
    return min(wording.ahead(end - chance) for end in test["ci95"]) <= 0


def _told_apart(
    some: Sequence[Mapping[str, Any]], all_: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[Mapping[str, Any]]]:
    """Sum up conditions by levels under which all others are among them too; gives these and the conditions left."""
    names, whole, left = short_names(all_[0]), [], list(some)
    for path in all_[0]:
        for level in {repr(factors[path]): factors[path] for factors in all_}.values():
            of_level = [factors for factors in all_ if factors[path] == level]
            if 1 < len(of_level) < len(all_) and all(factors in left for factors in of_level):
                whole.append(f"{names[path]} {level_in_words(level)} under all {len(of_level)} conditions")
                left = [factors for factors in left if factors not in of_level]
    return whole, left


def _sentence(one: Mapping[str, Any], wording: Wording, n_seeds: int, names: Mapping[str, str]) -> str:
    where = f" on {level_in_words(one['at']['task'])}" if "task" in one["at"] else ""
    within = _within(one, wording, n_seeds)
    return f"{_from_to(one, names[one['factor']])}{where}, {_clause(one, wording)} ({within})."


def _from_to(one: Mapping[str, Any], name: str) -> str:
    if one["kind"] == "slope":
        return f"Per {'tenfold' if one['per'] == 'tenfold' else 'unit of'} {name}"
    return f"From {name} {level_in_words(one['from'])} to {level_in_words(one['to'])}"


def _clause(one: Mapping[str, Any], wording: Wording) -> str:
    mean = one["change"]["mean"]
    by = wording.difference_in_words(abs(mean))
    alone = one["b"] is None
    what = f"{wording.title} of `{one['a']}`" if alone else f"the lead of `{one['a']}` over `{one['b']}`"
    if evidence(one["change"], one) == "not shown":
        return f"{what} is not shown to change: {wording.difference_in_words(mean, signed=True)}"
    verb = ("rises" if mean > 0 else "falls") if alone else ("grows" if wording.ahead(mean) > 0 else "shrinks")
    return f"{what} {verb} by {by}"


def _within(one: Mapping[str, Any], wording: Wording, n_seeds: int) -> str:
    change, found = one["change"], evidence(one["change"], one)
    if found == "one seed":
        return "one seed, no interval"
    ends = f"95 % interval {' to '.join(wording.number(end, signed=True) for end in change['ci95'])}"
    if found == "too few seeds":
        return f"{ends}; {n_seeds} seeds are too few to test it"
    alone = ", over seeds alone" * (change["over"] == "seeds")
    return f"{ends}{alone}; p = {one['p_holm']:.2g} after Holm"
