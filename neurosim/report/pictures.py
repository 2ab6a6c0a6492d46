"""Pictures of evidence: what was mistaken for what, what was learned, how one sample was answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.report.names import shown_names
from neurosim.report.style import FIXED_INK, FIXED_PAPER, GREY

Array = NDArray[Any]
MOST_NUMBERS = 12
"""Classes up to which a confusion matrix has its numbers written in."""
UNITS_SHOWN = 36
ONE_SHADE = 0.02
"""Share of the strongest weight by which weights have to differ, to be seen."""


def confusion_matrix(counts: Array, classes: Array, ax: Any) -> Any:
    """Draw shares of answers, in per cent of the samples of each true label."""
    names = shown_names([str(name) for name in classes])
    totals = counts.sum(axis=1, keepdims=True)
    shares = 100 * counts / np.where(totals > 0, totals, 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    ticks = range(len(classes))
    if len(classes) <= MOST_NUMBERS:
        for row, column in zip(*np.nonzero(counts), strict=True):
            share = shares[row, column]
            text = f"{share:.0f}" if share >= 0.5 else "<1"
            colour = FIXED_PAPER if share > 55 else FIXED_INK
            number = ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=12)
            # Inside its cell, it asks for no room of its own.
            number.set_in_layout(False)
        ax.set_xticks(ticks, names.texts)
        ax.set_yticks(ticks, names.texts)
        for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
            # A dollar sign is a dollar sign.
            label.set_parse_math(False)
            if names.families:
                label.set_fontfamily(list(names.families))
    if max(map(len, names.texts)) > 3:
        ax.tick_params(axis="x", rotation=90)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xlabel("answer")
    ax.set_ylabel("true label")
    return ax


def answers_against_targets(targets: Array, answers: Array, colour: str, marker: str, ax: Any) -> Any:
    """Draw numbers answered over numbers asked for, with the line on which they agree."""
    low, high = min(targets.min(), answers.min()), max(targets.max(), answers.max())
    ax.plot([low, high], [low, high], color=GREY, linewidth=1.2, zorder=1)
    ax.plot(targets.ravel(), answers.ravel(), marker, color=colour, alpha=0.5, markersize=4, markeredgewidth=0)
    ax.set_aspect("equal")
    ax.set_xlabel("target")
    ax.set_ylabel("answer")
    return ax


def learned_weights(weights: Array, sample_shape: tuple[int, ...], ax: Any) -> Any:
    """Draw incoming weights, shape (n_inputs, n_units): as images where samples are images, else as columns."""
    shown = shown_units(weights)
    picture = mosaic(shown, sample_shape) if is_image(sample_shape, len(shown)) else shown
    signed, limit = bool((shown < 0).any()), float(np.nanmax(np.abs(shown))) or 1.0
    image = ax.imshow(
        np.ma.masked_invalid(picture),
        cmap="RdBu_r" if signed else "Greys",
        vmin=-limit if signed else 0,
        vmax=limit,
        interpolation="none",
        aspect="equal" if picture is not shown else "auto",
    )
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, aspect=25)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if picture is not shown:
        ax.set_axis_off()
    else:
        ax.set_xlabel("unit")
        ax.set_ylabel("input")
        for axis in (ax.xaxis, ax.yaxis):
            axis.get_major_locator().set_params(integer=True)
    return ax


def evenly_spaced(n: int, at_most: int) -> NDArray[np.int64]:
    """Give at most so many positions out of ``n``, from the first to the last."""
    return np.unique(np.linspace(0, n - 1, min(n, at_most)).round().astype(np.int64))


def is_image(sample_shape: tuple[int, ...], n_inputs: int) -> bool:
    """Say whether the inputs are the pixels of a sample, one each."""
    return len(sample_shape) == 2 and sample_shape[0] * sample_shape[1] == n_inputs


def mosaic(weights: Array, sample_shape: tuple[int, ...]) -> Array:
    """Lay units out as tiles, row by row, with an empty pixel between them (NaN)."""
    height, width = sample_shape
    n_units = weights.shape[1]
    n_columns = int(np.ceil(np.sqrt(n_units)))
    n_rows = -(-n_units // n_columns)
    canvas = np.full((n_rows * (height + 1) - 1, n_columns * (width + 1) - 1), np.nan)
    for unit in range(n_units):
        top, left = (unit // n_columns) * (height + 1), (unit % n_columns) * (width + 1)
        canvas[top : top + height, left : left + width] = weights[:, unit].reshape(height, width)
    return canvas


def shown_units(weights: Array) -> Array:
    """Give the columns of the units that are drawn."""
    return weights[:, evenly_spaced(weights.shape[1], UNITS_SHOWN)].astype(float)


def n_blank(weights: Array) -> int:
    """Count the units drawn whose weights are so alike that their tile is of one shade."""
    shown = shown_units(weights)
    limit = float(np.nanmax(np.abs(shown), initial=0.0)) or 1.0
    return int(np.count_nonzero(np.ptp(shown, axis=0) <= ONE_SHADE * limit))


def sample_picture(sample: Array, ax: Any) -> Any:
    """Draw a sample: an image as an image, anything else as bars."""
    if sample.ndim == 2:
        ax.imshow(sample, cmap="Greys", interpolation="none")
        ax.set_axis_off()
        return ax
    ax.bar(range(sample.size), sample.ravel(), color=GREY)
    ax.set_xlabel("feature")
    ax.set_ylabel("value")
    return ax


def spike_raster(arrays: Mapping[str, Array], colour: str, ax: Any) -> Any:
    """Draw the spikes that answered a sample, inputs at the bottom, each population in a band of its own."""
    names, sizes = arrays["population_names"].tolist(), arrays["population_sizes"].tolist()
    times, units, population = arrays["spike_times_ms"], arrays["spike_unit"], arrays["spike_population"]
    for band, (name, size) in enumerate(zip(names, sizes, strict=True)):
        own, height = population == name, 0.3 / size if band == 0 else 0.06
        middle = band + 0.08 + 0.84 * (units[own] + 0.5) / size
        # One broken line for all spikes of a population: a drawing of each by itself would be ten times as large.
        gap = np.full(own.sum(), np.nan)
        ax.plot(
            np.stack([times[own], times[own], gap], 1).ravel(),
            np.stack([middle - height, middle + height, gap], 1).ravel(),
            color=GREY if band == 0 else colour, linewidth=0.9 if band == 0 else 2.6, solid_capstyle="butt",
        )  # fmt: skip
        if band:
            ax.axhline(band, color=GREY, linewidth=0.6)
    ax.set_ylim(0, len(names))
    ax.set_yticks(
        np.arange(len(names)) + 0.5, [f"{size} {name}" for name, size in zip(names, sizes, strict=True)],
        rotation=90, va="center",
    )  # fmt: skip
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(left=0)
    ax.set_xlabel("time since onset (ms)")
    return ax


def activations(values: Array, colour: str, ax: Any) -> Any:
    """Draw the activation of every unit for a sample."""
    ax.bar(range(len(values)), values, width=1.0, color=colour)
    ax.axhline(0, color=GREY, linewidth=0.6)
    ax.set_xlim(-0.5, len(values) - 0.5)
    ax.set_xlabel("hidden unit")
    ax.set_ylabel("activation")
    return ax
