"""The result table, as rows of text that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEADER = ("learner", "test % (95 % interval)", "validation", "labels", "units", "weights")


def percent(value: float | None) -> str:
    """Write a share in per cent, or a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f}"


def with_interval(figure: Mapping[str, Any]) -> str:
    """Write a mean with its interval, in per cent."""
    mean, ends = percent(figure["mean"]), figure["ci95"]
    return mean if ends is None else f"{mean} ({percent(ends[0])} to {percent(ends[1])})"


def result_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Give one row a learner, then one a control, in the summary's order."""
    rows: list[tuple[str, ...]] = []
    for group in ("learners", "controls"):
        for label, row in summary[group].items():
            rows.append(
                (
                    label,
                    with_interval(row["test"]),
                    percent(row["validation"]["mean"]),
                    row["traits"]["locality"]["labels"],
                    "–" if row["n_units"] is None else str(row["n_units"]),
                    f"{row['n_parameters']:,}",
                )
            )
    return rows


def pair_lines(summary: Mapping[str, Any]) -> list[str]:
    """Say each paired difference in one line."""
    lines = []
    for pair in summary["paired"]:
        ends, n = pair["difference"]["ci95"], summary["n_seeds"]
        if ends is None:
            lines.append(
                f"{pair['a']} − {pair['b']}: {100 * pair['difference']['mean']:+.1f} points; one seed, no test"
            )
            continue
        tested = f"p = {pair['p_holm']:.3g} (exact sign flips, Holm)"
        # Holm multiplies the smallest of the p-values by their number.
        smallest = min(1.0, pair["smallest_p"] * len(summary["paired"]))
        if smallest > 0.05:
            tested = f"too few seeds to test: the smallest p at {n} seeds is {smallest:.3g}"
        lines.append(
            f"{pair['a']} − {pair['b']}: {100 * pair['difference']['mean']:+.1f} points "
            f"({100 * ends[0]:+.1f} to {100 * ends[1]:+.1f}; {n} paired seeds); {tested}"
        )
    return lines


def control_lines(summary: Mapping[str, Any]) -> list[str]:
    """Say for every learner whether its mean lies above the linear classifier and k-means."""
    lines = []
    for label, row in summary["learners"].items():
        for name in ("raw-linear", "kmeans"):
            if name in summary["controls"]:
                gap = row["test"]["mean"] - summary["controls"][name]["test"]["mean"]
                side = "above" if gap > 0 else "not above"
                lines.append(f"{label} is {side} {name} ({100 * gap:+.1f} points)")
    return lines
