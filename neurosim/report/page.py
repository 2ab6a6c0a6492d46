"""The report: one HTML file that needs no network, with its figures beside it as SVG, and as PNG if asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from neurosim.compare.running.executors import map_in_processes
from neurosim.compare.running.files import write_text
from neurosim.compare.words.conditions import factors_in_words
from neurosim.compare.words.pairs import wording_of
from neurosim.report import conditions, directions, sections, tables
from neurosim.report.bars import bars_figure
from neurosim.report.effects import effect_figures, effect_table
from neurosim.report.figures import Drawn, Figure, draw
from neurosim.report.first_screen import claim_sentences, first_rows, parentheses
from neurosim.report.results import Results, read_results
from neurosim.report.series import series_figures
from neurosim.report.table import QUICK, header, result_rows

REPORT = "report.html"
DRAWN_EACH = 12
"""Conditions up to which each has a figure of its own; all have their table."""
CONTENTS = (
    ("judged", "How this was judged"), ("locality", "Locality"), ("protocol", "Protocol and provenance"),
    ("numbers", "All numbers"), ("directions", "Which way the weights go"), ("tested", "What was reached"),
    ("effects", "Effects"), ("learning", "Learning"), ("costs", "Operations and energy"),
    ("confusion", "What is mistaken for what"), ("answers", "What was answered"), ("weights", "What was learned"),
    ("sample", "One sample"), ("measures", "Every measure"),
)  # fmt: skip
"""What folds open below the first screen."""
ALWAYS = ("judged", "locality", "protocol", "numbers", "tested", "costs", "measures")


def write_report(folder: Path, jobs: int = 1, png: bool = False) -> Path:
    """Make ``report.html`` and ``figures/`` from a folder's results.

    Parameters
    ----------
    folder : Path
        Of a finished run.
    jobs : int, default=1
        Processes that draw; the page does not depend on it.
    png : bool, default=False
        Write the figures as PNG too?

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
    one = len(results.views) == 1
    page = render("report.html", report_content(results, jobs, png)) if one else conditions_page(results, jobs, png)
    write_text(path, page)
    return path


def report_content(results: Results, jobs: int = 1, png: bool = False) -> dict[str, Any]:
    """Draw all figures of a run with one condition and gather everything that its page shows."""
    (view,) = results.views
    records, wording = results.records[view["id"]], wording_of(view)
    of_directions = directions.is_measurement(view)
    bars = [figure for figure in (bars_figure(view),) if figure is not None] if not of_directions else []
    picture = directions.picture_figures(view) if of_directions else bars
    effects = effect_figures(view) if view["effects"] else []
    drawn = drawn_parts(
        {
            "picture": effects[:1] or picture,
            "bars": bars if effects else [],
            "tested": sections.main_figures(view),
            "series": [] if of_directions else series_figures(view),
            "angles": [*directions.angle_figures(view), *directions.lecture_figures(view)] if of_directions else [],
            "effects": effects[1:],
            "learning": sections.learning_figures(records, wording),
            "costs": sections.cost_figures(view, records),
            "confusion": sections.confusion_figures(records),
            "answers": sections.answer_figures(records, wording),
            "weights": sections.weight_figures(records),
            "sample": sections.sample_figures(records),
        },
        results.folder / "figures",
        jobs,
        png,
    )
    there = {*ALWAYS, *(["directions"] if of_directions else []), *(["effects"] if view["effects"] else [])}
    return {
        **drawn,
        "summary": view,
        "wording": wording,
        "title": view["answer"]["title"],
        "answer": view["answer"],
        "parentheses": parentheses(view, view["answer"]),
        "claimed": claim_sentences(view),
        "contents": [(name, title) for name, title in CONTENTS if name in there or drawn.get(name)],
        "verdict": view["verdict"],
        "quick": QUICK if view["quick"] else None,
        "header": header(view),
        "rows": result_rows(view),
        "n_learners": len(view["learners"]),
        "pairs": tables.pairs(view) if view["paired"] or view["against_controls"] else None,
        "effect_table": effect_table(view["effects"]) if view["effects"] else None,
        "cost_tables": tables.costs(view),
        "cost_notes": [*tables.count_notes(view), *tables.energy_notes(view)],
        "use": tables.use(view),
        "measures": tables.measures(view),
        "ledger": tables.ledger(view),
        "settings": tables.settings(records),
        "provenance": tables.provenance(view),
        "lacking": results.lacking(view),
        "directions_sentences": directions.sentences(view) if of_directions else [],
        "directions_table": directions.angle_table(view) if of_directions else None,
    }


def conditions_page(results: Results, jobs: int = 1, png: bool = False) -> str:
    """Draw the figures of a run with several conditions and fill its page."""
    summary, views = results.summary, results.views
    drawn_each = len(views) <= DRAWN_EACH
    parts = {
        "levels": conditions.level_figures(summary),
        **{view["id"]: sections.main_figures(view) if drawn_each else [] for view in views},
    }
    named = {
        name: [figure if name == "levels" else replace(figure, name=f"{name}-{figure.name}") for figure in figures]
        for name, figures in parts.items()
    }
    drawn = drawn_parts(named, results.folder / "figures", jobs, png)
    shown = [
        {
            "title": factors_in_words(view["factors"]),
            "header": header(view),
            "rows": result_rows(view),
            "n_learners": len(view["learners"]),
            "verdict": view["verdict"],
            "expected": view["expected"],
            "figures": drawn[view["id"]],
        }
        for view in views
    ]
    content = {
        "summary": summary,
        "title": summary["answer"]["title"],
        "answer": summary["answer"],
        "picture": drawn["levels"][:1],
        "parentheses": parentheses(views[0], summary["answer"]),
        "claimed": claim_sentences(views[0] | {"expected": []}),
        "contents": [
            ("judged", "How this was judged"),
            ("protocol", "Protocol and provenance"),
            ("numbers", "All numbers"),
            ("levels", "Over the levels"),
            ("conditions", "Each condition by itself"),
        ],
        "quick": QUICK if summary["quick"] else None,
        "words": summary["words"],
        "levels": drawn["levels"][1:],
        "tables": conditions.level_tables(summary),
        "contrasts": conditions.contrast_table(summary),
        "conditions": shown,
        "provenance": tables.provenance(summary),
    }
    return render("conditions.html", content)


def drawn_parts(
    parts: Mapping[str, Iterable[Figure]], folder: Path, jobs: int, png: bool = False
) -> dict[str, list[Drawn]]:
    """Draw the figures of all parts of a page, several at a time, into a folder."""
    listed = [(name, figure) for name, figures in parts.items() for figure in figures]
    drawn = map_in_processes(partial(draw, folder=folder, png=png), [figure for _, figure in listed], jobs)
    found: dict[str, list[Drawn]] = {name: [] for name in parts}
    for (name, _), one in zip(listed, drawn, strict=True):
        found[name].append(one)
    return found


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
    environment.globals["first_rows"] = first_rows
    return environment.get_template(template).render(content)


def names_as_code(text: str) -> Markup:
    """Set names between backticks as code, everything escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
