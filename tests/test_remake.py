"""Every table and figure of the documents that names a run is what was kept of it."""

from __future__ import annotations

import copy
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from neurosim.compare.summary.comparison import SCHEMA
from neurosim.errors import InputError
from tests.compare.test_effects import additive, summary_of_four
from tests.compare.test_summary import summary_from, usual

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))
import keep_results  # noqa: E402
import remake  # noqa: E402
from kept_figures import Kept, kept_in  # noqa: E402

sys.path.pop(0)

PROVENANCE = {
    "neurosim": "9.9.9",
    "git_commit": "0123456789abcdef",
    "git_changes": False,
    "measured_with": [{"neurosim": "9.9.9", "git_commit": "0123456789abcdef", "git_changes": False, "cells": 4}],
    "python": "3.99",
    "packages": {"numpy": "2.0"},
    "host": {"system": "a machine of mine"},
    "experiment": 'plugins = ["/home/me/own.py"]',
    "data": [{"task": "digits", "source": "/home/me/digits", "licence": "", "checksum": "abc"}],
    "plugins": {"/home/me/own.py": "def"},
    "began": "2026-02-03T04:05:06Z",
    "wall_s": 7.0,
}
ANSWER = {
    "title": "Two",
    "under": "4 seeds",
    "headline": "Rules differ.",
    "shown": ["One: `mlp`.", "Two."],
    "not_shown": [],
    "takes": None,
}


def whole(name: str, view: dict[str, Any]) -> dict[str, Any]:
    return summary_from(view | {"name": name, "provenance": PROVENANCE})


def four() -> dict[str, Any]:
    return whole("four", summary_of_four(additive()))


def two() -> dict[str, Any]:
    """Two learners and two controls, an answer, and a contrast between conditions made by hand."""
    summary = whole("two", usual(n_items=100))
    (condition,) = summary["conditions"]
    condition["answer"] = ANSWER
    change = {
        "mean": -0.125,
        "ci95": [-0.25, -0.0625],
        "seeds_ci95": [-0.1875, -0.0625],
        "method": "Student t",
        "per_seed": [-0.125] * 4,
    }
    contrast = {
        "kind": "difference", "factor": "protocol.share", "from": 0.0, "to": 0.5, "per": "", "a": "stdp", "b": None,
        "condition": condition["id"], "change": change, "p_holm": 0.0625, "at": {},
    }  # fmt: skip
    of_two = contrast | {"a": "mlp", "b": "stdp", "change": change | {"mean": 0.25, "ci95": None}}
    return summary | {"contrasts": [contrast, of_two]}


@pytest.fixture(scope="module")
def kept() -> Kept:
    return Kept({one["name"]: keep_results.kept_of(one) for one in (four(), two())})


@pytest.mark.parametrize("path", remake.documents(), ids=lambda path: path.name)
def test_documents_say_what_was_kept(path: Path) -> None:
    """`python docs/remake.py` writes them anew."""
    assert remake.remade(path.read_text(encoding="utf-8"), kept_in(), path.name).problems == ()


def test_there_is_something_to_hold() -> None:
    """Guard: figures and tables are found, and the kept results hold no path and no host."""
    texts = [path.read_text(encoding="utf-8") for path in remake.documents()]
    found = [place for text in texts for place in remake.PLACES.finditer(text) if place["code"] is None]
    assert sum(place["path"] is not None for place in found) >= 3
    assert sum(place["run"] is not None for place in found) >= 4
    for path in (ROOT / "docs" / "results").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert path.stem == json.loads(text)["name"] and len(text) < 650_000
        assert re.search(r'"/|"host"|file:', text) is None


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("two:learner.mlp.value", "91.5"),
        ("two:learner.mlp.value-unit", "91.5 %"),
        ("two:learner.mlp.accuracy.value", "91.5"),
        ("two:learner.raw-linear.value", "87.0"),
        ("two:learner.stdp.labels", "for read-out"),
        ("two:pair.mlp.stdp.points", "+2.0"),
        ("two:pair.stdp.mlp.points", "-2.0"),
        ("two:pair.stdp.mlp.lead", "2.0"),
        ("two:pair.stdp.mlp.ahead", "mlp"),
        ("two:pair.mlp.raw-linear.points", "+4.5"),
        ("four:effect.label.rule.points", "+3.5"),
        ("four:effect.label.rule.interval", "+0.9 to +6.0"),
        ("four:effect.label.rule.bracketed", "+3.5 [+0.9, +6.0]"),
        ("four:effect.label.unit.accuracy-log-odds.points", "-0.21"),
        ("two:change.stdp.share.points", "-12.5"),
        ("two:change.stdp.share=0.5.bracketed", None),
        ("two:change.stdp.share.interval", "-25.0 to -6.2"),
        ("two:change.stdp.share.seeds-interval", "-18.8 to -6.2"),
        ("two:change.stdp.share.lead-interval", "6.2 to 25.0"),
        ("two:change.stdp.share.p", "0.062"),
        ("two:change.stdp.mlp.share.points", "-25.0"),
        ("two:answer.headline", "Rules differ."),
        ("two:answer.shown", "One: `mlp`. Two."),
        ("two:answer.shown.1", "Two."),
        ("two:seeds", "4"),
        ("two:stamp", "measured at 0123456"),
        ("two:date", "2026-02-03"),
    ],
)
def test_what_expressions_write(kept: Kept, expression: str, written: str | None) -> None:
    """By hand: 0.915 and 0.895 are the means of the seeds; a level with a point cannot be written, nor is needed."""
    if written is None:
        with pytest.raises(InputError):
            kept.written(expression)
    else:
        assert kept.written(expression) == written


def test_intervals_are_those_of_the_summary(kept: Kept) -> None:
    (condition,) = two()["conditions"]
    low, high = condition["learners"]["mlp"]["test"]["ci95"]
    assert 0.8 < low < high < 1
    assert kept.written("two:learner.mlp.interval") == f"{100 * low:.1f} to {100 * high:.1f}"
    assert kept.written("two:learner.mlp.bracketed") == f"91.5 [{100 * low:.1f}, {100 * high:.1f}]"
    (pair,) = condition["paired"]
    low, high = pair["difference"]["ci95"]
    assert pair["a"] == "mlp" and kept.written("two:pair.mlp.stdp.interval") == f"{100 * low:+.1f} to {100 * high:+.1f}"
    assert kept.written("two:pair.stdp.mlp.interval") == f"{-100 * high:+.1f} to {-100 * low:+.1f}"
    assert kept.written("two:pair.stdp.mlp.lead-interval") == f"{100 * low:.1f} to {100 * high:.1f}"
    assert kept.written("two:pair.stdp.mlp.p") == f"{pair['p_holm']:.3f}"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("mine:seeds", "kept result is 'mine'; accepted: four, two"),
        ("two", "is no expression"),
        ("two:__class__", "is no expression"),
        ("two:learner.mpl.value", "row is 'mpl'; accepted: mlp, stdp"),
        ("two:learner.mlp.mean", "form is 'mean'; accepted: value"),
        ("two:learner.mlp", "0 parts|1 parts"),
        ("two:learner.mlp.accuracy.value.more", "4 parts"),
        ("two:learner.mlp.spikes.value", "measure is 'spikes'"),
        ("two:pair.mlp.kmaens.points", "no tested pair; accepted"),
        ("two:effect.label.rule.points", "effects is not there"),
        ("four:effect.reward.rule.points", "teacher is 'reward'; accepted: label"),
        ("two:change.mlp.share.points", "0 contrasts"),
        ("two:change.stdp.mlp.share.interval", "an interval is not there"),
        ("two:slope.stdp.share.points", "0 contrasts"),
        ("two:change.points", "1 parts"),
        ("two:answer.body", "part of the answer is 'body'"),
        ("two:verdict.99", "sentence is '99'"),
        ("two@other:learner.mlp.value", "condition of two is 'other'"),
    ],
)
def test_what_is_wrong_is_said(kept: Kept, expression: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        kept.written(expression)


def test_a_changed_figure_is_caught_and_made_anew(kept: Kept) -> None:
    """In a sentence, in a table's cell, several in a line; what is shown as code is left alone."""
    page = (
        "`mlp`: <!--=two:learner.mlp.value-->91.5<!--/--> % and <!--=two:learner.stdp.value-->89.6<!--/--> %\n"
        "| <!--=two:pair.mlp.stdp.points-->+2.0<!--/--> |\n"
        "`<!--=two:seeds-->40<!--/-->`\n```\n<!--=two:seeds-->40<!--/-->\n```\n"
    )
    made = remake.remade(page, kept, "page.md")
    assert made.problems == ("page.md:1: two:learner.stdp.value is '89.5', not '89.6' differs from what was kept",)
    assert made.text == page.replace("89.6", "89.5")
    assert remake.remade(made.text, kept).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "a <!--=two:seeds-->4 %",
        "a 4<!--/-->",
        "<!--=two:seeds 4 --> a <!--/-->",
        "b <!-- end -->",
        "<!--=two:seeds-->4<!--/--> seeds",
    ],
)
def test_a_marker_without_its_partner_is_caught(kept: Kept, text: str) -> None:
    """And one that begins a line, which Markdown would take for HTML."""
    assert remake.remade(f"before\n{text}\nafter\n", kept).problems
    assert remake.remade(f"before\n- {text}\nafter\n", kept).problems


def test_tables_are_made_anew_where_they_stand(kept: Kept) -> None:
    """Its own blocks alone; a second time changes nothing; the text around stays."""
    other = "<!-- other: effects -->\n<!-- not rerun: 89abcde -->\nkept\n<!-- end -->\n"
    page = f"before\n<!-- four: learners, effects -->\n<!-- not rerun: 0123456 -->\nstale\n<!-- end -->\n{other}"
    made = remake.remade(page, kept, "page.md")
    assert made.problems == ("page.md:2: four differs from what was kept",)
    assert "| told the label | gradient → local | +3.5 [+0.9, +6.0] |" in made.text
    assert "| `timing` | 60.8 [53.1, 68.1] |" in made.text
    assert "stale" not in made.text and "0123456" not in made.text
    assert made.text.startswith("before\n") and made.text.endswith(other)
    assert remake.remade(made.text, kept).problems == ()
    assert "- *Shown*: One: `mlp`. Two.\n" in remake.remade("<!-- two: answer -->\n<!-- end -->", kept).text


def test_a_table_of_a_run_that_was_not_kept_says_where_it_is_from(kept: Kept) -> None:
    page = "<!-- other: effects -->\n{}table\n<!-- end -->\n"
    for marker in ("", "<!-- not rerun: soon -->\n"):
        (problem,) = remake.remade(page.format(marker), kept).problems
        assert "nothing is kept of other" in problem
    assert remake.remade(page.format("<!-- not rerun: 0123456 -->\n"), kept).problems == ()
    (problem,) = remake.remade("<!-- four: effect -->\n<!-- end -->", kept).problems
    assert "part is 'effect'; accepted: learners" in problem


def test_a_table_made_before_summaries_changed_names_its_commit(kept: Kept) -> None:
    page = "<!-- two: learners -->\n<!-- end -->\n"
    old = Kept({"two": {**kept.runs["two"], "schema": SCHEMA - 1}})
    assert "Measured at `0123456`, 2026-02-03; not repeated since.\n" in remake.remade(page, old).text
    assert "Measured at" not in remake.remade(page, kept).text


def test_what_is_kept_makes_the_tables_of_the_whole_summary(kept: Kept) -> None:
    """No curve, no path and no host is kept, and nothing of it is missed."""
    for summary in (four(), two()):
        small = keep_results.kept_of(summary)
        assert len(keep_results.as_text(small)) < len(json.dumps(summary)) / 1.5
        parts = "learners, effects" if summary["name"] == "four" else "learners, controls"
        page = f"<!-- {summary['name']}: {parts} -->\n<!-- end -->\n"
        from_whole = remake.remade(page, Kept({summary["name"]: summary})).text
        assert from_whole.count("\n| `") >= 2 and remake.remade(page, kept).text == from_whole
        row = small["conditions"][0]["learners"]["mlp" if summary["name"] == "two" else "backprop"]
        assert len(row["test"]["per_seed"]) == summary["n_seeds"] and "curve" not in row
        assert "/home" not in keep_results.as_text(small) and "machine of mine" not in keep_results.as_text(small)
        assert len(small["provenance"]["experiment_sha256"]) == 64


def test_runs_are_kept_from_their_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Quick ones, older ones and unfinished ones are refused, and nothing is written."""
    path = tmp_path / "results.json"
    for wrong in ({"quick": True}, {"schema": 4}, {"schema": None}):
        path.write_text(json.dumps(two() | wrong), encoding="utf-8")
        with pytest.raises(InputError, match=r"quick|schema"):
            keep_results.keep(tmp_path, tmp_path / "kept")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SystemExit, match="accepted: a finished run"):
        keep_results.main(str(tmp_path))
    assert not (tmp_path / "kept").exists()
    path.write_text(json.dumps(two()), encoding="utf-8")
    written = keep_results.keep(tmp_path, tmp_path / "kept")
    assert written == tmp_path / "kept" / "two.json"
    assert kept_in(tmp_path / "kept").runs["two"] == keep_results.kept_of(json.loads(json.dumps(two())))


def test_the_command_checks_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 1 while something differs, and with 0 once it was written."""
    name, run = next(iter(kept_in().runs.items()))
    page = tmp_path / "page.md"
    page.write_text(f"after <!--={name}:seeds-->1000000<!--/--> seeds", encoding="utf-8")
    assert remake.main("--check", str(page)) == 1
    assert f"page.md:1: {name}:seeds is '{run['n_seeds']}', not '1000000'" in capsys.readouterr().err
    assert "1000000" in page.read_text(encoding="utf-8")
    assert remake.main(str(page)) == 0
    assert page.read_text(encoding="utf-8") == f"after <!--={name}:seeds-->{run['n_seeds']}<!--/--> seeds"
    assert remake.main("--check", str(page)) == 0


def test_nothing_of_a_summary_is_changed_by_keeping_it() -> None:
    summary = two()
    before = copy.deepcopy(summary)
    keep_results.kept_of(summary)
    assert summary == before
