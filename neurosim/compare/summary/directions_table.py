"""The angles as a table: one line a learner, moment, layer, objective, comparison, number of trials and seed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

HEADER = (
    "learner", "share", "layer", "objective", "against", "trials", "seed", "angle_deg", "random_low_deg",
    "random_high_deg", "surrogate", "undefined",
)  # fmt: skip
AGAINST = {
    "full": "all samples",
    "same": "the same trials",
    "shuffled": "shuffled labels",
}


def directions_csv(summary: Mapping[str, Any]) -> str:
    """Give the text of ``directions.csv``; where an angle does not exist, the last column says why."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_lines(summary))
    return text.getvalue()


def _lines(summary: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for label, row in summary["learners"].items():
        for moment in row["moments"]:
            for layer in moment["angles"]:
                surrogate = moment["objectives"][layer["objective"]]["surrogate"]
                start = (label, moment["share"], layer["layer"], layer["objective"])
                if layer["undefined"]:
                    yield (*start, "", "", "", "", "", "", surrogate, layer["undefined"])
                    continue
                ends = layer["random"] or ("", "")
                for name, against in AGAINST.items():
                    for trials, figure in zip(summary["trials"], layer[name], strict=False):
                        for seed, angle in enumerate(figure["per_seed"], summary["first_seed"]):
                            yield (
                                *start, against, trials, seed, "" if angle is None else angle, *ends, surrogate, ""
                            )  # fmt: skip
                for seed, angle in enumerate(layer["without_noise"]["per_seed"], summary["first_seed"]):
                    reason = "the mean change does not stand out of its noise" if angle is None else ""
                    yield (
                        *start, "all samples, without noise", "", seed, "" if angle is None else angle, *ends,
                        surrogate, reason,
                    )  # fmt: skip
