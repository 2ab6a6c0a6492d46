"""The result table and what the terminal shows of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurosim.report.table import HEADER, operations_per_decision, result_rows, short
from neurosim.report.text_screen import plain_text
from neurosim.terminal import show_result
from tests.compare.made_records import RATE, SPIKE, summary_of
from tests.compare.test_summary import summary_from

ACCURACIES = [0.90, 0.92, 0.91, 0.93, 0.90, 0.92, 0.91, 0.94]


def made(n_seeds: int = 8, **changes: object) -> dict:
    values = ACCURACIES[:n_seeds]
    learners = {"mlp": (values, RATE), "stdp": ([v - 0.03 for v in values[::-1]], SPIKE)}
    return summary_of(learners, {"kmeans": [v - 0.01 for v in values]}, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "–"), (0, "0"), (7.25, "7.25"), (999.4, "999"), (999.7, "1k"), (7400, "7.4k"), (174_923, "175k"),
     (1_630_000, "1.63M"), (999_999, "1M"), (2.5e9, "2.5G"), (3e12, "3T")],
)  # fmt: skip
def test_counts_are_short(number: float | None, text: str) -> None:
    """Three digits and a letter; nothing measured is a dash, never 0."""
    assert short(number) == text


def test_operations_name_their_type_and_both_counts() -> None:
    """Effective of dense; products of a rate network, additions of a spiking one."""
    rows = made()["learners"]
    assert operations_per_decision(rows["mlp"]) == "2.5k of 7.4k MAC"
    assert operations_per_decision(rows["stdp"]) == "5k of 7.4M AC"
    rows["mlp"]["operations"]["inference"]["per_presentation"] = None
    assert operations_per_decision(rows["mlp"]) == "–"


def test_one_row_each_in_the_order_of_the_summary() -> None:
    """Learners, then controls; as many cells as the header."""
    rows = result_rows(made())
    assert [row[0] for row in rows] == ["mlp", "stdp", "kmeans"]
    assert {len(row) for row in rows} == {len(HEADER)}
    assert rows[1][HEADER.index("spikes")] == "48 + 2.0" and rows[0][HEADER.index("spikes")] == "–"


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_terminal_shows_answer_table_and_page(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer whole, every learner, no line too long; costs have their column where there is room."""
    monkeypatch.setenv("COLUMNS", str(columns))
    summary = made()
    show_result(summary_from(summary), Path("somewhere/report.html"))
    said = capsys.readouterr().out
    assert all(len(line) <= columns for line in said.splitlines())
    joined = " ".join(said.split())
    answer = summary["answer"]
    rows = [sentence for key in ("shown", "not_shown", "takes", "do_not_conclude") for sentence in answer[key]]
    assert len(rows) > 5
    for sentence in (answer["title"], answer["under"], answer["headline"], *rows):
        assert plain_text(" ".join(sentence.split())) in joined, sentence
    assert all(label in said for label in ("mlp", "stdp", "k-means")) and "somewhere/report.html" in said
    assert ("kmeans" in said) == (columns == 200)
    assert ("5k of 7.4M AC" in said) == (columns == 200)


def test_the_title_of_an_own_table_is_text_not_markup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Brackets in a path are shown as they are; one seed is one seed."""
    monkeypatch.setenv("COLUMNS", "100")
    one = made(1)
    one["answer"] |= {"title": "mlp and stdp on data[bold]/own.csv"}
    show_result(summary_from(one), Path("report.html"))
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "mlp and stdp on data[bold]/own.csv" in said and "100 units each; 1 seed; the same 40 trials for all" in said
