"""Which figures a report shows, in which order, and what each says to those who see it and to those who do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from neurosim.compare.words.pairs import wording_of
from neurosim.data import Record
from neurosim.metrics.measure import Wording
from neurosim.report import pictures, plots
from neurosim.report.figures import Figure
from neurosim.report.names import shown_names
from neurosim.report.style import appearance, grouped

WIDTH, HEIGHT = 6.4, 4.2
"""Of most figures, in inches: two stand side by side on a wide screen, and a phone shows them whole."""
Records = Mapping[str, Sequence[Record]]
TWINS = {
    "-untrained": "open circle: the same learner untrained, with its read-out",
    "-frozen": "open square: the same learner with its hidden layer frozen",
}


def main_figures(summary: Mapping[str, Any]) -> list[Figure]:
    """Make the main figure: how good is each, and is it more than what learns little? None where nothing is tested."""
    seeds, wording = summary["n_seeds"], wording_of(summary)
    means, controls = (
        [f"{label} {wording.in_words(row['test']['mean'])}" for label, row in summary[group].items() if row["test"]]
        for group in ("learners", "controls")
    )
    if not means:
        return []
    caption = (
        f"Each mark is one of {seeds} seeds; " if seeds > 1 else "The mark is the only seed; "
    ) + "upright bar: mean; band: its 95 % interval. Broken lines: controls on the same data."
    twins = [what for ending, what in TWINS.items() if any(name.endswith(ending) for name in summary["controls"])]
    caption += f" {'; '.join(twins).capitalize()}." if twins else ""
    outside = plots.off_the_scale(summary)
    if outside:
        caption += f" Off the scale: {', '.join(outside)}."
    size = (7.2, 1.3 + 0.62 * len(summary["learners"]) + 0.24 * len(plots.shared_controls(summary)))
    alt = f"Test {wording.title}. Learners: {', '.join(means)}. Controls: {', '.join(controls) or 'none'}."
    return [Figure("tested", partial(plots.value_dots, summary), size, alt, caption)]


def learning_figures(records: Records, wording: Wording) -> list[Figure]:
    """Make the learning curves, over presentations and over operations."""
    curves = {label: of_label for label, of_label in records.items() if all(len(r.curve) for r in of_label)}
    if not curves:
        return []
    last = {label: float(np.mean([r.curve[-1].validation for r in rs])) for label, rs in curves.items()}
    ends = [f"{label} ends at {wording.in_words(mean)}" for label, mean in last.items()]
    figures = [
        Figure(
            "curves", partial(plots.learning_curves, curves, wording), (WIDTH, HEIGHT),
            f"Validation {wording.title} while learning, over presentations: {', '.join(ends)}.",
            "Over presentations. Thin: a seed each; thick: their mean.",
        )
    ]  # fmt: skip
    # A logarithmic axis has no place for a learner whose operations nobody counted.
    spent = {
        label: rs for label, rs in curves.items()
        if all(plots.operations_so_far(p) > 0 for r in rs for p in r.curve)
    }  # fmt: skip
    if spent:
        costs = [f"{k} {grouped(plots.operations_so_far(rs[0].curve[-1]))}" for k, rs in spent.items()]
        figures.append(
            Figure(
                "curves-operations", partial(plots.learning_curves, spent, wording, over="operations"), (WIDTH, HEIGHT),
                f"Validation {wording.title} over the effective operations of learning; in the end {', '.join(costs)}.",
                "The same over effective operations: connections with an input and a weight other than zero, and"
                " those over which errors travel back. Multiply-accumulates and accumulates count alike here.",
            )
        )  # fmt: skip
    return figures


def cost_figures(summary: Mapping[str, Any], records: Records) -> list[Figure]:
    """Make operations a decision, and what is tested against spikes."""
    figures, counted, wording = [], plots.decision_operations(summary), wording_of(summary)
    if counted:
        said = [f"{k} {grouped(dense)} dense, {grouped(used)} effective" for k, (dense, used) in counted.items()]
        figures.append(
            Figure(
                "operations", partial(plots.operations_a_decision, summary), (WIDTH, 1.0 + 0.8 * len(counted)),
                f"Operations a decision: {'; '.join(said)}.",
                "Open, upper number: nothing is skipped (dense), in a spiking network at every time step. Filled, lower"
                " number: zeros are skipped (effective). A rate network multiplies and accumulates, a spiking network"
                " only accumulates.",
            )
        )  # fmt: skip
    spiking = {k: rs for k, rs in records.items() if "spikes_per_sample" not in rs[0].unavailable}
    if spiking and all(r.value(wording.name) is not None for rs in records.values() for r in rs):
        said = [f"{k} {grouped(float(np.mean([plots.spikes_a_decision(r) for r in rs])))}" for k, rs in spiking.items()]
        figures.append(
            Figure(
                "spikes", partial(plots.value_against_spikes, records, wording), (WIDTH, HEIGHT),
                f"Test {wording.title} against spikes a decision: {', '.join(said)} spikes.",
                "Small marks: seeds; large mark: their mean. A learner without spikes is a level line.",
            )
        )  # fmt: skip
    return figures


def confusion_figures(records: Records) -> list[Figure]:
    """Make one confusion matrix a learner, over all seeds."""
    figures = []
    for number, (label, of_label) in enumerate(records.items(), 1):
        if not all("confusion" in record.arrays for record in of_label):
            continue
        counts = np.sum([record.arrays["confusion"] for record in of_label], axis=0)
        classes = of_label[0].arrays["classes"]
        names = shown_names([str(name) for name in classes]) if len(classes) <= pictures.MOST_NUMBERS else None
        key = f" {names.key}" if names is not None and names.key else ""
        figures.append(
            Figure(
                f"confusion-{number}", partial(pictures.confusion_matrix, counts, classes), (4.2, 4.1),
                f"Confusion matrix of {label}. {_worst(counts, classes)}{key}",
                f"{_worst(counts, classes)}{key}", label,
            )
        )  # fmt: skip
    return figures


def _worst(counts: Any, classes: Any) -> str:
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return "Nothing is mistaken."
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    share = 100 * wrong[row, column] / counts[row].sum()
    return f"Most often {classes[row]} is taken for {classes[column]}: {share:.1f} %."


def answer_figures(records: Records, wording: Wording) -> list[Figure]:
    """Make one figure a learner of numbers answered against what they should be, of the first seed."""
    figures = []
    for number, (label, of_label) in enumerate(records.items(), 1):
        arrays, (colour, marker) = of_label[0].arrays, appearance(records)[label]
        if "targets" not in arrays:
            continue
        value = of_label[0].value(wording.name)
        said = "" if value is None else f" {wording.sentence} {wording.in_words(value)}."
        figures.append(
            Figure(
                f"answers-{number}",
                partial(pictures.answers_against_targets, arrays["targets"], arrays["answers"], colour, marker),
                (4.2, 4.1), f"Answers of {label} against the targets of {len(arrays['targets'])} test samples.{said}",
                f"Each mark is a test sample; on the line the answer is right.{said}", label,
            )
        )  # fmt: skip
    return figures


def weight_figures(records: Records) -> list[Figure]:
    """Make one picture of first-layer weights a learner, of the first seed."""
    figures = []
    for number, (label, of_label) in enumerate(records.items(), 1):
        arrays = of_label[0].arrays
        if "weights" not in arrays:
            continue
        weights, shape = arrays["weights"], arrays["sample"].shape
        shown = min(weights.shape[1], pictures.UNITS_SHOWN)
        image = pictures.is_image(shape, len(weights))
        what = "each tile is laid out as a sample" if image else "a column a unit, a row an input"
        blank = pictures.n_blank(weights)
        empty = f" {_blank_in_words(blank, shown, 'tile' if image else 'column')}" if blank else ""
        signed = "red above 0, blue below" if (weights < 0).any() else "the darker, the stronger"
        figures.append(
            Figure(
                f"weights-{number}", partial(pictures.learned_weights, weights, shape), (4.2, 3.6),
                f"Incoming weights of {shown} first-layer units of {label}, smallest {weights.min():.2g}, largest"
                f" {weights.max():.2g}.",
                f"{shown} of {of_label[0].n_units or weights.shape[1]} units; {what}; {signed}.{empty}", label,
            )
        )  # fmt: skip
    return figures


def _blank_in_words(blank: int, shown: int, what: str) -> str:
    """Explain tiles without a pattern, which look like a mistake of the drawing."""
    which = f"All {shown} {what}s are" if blank == shown > 1 else f"{blank} {what}{' is' if blank == 1 else 's are'}"
    return (
        f"{which} of one shade: all weights of {'that unit' if blank == 1 else 'such a unit'} are zero or (almost)"
        " equal, so that it prefers no pattern."
    )


def sample_figures(records: Records) -> list[Figure]:
    """Make pictures of one test sample and of how each learner answered it, of the first seed."""
    figures: list[Figure] = []
    for number, (label, of_label) in enumerate(records.items(), 1):
        arrays, (colour, _) = of_label[0].arrays, appearance(records)[label]
        if "sample" not in arrays or "sample_answer" not in arrays:
            continue
        true, answer = arrays["sample_label"][0], arrays["sample_answer"][0]
        if not figures:
            figures.append(
                Figure(
                    "sample", partial(pictures.sample_picture, arrays["sample"]), (3.2, 3.2),
                    f"The first test sample, of shape {_times(arrays['sample'].shape)}, labelled {true}.",
                    f"The first test sample; its label is {true}.", "the sample",
                )
            )  # fmt: skip
        said = f"{label} answers {_answer(answer, true, 'classes' in arrays)}"
        if "spike_times_ms" in arrays:
            times, population = arrays["spike_times_ms"], arrays["spike_population"]
            counts = [f"{int((population == name).sum())} of {name}" for name in arrays["population_names"]]
            draw = partial(pictures.spike_raster, arrays, colour)
            alt = f"Spike raster of {label}: {', '.join(counts)}. {said}."
            caption = f"{said}, with {len(times)} spikes: {', '.join(counts)}."
        elif "activations" in arrays:
            values = arrays["activations"]
            active = int(np.count_nonzero(values))
            draw = partial(pictures.activations, values, colour)
            alt = f"Activations of {label}: {active} of {len(values)} hidden units are active. {said}."
            caption = f"{said}, with {active} of {len(values)} hidden units active."
        else:
            continue
        figures.append(Figure(f"sample-{number}", draw, (WIDTH, HEIGHT), alt, caption, label))
    return figures


def _answer(answer: Any, true: Any, one_of_classes: bool) -> str:
    if one_of_classes:
        return f"{answer}, which is {'right' if answer == true else 'wrong'}"
    return f"{answer:.4g}, where {true:.4g} is right"


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"
