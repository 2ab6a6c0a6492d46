"""What each kind of path in docs/kept_figures.py writes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from neurosim.compare.summary.comparison import views_of
from neurosim.compare.words.pairs import wording_of
from neurosim.compare.words.phrases import listed, ratio
from neurosim.errors import InputError
from neurosim.metrics.measure import Wording
from neurosim.report.table import operations_per_decision, spikes_per_sample

Entry = Mapping[str, Any]
Value = TypeVar("Value")


def commit_of(run: Entry) -> str:
    """Name the commits that a run's cells were measured with, short, with a plus where files were changed."""
    codes = run["provenance"]["measured_with"]
    if any(code["git_commit"] is None for code in codes):
        raise InputError("git_commit is unknown; accepted: a run made in a checkout")
    return listed([f"{code['git_commit'][:7]}{'+' * bool(code['git_changes'])}" for code in codes])


def called(function: Callable[..., str], of: Entry, parts: Sequence[str]) -> str:
    """Write a path's figure, if it has as many parts as it needs."""
    try:
        inspect.signature(function).bind(of, *parts)
    except TypeError as error:
        raise InputError(f"{len(parts)} parts are too few or too many; accepted: see docs/kept_figures.py") from error
    return function(of, *parts)


def _learner(view: Entry, label: str, first: str, second: str = "") -> str:
    row = found_in({**view["learners"], **view["controls"]}, label, "row")
    if not second and first in ROW_FORMS:
        return ROW_FORMS[first](row, wording_of(view))
    measure, form = (first, second) if second else (view["tested"], first)
    figure = found_in(row["measures"], measure, "measure") if second else row["test"]
    return _level(there(figure, f"{measure} of {label}"), wording_of(view, measure), form)


def _level(figure: Entry, wording: Wording, form: str) -> str:
    def ends(over: str = "ci95") -> list[str]:
        return [wording.number(wording.within(end)) for end in there(figure.get(over), "an interval")]

    return found_in(
        {
            "value": lambda: wording.number(figure["mean"]),
            "value-unit": lambda: wording.in_words(figure["mean"]),
            "interval": lambda: " to ".join(ends()),
            "seeds-interval": lambda: " to ".join(ends("seeds_ci95")),
            "bracketed": lambda: f"{wording.number(figure['mean'])} [{', '.join(ends())}]",
        },
        form,
        "form",
    )()


ROW_FORMS: Mapping[str, Callable[[Entry, Wording], str]] = {
    "units": lambda row, _: f"{there(row['n_units'], 'units'):,}",
    "weights": lambda row, _: f"{row['n_parameters']:,}",
    "labels": lambda row, _: str(row["traits"]["locality"]["labels"]),
    "spikes": lambda row, _: spikes_per_sample(row),
    "operations": lambda row, _: operations_per_decision(row),
    "validation": lambda row, wording: wording.number(there(row["validation"], "validation")["mean"]),
}


def _difference(figure: Entry, wording: Wording, form: str, sign: int = 1) -> str:
    def ends(over: str = "ci95", sign: int = sign, signed: bool = True) -> list[str]:
        low, high = sorted(sign * end for end in there(figure.get(over), "an interval"))
        return [wording.number(end, signed) for end in (low, high)]

    mean = wording.number(sign * figure["mean"], signed=True)
    # Seen from whoever is ahead a difference is above zero, so that its sign need not be written.
    upwards = 1 if figure["mean"] >= 0 else -1
    return found_in(
        {
            "points": lambda: mean,
            "interval": lambda: " to ".join(ends()),
            "seeds-interval": lambda: " to ".join(ends("seeds_ci95")),
            "bracketed": lambda: f"{mean} [{', '.join(ends())}]",
            "lead": lambda: wording.number(abs(figure["mean"])),
            "lead-interval": lambda: " to ".join(ends(sign=upwards, signed=False)),
        },
        form,
        "form",
    )()


def _pair(view: Entry, a: str, b: str, form: str) -> str:
    pairs = {frozenset((one["a"], one["b"])): one for one in (*view["paired"], *view["against_controls"])}
    if frozenset((a, b)) not in pairs:
        raise InputError(
            f"{a} and {b} are no tested pair; accepted: {listed_names('.'.join(sorted(one)) for one in pairs)}"
        )
    pair = pairs[frozenset((a, b))]
    wording, figure, sign = wording_of(view), pair["difference"], 1 if pair["a"] == a else -1
    if form == "p":
        return f"{there(pair['p_holm'], 'a test'):.3f}"
    if form == "ahead":
        return str(there(pair["ahead"], "a learner ahead"))
    return _difference(figure, wording, form, sign)


def _effect(view: Entry, teacher: str, name: str, first: str, second: str = "") -> str:
    effects = there(view["effects"], "effects")
    row = found_in(effects["rows"], teacher, "teacher")
    chosen, form = (first, second) if second else (view["tested"], first)
    figure = found_in(found_in(row, chosen, "scale"), name, "effect")
    return _difference(there(figure, f"{name} on {chosen}"), Wording(**effects["scales"][chosen]), form)


def change(run: Entry, condition: str, kind: str, parts: Sequence[str]) -> str:
    """Write a contrast between conditions; a condition tells apart contrasts that are called alike."""
    if not 3 <= len(parts) <= 4:
        raise InputError(f"{len(parts)} parts are too few or too many; accepted: {kind}.A[.B].FACTOR.FORM")
    *labels, factor, form = parts
    path, _, level = factor.partition("=")
    wanted = {"change": "difference", "slope": "slope"}[kind]
    found = [
        one
        for one in run["contrasts"]
        if (one["kind"], one["factor"].rpartition(".")[2]) == (wanted, path)
        and [one["a"], *filter(None, [one["b"]])] in (labels, labels[::-1])
        and level in ("", str(one["to"]))
        and condition in ("", one["condition"])
    ]
    if len(found) != 1:
        raise InputError(f"{len(found)} contrasts between conditions are so called; accepted: one")
    (one,) = found
    view = next(view for view in views_of(run) if view["id"] == one["condition"])
    if form == "p":
        return f"{there(one['p_holm'], 'a test'):.3f}"
    return _difference(one["change"], wording_of(view), form, 1 if one["a"] == labels[0] else -1)


def _ratio(view: Entry, a: str, b: str, kind: str) -> str:
    rows = {**view["learners"], **view["controls"]}
    counted = [found_in(rows, label, "row")["operations"]["inference"]["per_presentation"] for label in (a, b)]
    first, second = (found_in(there(one, "a count of operations"), kind, "count") for one in counted)
    return ratio(first, second)


def _answer(view: Entry, part: str, number: str = "") -> str:
    said = found_in(view.get("answer") or {}, part, "part of the answer")
    return " ".join([said] if isinstance(said, str) else said) if not number else _nth(said, number)


def _verdict(view: Entry, number: str) -> str:
    return _nth(view["verdict"], number)


def _nth(sentences: Sequence[str], number: str) -> str:
    return found_in({str(k): one for k, one in enumerate(sentences)}, number, "sentence")


OF_RUN: Mapping[str, Callable[..., str]] = {
    "seeds": lambda run: str(run["n_seeds"]),
    "commit": commit_of,
    "date": lambda run: run["provenance"]["began"][:10],
    "version": lambda run: run["provenance"]["neurosim"],
    "stamp": lambda run: f"measured at {commit_of(run)}",
}
OF_CONDITION: Mapping[str, Callable[..., str]] = {
    "learner": _learner,
    "pair": _pair,
    "effect": _effect,
    "ratio": _ratio,
    "answer": _answer,
    "verdict": _verdict,
}
BETWEEN = ("change", "slope")
PATHS = (*OF_CONDITION, *BETWEEN, *OF_RUN)


def found_in(of: Mapping[str, Value], name: str, what: str) -> Value:
    """Look a name up, or say which there are."""
    if name not in of:
        raise InputError(f"{what} is {name!r}; accepted: {listed_names(of) or 'none'}")
    return of[name]


def there(value: Value | None, what: str) -> Value:
    """Refuse what was not measured."""
    if value is None:
        raise InputError(f"{what} is not there: nothing was measured")
    return value


def listed_names(names: Iterable[Any]) -> str:
    """Write names one after the other."""
    return ", ".join(map(str, names))
