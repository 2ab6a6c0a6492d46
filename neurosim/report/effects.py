"""The effects of unit and rule: a forest plot a measure, and a table that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from neurosim.compare.words.effects import scales_of, shown, with_ends
from neurosim.metrics.measure import LOG_ODDS, PROBE, Wording
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
CAPTION = "Effects within each teacher's row, in brackets their 95 % interval"


def known_scales(effects: Effects) -> dict[str, Wording]:
    """Give the scales on which at least one effect is known."""
    return {
        name: wording
        for name, wording in scales_of(effects).items()
        if any(value for row in effects["rows"].values() for value in row[name].values())
    }


def title_of(scale: Wording) -> str:
    """Write a scale with the unit of its effects."""
    return f"{scale.title} ({scale.difference_unit})" if scale.difference_unit else scale.title


def told_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the effects to show of a row: the main ones and their interaction, or what single edges give."""
    return (*shown(row), *(("interaction",) if next(iter(row.values()))["interaction"] is not None else ()))


def effect_header(effects: Effects) -> tuple[str, ...]:
    """Give the table's column heads."""
    return ("teacher", "effect", *map(title_of, known_scales(effects).values()))


def effect_rows(effects: Effects) -> list[tuple[str, ...]]:
    """Give one row of text an effect."""
    scales = known_scales(effects)
    return [
        (HEADINGS[teacher], SHORT[name], *(with_ends(row[key][name], scale) for key, scale in scales.items()))
        for teacher, row in effects["rows"].items()
        for name in told_of(row)
    ]


def effect_table(effects: Effects) -> Table:
    """Give the table for the page."""
    return Table(CAPTION, effect_header(effects), tuple(effect_rows(effects)))


def effect_figures(summary: Mapping[str, Any]) -> list[Figure]:
    """Make a forest plot for each scale but the probe's log-odds."""
    effects = summary["effects"]
    n_lines = sum(1 + len(told_of(row)) for row in effects["rows"].values())
    if not effect_rows(effects):
        return []
    return [
        Figure(
            f"effects-{name}", partial(forest, effects, scale), (10.0 if not number else 6.4, 0.8 + 0.29 * n_lines),
            f"Effects on {title_of(scale)}: {'; '.join(_said(effects, scale))}.",
            "Dots: seeds; upright bar: their mean; band: its 95 % interval. Right of the line: the second is better; an"
            " interaction there favours spiking units with a local rule.",
            title_of(scale),
        )
        for number, (name, scale) in enumerate(known_scales(effects).items())
        if name != f"{PROBE}{LOG_ODDS}"
    ]  # fmt: skip


def _said(effects: Effects, scale: Wording) -> list[str]:
    return [
        f"{HEADINGS[teacher]}, {SHORT[name]} {with_ends(row[scale.name][name], scale)}"
        for teacher, row in effects["rows"].items()
        for name in told_of(row)
    ]


def forest(effects: Effects, on: Wording, ax: Any) -> Any:
    """Draw every seed as a dot, the mean and its interval of each effect, teacher by teacher."""
    scale = on.scale
    ticks: list[str] = []
    ax.axvline(0, color=GREY, linewidth=1.2, zorder=1)
    for number, (teacher, row) in enumerate(effects["rows"].items()):
        colour, marker = PALETTE[number], MARKERS[number]
        ticks.append(HEADINGS[teacher])
        if number:
            ax.axhline(len(ticks) - 1.5, color=LIGHT_GREY, linewidth=0.8, zorder=0)
        for name in told_of(row):
            height, effect = len(ticks), row[on.name][name]
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
    ax.set_xlabel(f"effect on {title_of(on)}")
    return ax
