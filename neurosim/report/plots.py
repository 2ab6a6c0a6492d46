"""Plots: each takes a summary and an Axes, draws, and gives the Axes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Okabe and Ito's colours can be told apart by colour-blind readers.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#777777"


def accuracy_dots(summary: Mapping[str, Any], ax: Any) -> Any:
    """Draw every seed as a dot, means with their interval, and chance as a line."""
    rows = [(label, row, BLUE) for label, row in summary["learners"].items()]
    rows += [(label, row, GREY) for label, row in summary["controls"].items()]
    for height, (_, row, colour) in enumerate(reversed(rows)):
        test = row["test"]
        spread = [height + 0.16 * ((k % 3) - 1) for k in range(len(test["per_seed"]))]
        ax.plot([100 * v for v in test["per_seed"]], spread, "o", color=colour, alpha=0.45, markersize=5)
        low, high = test["ci95"] or (test["mean"], test["mean"])
        ax.plot([100 * low, 100 * high], [height, height], color=colour, linewidth=3, solid_capstyle="butt")
        ax.plot([100 * test["mean"]], [height], "|", color=colour, markersize=16, markeredgewidth=3)
    ax.axvline(100 * summary["chance"], color=ORANGE, linestyle="--", linewidth=1.5)
    ax.text(100 * summary["chance"], len(rows) - 0.45, " chance", color=ORANGE, va="center")
    ax.set_yticks(range(len(rows)), [label for label, _, _ in reversed(rows)])
    ax.set_ylim(-0.6, len(rows) - 0.2)
    ax.set_xlabel("test accuracy (%), a dot a seed; bar: 95 % interval of the mean")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def learning_curves(summary: Mapping[str, Any], ax: Any) -> Any:
    """Draw validation accuracy of the first seed over presentations."""
    colours = (BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
    for number, (label, row) in enumerate(summary["learners"].items()):
        x = [point["presentations"] for point in row["curve"]]
        y = [100 * point["validation"] for point in row["curve"]]
        ax.plot(x, y, "o-", color=colours[number % len(colours)], label=label)
    ax.set_xlabel("presentations")
    ax.set_ylabel("validation accuracy (%)")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="lower right")
    return ax
