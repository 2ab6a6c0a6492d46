"""The report: one HTML file that needs no network, with its figures beside it as SVG and PNG."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from neurosim.compare.files import write_text
from neurosim.report import directions, sections, tables
from neurosim.report.effects import effect_figures, effect_table
from neurosim.report.figures import Drawn, Figure, draw
from neurosim.report.results import Results, read_results
from neurosim.report.table import QUICK, header, result_rows

REPORT = "report.html"
NAMED = 4
"""The heading names so many learners, and counts more."""


def write_report(folder: Path) -> Path:
    """Make ``report.html`` and ``figures/`` from a folder's results.

    Parameters
    ----------
    folder : Path
        Of a finished run.

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
    write_text(path, render("report.html", report_content(results)))
    return path


def heading(labels: list[str]) -> str:
    """Name the learners of a run, or count them where their names would fill the screen."""
    return " against ".join(labels) if len(labels) <= NAMED else f"{len(labels)} learners"


def report_content(results: Results) -> dict[str, Any]:
    """Draw all figures of a run and gather everything that its page shows."""
    summary, records = results.summary, results.records
    folder = results.folder / "figures"

    def drawn(figures: Iterable[Figure]) -> list[Drawn]:
        return [draw(figure, folder) for figure in figures]

    return {
        "summary": summary,
        "title": f"{', '.join(summary['learners'])} on {summary['task']}",
        "heading": f"{heading(list(summary['learners']))} on {summary['task']}",
        "verdict": summary["verdict"],
        "quick": QUICK if summary["quick"] else None,
        "header": header(summary),
        "rows": result_rows(summary),
        "n_learners": len(summary["learners"]),
        "pairs": tables.pairs(summary) if summary["paired"] or summary["against_controls"] else None,
        "accuracy": drawn([sections.accuracy_figure(summary)]),
        "effects": drawn(effect_figures(summary)) if summary["effects"] else None,
        "effect_table": effect_table(summary["effects"]) if summary["effects"] else None,
        "learning": drawn(sections.learning_figures(records)),
        "costs": drawn(sections.cost_figures(summary, records)),
        "cost_tables": tables.costs(summary),
        "energy_notes": tables.energy_notes(summary),
        "confusion": drawn(sections.confusion_figures(records)),
        "weights": drawn(sections.weight_figures(records)),
        "sample": drawn(sections.sample_figures(records)),
        "use": tables.use(summary),
        "ledger": tables.ledger(summary),
        "settings": tables.settings(records),
        "provenance": tables.provenance(summary),
        "lacking": results.lacking,
        "directions": directions_content(results.folder),
    }


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
