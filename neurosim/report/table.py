"""The result table, as rows of text that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEADER = ("learner", "test % [95 % CI]", "validation", "labels", "units", "weights", "spikes")


def percent(value: float | None) -> str:
    """Write a share in per cent, or a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f}"


def with_interval(figure: Mapping[str, Any]) -> str:
    """Write a mean with its interval, in per cent."""
    mean, ends = percent(figure["mean"]), figure["ci95"]
    if ends is None:
        return mean
    # Student's interval knows nothing of the ends of the scale.
    return f"{mean} [{percent(max(ends[0], 0))}, {percent(min(ends[1], 1))}]"


def spikes_per_sample(row: Mapping[str, Any]) -> str:
    """Write how many spikes of the inputs and of all other neurons one decision takes."""
    if row["spikes_per_sample"] is None:
        return "–"
    counts = row["costs"]["inference"]
    return f"{counts['input_spikes'] / counts['presentations']:,.0f} + {row['spikes_per_sample']:.1f}"


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
                    spikes_per_sample(row),
                )
            )
    return rows


def pair_lines(summary: Mapping[str, Any]) -> list[str]:
    """Say in one line each how far every two learners, and every learner and control, lie apart."""
    pairs = [*summary["paired"], *summary["against_controls"]]
    return [_pair_line(pair, summary["n_seeds"]) for pair in pairs]


def _pair_line(pair: Mapping[str, Any], n_seeds: int) -> str:
    names = f"{pair['a']} − {pair['b']}: {100 * pair['difference']['mean']:+.1f} points"
    ends = pair["difference"]["ci95"]
    if ends is None:
        return f"{names}; one seed, no interval"
    line = f"{names} ({100 * ends[0]:+.1f} to {100 * ends[1]:+.1f}; {n_seeds} paired seeds)"
    if pair["smallest_p"] is None:
        return f"{line}; interval corrected for overlapping folds"
    if pair["smallest_p"] > 0.05:
        return f"{line}; too few seeds to test: the smallest p at {n_seeds} seeds is {pair['smallest_p']:.3g}"
    return f"{line}; p = {pair['p_holm']:.3g} (paired sign flips, Holm)"
