"""Plots of angles between weight changes and descents, over the number of trials averaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosim.compare.protocols.directions import FULL, RANDOM, WITHOUT_NOISE
from neurosim.report.line_ends import name_ends
from neurosim.report.style import GREY, INK, LIGHT_GREY, appearance, grouped

View = Mapping[str, Any]
Figure = Mapping[str, Any]
LECTURE = ("mlp", "feedback-alignment", "node-perturbation-loss", "stdp")
"""Rules of the lecture's figure where they were measured; others fill up in their order."""
N_LECTURE = 4
BEYOND = 4.0
"""How far right of the largest number of trials, as a factor, stands what endlessly many would give."""
ROOM = 3.0
"""The same for the end of the axis; names stand outside."""
NOTHING: Figure = {"mean": None, "ci95": None, "per_seed": []}


@dataclass(frozen=True)
class Angles:
    """What was measured of one layer of one learner against one objective's descent, after one share of the budget.

    Attributes
    ----------
    about : mapping of str to str
        Share, layer, objective, loss, why there is no angle.
    trials : tuple of float
        Numbers of trials that were averaged.
    figures : mapping of str to list
        What the change was set against, to one figure over seeds for each number of trials.
    """

    about: Mapping[str, str]
    trials: tuple[float, ...]
    figures: Mapping[str, list[Figure]]

    @property
    def full(self) -> list[Figure]:
        """Against the descent over all samples."""
        return self.figures[FULL]

    @property
    def random(self) -> tuple[float, float] | None:
        """Lowest and highest end over seeds of the interval of random updates."""
        ends = self.figures.get(RANDOM)
        return None if ends is None else (min(ends[0]["per_seed"]), max(ends[1]["per_seed"]))

    def last(self, against: str) -> Figure:
        """Give the figure at the largest number of trials; one without a mean where there is none."""
        found = self.figures.get(against)
        return found[-1] if found else NOTHING


def angles_in(view: View) -> dict[str, list[Angles]]:
    """Gather, by label, what a condition's series hold: share by share, layer by layer."""
    found: dict[str, list[Angles]] = {}
    for label, row in view["learners"].items():
        places: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for series in row["series"].values():
            about = series["about"]
            places.setdefault((about["share"], about["layer"], about["objective"]), []).append(series)
        found[label] = [
            Angles(
                of_place[0]["about"], tuple(of_place[0]["x"]), {one["about"]["against"]: one["y"] for one in of_place}
            )
            for of_place in places.values()
        ]
    return found


def shares_of(view: View) -> list[float]:
    """Give the shares of the budget after which weights were held."""
    return sorted({float(one.about["share"]) for of_label in angles_in(view).values() for one in of_label})


def trials_of(view: View) -> tuple[float, ...]:
    """Give the numbers of trials that were averaged."""
    return max((one.trials for of_label in angles_in(view).values() for one in of_label), key=len)


def angles_of(view: View, share: float, layer: str, objective: str) -> dict[str, Angles]:
    """Give, by label, what was measured of a layer against an objective; learners without an angle are left out."""
    wanted = (f"{share:g}", layer, objective)
    return {
        label: one
        for label, of_label in angles_in(view).items()
        for one in of_label
        if (one.about["share"], one.about["layer"], one.about["objective"]) == wanted and not one.about["undefined"]
    }


def layers_of(view: View, objective: str) -> list[str]:
    """Name the layers that have an angle to an objective somewhere, from input to output."""
    names = {
        one.about["layer"]
        for of_label in angles_in(view).values()
        for one in of_label
        if one.about["objective"] == objective and not one.about["undefined"]
    }
    return sorted(names, key=lambda name: (len(name), name))


def moment_in_words(share: float) -> str:
    """Say when weights were held."""
    return f"after {100 * share:g} % of the budget" if share else "before training"


def angle_panels(view: View, objective: str, ax: Any) -> Any:
    """Draw a row of panels for each share of the budget and a column for each layer, in place of ``ax``."""
    figure, layers, shares = ax.figure, layers_of(view, objective), shares_of(view)
    shown = [[angles_of(view, share, layer, objective) for layer in layers] for share in shares]
    span = heights_of([one for row in shown for angles in row for one in angles.values()])
    ax.remove()
    panels = figure.subplots(len(shares), len(layers), squeeze=False, sharey=True)
    for row, share in enumerate(shares):
        for column, layer in enumerate(layers):
            panel = panels[row][column]
            angle_lines(view, shown[row][column], panel, span)
            panel.set_title(f"{layer}, {moment_in_words(share)}", loc="left", fontsize=13)
            if column == 0:
                panel.set_ylabel("angle to the descent (degrees)")
            if row == len(shares) - 1:
                panel.set_xlabel("trials averaged")
    return panels


def heights_of(angles: Iterable[Angles]) -> tuple[float, float]:
    """Give the part of the scale that angles need, in degrees; a right angle is always there."""
    figures = [figure for one in angles for figure in (*one.full, one.last(WITHOUT_NOISE))]
    means = [figure["mean"] for figure in figures if figure["mean"] is not None]
    return max(min([*means, 80.0]) - 6, -3.0), min(max([*means, 90.0]) + 5, 183.0)


def angle_lines(view: View, angles: Mapping[str, Angles], ax: Any, span: tuple[float, float], size: float = 1.0) -> Any:
    """Draw a line a rule with its interval over seeds, the band of random updates, and what is left without noise."""
    looks, trials = appearance(view["learners"]), np.array(trials_of(view))
    bands = [one.random for one in angles.values() if one.random]
    if bands:
        ax.axhspan(min(low for low, _ in bands), max(high for _, high in bands), color=LIGHT_GREY, alpha=0.6, lw=0)
    ax.axhline(90, color=GREY, linewidth=1.2 * size)
    ends = {}
    for label, one in angles.items():
        (colour, marker), means = looks[label], [figure["mean"] for figure in one.full]
        there = [k for k, mean in enumerate(means) if mean is not None]
        if not there:
            continue
        x, y = trials[there], np.array([means[k] for k in there])
        spread = [one.full[k]["ci95"] or (means[k], means[k]) for k in there]
        ax.vlines(x, [low for low, _ in spread], [high for _, high in spread], color=colour, alpha=0.4, lw=2 * size)
        ax.plot(x, y, color=colour, marker=marker, linewidth=2 * size, markersize=5 * size)
        ends[label] = float(y[-1])
        without = one.last(WITHOUT_NOISE)["mean"]
        if without is not None:
            far = trials[-1] * BEYOND
            ax.plot([x[-1], far], [y[-1], without], ":", color=colour, linewidth=1.5 * size)
            ax.plot([far], [without], marker, mfc="white", mec=colour, mew=1.8 * size, markersize=8 * size)
            ends[label] = without
    ax.set_xscale("log")
    ax.set_xlim(trials[0] / 1.4, trials[-1] * BEYOND * ROOM)
    decades = [10**k for k in range(int(np.log10(trials[-1])) + 1)]
    ax.set_xticks([*decades, trials[-1] * BEYOND], [*map(grouped, decades), "∞"])
    ax.minorticks_off()
    ax.set_ylim(*span)
    ax.set_yticks([tick for tick in range(0, 181, 30 if span[0] < 60 else 10) if span[0] <= tick <= span[1]])
    name_ends(ax, ends, looks, trials[-1] * BEYOND * 1.9, size)
    return ax


def lecture_angles(view: View, ax: Any, size: float = 1.9, titled: bool = True) -> Any:
    """Draw four rules in one large panel, each against the descent of its own loss, with few words."""
    share, layer = shares_of(view)[-1], "layer_1"
    angles = lecture_rules(view)
    angle_lines(view, angles, ax, (-3.0, heights_of(angles.values())[1]), size=size)
    ax.set_xlabel("trials averaged", fontsize=11.6 * size)
    ax.set_ylabel("angle to steepest descent", fontsize=11.6 * size)
    ax.set_yticks([0, 30, 60, 90], ["0°", "30°", "60°", "90°"])
    ax.tick_params(labelsize=10.8 * size)
    if titled:
        ax.set_title(f"{layer}, {moment_in_words(share)}", loc="left", fontsize=10.8 * size, color=INK)
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    ax.annotate("chance", (1, 90), (6, 0), **place, color=GREY, fontsize=10.8 * size, annotation_clip=False)
    return ax


def lecture_rules(view: View) -> dict[str, Angles]:
    """Give the angles of at most four rules that have a loss of their own, at the last share, in the first layer."""
    there = angles_of(view, shares_of(view)[-1], "layer_1", "own")
    changing = [label for label in there if label not in LECTURE]
    chosen = [label for label in LECTURE if label in there] + changing
    return {label: there[label] for label in chosen[:N_LECTURE]}
