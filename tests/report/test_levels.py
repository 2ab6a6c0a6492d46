"""A run under several conditions: its first screen has the figure over the levels, on the page and as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib.figure import Figure

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.opening import open_experiment
from neurosim.compare.summary.comparison import summarise
from neurosim.report.conditions import level_figures
from neurosim.report.page import write_report
from neurosim.report.style import SETTINGS
from neurosim.report.text_screen import level_lines_as_text
from neurosim.terminal import show_result
from tests.compare.made_records import RATE, records
from tests.report.elements import read_page

RATES = (0.01, 0.1, 1.0)
MEANS = (0.5, 0.75, 0.9)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    opened = open_experiment(
        make_experiment(
            task="digits", n_seeds=6, controls=False, learners={"mlp": {}, "other": {"kind": "mlp"}},
            conditions={"learners.mlp.learning_rate": list(RATES)},
        )
    )  # fmt: skip
    made, traits = {}, {}
    for condition, mean in zip(opened.conditions, MEANS, strict=True):
        values = [mean + 0.01 * k for k in range(-3, 3)]
        fixed = [0.6 + 0.01 * k for k in range(6)]
        made[condition.id] = {"mlp": records("mlp", values, RATE), "other": records("other", fixed, RATE)}
        traits[condition.id] = {"mlp": RATE, "other": RATE}
    return summarise(opened, made, traits, {"versions": {}})


def test_the_first_figure_has_a_drawing_for_phones_with_the_same_marks(summary: dict[str, Any]) -> None:
    """A mark a level and learner, on a logarithmic axis; as many level names as have room."""
    (figure,) = level_figures(summary)
    assert figure.draw_narrow is not None and figure.narrow_size[0] < 4 < figure.size[0]
    with matplotlib.rc_context(SETTINGS):
        for draw, size in ((figure.draw, figure.size), (figure.draw_narrow, figure.narrow_size)):
            ax = Figure(figsize=size).subplots()
            draw(ax)
            marks = {line.get_label(): line.get_xydata() for line in ax.lines if len(line.get_xdata()) == 3}
            assert marks["mlp"][:, 0] == pytest.approx(RATES) and ax.get_xscale() == "log"
            assert marks["mlp"][:, 1] == pytest.approx([100 * mean - 0.5 for mean in MEANS])
            assert marks["other"][:, 1] == pytest.approx([62.5] * 3)


def test_the_page_opens_with_it(summary: dict[str, Any], tmp_path: Path) -> None:
    """One picture, four rows, and all else folded below; every link leads somewhere."""
    (tmp_path / "results.json").write_text(json.dumps(summary))
    page = read_page(write_report(tmp_path).read_text(encoding="utf-8"))
    tags = [tag for tag, _, _ in page.elements]
    assert tags.index("header") < tags.index("picture") < tags.index("nav") < tags.index("details")
    assert page.all("h1")[0][1] == summary["answer"]["title"]
    ids = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    links = {attributes["href"].removeprefix("#") for attributes, _ in page.all("a")}
    assert {"judged", "numbers", "levels", "conditions"} <= links <= ids and page.open_tags == []


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_the_terminal_says_each_level(
    summary: dict[str, Any], columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a learner; no line too long, and no table with broken cells."""
    monkeypatch.setenv("COLUMNS", str(columns))
    show_result(summary, Path("report.html"))
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line.rstrip()) <= columns for line in lines)
    assert "mlp: 49.5 at 0.01, 74.5 at 0.1, 89.5 at 1" in " ".join(" ".join(lines).split())
    assert level_lines_as_text(summary, columns)[0].startswith("accuracy (%) over learning_rate")
