"""Several runs on one page: side by side where they can be compared, and said where they cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neurosim.errors import InputError
from neurosim.report.comparison import names_of, write_comparison
from tests.compare.runs import view_in
from tests.report.elements import Page, read_page


@pytest.fixture(scope="module")
def folder(finished: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("comparison") / "deep" / "out"
    assert write_comparison([finished, other], out) == out / "comparison.html"
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return read_page((folder / "comparison.html").read_text(encoding="utf-8"))


def summary_at(run: Path) -> dict[str, Any]:
    return view_in(run)


def rows(page: Page) -> dict[str, list[str]]:
    """Give the cells of each row by its head; the first of a name counts."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for tag, attributes, text in page.elements:
        if tag == "th" and attributes.get("scope") == "row":
            current = found.setdefault(text, []) if text not in found else []
        elif tag == "td" and current is not None:
            current.append(text)
    return found


def test_both_runs_stand_beside_each_other(page: Page, finished: Path, other: Path) -> None:
    """Same label, same row; a dash where a run has no such learner."""
    first, second = summary_at(finished), summary_at(other)
    cells = rows(page)
    for label, row in first["learners"].items():
        assert cells[label][0].startswith(f"{100 * row['test']['mean']:.1f} [")
    assert cells["mlp"][1].startswith(f"{100 * second['learners']['mlp']['test']['mean']:.1f} [")
    assert cells["stdp"][1] == "–" and cells["linear"][0] == "–" and cells["kmeans"][0] == cells["kmeans"][1]
    assert page.all("h1")[0][1] == "first beside second"


def test_what_differs_between_the_runs_is_listed(page: Page) -> None:
    """The decisive settings always, others where they differ."""
    cells = rows(page)
    assert cells["presentations"] == ["200", "80"] and cells["n_seeds"] == ["2", "2"]
    assert cells["learners.stdp.n_neurons"] == ["20", "–"]
    assert "control_units" not in cells and "numpy" not in cells


def test_differences_are_paired_where_data_and_seeds_are_the_same(page: Page, finished: Path, other: Path) -> None:
    """Seed by seed, for labels that both have."""
    seeds = [summary_at(run)["learners"]["mlp"]["test"]["per_seed"] for run in (finished, other)]
    mean = 100 * sum(b - a for a, b in zip(*seeds, strict=True)) / 2
    lines = [text for _, text in page.all("li") if "second − first" in text]
    assert len(lines) == 1 and lines[0].startswith(f"mlp: second − first {mean:+.1f} points (")


def changed(run: Path, tmp_path: Path, old: str, new: str) -> Path:
    """Copy a run's summary, changed."""
    folder = tmp_path / "changed"
    folder.mkdir()
    text = (run / "results.json").read_text()
    assert old in text
    (folder / "results.json").write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(("old", "new"), [('"checksum": "', '"checksum": "0'), ("first_seed = 0", "first_seed = 9")])
def test_other_data_or_other_seeds_are_not_paired(
    finished: Path, other: Path, tmp_path: Path, old: str, new: str
) -> None:
    """The page says so."""
    path = write_comparison([finished, changed(other, tmp_path, old, new)], tmp_path / "out")
    page = read_page(path.read_text())
    assert not [text for _, text in page.all("li") if "−" in text and "points (" in text and "first" in text]
    assert any("No two runs have the same data and the same seeds" in text for _, text in page.all("p"))


def test_different_tasks_are_said(finished: Path, other: Path, tmp_path: Path) -> None:
    """Columns of different tasks are easily misread."""
    task = f'"task": {json.dumps(summary_at(other)["task"])}'
    path = write_comparison([finished, changed(other, tmp_path, task, '"task": "<b>digits</b>"')], tmp_path / "out")
    page = read_page(path.read_text())
    assert any("They are on different tasks" in text for _, text in page.all("p"))
    assert not page.all("b")


def test_each_run_keeps_its_own_verdict(page: Page, finished: Path, other: Path) -> None:
    """Every sentence of both."""
    said = [text for _, text in page.all("li")]
    for run in (finished, other):
        assert all(sentence.replace("`", "") in said for sentence in summary_at(run)["verdict"])


def test_the_figure_is_there_and_described(folder: Path, page: Page) -> None:
    """In the page with its numbers, and as files."""
    (image,) = page.all("img")
    assert "mlp in first" in image[0]["alt"] and "linear in second" in image[0]["alt"]
    assert {path.name for path in (folder / "figures").iterdir()} == {"comparison.svg"}


def test_one_run_is_no_comparison(finished: Path, tmp_path: Path) -> None:
    """Nor is the same run twice; nothing is written."""
    for folders in ([finished], [finished, finished], [finished, finished / ".." / finished.name]):
        with pytest.raises(InputError, match="accepted: two different finished runs or more"):
            write_comparison(folders, tmp_path / "out")
    with pytest.raises(InputError, match="accepted: a finished run"):
        write_comparison([finished, tmp_path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("folders", "names"),
    [(["a/x", "b/y"], ["x", "y"]), (["a/x", "b/x"], ["a/x", "b/x"]), (["p/a/x", "q/a/x", "z"], None)],
)
def test_runs_are_named_as_shortly_as_tells_them_apart(folders: list[str], names: list[str] | None) -> None:
    """By the last parts of their paths."""
    found = names_of([Path(folder) for folder in folders])
    assert found == names if names else len(set(found)) == 3 and found[0] == "p/a/x"


def test_the_command_takes_one_run_or_several(neurosim: Any, finished: Path, other: Path) -> None:
    """Several go into a folder of their own; a single one keeps its report inside."""
    said = neurosim("report", str(finished), str(other), "--out", "side")
    assert said.code == 0 and said.out.strip() == "report: side/comparison.html"
    assert (Path("side") / "comparison.html").is_file() and (Path("side") / "figures" / "comparison.svg").is_file()
    refused = neurosim("report", str(finished), "--out", "side")
    assert refused.code == 2 and "--out is 'side'; accepted: a folder, where several runs are" in refused.err
    again = neurosim("report", str(finished), str(finished))
    assert again.code == 2 and "accepted: two different finished runs or more" in again.err


def test_a_quick_run_is_named_as_not_for_citing(finished: Path, copy: Path, page: Page, tmp_path: Path) -> None:
    """Only the run that was shortened; nothing where none was."""
    assert not any("not for citing" in text for _, _, text in page.elements)
    (copy / "results.json").write_text(json.dumps(json.loads((copy / "results.json").read_text()) | {"quick": True}))
    made = write_comparison([finished, copy], tmp_path / "out").read_text(encoding="utf-8")
    assert "quick: not for citing (run)" in made
