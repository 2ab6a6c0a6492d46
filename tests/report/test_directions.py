"""Figures, table and sentences about directions; and their place on the page of a run."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running.runner import run_experiment
from neurosim.report.angle_plots import angle_panels, angles_of, lecture_rules, trials_of
from neurosim.report.directions import angle_figures, angle_table, sentences
from neurosim.report.line_ends import apart
from neurosim.report.page import write_report
from tests.compare.runs import view_in
from tests.report.conftest import NASTY
from tests.report.elements import read_page

LEARNERS = {"mlp": {"hidden_units": [12]}, "hebb": {"n_units": 8}, "frozen-hidden": {"hidden_units": [12]}}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small measurement; not to be written into."""
    folder = tmp_path_factory.mktemp("directions") / "first"
    experiment = make_experiment(
        task="patterns:n_classes=4,flip=0.05", train_size=60, n_seeds=2, presentations=200, learners=LEARNERS,
        controls=False, protocol={"kind": "directions", "shares": [0.0, 0.5], "trials": 100},
    )  # fmt: skip
    assert run_experiment(experiment, folder).failures == {}
    return folder


@pytest.fixture
def view(measured: Path) -> Any:
    return view_in(measured)


def test_figures_say_their_numbers(view: Any) -> None:
    """The alternative text has every angle that the figure ends with."""
    own = next(figure for figure in angle_figures(view) if figure.name == "directions-own")
    assert "mlp" in own.alt and "hebb" in own.alt and "Before training" in own.alt and "After 50 %" in own.alt
    assert "softmax of cosines" in next(f for f in angle_figures(view) if f.name == "directions-readout").caption


def test_a_panel_a_layer_and_a_row_a_moment(view: Any) -> None:
    """Every rule with an angle is a line in its panel, named at its end; the others are not drawn."""
    from matplotlib.figure import Figure

    panels, n_trials = angle_panels(view, "own", Figure().subplots()), len(trials_of(view))
    assert panels.shape == (2, 2)
    for row, layer, expected in ((0, 0, {"mlp", "hebb"}), (1, 0, {"mlp", "hebb"}), (1, 1, {"mlp", "frozen-hidden"})):
        panel = panels[row, layer]
        assert {text.get_text() for text in panel.texts} == expected
        lines = [line for line in panel.lines if len(line.get_xdata()) == n_trials]
        assert len(lines) == len(expected)
        assert panel.get_xscale() == "log"
    drawn = [line for line in panels[1, 0].lines if len(line.get_xdata()) == n_trials]
    mlp = angles_of(view, 0.5, "layer_1", "own")["mlp"]
    assert drawn[0].get_ydata().tolist() == pytest.approx([figure["mean"] for figure in mlp.full])


def test_names_do_not_lie_on_each_other() -> None:
    """Each at its line where there is room, else moved as little as needed; never beyond the top."""
    placed = dict(apart({"a": 10.0, "b": 10.5, "c": 50.0, "d": 99.5, "e": 99.0}, 4.0, 100.0))
    heights = sorted(placed.values())
    assert all(high - low >= 4 - 1e-9 for low, high in pairwise(heights))
    assert placed["c"] == 50 and placed["a"] == 10 and heights[-1] <= 100
    assert placed["a"] < placed["b"] < placed["c"] < placed["e"] < placed["d"]


def test_the_lecture_shows_four_rules_at_most(view: Any) -> None:
    assert list(lecture_rules(view)) == ["mlp", "hebb"]


def test_sentences_give_angles_and_what_chance_is(view: Any) -> None:
    """The read-out and the own loss, then what a random update and what a small difference would be."""
    own, readout, chance = sentences(view)
    assert own.startswith(
        "After 50 % of the budget, the mean of 100 weight changes in layer_1 stands off the descent of"
    )
    assert "(mlp" in own and "(hebb" in own and "read-out" in readout
    assert "90° give or take" in chance and "9 % as fast" in chance


def test_the_page_of_a_run_shows_it(finished: Path, measured: Path, tmp_path: Path) -> None:
    """Figures as files and in the page, sentences, table; nothing of it where another protocol was run."""
    assert "Which way the weights go" not in (finished / "report.html").read_text(encoding="utf-8")
    folder = Path(shutil.copytree(measured, tmp_path / "run"))
    changed = json.loads((folder / "results.json").read_text())
    for series in changed["conditions"][0]["learners"]["frozen-hidden"]["series"].values():
        if series["about"]["undefined"]:
            series["about"]["undefined"] = NASTY
    (folder / "results.json").write_text(json.dumps(changed))
    text = write_report(folder).read_text(encoding="utf-8")
    page = read_page(text)
    assert "Which way the weights go" in [heading for _, heading in page.all("h2")]
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    alts = [attributes["alt"] for attributes, _ in page.all("img")]
    assert sum(alt.startswith("Angle of weight changes") for alt in alts) == 4
    assert alts[0].startswith("Angle of weight changes to steepest descent"), "the first screen's picture"
    assert "#directions" in [attributes["href"] for attributes, _ in page.all("a")]
    said = [paragraph for _, paragraph in page.all("p")]
    assert all(sentence in said for sentence in sentences(view_in(folder)))
    assert any("without noise" in head for _, head in page.all("th"))
    names = {"directions-own", "directions-readout", "directions-lecture"}
    assert {path.name for path in (folder / "figures").iterdir()} >= {f"{name}.svg" for name in names}
    for name in names:
        ElementTree.parse(folder / "figures" / f"{name}.svg")


def test_the_table_has_every_layer_and_reason(view: Any) -> None:
    """A row a layer and loss; what is undefined says why instead of a number."""
    table = angle_table(view)
    rows = {row[:3]: row[3:] for row in table.rows}
    assert len(rows) == 2 * 2 + 2 * 1 + 2 * 2
    assert "does not change" in rows["frozen-hidden", "layer_1", "own"][-1]
    assert float(rows["mlp", "layer_1", "own"][0].split()[0]) < 90
    assert all(len(row) == len(table.header) for row in table.rows)
