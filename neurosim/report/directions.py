"""Which way the weights went: the figures, the table and the sentences of a measurement of directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from neurosim.compare.protocols.directions import FIRST_LAYER, FULL, PER_SIGNAL, SAME, SHUFFLED, WITHOUT_NOISE
from neurosim.compare.words.phrases import listed
from neurosim.report.angle_plots import (
    Angles,
    View,
    angle_panels,
    angles_in,
    angles_of,
    layers_of,
    lecture_angles,
    lecture_rules,
    moment_in_words,
    shares_of,
    trials_of,
)
from neurosim.report.figures import Figure
from neurosim.report.style import NARROW, WIDE
from neurosim.report.tables import MISSING, Table

WHOSE = {
    "own": "each rule's own loss",
    "readout": "the cross-entropy of a linear read-out fitted on the current activity",
}
PANEL_WIDTH, PANEL_HEIGHT, LECTURE_SIZE = 6.6, 4.8, (12.8, 7.2)
PICTURE_SIZE = 1.16
"""Of marks and letters on the first screen, where a lecture has 1.9."""


def is_measurement(view: View) -> bool:
    """Say whether a condition's protocol measured directions."""
    return bool(view["protocol"]["kind"] == "directions")


def angle_figures(view: View) -> list[Figure]:
    """Make a figure for each kind of loss that any learner has an angle to."""
    figures = []
    for objective, whose in WHOSE.items():
        layers = layers_of(view, objective)
        if not layers:
            continue
        size = (PANEL_WIDTH * len(layers), PANEL_HEIGHT * len(shares_of(view)))
        figures.append(
            Figure(
                f"directions-{objective}",
                partial(angle_panels, view, objective),
                size,
                f"Angle of weight changes to the descent of {whose}, over the number of trials averaged. "
                + " ".join(_ends(view, objective, share) for share in shares_of(view)),
                f"{_strokes(view['n_seeds'])} Open marks: what endlessly many "
                "trials would give, where the mean change stands out of its noise. Grey band: random updates as long "
                f"and as bounded.{_surrogates(view, objective)}",
                f"Angle to the descent of {whose}",
            )
        )
    return figures


def lecture_figures(view: View) -> list[Figure]:
    """Make the figure for a lecture, where two rules or more have a loss of their own."""
    rules = lecture_rules(view)
    if len(rules) < 2:
        return []
    share = shares_of(view)[-1]
    return [
        Figure(
            "directions-lecture",
            partial(lecture_angles, view),
            LECTURE_SIZE,
            f"Angle of weight changes to steepest descent of each rule's own loss. {_ends(view, 'own', share)}",
            "A biased rule levels off; a noisy one goes on falling. Open marks: without noise. Grey: chance.",
        )
    ]


def picture_figures(view: View) -> list[Figure]:
    """Make the first screen's picture: the lecture's figure in the page's size, else the first of angles."""
    lecture = lecture_figures(view)
    if not lecture:
        return angle_figures(view)[:1]
    draw = partial(lecture_angles, view, size=PICTURE_SIZE, titled=False)
    where = f"{FIRST_LAYER}, {moment_in_words(shares_of(view)[-1])}.".capitalize()
    picture = replace(
        lecture[0], name="answer", draw=draw, size=(WIDE, 3.2), draw_narrow=draw, narrow_size=(NARROW, 3.5),
        caption=f"{where} {lecture[0].caption}",
    )  # fmt: skip
    return [picture]


def sentences(view: View) -> list[str]:
    """Say in a few sentences where the rules' changes point at the last share, and what chance would give."""
    share, largest = shares_of(view)[-1], int(trials_of(view)[-1])
    lines = []
    for objective, whose in WHOSE.items():
        told = [_told(label, one) for label, one in angles_of(view, share, FIRST_LAYER, objective).items()]
        if told:
            lines.append(
                f"{moment_in_words(share).capitalize()}, the mean of {largest:,} weight changes in {FIRST_LAYER} "
                f"stands off the descent of {whose} by {listed(told)}."
            )
    if lines:
        lines.append(
            f"Random updates stand off by 90°{_band(view)}; an angle below that may be certain and still "
            f"mean little: at 85° a step goes downhill {100 * np.cos(np.radians(85)):.0f} % as fast as one along the "
            "descent."
        )
    return lines


def angle_table(view: View) -> Table:
    """Give angles of every layer at the last share, with their noise; a dash where there is none."""
    largest, last = int(trials_of(view)[-1]), f"{shares_of(view)[-1]:g}"
    header = (
        "",
        "layer",
        "loss",
        f"{largest:,} trials",
        "same trials",
        "without noise",
        "shuffled labels",
        "trials a signal",
        "why there is none",
    )
    rows = [
        _row(label, one)
        for label, of_label in angles_in(view).items()
        for one in of_label
        if one.about["share"] == last
    ]
    moment = moment_in_words(shares_of(view)[-1])
    return Table(f"Angles {moment}, in degrees: mean, and 95 % interval over seeds", header, tuple(rows))


def _row(label: str, one: Angles) -> tuple[str, ...]:
    start = (label, one.about["layer"], one.about["objective"])
    if one.about["undefined"]:
        return (*start, *[MISSING] * 5, one.about["undefined"])
    degrees = [_degrees(one.last(against)) for against in (FULL, SAME, WITHOUT_NOISE, SHUFFLED)]
    return (*start, *degrees, _trials(one.last(PER_SIGNAL)), "")


def _degrees(figure: Mapping[str, Any]) -> str:
    if figure["mean"] is None:
        return MISSING
    ends = figure["ci95"]
    return f"{figure['mean']:.1f}" + (f" [{max(ends[0], 0):.1f}, {min(ends[1], 180):.1f}]" if ends else "")


def _trials(figure: Mapping[str, Any]) -> str:
    return MISSING if figure["mean"] is None else f"{figure['mean']:,.0f}"


def _told(label: str, one: Angles) -> str:
    there, without = one.last(FULL)["mean"], one.last(WITHOUT_NOISE)["mean"]
    if there is None:
        return f"an unknown angle ({label})"
    rest = "" if without is None else f", {without:.0f}° without noise"
    return f"{there:.0f}° ({label}{rest})"


def _strokes(n_seeds: int) -> str:
    return f"Upright strokes: 95 % interval over {n_seeds} seeds." if n_seeds > 1 else "One seed: no intervals."


def _ends(view: View, objective: str, share: float) -> str:
    found = [
        f"{layer}: " + ", ".join(_told(label, one) for label, one in angles_of(view, share, layer, objective).items())
        for layer in layers_of(view, objective)
    ]
    return f"{moment_in_words(share).capitalize()}, at {trials_of(view)[-1]:,.0f} trials, {'; '.join(found)}."


def _band(view: View) -> str:
    share = shares_of(view)[-1]
    ends = [one.random for objective in WHOSE for one in angles_of(view, share, FIRST_LAYER, objective).values()]
    halves = [max(90 - low, high - 90) for low, high in filter(None, ends)]
    return f" give or take {max(halves):.1f}°, 95 times in 100" if halves else ""


def _surrogates(view: View, objective: str) -> str:
    through: dict[str, list[str]] = {}
    for label, of_label in angles_in(view).items():
        last = next((one.about for one in reversed(of_label) if one.about["objective"] == objective), None)
        if last and last["surrogate"]:
            through.setdefault(last["through"], []).append(label)
    return "".join(f" For {listed(labels)} a surrogate is differentiated: {what}." for what, labels in through.items())
