"""Several finished runs side by side, on one page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from neurosim.compare.running.files import write_text
from neurosim.compare.statistics.intervals import student_interval
from neurosim.compare.words.pairs import wording_of
from neurosim.compare.words.phrases import listed
from neurosim.errors import InputError
from neurosim.report.figures import Figure, draw
from neurosim.report.page import render
from neurosim.report.plots import runs_side_by_side
from neurosim.report.results import Results, read_results
from neurosim.report.table import QUICK, with_interval
from neurosim.report.tables import MISSING, Table, in_words, number

COMPARISON = "comparison.html"
DECISIVE = ("task", "first_seed", "n_seeds", "presentations", "train_size")
"""What is said of every run; other settings only where runs differ in them."""


def write_comparison(folders: Sequence[Path], out: Path, png: bool = False) -> Path:
    """Put runs side by side in ``out/comparison.html``, with its figure in ``out/figures/``.

    Parameters
    ----------
    folders : sequence of Path
        Of finished runs, two or more.
    out : Path
        Folder of the page; created if missing.
    png : bool, default=False
        Write the figure as PNG too?

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InputError
        If there are fewer than two different folders, one holds no results, or ``out`` cannot be written.
    """
    if len({folder.resolve() for folder in folders}) < max(len(folders), 2):
        raise InputError(f"folders are {', '.join(map(str, folders))}; accepted: two different finished runs or more")
    runs = dict(zip(names_of(folders), map(read_results, folders), strict=True))
    summaries = viewed(runs)
    wording = wording_of(next(iter(summaries.values())))
    means = [
        f"{label} in {name} {wording.in_words(row['test']['mean'])}"
        for name, summary in summaries.items()
        for label, row in summary["learners"].items()
        if row["test"] is not None
    ]
    size = (7.2, 1.5 + 0.3 * len(runs) + (0.25 + 0.3 * len(runs)) * len(labels_of(summaries, "learners")))
    figure = Figure(
        "comparison", partial(runs_side_by_side, summaries), size, f"Test {wording.title}: {', '.join(means)}.",
        "A mark a run: its mean, the 95 % interval, and the seeds as small dots.",
    )  # fmt: skip
    shortened_runs = [name for name, summary in summaries.items() if summary["quick"]]
    content = {
        "quick": f"{QUICK} ({', '.join(shortened_runs)})" if shortened_runs else None,
        "title": " and ".join(runs),
        "runs": summaries,
        "one_task": len({summary["task"] for summary in summaries.values()}) == 1,
        "figure": [draw(figure, out / "figures", png)],
        "measure": wording.sentence,
        "values": value_table(summaries),
        "differences": differences(summaries),
        "costs": cost_table(summaries),
        "settings": settings_table(runs),
    }
    path = out / COMPARISON
    write_text(path, render(COMPARISON, content))
    return path


def names_of(folders: Sequence[Path]) -> list[str]:
    """Name each folder by as many of its last parts as tell it from all others."""
    parts = [folder.resolve().parts for folder in folders]
    for n in range(1, max(map(len, parts)) + 1):
        names = ["/".join(own[-n:]) for own in parts]
        if len(set(names)) == len(names):
            return names
    return [str(folder) for folder in folders]


def labels_of(summaries: Mapping[str, Mapping[str, Any]], group: str) -> list[str]:
    """Give all labels of a group, in the order in which they first come."""
    return list(dict.fromkeys(label for summary in summaries.values() for label in summary[group]))


def viewed(runs: Mapping[str, Results]) -> dict[str, dict[str, Any]]:
    """Give every condition of every run, all judged by one measure.

    Raises
    ------
    InputError
        If two are judged by different measures.
    """
    found = {
        name if len(run.views) == 1 else f"{name}, {view['id']}": view
        for name, run in runs.items()
        for view in run.views
    }
    tested = {name: view["measures"][view["tested"]]["title"] for name, view in found.items()}
    if len(set(tested.values())) > 1:
        told = ", ".join(f"{name}: {title}" for name, title in tested.items())
        raise InputError(f"the runs are judged by different measures ({told}); accepted: runs judged by the same one")
    return found


def value_table(summaries: Mapping[str, Mapping[str, Any]]) -> Table:
    """Set what is tested side by side, learners first, then controls."""
    rows, wording = [], wording_of(next(iter(summaries.values())))
    for group in ("learners", "controls"):
        for label in labels_of(summaries, group):
            found = [summary[group].get(label) for summary in summaries.values()]
            rows.append((label, *(MISSING if row is None else with_interval(row["test"], wording) for row in found)))
    return Table(f"Test {wording.axis}, in brackets the 95 % interval", ("", *summaries), tuple(rows))


def cost_table(summaries: Mapping[str, Mapping[str, Any]]) -> Table:
    """Set effective and dense operations of a decision side by side."""
    rows = []
    for label in labels_of(summaries, "learners"):
        cells = []
        for summary in summaries.values():
            row = summary["learners"].get(label)
            each = row and row["operations"]["inference"]["per_presentation"]
            known = each and each["dense"] is not None
            cells.append(f"{number(each['effective'])} of {number(each['dense'])}" if known else MISSING)
        rows.append((label, *cells))
    return Table("Operations a decision: effective of dense", ("", *summaries), tuple(rows))


def differences(summaries: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say by how much a label changed from the first run to each other that has the same seeds and data."""
    (first, base), *others = summaries.items()
    lines, wording = [], wording_of(base)
    for name, other in others:
        if _paired_by(base) != _paired_by(other) or base["resampling"] != "one test part":
            continue
        for label in base["learners"]:
            tests = [summary["learners"].get(label, {}).get("test") for summary in (base, other)]
            if None in tests:
                continue
            before, after = (test["per_seed"] for test in tests)
            found = student_interval([b - a for a, b in zip(before, after, strict=True)])
            ends = "" if found.ends is None else f" ({' to '.join(wording.number(end, True) for end in found.ends)})"
            lines.append(f"{label}: {name} − {first} {wording.difference_in_words(found.mean, signed=True)}{ends}")
    return lines


def _paired_by(summary: Mapping[str, Any]) -> tuple[Any, ...]:
    experiment = tomllib.loads(summary["provenance"]["experiment"])
    return (summary["provenance"]["data"], summary["task"], experiment["first_seed"], experiment["n_seeds"])


def settings_table(runs: Mapping[str, Results]) -> Table:
    """List what was run, by what: the decisive settings, and all others in which the runs differ."""
    each = {name: _settings(run) for name, run in runs.items()}
    names = list(dict.fromkeys(key for settings in each.values() for key in settings))
    rows = []
    for key in names:
        values = [settings.get(key, MISSING) for settings in each.values()]
        if key in DECISIVE or len(set(values)) > 1:
            rows.append((key, *values))
    return Table("What was run, and where the runs differ", ("", *runs), tuple(rows))


def _experiment(run: Results) -> dict[str, Any]:
    return tomllib.loads(run.summary["provenance"]["experiment"])


def _settings(run: Results) -> dict[str, str]:
    provenance = run.summary["provenance"]
    versions = {
        "measured with": listed(
            [code["git_commit"] or f"neurosim {code['neurosim']}" for code in provenance["measured_with"]]
        ),
        "python": provenance["python"],
    }
    return _flat({**dict.fromkeys(DECISIVE, "default"), **_experiment(run), **versions, **provenance["packages"]})


def _flat(settings: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in settings.items():
        found |= _flat(value, f"{above}{key}.") if isinstance(value, Mapping) else {f"{above}{key}": in_words(value)}
    return found
