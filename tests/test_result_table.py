"""The result table and what the terminal shows of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from neurosim.report.first_screen import capitalised
from neurosim.report.table import HEADER, header, operations_per_decision, result_rows, short
from neurosim.terminal import show_result
from tests.compare.made_records import RATE, SPIKE, summary_of
from tests.compare.test_effects import additive, summary_of_four
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


@pytest.mark.parametrize("columns", [30, 60, 80, 120, 200])
def test_the_terminal_says_the_first_screen_at_any_width(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every sentence of the answer, every learner with its value, no line too long; the table where it fits."""
    monkeypatch.setenv("COLUMNS", str(columns))
    view = made()
    show_result(summary_from(view), Path("some/report.html"))
    said = capsys.readouterr().out
    assert all(cell_len(line.rstrip()) <= columns for line in said.splitlines())
    joined, answer = " ".join(said.split()), view["answer"]
    assert answer["shown"] and answer["do_not_conclude"]
    for key in ("title", "under", "headline"):
        assert " ".join(answer[key].replace("`", "").split()) in joined
    for key in ("shown", "not_shown", "takes", "do_not_conclude"):
        for sentence in answer[key]:
            assert " ".join(capitalised(sentence).replace("`", "").split()) in joined
    for label, row in view["learners"].items():
        assert label in said and f"{100 * row['test']['mean']:.1f}" in said
    assert joined.index(answer["headline"][:10]) < joined.index("●") < joined.index("Do not conclude")
    assert joined.endswith("report: some/report.html")
    assert ("5k of 7.4M AC" in said) == (columns >= 120), "the table stands where no cell breaks"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_effects_are_the_picture_of_a_design(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line an effect with its value; the line of no effect in between."""
    monkeypatch.setenv("COLUMNS", str(columns))
    show_result(summary_from(summary_of_four(additive())), Path("report.html"))
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line.rstrip()) <= columns for line in lines)
    (unit,) = [line for line in lines if line.strip().startswith("rate → spike") and line.endswith("-5.0")]
    (rule,) = [line for line in lines if line.strip().startswith("gradient → local") and line.endswith("+3.5")]
    assert unit.index("●") < unit.index("┊") == rule.index("┊") < rule.index("●")


def test_the_title_of_an_own_table_is_text_not_markup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Brackets in a path are shown as they are; one seed is one seed."""
    monkeypatch.setenv("COLUMNS", "140")
    show_result(summary_from(made(1) | {"task": "data[bold]/own.csv"}), Path("report.html"))
    assert "data[bold]/own.csv, 1 seed" in [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_a_rare_class_has_its_own_columns() -> None:
    """Accuracy alone would hide that a class is never found: balanced accuracy and the least recall beside it."""
    view = made() | {"rarest_class": {"name": "yes", "share": 0.02}}
    for row in view["learners"].values():
        row["measures"] |= {
            "balanced-accuracy": {"mean": 0.625}, "recall:no": {"mean": 0.95}, "recall:yes": {"mean": 0.3},
        }  # fmt: skip
    heads, rows = header(view), result_rows(view)
    assert heads[2:4] == ("balanced (%)", "least recall (%)") and {len(row) for row in rows} == {len(heads)}
    assert [row[2:4] for row in rows] == [("62.5", "30.0"), ("62.5", "30.0"), ("–", "–")]
    assert header(made())[2] == "validation"
