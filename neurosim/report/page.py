"""The report: one HTML file that needs no network, with its figures beside it as SVG and PNG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from neurosim.compare.running.executors import map_in_processes
from neurosim.compare.running.files import write_text
from neurosim.report import directions, sections, tables
from neurosim.report.effects import effect_figures, effect_table
from neurosim.report.figures import Drawn, Figure, draw
from neurosim.report.results import Results, read_results
from neurosim.report.table import QUICK, header, result_rows

REPORT = "report.html"
NAMED = 4
"""The heading names so many learners, and counts more."""


def write_report(folder: Path, jobs: int = 1) -> Path:
    """Make ``report.html`` and ``figures/`` from a folder's results.

    Parameters
    ----------
    folder : Path
        Of a finished run.
    jobs : int, default=1
        Processes that draw; the page does not depend on it.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InputError
        If the folder holds no results, or cannot be written.
    """
    results = read_results(folder)
    path = folder / REPORT
    write_text(path, render("report.html", report_content(results, jobs)))
    return path


def heading(labels: list[str]) -> str:
    """Name the learners of a run, or count them where their names would fill the screen."""
    return " against ".join(labels) if len(labels) <= NAMED else f"{len(labels)} learners"


def report_content(results: Results, jobs: int = 1) -> dict[str, Any]:
    """Draw all figures of a run and gather everything that its page shows."""
    summary, records = results.summary, results.records
    drawn = drawn_parts(
        {
            "accuracy": [sections.accuracy_figure(summary)],
            "effects": effect_figures(summary) if summary["effects"] else [],
            "learning": sections.learning_figures(records),
            "costs": sections.cost_figures(summary, records),
            "confusion": sections.confusion_figures(records),
            "weights": sections.weight_figures(records),
            "sample": sections.sample_figures(records),
        },
        results.folder / "figures",
        jobs,
    )
    return {
        **drawn,
        "summary": summary,
        "title": f"{', '.join(summary['learners'])} on {summary['task']}",
        "heading": f"{heading(list(summary['learners']))} on {summary['task']}",
        "verdict": summary["verdict"],
        "quick": QUICK if summary["quick"] else None,
        "header": header(summary),
        "rows": result_rows(summary),
        "n_learners": len(summary["learners"]),
        "pairs": tables.pairs(summary) if summary["paired"] or summary["against_controls"] else None,
        "effect_table": effect_table(summary["effects"]) if summary["effects"] else None,
        "cost_tables": tables.costs(summary),
        "cost_notes": [*tables.count_notes(summary), *tables.energy_notes(summary)],
        "use": tables.use(summary),
        "measures": tables.measures(summary),
        "ledger": tables.ledger(summary),
        "settings": tables.settings(records),
        "provenance": tables.provenance(summary),
        "lacking": results.lacking,
        "directions": directions_content(results.folder),
    }


def drawn_parts(parts: Mapping[str, Iterable[Figure]], folder: Path, jobs: int) -> dict[str, list[Drawn]]:
    """Draw the figures of all parts of a page, several at a time, into a folder."""
    listed = [(name, figure) for name, figures in parts.items() for figure in figures]
    drawn = map_in_processes(partial(draw, folder=folder), [figure for _, figure in listed], jobs)
    found: dict[str, list[Drawn]] = {name: [] for name in parts}
    for (name, _), one in zip(listed, drawn, strict=True):
        found[name].append(one)
    return found


def directions_content(folder: Path) -> dict[str, Any] | None:
    """Draw which way the weights went, where a run's folder holds a measurement of it."""
    measured = directions.read_directions(folder)
    if measured is None:
        return None
    return {
        "figures": [draw(figure, folder / "figures") for figure in directions.angle_figures(measured)],
        "sentences": directions.sentences(measured),
        "table": directions.angle_table(measured),
    }


def render(template: str, content: dict[str, Any]) -> str:
    """Fill a template; every string is escaped, and a name that is missing is an error.

    Parameters
    ----------
    template : str
        File name in ``templates/``.
    content : dict
        What it shows.
    """
    environment = Environment(
        loader=PackageLoader("neurosim.report"),
        # Whatever the file is called: labels, claims and paths come from whoever made the run.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["names"] = names_as_code
    return environment.get_template(template).render(content)


def names_as_code(text: str) -> Markup:
    """Set names between backticks as code, everything escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
