"""The result table, as rows of text that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.pairs import wording_of
from neurosim.metrics.measure import PROBE, Wording

HEADER = ("learner", "what is tested", "validation", "labels", "units", "weights", "spikes", "operations")
PROBE_HEAD = "linear probe"
"""A column more, where the protocol has one."""
RARE_HEADS = ("balanced (%)", "least recall (%)")
"""Columns more, where a class is rare: accuracy alone would hide that it is never found."""
MISSING = "–"
QUICK = "quick: not for citing"
OPERATIONS = "effective of dense operations for one decision"
"""What the column of operations holds."""


def written(value: float | None, wording: Wording) -> str:
    """Write a value without its unit, or a dash where there is none."""
    return "–" if value is None else wording.number(value)


def with_interval(figure: Mapping[str, Any] | None, wording: Wording) -> str:
    """Write a mean with its interval, or a dash where there is none."""
    if figure is None:
        return "–"
    mean, ends = wording.number(figure["mean"]), figure["ci95"]
    return mean if ends is None else f"{mean} [{', '.join(wording.number(wording.within(end)) for end in ends)}]"


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
    """Give the column heads of a condition's table."""
    heads = (HEADER[0], f"{wording_of(summary).axis} [95 % CI]", *HEADER[2:])
    rare = RARE_HEADS if summary["rarest_class"] is not None else ()
    return (*heads[:2], *rare, *((PROBE_HEAD,) if _is_probed(summary) else ()), *heads[2:])


def rare_cells(row: Mapping[str, Any], summary: Mapping[str, Any]) -> list[str]:
    """Write balanced accuracy and the least recall of a class, where a class is rare."""
    if summary["rarest_class"] is None:
        return []
    found = row["measures"]
    recalls = [one["mean"] for name, one in found.items() if name.startswith("recall:") and one is not None]
    balanced = found.get("balanced-accuracy")
    cells = [None if balanced is None else balanced["mean"], min(recalls, default=None)]
    return [MISSING if value is None else f"{100 * value:.1f}" for value in cells]


def _is_probed(summary: Mapping[str, Any]) -> bool:
    return any(row["measures"].get(PROBE) is not None for row in summary["learners"].values())


def result_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Give one row a learner, then one a control, in the summary's order."""
    rows: list[tuple[str, ...]] = []
    probed, wording = _is_probed(summary), wording_of(summary)
    for group in ("learners", "controls"):
        for label, row in summary[group].items():
            validation = row["validation"]
            rows.append(
                (
                    label,
                    with_interval(row["test"], wording),
                    *rare_cells(row, summary),
                    *([with_interval(row["measures"].get(PROBE), wording)] if probed else []),
                    written(None if validation is None else validation["mean"], wording),
                    row["traits"]["locality"]["labels"],
                    "–" if row["n_units"] is None else str(row["n_units"]),
                    f"{row['n_parameters']:,}",
                    spikes_per_sample(row),
                    operations_per_decision(row),
                )
            )
    return rows
