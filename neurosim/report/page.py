"""The report: one HTML file that needs no network, with its figures beside it as SVG and PNG."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from neurosim.compare.files import write_text
from neurosim.compare.summary import SCHEMA
from neurosim.errors import InputError
from neurosim.report.plots import accuracy_dots, learning_curves
from neurosim.report.table import HEADER, pair_lines, result_rows


def write_report(folder: Path) -> Path:
    """Make ``report.html`` and ``figures/`` from a folder's ``results.json``.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InputError
        If the folder holds no results.
    """
    try:
        summary = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(folder)!r} holds no readable results.json; accepted: a finished run") from error
    if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
        raise InputError(f"{str(folder)!r}: results.json is not a summary of schema {SCHEMA}; accepted: a finished run")
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    n_rows = len(summary["learners"]) + len(summary["controls"])
    drawn = {
        "accuracy": _figure(figures, "accuracy", accuracy_dots, summary, (8.5, 1 + 0.42 * n_rows)),
        "curves": _figure(figures, "curves", learning_curves, summary, (8.5, 4)),
    }
    environment = Environment(loader=PackageLoader("neurosim.report"), autoescape=select_autoescape())
    page = environment.get_template("page.html").render(
        summary=summary,
        header=HEADER,
        rows=result_rows(summary),
        pairs=pair_lines(summary),
        figures=drawn,
        n_learners=len(summary["learners"]),
    )
    path = folder / "report.html"
    write_text(path, page)
    return path


def _figure(
    folder: Path, name: str, draw: Callable[[Mapping[str, Any], Any], Any], summary: Any, size: tuple[float, float]
) -> Markup:
    import matplotlib

    # A figure of its own, not pyplot's: no global state, no window.
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "neurosim", "font.size": 12, "svg.fonttype": "path"}):
        figure = Figure(figsize=size, layout="constrained")
        draw(summary, figure.subplots())
        figure.savefig(folder / f"{name}.png", dpi=150, metadata={"Software": None})
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    return Markup(svg[svg.index("<svg") :])
