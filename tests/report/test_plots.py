"""Plots hold the numbers they are given: read back from what was drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from neurosim.data import Costs, CurvePoint, EventCounts
from neurosim.metrics.right_answers import ACCURACY
from neurosim.report import pictures, plots
from neurosim.report.style import PALETTE, appearance, grouped
from tests.compare.made_records import RATE, SPIKE, records, summary_of


@pytest.fixture
def ax() -> Any:
    return Figure().subplots()


def points(ax: Any, marker: str) -> list[tuple[float, float]]:
    """Give the positions of all marks of a kind."""
    found = [line.get_xydata() for line in ax.lines if line.get_marker() == marker]
    return [tuple(np.round(row, 6)) for data in found for row in data]


def made_summary() -> dict[str, Any]:
    learners = {"mlp": ((0.94, 0.96, 0.95), RATE), "stdp": ((0.90, 0.92, 0.88), SPIKE)}
    return summary_of(learners, {"raw-linear": (0.91, 0.91, 0.91), "kmeans": (0.5, 0.52, 0.51)})


def test_every_seed_is_a_mark_and_every_mean_a_bar(ax: Any) -> None:
    """First learner on top; circles for the first, squares for the second."""
    plots.value_dots(made_summary(), ax)
    assert [x for x, _ in points(ax, "o")] == pytest.approx([94, 96, 95])
    assert [x for x, _ in points(ax, "s")] == pytest.approx([90, 92, 88])
    assert sorted(points(ax, "|")) == [(90, 0), (95, 1)]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["stdp", "mlp"]


def test_intervals_are_drawn_from_end_to_end(ax: Any) -> None:
    """Three values 1 and 2 apart: mean ± 4.303 s / sqrt(3)."""
    plots.value_dots(made_summary(), ax)
    spans = sorted(list(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 5)
    half = [4.302653 * s / np.sqrt(3) for s in (2, 1)]
    assert np.array(spans) == pytest.approx(np.array([[90 - half[0], 90 + half[0]], [95 - half[1], 95 + half[1]]]))


def test_controls_are_lines_with_their_names_and_numbers(ax: Any) -> None:
    """Each at its mean; the names do not depend on colour."""
    summary = made_summary()
    plots.value_dots(summary, ax)
    assert {text.get_text() for text in ax.texts} == {"raw-linear 91.0", "kmeans 51.0"}
    upright = [line.get_xdata()[0] for line in ax.lines if line.get_color() == "#6B6B6B"]
    assert sorted(upright) == pytest.approx([51, 91])
    assert ax.get_xlim()[0] < 51 and ax.get_xlim()[1] > 96 and plots.off_the_scale(summary) == []


def test_a_weak_control_is_named_instead_of_squeezing_the_scale(ax: Any) -> None:
    """Majority and untrained twins far below stay off the scale and are said; a near twin is an open mark."""
    learners = {"mlp": ((0.94, 0.96), RATE)}
    summary = summary_of(learners, {"raw-linear": (0.91, 0.91)})
    row = summary["controls"]["raw-linear"]
    for name, mean in {"majority": 0.1, "mlp-untrained": 0.93, "mlp-frozen": 0.3}.items():
        summary["controls"][name] = row | {"test": row["test"] | {"mean": mean}}
    plots.value_dots(summary, ax)
    assert plots.off_the_scale(summary) == ["majority 10.0 %", "mlp-frozen 30.0 %"]
    low, high = ax.get_xlim()
    # The interval of two seeds reaches to 82.3 % and beyond 100 %.
    assert 75 < low < 91 and 100 < high < 102
    (twin,) = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert twin.get_xdata()[0] == pytest.approx(93) and {text.get_text() for text in ax.texts} == {"raw-linear 91.0"}


def test_learning_curves_over_both_axes(ax: Any) -> None:
    """A line a seed and their mean; operations are the active connections and those that carry errors."""
    of = records("mlp", (0.5, 0.7), RATE)
    curves = {"mlp": [replace(r, curve=(CurvePoint(10, 0.2 + 0.2 * k, 90, 30, 20), CurvePoint(20, 0.4, 180, 60, 40)))
                      for k, r in enumerate(of)]}  # fmt: skip
    plots.learning_curves(curves, ACCURACY, ax)
    first, second, mean = ax.lines
    assert first.get_xydata().tolist() == [[10, 20], [20, 40]] and second.get_ydata().tolist() == [40, 40]
    assert mean.get_xydata() == pytest.approx(np.array([[10, 30], [20, 40]]))
    over = Figure().subplots()
    plots.learning_curves(curves, ACCURACY, over, over="operations")
    assert over.lines[-1].get_xdata() == pytest.approx([50, 100]) and over.get_xscale() == "log"


def test_what_is_tested_against_spikes_counts_inputs_and_neurons(ax: Any) -> None:
    """48 spikes in and 2 spikes out; a learner without spikes is a level line and no point."""
    both = {"stdp": records("stdp", (0.8, 0.9), SPIKE), "mlp": records("mlp", (0.95, 0.97), RATE)}
    plots.value_against_spikes(both, ACCURACY, ax)
    assert points(ax, "o") == [(50, 80), (50, 90), (50, 85)]
    (level,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert level.get_ydata()[0] == pytest.approx(96)


def test_operations_are_dense_and_effective(ax: Any) -> None:
    """As counted for one decision; a row without any operation has no place on a logarithmic axis."""
    summary = made_summary()
    assert plots.decision_operations(summary)["mlp"] == (7400, 2500)
    assert plots.decision_operations(summary)["stdp"] == (7_400_000, 5000)
    plots.operations_a_decision(summary, ax)
    assert {"7,400", "2,500", "7.4 M", "5,000"} <= {text.get_text() for text in ax.texts}
    summary["learners"]["mlp"]["operations"]["inference"]["per_presentation"] = None
    assert "mlp" not in plots.decision_operations(summary)


def test_runs_side_by_side_have_a_colour_each_and_a_row_a_label(ax: Any) -> None:
    """A label that only one run has leaves room for the other."""
    one, two = made_summary(), summary_of({"mlp": ((0.5, 0.6), RATE)})
    plots.runs_side_by_side({"one": one, "two": two}, ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["mlp", "stdp"]
    assert [x for x, _ in points(ax, "o")] == pytest.approx([95, 90])
    assert [x for x, _ in points(ax, "s")] == pytest.approx([55])


def test_a_mosaic_by_hand() -> None:
    """Three units of 1 × 2 pixels in two columns, with an empty pixel between tiles."""
    weights = np.array([[1, 3, 5], [2, 4, 6]])
    nan = np.nan
    expected = [[1, 2, nan, 3, 4], [nan, nan, nan, nan, nan], [5, 6, nan, nan, nan]]
    np.testing.assert_array_equal(pictures.mosaic(weights, (1, 2)), expected)


@pytest.mark.parametrize(
    ("n", "at_most", "positions"), [(5, 9, [0, 1, 2, 3, 4]), (10, 4, [0, 3, 6, 9]), (1, 3, [0]), (3, 3, [0, 1, 2])]
)
def test_evenly_spaced_positions_reach_from_end_to_end(n: int, at_most: int, positions: list[int]) -> None:
    """Never more than asked for, never one twice."""
    assert pictures.evenly_spaced(n, at_most).tolist() == positions


def test_weights_are_images_only_where_inputs_are_pixels(ax: Any) -> None:
    """Population-coded inputs and plain vectors are columns; signed weights have white at zero."""
    assert pictures.is_image((2, 3), 6) and not pictures.is_image((2, 3), 48) and not pictures.is_image((6,), 6)
    weights = np.arange(24.0).reshape(6, 4) - 5
    pictures.learned_weights(weights, (2, 3), ax)
    image = ax.images[0]
    assert image.get_array().shape == (5, 7) and image.get_clim() == (-18, 18)
    columns = Figure().subplots()
    pictures.learned_weights(np.abs(weights), (6,), columns)
    assert columns.images[0].get_array().shape == (6, 4) and columns.images[0].get_clim() == (0, 18)


def test_weights_of_nothing_but_zeros_are_drawn_without_a_warning(ax: Any) -> None:
    """A scale needs some width."""
    pictures.learned_weights(np.zeros((4, 3)), (2, 2), ax)
    assert ax.images[0].get_clim() == (0, 1)


def test_confusion_is_in_per_cent_of_each_true_label(ax: Any) -> None:
    """Three of four, one of four; a label without samples has an empty row."""
    pictures.confusion_matrix(np.array([[3, 1, 0], [0, 500, 1], [0, 0, 0]]), np.array(["a", "b", "c"]), ax)
    assert ax.images[0].get_array()[0].tolist() == [75, 25, 0] and not ax.images[0].get_array()[2].any()
    assert [text.get_text() for text in ax.texts] == ["75", "25", "100", "<1"]


def test_many_classes_are_drawn_without_numbers(ax: Any) -> None:
    """A matrix of 20 classes has no room for them."""
    pictures.confusion_matrix(np.eye(20), np.arange(20), ax)
    assert len(ax.texts) == 0 and ax.images[0].get_array().shape == (20, 20)


def test_a_raster_has_every_spike_at_its_time_in_its_band(ax: Any) -> None:
    """Two inputs and four neurons: one broken line a population, three numbers a spike."""
    arrays = {
        "population_names": np.array(["inputs", "neurons"]), "population_sizes": np.array([2, 4]),
        "spike_times_ms": np.array([1.0, 5.0, 7.5]), "spike_unit": np.array([0, 1, 3]),
        "spike_population": np.array(["inputs", "inputs", "neurons"]),
    }  # fmt: skip
    pictures.spike_raster(arrays, "red", ax)
    inputs, neurons = (
        line.get_xydata() for line in ax.lines if line.get_linestyle() == "-" and len(line.get_xdata()) != 2
    )
    assert inputs[0::3, 0].tolist() == [1, 5] and np.isnan(inputs[2::3, 1]).all()
    middles = inputs[:, 1].reshape(2, 3)[:, :2].mean(1)
    assert middles == pytest.approx([0.08 + 0.84 * 0.25, 0.08 + 0.84 * 0.75])
    assert neurons[0, 0] == 7.5 and neurons[:2, 1].mean() == pytest.approx(1.08 + 0.84 * 0.875)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2 inputs", "4 neurons"]


def test_a_silent_network_has_an_empty_band(ax: Any) -> None:
    """No spike, no error."""
    arrays = {
        "population_names": np.array(["inputs", "neurons"]), "population_sizes": np.array([2, 4]),
        "spike_times_ms": np.array([]), "spike_unit": np.array([], int), "spike_population": np.array([], "<U7"),
    }  # fmt: skip
    pictures.spike_raster(arrays, "red", ax)
    assert ax.get_ylim() == (0, 2)


def test_samples_are_images_or_bars(ax: Any) -> None:
    """By their shape."""
    pictures.sample_picture(np.ones((2, 3)), ax)
    assert len(ax.images) == 1
    bars = pictures.sample_picture(np.array([1.0, 4.0]), Figure().subplots())
    assert [patch.get_height() for patch in bars.patches] == [1, 4]


def test_a_label_looks_the_same_in_every_figure() -> None:
    """By its place; no two of twelve share both colour and mark."""
    looks = appearance(f"label {k}" for k in range(12))
    assert looks["label 0"] == (PALETTE[0], "o") and looks["label 1"] == (PALETTE[1], "s")
    assert len(set(looks.values())) == 12


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (7, "7"), (3.276, "3.28"), (999.4, "999"), (7400, "7,400"), (14360, "14.4 k"), (1.63e6, "1.63 M"),
     (2.5e9, "2.5 G"), (3e12, "3 T"), (0.5, "0.5")],
)  # fmt: skip
def test_numbers_are_written_short(value: float, text: str) -> None:
    """Three digits, with a letter from ten thousand on."""
    assert grouped(value) == text


def test_spikes_a_decision_by_hand() -> None:
    """Ten presentations, 480 spikes in, 25 out."""
    (record,) = records("stdp", (0.5,), SPIKE)
    counts = EventCounts(presentations=10, input_spikes=480, spikes=25)
    assert plots.spikes_a_decision(replace(record, costs=Costs(inference=counts))) == 50.5
