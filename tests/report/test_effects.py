"""The effects on the page and in the terminal: the numbers of the summary, drawn where they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from neurosim.metrics.right_answers import ACCURACY
from neurosim.report.effects import effect_figures, effect_header, effect_rows, forest, known_scales
from neurosim.report.table import HEADER, header, result_rows
from tests.compare.test_effects import ADDITIVE, WITH_PROBE, additive, answered, summary_of_four

TESTED = "accuracy (%) [95 % CI]"


def three(**fields: Any) -> dict[str, Any]:
    """Summarise a row without spiking units with a local rule."""
    return summary_of_four({label: rs for label, rs in additive().items() if label != "timing"}, **fields)


def test_table_of_a_full_row() -> None:
    """Both main effects and their interaction, in points and log-odds; no column for a probe that was not asked for."""
    effects = summary_of_four(additive())["effects"]
    assert effect_header(effects) == ("teacher", "effect", "accuracy (points)", "log-odds of accuracy")
    rows = effect_rows(effects)
    assert [row[:2] for row in rows] == [
        ("told the label", name) for name in ("rate → spike", "gradient → local", "interaction")
    ]
    found = effects["rows"]["label"]["accuracy"]
    for row, name, mean in zip(rows, ("unit", "rule", "interaction"), ("-5.0", "+3.5", "+0.0"), strict=True):
        low, high = (100 * end for end in found[name]["ci95"])
        assert row[2] == f"{mean} [{low:+.1f}, {high:+.1f}]"


def test_the_first_is_the_page_s_picture_and_has_a_drawing_for_phones() -> None:
    """The same marks in both; on a phone names stand above their stroke instead of beside the panel."""
    summary = summary_of_four(additive())
    first, second = effect_figures(summary)
    assert first.draw_narrow is not None and second.draw_narrow is None
    drawn = []
    for draw in (first.draw, first.draw_narrow):
        ax = Figure().subplots()
        draw(ax)
        drawn.append([line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"])
        assert {"rate → spike", "interaction"} <= {text.get_text() for text in [*ax.texts, *ax.get_yticklabels()]}
        assert {"-5.0", "+3.5", "+0.0"} <= {text.get_text() for text in ax.texts}
    assert drawn[0] == drawn[1] == pytest.approx([-5, 3.5, 0])


def test_table_of_a_row_with_a_gap_gives_edges() -> None:
    """What there is along single edges."""
    assert [row[1] for row in effect_rows(three()["effects"])] == ["rate → spike, gradient", "gradient → local, rate"]


def test_forest_draws_each_seed_each_mean_and_the_zero() -> None:
    """In points, from top to bottom in the table's order, below the heading."""
    ax = Figure().subplots()
    forest(summary_of_four(additive())["effects"], ACCURACY, ax)
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        "told the label", "rate → spike", "gradient → local", "interaction"
    ]  # fmt: skip
    dots = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 3]
    assert np.allclose(dots, [[-5, -5, -5], [3, 4, 3.5], [0, 0, 0]])
    means = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"]
    assert means == pytest.approx([-5, 3.5, 0])
    assert ax.lines[0].get_xdata() == [0, 0]
    low, high = ax.get_ylim()
    assert low > high


def test_figures_are_those_of_known_measures() -> None:
    """A third one with the probe; their texts hold the numbers."""
    without = effect_figures(summary_of_four(additive()))
    assert [figure.name for figure in without] == ["effects-accuracy", "effects-accuracy-log-odds"]
    assert "gradient → local +3.5 [" in without[0].alt
    probed = summary_of_four({label: answered(label, n, n) for label, n in ADDITIVE.items()}, protocol=WITH_PROBE)
    assert len(effect_figures(probed)) == 3 and len(known_scales(probed["effects"])) == 4


def test_the_probe_has_a_column_where_it_was_asked_for() -> None:
    """Beside the accuracy; every row is as long as the heads."""
    probed = summary_of_four({label: answered(label, n, n) for label, n in ADDITIVE.items()}, protocol=WITH_PROBE)
    assert header(probed) == (HEADER[0], TESTED, "linear probe", *HEADER[2:])
    assert all(len(row) == len(header(probed)) for row in result_rows(probed))
    found = probed["learners"]["timing"]["measures"]["linear-probe"]
    low, high = (100 * end for end in found["ci95"])
    assert result_rows(probed)[3][2] == f"60.8 [{low:.1f}, {high:.1f}]"
    plain = summary_of_four(additive())
    assert header(plain) == (HEADER[0], TESTED, *HEADER[2:]) and len(result_rows(plain)[0]) == len(HEADER)
