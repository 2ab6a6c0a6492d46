"""The effects of unit and rule: a forest plot a measure, and a table that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from neurosim.compare.words.effects import scales_of, shown, with_ends
from neurosim.metrics.measure import LOG_ODDS, PROBE, Wording
from neurosim.report.figures import Figure
from neurosim.report.style import GREY, INK, LIGHT_GREY, MARKERS, NARROW, PALETTE, WIDE, on_paper
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
    """Make a forest plot for each scale but the probe's log-odds; the first has a drawing for phones too."""
    effects = summary["effects"]
    n_lines = sum(1 + len(told_of(row)) for row in effects["rows"].values())
    if not effect_rows(effects):
        return []
    figures = [
        Figure(
            f"effects-{name}", partial(forest, effects, scale), (6.4, 0.8 + 0.29 * n_lines),
            f"Effects on {title_of(scale)}: {'; '.join(_said(effects, scale))}.", caption_of(effects, scale),
            title_of(scale),
        )
        for name, scale in known_scales(effects).items()
        if name != f"{PROBE}{LOG_ODDS}"
    ]  # fmt: skip
    n_effects = n_lines - len(effects["rows"])
    narrow = (NARROW, 0.9 + 0.3 * len(effects["rows"]) + 0.5 * n_effects)
    scale, bold = next(iter(known_scales(effects).values())), bool(summary["answer"]["bold"])
    first = replace(
        figures[0], size=(WIDE, 0.75 + 0.235 * n_lines), title="", narrow_size=narrow,
        draw=partial(forest, effects, scale, bold=bold),
        draw_narrow=partial(forest, effects, scale, bold=bold, narrow=True),
    )  # fmt: skip
    return [first, *figures[1:]]


def caption_of(effects: Effects, scale: Wording) -> str:
    """Say what the strokes are, and what a place beside the line means."""
    found = [effect for row in effects["rows"].values() for effect in row[scale.name].values() if effect]
    if all(effect["ci95"] is None for effect in found):
        strokes = "Dot: the only seed."
    elif any(effect["over"] == "seeds and items" for effect in found):
        strokes = "Thick: 95 % over seeds; thin: over seeds and test items; dots: seeds."
    else:
        strokes = "Stroke: 95 %; dots: seeds."
    return f"{strokes} Right of 0 the second is better; an interaction there favours spikes under a local rule."


def _said(effects: Effects, scale: Wording) -> list[str]:
    return [
        f"{HEADINGS[teacher]}, {SHORT[name]} {with_ends(row[scale.name][name], scale)}"
        for teacher, row in effects["rows"].items()
        for name in told_of(row)
    ]


def forest(effects: Effects, on: Wording, ax: Any, narrow: bool = False, bold: bool = True) -> Any:
    """Draw every seed as a dot, the mean and its interval of each effect, teacher by teacher."""
    ax.axvline(0, color=GREY, linewidth=1.6, zorder=1)
    names: list[tuple[float, str]] = []
    place = 0.0
    for number, (teacher, row) in enumerate(effects["rows"].items()):
        names.append((place, HEADINGS[teacher]))
        if number:
            ax.axhline(place - 0.55, color=LIGHT_GREY, linewidth=1.5, zorder=0)
        for name in told_of(row):
            # On a phone a name stands above its stroke.
            place += 1.7 if narrow else 1.0
            names.append((place - 0.85 if narrow else place, SHORT[name]))
            if row[on.name][name] is not None:
                _draw_effect(row[on.name][name], place, number, on, ax)
        place += 1.3 if narrow else 1.0
    _write_names(names, narrow, bold, ax)
    ax.set_ylim(place - 0.4, -0.6)
    ax.set_xlabel(f"effect on {title_of(on)}")
    return ax


def _draw_effect(effect: Mapping[str, Any], height: float, number: int, on: Wording, ax: Any) -> None:
    """Draw one effect and write its mean beside the panel."""
    colour, marker, scale, seeds = PALETTE[number], MARKERS[number], on.scale, effect["per_seed"]
    for ends, thickness, alpha in ((effect["ci95"], 2.2, 0.75), (effect["seeds_ci95"] or effect["ci95"], 7, 0.45)):
        if ends is not None:
            ax.plot([scale * end for end in ends], [height] * 2, color=colour, linewidth=thickness, alpha=alpha,
                    solid_capstyle="butt")  # fmt: skip
    spread = [height + 0.14 * ((k % 3) - 1) for k in range(len(seeds))]
    ax.plot([scale * v for v in seeds], spread, marker, color=colour, markersize=4, alpha=0.7, mew=0)
    ax.plot([scale * effect["mean"]], [height], "|", color=INK, markersize=15, markeredgewidth=2.2)
    ax.annotate(on.number(effect["mean"], signed=True), (1, height), (6, 0), ("axes fraction", "data"),
                "offset points", va="center", annotation_clip=False)  # fmt: skip


def _write_names(names: Sequence[tuple[float, str]], narrow: bool, bold: bool, ax: Any) -> None:
    headings = set(HEADINGS.values()) if bold else set()
    if narrow:
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.locator_params(axis="x", nbins=5)
        for height, name in names:
            text = ax.annotate(name, (0, height), xycoords=("axes fraction", "data"), va="center",
                               fontweight="bold" if name in headings else "normal")  # fmt: skip
            on_paper(text)
        return
    ax.set_yticks([height for height, _ in names], [name for _, name in names])
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() in headings else "normal")
    ax.tick_params(axis="y", length=0)
