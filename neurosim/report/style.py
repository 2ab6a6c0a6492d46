"""Colours and sizes that all figures share: legible from the last row, and by colour-blind readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Okabe and Ito's palette (2008), without yellow and black, which are lost on a projector or among the labels.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
LONGEST_LABEL = 24
WIDE, NARROW = 11.6, 3.4
"""Inches of a first screen's picture: on a wide screen, and on a phone."""
GREY, LIGHT_GREY, INK = "#6B6B6B", "#C8C8C8", "#1A1A1A"
DARK = {
    "#0072b2": "#58b4ec", "#d55e00": "#ff8f4a", "#009e73": "#3ecba0", "#cc79a7": "#e6a3c8", "#e69f00": "#f2b632",
    "#56b4e9": "#8fd0f6", GREY.lower(): "#a9adb3", LIGHT_GREY.lower(): "#4a4f57", INK.lower(): "#e8e8e8",
    "#ffffff": "#16191d",
}  # fmt: skip
"""What a colour becomes on a dark page."""
FIXED_INK, FIXED_PAPER = "#1b1b1b", "#fefefe"
"""On a picture whose own colours stay, dark page or not."""
SETTINGS = {
    "font.size": 13,
    "axes.labelsize": 13,
    "axes.linewidth": 1.2,
    "xtick.major.width": 1.2,
    "ytick.major.width": 1.2,
    "text.color": INK,
    # The page's own background shows, light or dark.
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "path",
    # Names of elements inside a drawing are made from this and the content, not from chance.
    "svg.hashsalt": "neurosim",
}


def for_dark_pages(svg: str) -> str:
    """Give a drawing that changes its colours with the page: a rule a colour, where the reader prefers dark."""
    rules = "".join(
        f'[style*="fill: {light}"]{{fill:{dark}!important}}[style*="stroke: {light}"]{{stroke:{dark}!important}}'
        for light, dark in DARK.items()
    )
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    head, tag, rest = svg.partition("<defs>")
    return f"{head}{style}{tag}{rest}" if tag else svg


def on_paper(text: Any) -> None:
    """Keep a text legible where a line passes behind it."""
    from matplotlib.patheffects import withStroke

    text.set_path_effects([withStroke(linewidth=3.5, foreground="#ffffff")])


def appearance(labels: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give each label its colour and marker, the same in every figure; from the seventh on they come again."""
    return {
        label: (PALETTE[number % len(PALETTE)], MARKERS[(number + number // len(PALETTE)) % len(MARKERS)])
        for number, label in enumerate(labels)
    }


def shortened(label: str) -> str:
    """Shorten a label that would leave a figure no room for what it shows; the page has it in full."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 7]}…{label[-6:]}"


def grouped(value: float) -> str:
    """Write a number in full, with commas, where it is short; else with a letter: 12 k, 3.4 M."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            size = 1e3 if letter == "k" else size
            return f"{value / size:.3g} {letter}"
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"


def name_lines(ax: Any, letters: int = 44) -> None:
    """Put the legend above the axes, where it hides nothing, in as many columns as ``letters`` of width hold."""
    _, names = ax.get_legend_handles_labels()
    n_columns = max(1, min(letters // 11, letters // (6 + max(map(len, names), default=1))))
    ax.legend(
        frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, ncols=n_columns, columnspacing=1.2
    )


def number_axis(axis: Any) -> None:
    """Let an axis write its numbers as :func:`grouped` does."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: grouped(value)))


def log_number_axis(axis: Any) -> None:
    """The same for a logarithmic axis: full decades, with 2 and 5 between them where there are few."""
    from matplotlib.ticker import LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    subs = (1.0,) if high / low > 3000 else (1.0, 3.0) if high / low > 30 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(base=10, subs=subs))
    axis.set_minor_formatter(NullFormatter())
    number_axis(axis)
