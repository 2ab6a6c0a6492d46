"""The result table, as rows of text that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEADER = ("learner", "test % [95 % CI]", "validation", "labels", "units", "weights", "spikes", "operations")
PROBE = "linear probe"
"""A column more, where the experiment asks for it."""
QUICK = "quick: not for citing"
OPERATIONS = "effective of dense operations for one decision"
"""What the column of operations holds."""


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


def short(number: float | None) -> str:
    """Write a count with three digits and a letter for its size, or a dash where there is none."""
    if number is None:
        return "–"
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        # What would round to the next size is written in it.
        if abs(number) >= 0.9995 * size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def operations_per_decision(row: Mapping[str, Any]) -> str:
    """Write the effective operations of one decision, their type, and the dense ones."""
    counted = row["operations"]["inference"]["per_presentation"]
    if counted is None or not counted["dense"]:
        return "–"
    kind = "AC" if row["traits"]["unit"] == "spike" else "MAC"
    return f"{short(counted['effective'])} of {short(counted['dense'])} {kind}"


def header(summary: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the column heads of a summary's table."""
    return (*HEADER[:2], PROBE, *HEADER[2:]) if _is_probed(summary) else HEADER


def _is_probed(summary: Mapping[str, Any]) -> bool:
    return any(row["linear_probe"] is not None for row in summary["learners"].values())


def result_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Give one row a learner, then one a control, in the summary's order."""
    rows: list[tuple[str, ...]] = []
    probed = _is_probed(summary)
    for group in ("learners", "controls"):
        for label, row in summary[group].items():
            rows.append(
                (
                    label,
                    with_interval(row["test"]),
                    *([_probe(row)] if probed else []),
                    percent(row["validation"]["mean"]),
                    row["traits"]["locality"]["labels"],
                    "–" if row["n_units"] is None else str(row["n_units"]),
                    f"{row['n_parameters']:,}",
                    spikes_per_sample(row),
                    operations_per_decision(row),
                )
            )
    return rows


def _probe(row: Mapping[str, Any]) -> str:
    return "–" if row["linear_probe"] is None else with_interval(row["linear_probe"])
