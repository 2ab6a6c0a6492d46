"""The effects of unit and rule: a forest plot a measure, and a table that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from neurosim.compare.words.effects import shown, with_ends
from neurosim.report.figures import Figure
from neurosim.report.style import GREY, INK, LIGHT_GREY, MARKERS, PALETTE
from neurosim.report.tables import Table

Effects = Mapping[str, Any]
HEADINGS = {"label": "told the label", "reward": "told one reward bit", "nothing": "told nothing"}
SHORT = {
    "unit": "rate → spike",
    "rule": "gradient → local",
    "interaction": "interaction",
    "unit_at_gradient": "rate → spike, gradient",
    "unit_at_local": "rate → spike, local rule",
    "rule_at_rate": "gradient → local, rate",
    "rule_at_spike": "gradient → local, spike",
}
MEASURES = {
    "accuracy": "accuracy (points)",
    "log_odds": "log-odds",
    "probe_accuracy": "linear probe (points)",
    "probe_log_odds": "linear probe, log-odds",
}
CAPTION = "Effects within each teacher's row, in brackets their 95 % interval over seeds"
DRAWN = ("accuracy", "log_odds", "probe_accuracy")


def measures_of(effects: Effects) -> tuple[str, ...]:
    """Name the measures of which at least one effect is known."""
    return tuple(
        name for name in MEASURES if any(value for row in effects["rows"].values() for value in row[name].values())
    )


def told_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the effects to show of a row: the main ones and their interaction, or what single edges give."""
    return (*shown(row), *(("interaction",) if row["accuracy"]["interaction"] is not None else ()))


def effect_header(effects: Effects) -> tuple[str, ...]:
    """Give the table's column heads."""
    return ("teacher", "effect", *(MEASURES[name] for name in measures_of(effects)))


def effect_rows(effects: Effects) -> list[tuple[str, ...]]:
    """Give one row of text an effect."""
    measures = measures_of(effects)
    return [
        (HEADINGS[teacher], SHORT[name], *(with_ends(row[measure][name], measure) for measure in measures))
        for teacher, row in effects["rows"].items()
        for name in told_of(row)
    ]


def effect_table(effects: Effects) -> Table:
    """Give the table for the page."""
    return Table(CAPTION, effect_header(effects), tuple(effect_rows(effects)))


def effect_figures(summary: Mapping[str, Any]) -> list[Figure]:
    """Make a forest plot a measure."""
    effects = summary["effects"]
    n_lines = sum(1 + len(told_of(row)) for row in effects["rows"].values())
    if not effect_rows(effects):
        return []
    return [
        Figure(
            f"effects-{measure.replace('_', '-')}", partial(forest, effects, measure), (6.4, 1.0 + 0.33 * n_lines),
            f"Effects on {MEASURES[measure]}: {'; '.join(_said(effects, measure))}.",
            "Dots: seeds; upright bar: their mean; band: its 95 % interval. Right of the line: the second is better; an"
            " interaction there favours spiking units with a local rule.",
            MEASURES[measure],
        )
        for measure in DRAWN
        if measure in measures_of(effects)
    ]  # fmt: skip


def _said(effects: Effects, measure: str) -> list[str]:
    return [
        f"{HEADINGS[teacher]}, {SHORT[name]} {with_ends(row[measure][name], measure)}"
        for teacher, row in effects["rows"].items()
        for name in told_of(row)
    ]


def forest(effects: Effects, measure: str, ax: Any) -> Any:
    """Draw every seed as a dot, the mean and its interval of each effect, teacher by teacher."""
    scale = 1 if measure.endswith("log_odds") else 100
    ticks: list[str] = []
    ax.axvline(0, color=GREY, linewidth=1.2, zorder=1)
    for number, (teacher, row) in enumerate(effects["rows"].items()):
        colour, marker = PALETTE[number], MARKERS[number]
        ticks.append(HEADINGS[teacher])
        if number:
            ax.axhline(len(ticks) - 1.5, color=LIGHT_GREY, linewidth=0.8, zorder=0)
        for name in told_of(row):
            height, effect = len(ticks), row[measure][name]
            ticks.append(SHORT[name])
            if effect is None:
                continue
            seeds = effect["per_seed"]
            spread = [height + 0.14 * ((k % 3) - 1) for k in range(len(seeds))]
            low, high = effect["ci95"] or (effect["mean"],) * 2
            ax.plot(
                [scale * low, scale * high], [height] * 2, color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt"
            )
            ax.plot([scale * v for v in seeds], spread, marker, color=colour, markersize=4, alpha=0.7, mew=0)
            ax.plot([scale * effect["mean"]], [height], "|", color=INK, markersize=15, markeredgewidth=2.2)
    ax.set_yticks(range(len(ticks)), ticks)
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() in HEADINGS.values() else "normal")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(ticks) - 0.4, -0.6)
    ax.set_xlabel(f"effect on {MEASURES[measure]}")
    return ax
