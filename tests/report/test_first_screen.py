"""The first screen: four rows, one picture in which nothing lies on anything else, and colours that can be read."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from neurosim.report.bars import FONT, bars_figure, caption_of, lines_of, value_limits
from neurosim.report.first_screen import first_rows, parentheses
from neurosim.report.line_names import n_rows, place_names
from neurosim.report.style import DARK, GREY, INK, NARROW, SETTINGS, WIDE, for_dark_pages
from tests.compare.made_records import CONTROLS, RATE, SPIKE, summary_of

SIMPLE = {"raw-linear": 0.915, "kmeans": 0.918, "nearest-neighbour": 0.925, "svm": 0.931}
PAPER = "#ffffff"


def made(controls: dict[str, float] | None = None, top: float = 0.94, **changes: Any) -> dict[str, Any]:
    """Summarise two learners of three seeds, with simple methods at the values that are given."""
    learners = {"mlp": ((top, top - 0.01, top - 0.03), RATE), "stdp": ((0.90, 0.92, 0.91), SPIKE)}
    summary = summary_of(learners, {"kmeans": (0.9, 0.9, 0.9)}, n_items=200, **changes)
    row = summary["controls"].pop("kmeans")
    for name, mean in (SIMPLE if controls is None else controls).items():
        summary["controls"][name] = row | {"test": row["test"] | {"mean": mean}}
    return summary


def drawn(summary: dict[str, Any], width: float) -> Any:
    """Draw the picture for a wide screen or a phone; gives its Axes."""
    import matplotlib

    figure = bars_figure(summary)
    assert figure is not None and figure.draw_narrow is not None
    draw, size = (figure.draw, figure.size) if width == WIDE else (figure.draw_narrow, figure.narrow_size)
    with matplotlib.rc_context(SETTINGS):
        canvas = Figure(figsize=size)
        ax = canvas.subplots()
        draw(ax)
        FigureCanvasAgg(canvas).draw()
    return ax


def boxes(ax: Any) -> dict[str, Any]:
    """Give where each text is, in pixels."""
    low, high = ax.get_xlim()
    beyond = [tick for tick in ax.xaxis.get_major_ticks() if not low <= tick.get_loc() <= high]
    unseen = [text for tick in beyond for text in (tick.label1, tick.label2)]
    shown = [one for one in ax.figure.findobj(Text) if one.get_text() and one.get_visible() and one not in unseen]
    return {one.get_text(): one.get_window_extent() for one in shown}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "controls",
    [SIMPLE, dict.fromkeys(SIMPLE, 0.92), {name: 0.91 + 0.0012 * k for k, name in enumerate(SIMPLE)},
     {"raw-linear": 0.86, "kmeans": 0.861, "nearest-neighbour": 0.9, "svm": 0.97}, {"svm": 0.93}, {}],
)  # fmt: skip
def test_no_text_lies_on_another_or_leaves_the_picture(controls: dict[str, float], width: float) -> None:
    """Whatever simple methods reach: apart, all at one value, close together, at the ends, none."""
    summary = made(controls)
    ax = drawn(summary, width)
    found, frame = boxes(ax), ax.figure.bbox
    assert len(found) > 6 and all(f"{name} " in " ".join(found) for name in lines_of(summary))
    for text, box in found.items():
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1, text
        for other, beside in found.items():
            if text < other:
                apart = box.x1 <= beside.x0 or beside.x1 <= box.x0 or box.y1 <= beside.y0 or beside.y1 <= box.y0
                assert apart, f"{text!r} on {other!r}"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_line_crosses_the_name_of_another(width: float) -> None:
    """Each upright line goes up to its own name alone."""
    ax = drawn(made(), width)
    names = {text: box for text, box in boxes(ax).items() if text.startswith(tuple(lines_of(made())))}
    lines = [line.get_window_extent() for line in ax.lines if line.get_color() == GREY]
    assert len(names) == len(lines) == 4
    for line in lines:
        for text, box in names.items():
            assert not (box.x0 < line.x0 < box.x1 and line.y1 > box.y0 + 1), text


def test_names_share_a_row_where_they_have_room() -> None:
    """Far apart in one row, close together in two, at one place in as many rows as names."""
    assert n_rows(place_names([(1.0, 0.8), (3.0, 0.8), (5.0, 0.8)], 0.0, 6.0)) == 1
    crowded = place_names([(2.0, 0.8), (2.2, 0.9), (2.4, 1.0)], 0.0, 6.0)
    assert n_rows(crowded) == 2, "one left of its line, one right, one above"
    assert n_rows(place_names([(2.0, 0.8)] * 3, 0.0, 6.0)) == 3
    for one, other in ((0, 1), (0, 2), (1, 2)):
        a, b = crowded[one], crowded[other]
        assert a.row != b.row or a.right < b.left or b.right < a.left
    assert place_names([], 0, 1) == ()
    many = place_names([(0.1 * k, 1.0) for k in range(12)], 0.0, 6.0)
    assert sorted(place.row for place in many) == list(range(12))


def test_a_share_ends_at_its_limits() -> None:
    """Intervals that reach beyond 100 % or below 0 are cut there."""
    high = value_limits(made({}, top=0.999))
    assert high[1] == 1.0 and high[0] < 0.9
    summary = summary_of({"mlp": ((0.001, 0.02, 0.0), RATE)})
    assert value_limits(summary)[0] == 0.0
    for width in (WIDE, NARROW):
        ax = drawn(summary, width)
        assert ax.get_xlim()[0] == 0.0
        assert min(np.min(line.get_xdata()) for line in ax.lines) >= 0


def test_seeds_mean_and_both_intervals_are_drawn() -> None:
    """Thick from end to end over seeds, thin over seeds and test items, a dot a seed, the mean as text."""
    summary = made({})
    ax = drawn(summary, WIDE)
    for height, row in enumerate(summary["learners"].values()):
        test = row["test"]
        at = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == -height]
        ends = {line.get_linewidth(): list(line.get_xdata()) for line in at if line.get_linestyle() == "-"}
        assert ends[7] == pytest.approx([min(100.0, 100 * end) for end in test["seeds_ci95"]])
        assert ends[2.2] == pytest.approx([min(100.0, 100 * end) for end in test["ci95"]]) and ends[7] != ends[2.2]
        dots = [line for line in ax.lines if line.get_marker() == "o" and -height - 1 < line.get_ydata()[0] < -height]
        assert dots[0].get_xdata() == pytest.approx([100 * value for value in test["per_seed"]])
        assert f"{100 * test['mean']:.1f}" in boxes(ax)
    assert {"mlp (told the label)", "stdp (told the label)"} <= set(boxes(ax))
    assert "Thick: 95 % over seeds" in caption_of(summary) and "Broken" not in caption_of(summary)


@pytest.mark.parametrize(("width", "shown"), [(WIDE, 1248 - 128), (NARROW, 390 - 32)])
def test_text_is_large_and_lines_are_strong_as_shown(width: float, shown: float) -> None:
    """16 pixels and 1.5 pixels, on a desk and on a phone; the phone's drawing is scaled to the column."""
    scale = min(shown / (96 * width), 1.0) * 96 / 72
    assert FONT * scale >= 16
    ax = drawn(made(), width)
    sizes = [one.get_fontsize() for one in ax.figure.findobj(Text) if one.get_text() and one.get_visible()]
    assert min(sizes) * scale >= 16
    widths = [line.get_linewidth() for line in ax.lines if line.get_linestyle() != "None"]
    assert widths and min(widths) * scale >= 1.5


def test_nothing_is_bold_where_nothing_could_be_tested() -> None:
    """Three seeds are too few; ten are not."""
    assert not made()["answer"]["bold"]
    for bold in (False, True):
        summary = made()
        summary["answer"] = summary["answer"] | {"bold": bold}
        weights = {one.get_fontweight() for one in drawn(summary, WIDE).texts}
        assert ("bold" in weights) is bold


def test_two_kinds_of_k_means_are_one_line() -> None:
    """The first that is present; a method that is far off is left out, so that learners stay apart."""
    assert lines_of(made({"kmeans": 0.92, "kmeans-by-class": 0.93})) == {"k-means": 0.92}
    assert lines_of(made({"kmeans-by-class": 0.93})) == {"k-means": 0.93}
    assert lines_of(made({"raw-linear": 0.2, "majority": 0.9, "svm": 0.95})) == {"SVM": 0.95}
    assert lines_of(made({"raw-linear": 0.9501, "svm": 0.9502})) == {"linear, SVM": 0.9501}
    assert set(SIMPLE) & set(CONTROLS)


def test_rows_are_joined_and_what_is_shown_is_always_said() -> None:
    """Capitals at the start of a sentence but not of a name; an empty row is left out."""
    answer = {"shown": [], "not_shown": ["the one.", "`mlp` two."], "takes": [], "do_not_conclude": ["that."]}
    rows = [("Shown", "Nothing."), ("Not shown", "The one. `mlp` two."), ("Do not conclude", "That.")]
    assert first_rows(answer) == rows


def test_parentheses_are_explained_where_there_are_any() -> None:
    """By what the intervals are over; not where parentheses hold something else."""
    view = made()
    answer = {"headline": "`mlp` gains (mlp) up to 3.", "shown": [], "not_shown": []}
    assert parentheses(view, answer) == ""
    answer["shown"] = ["a above b by 2.6 points (1.2 to 3.9)."]
    assert parentheses(view, answer) == "Parentheses: 95 % interval over seeds and test images."
    assert parentheses(view, answer | {"shown": [], "not_shown": ["so (-0.2 points; -0.8 to +0.3)."]})


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour."""
    short = colour.removeprefix("#")
    full = "".join(2 * letter for letter in short) if len(short) == 3 else short
    parts = [int(full[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_text_can_be_read_in_light_and_dark() -> None:
    """Contrast of 4.5 at least, on the paper and on tinted rows, in the page and in its figures."""
    assert contrast("#000", "#fff") == pytest.approx(21) and contrast("#777777", "#ffffff") < 4.5
    style = files("neurosim.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    schemes = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", style)]
    assert len(schemes) == 2
    for scheme in schemes:
        for name in ("ink", "soft", "accent", "warn"):
            assert min(contrast(scheme[name], scheme[ground]) for ground in ("paper", "tint")) >= 4.5, name
    dark = schemes[1]["paper"]
    for colour in (INK, GREY):
        assert contrast(colour, PAPER) >= 4.5 and contrast(DARK[colour.lower()], dark) >= 4.5
    assert DARK[PAPER] == dark


def test_a_drawing_follows_the_page_into_the_dark() -> None:
    """A rule for each colour, once, inside the drawing, where it works in an image too."""
    svg = for_dark_pages('<svg><defs><style>*{}</style></defs><path style="fill: #0072b2"/><defs/></svg>')
    assert svg.count("prefers-color-scheme: dark") == 1
    assert '[style*="fill: #0072b2"]{fill:#58b4ec!important}' in svg
    assert all(light in svg and dark in svg for light, dark in DARK.items())
    assert svg.index("<svg>") < svg.index("<style>@media") < svg.index("<path")
