"""The page of a real run: everything is there, in order, as text, for readers with and without eyes, and offline."""

from __future__ import annotations

import base64
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from neurosim.compare.summary.comparison import SCHEMA
from neurosim.errors import InputError
from neurosim.report.page import names_as_code, write_report
from neurosim.report.table import QUICK
from tests.compare.runs import view_in
from tests.compare.test_effects import additive, summary_of_four
from tests.report.conftest import NASTY
from tests.report.elements import Page, read_page

SECTIONS = ["locality", "protocol", "tested", "learning", "costs", "confusion", "weights", "sample", "measures"]
FIGURES = {
    "answer", "tested", "curves", "curves-operations", "operations", "spikes", "confusion-1", "confusion-2",
    "weights-1", "weights-2", "sample", "sample-1", "sample-2",
}  # fmt: skip


@pytest.fixture(scope="module")
def text(finished: Path) -> str:
    return (finished / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return read_page(text)


@pytest.fixture(scope="module")
def summary(finished: Path) -> dict:
    return view_in(finished)


def test_every_section_is_there_in_order(page: Page) -> None:
    """Two parts fold open below the first screen: how it was judged, then all numbers."""
    assert [attributes["id"] for attributes, _ in page.all("section")] == SECTIONS
    assert [attributes["id"] for attributes, _ in page.all("details")] == ["judged", "numbers"]
    assert not any("open" in attributes for attributes, _ in page.all("details"))
    tags = [(tag, attributes.get("id", attributes.get("class", ""))) for tag, attributes, _ in page.elements]
    order = [("header", "plain"), ("nav", ""), ("details", "judged"), ("div", "verdict"), ("section", "locality"),
             ("details", "numbers"), ("section", "tested")]  # fmt: skip
    places = [tags.index(one) for one in order]
    assert places == sorted(places) and page.open_tags == []


def test_every_address_within_the_page_leads_somewhere(page: Page) -> None:
    """From the first screen to both parts, and from the table of contents to everything in them."""
    ids = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    links = [attributes["href"] for attributes, _ in page.all("a")]
    assert {"#judged", "#numbers", *(f"#{name}" for name in SECTIONS)} <= set(links)
    assert {link.removeprefix("#") for link in links} <= ids


def test_the_whole_verdict_is_below_the_first_screen(page: Page, summary: dict) -> None:
    """Names of learners set as code, every sentence there."""
    said = [text for _, text in page.all("p")]
    assert summary["verdict"] and all(sentence.replace("`", "") in said for sentence in summary["verdict"])
    assert ({}, "stdp") in page.all("code")


def test_strings_from_outside_are_text(text: str, page: Page, summary: dict) -> None:
    """A claim that looks like a script is shown, not run."""
    assert summary["claim"] == NASTY
    assert f"The experiment's claim: {NASTY.replace('`', '')}." in [said for _, said in page.all("p")]
    (script,) = page.all("script")
    assert text.lower().count("<script") == 1 and "alert" not in script[1] and not page.all("iframe")


def test_the_page_needs_nothing_but_itself(text: str, page: Page) -> None:
    """No address but data addresses; no style sheet, font or image from elsewhere."""
    for _, attributes, _ in page.elements:
        for name in ("src", "href", "srcset", "action"):
            assert attributes.get(name, "data:").startswith(("data:", "#"))
    styles = page.all("style")
    assert len(styles) == 1 and not re.search(r"url\(|@import", text.partition("<style>")[2].partition("</style>")[0])


def test_every_figure_is_there_as_svg_png_and_in_the_page(finished: Path, page: Page) -> None:
    """The very bytes of the file are in the page."""
    assert {path.stem for path in (finished / "figures").iterdir()} == FIGURES
    shown = [base64.b64decode(attributes["src"].partition("base64,")[2]) for attributes, _ in page.all("img")]
    assert len(shown) == len(FIGURES)
    files = {path.name: path.read_bytes() for path in (finished / "figures").iterdir()}
    assert set(shown) == {content for name, content in files.items() if name.endswith(".svg")}
    assert all(files[f"{name}.png"].startswith(b"\x89PNG") for name in FIGURES)


def test_figures_are_sound_drawings_without_dates_or_scripts(finished: Path) -> None:
    """XML that parses; nothing in it that changes from day to day."""
    for path in (finished / "figures").glob("*.svg"):
        names = {element.tag.rpartition("}")[2] for element in ElementTree.parse(path).iter()}
        assert "svg" in names and not names & {"script", "date", "foreignObject"}


def test_every_figure_has_an_alternative_text_with_its_numbers(page: Page, summary: dict) -> None:
    """A sentence that says what is to be seen, another one for each figure."""
    texts = [attributes["alt"] for attributes, _ in page.all("img")]
    assert len(set(texts)) == len(texts) and min(map(len, texts)) > 30
    picture, accuracy = texts[:2]
    for label, row in (summary["learners"] | summary["controls"]).items():
        assert f"{label} {100 * row['test']['mean']:.1f} %" in accuracy
    assert f"mlp (told the label) {100 * summary['learners']['mlp']['test']['mean']:.1f} %" in picture
    assert all(attributes["width"] and attributes["height"] for attributes, _ in page.all("img"))


def test_tables_have_captions_and_heads(page: Page) -> None:
    """Every table says what it is, every row has a head, and what scrolls can be reached by the keyboard."""
    # The four rows of the first screen need no caption.
    assert len(page.all("caption")) == len(page.all("table")) - 1 >= 9
    rows = [tag for tag, attributes, _ in page.elements if tag == "th" and attributes.get("scope") == "row"]
    assert len(rows) > 40
    boxes = [attributes for attributes, _ in page.all("div") if attributes.get("class") == "scroll"]
    assert len(boxes) == len(page.all("caption")) + len(page.all("img")) - len(page.all("picture"))
    assert all(box["tabindex"] == "0" and box["role"] == "region" and box["aria-label"] for box in boxes)


def test_headings_go_down_one_level_at_a_time_and_ids_are_unique(page: Page) -> None:
    """One title; sections below it."""
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_page_says_how_it_came_about(text: str, page: Page, summary: dict) -> None:
    """Data, their checksum, versions, the experiment as it was run, and every setting of every learner."""
    cells = " ".join(text for _, text in page.all("td"))
    (data,) = summary["provenance"]["data"]
    assert data["checksum"] in cells
    assert f'"numpy": "{summary["provenance"]["packages"]["numpy"]}"' in cells
    assert "n_neurons = 20" in cells and "hidden_units = 12" in cells and "presentations = 200" in cells


def test_the_locality_ledger_is_in_full(page: Page) -> None:
    """Of both learners, as their traits say."""
    heads = [text for _, text in page.all("th")]
    for name in ("local in space", "weight transport", "population-wide homeostasis", "a schedule with a known end"):
        assert name in heads


def test_the_page_is_small(text: str) -> None:
    """Small enough for a mail."""
    assert 50_000 < len(text.encode()) < 3_000_000


@pytest.mark.slow
def test_writing_it_again_changes_no_byte(copy: Path) -> None:
    """Whatever a reader's own drawing settings are; figures too."""
    import matplotlib

    before = {path: path.read_bytes() for path in [copy / "report.html", *(copy / "figures").iterdir()]}
    with matplotlib.rc_context({"font.size": 31, "axes.facecolor": "red", "lines.linewidth": 9}):
        write_report(copy)
    assert before == {path: path.read_bytes() for path in before}


def test_a_run_whose_cells_are_gone_still_has_its_figures(copy: Path) -> None:
    """The summary is enough for accuracy and costs; the page says what cannot be shown, and for whom."""
    shutil.rmtree(copy / "cells" / "default" / "stdp")
    (copy / "cells" / "default" / "mlp" / "1" / "arrays.npz").write_bytes(b"damaged")
    page = read_page(write_report(copy).read_text())
    kept = [name for name in SECTIONS if name in ("tested", "costs", "measures", "locality", "protocol")]
    assert [attributes["id"] for attributes, _ in page.all("section")] == kept
    assert any("not shown for mlp, stdp" in text for _, text in page.all("p"))
    assert len(page.all("img")) == 3


def test_a_lonely_place_in_the_table_of_the_design_has_a_sentence_and_no_empty_table(copy: Path) -> None:
    """One learner alone has no effect to draw; the page says so."""
    summary = json.loads((copy / "results.json").read_text())
    summary["conditions"][0]["effects"] = summary_of_four({"hebbian": additive()["hebbian"]})["effects"]
    (copy / "results.json").write_text(json.dumps(summary))
    shutil.rmtree(copy / "cells")
    page = read_page(write_report(copy).read_text())
    assert "Told the label: one learner, no effect." in [text for _, text in page.all("p")]
    assert not any("teacher's row" in text for _, text in page.all("caption")) and page.all("caption")


def test_a_quick_page_has_its_banner_and_nothing_bold(copy: Path) -> None:
    """Learners in the order in which they were given."""
    summary = json.loads((copy / "results.json").read_text())
    assert not summary["answer"]["bold"] and not summary["quick"]
    summary["quick"] = True
    (copy / "results.json").write_text(json.dumps(summary))
    shutil.rmtree(copy / "cells")
    page = read_page(write_report(copy).read_text())
    assert ({"class": "quick"}, QUICK) in page.all("p") and page.all("header")[0][0] == {"class": "plain"}
    picture = page.all("img")[0][0]["alt"]
    assert picture.index("mlp") < picture.index("stdp") and not page.all("b") and not page.all("strong")


@pytest.mark.parametrize("content", ["", "[]", "null", '{"schema": 99}', "{"])
def test_what_is_no_summary_is_refused(tmp_path: Path, content: str) -> None:
    """With the folder's name, and nothing is written; of another version's it is said which."""
    (tmp_path / "results.json").write_text(content)
    said = f"of schema 99, .* schema {SCHEMA}; accepted: a run of this version" if "99" in content else "a finished run"
    with pytest.raises(InputError, match=f"{tmp_path.name}.* {said}"):
        write_report(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`mlp` beats `a<b`", "<code>mlp</code> beats <code>a&lt;b</code>"),
        ("no names & <tags>", "no names &amp; &lt;tags&gt;"),
        ("an odd ` tick", "an odd ` tick"),
        ("", ""),
    ],
)
def test_names_between_backticks_become_code(text: str, html: str) -> None:
    """Everything else is escaped."""
    assert names_as_code(text) == html


@pytest.mark.slow
def test_any_number_of_processes_draws_the_same(copy: Path) -> None:
    """The page and all figures, byte by byte, though nothing of them was there."""
    before = {path: path.read_bytes() for path in [copy / "report.html", *(copy / "figures").iterdir()]}
    shutil.rmtree(copy / "figures")
    (copy / "report.html").unlink()
    write_report(copy, jobs=2, png=True)
    assert len(before) > 5
    assert before == {path: path.read_bytes() for path in [copy / "report.html", *(copy / "figures").iterdir()]}
