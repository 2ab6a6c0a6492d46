"""Write docs/writers.md: what each writer of digits' test part says, from finished runs.

`python docs/writers.py FOLDER`, with the folder of `neurosim run learning_rule_or_unit`. Effects are taken from
items of its cells, writer by writer, and over writers by Student's t; beside them stand the interval of the
comparison itself and the simple methods on the same images.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from kept_paths import commit_of
from numpy.typing import NDArray

from neurosim.compare.running.files import write_text
from neurosim.compare.running.store import read_cell
from neurosim.compare.statistics.intervals import student_interval
from neurosim.compare.statistics.two_way import two_way_contrast
from neurosim.compare.summary.effects import EFFECTS
from neurosim.tasks.digits import TEST_START, writers

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "writers.md"
TOLD_THE_LABEL = {
    ("rate", "gradient"): "mlp", ("rate", "local"): "hebb-supervised",
    ("spike", "gradient"): "snn-gradient", ("spike", "local"): "stdp-supervised",
}  # fmt: skip
CONTRASTS: Mapping[str, Mapping[str, float]] = {
    "spiking − rate units": {TOLD_THE_LABEL[place]: weight for place, weight in EFFECTS["unit"].items()},
    "local rule − gradient": {TOLD_THE_LABEL[place]: weight for place, weight in EFFECTS["rule"].items()},
    "`stdp-supervised` − `mlp`": {"stdp-supervised": 1.0, "mlp": -1.0},
    "`snn-gradient` − `mlp`": {"snn-gradient": 1.0, "mlp": -1.0},
    "`stdp` − `kmeans`": {"stdp": 1.0, "kmeans": -1.0},
    "`mlp` − `svm`": {"mlp": 1.0, "svm": -1.0},
    "`mlp` − `nearest-neighbour`": {"mlp": 1.0, "nearest-neighbour": -1.0},
}
OPPONENTS = ("raw-linear", "kmeans", "kmeans-by-class", "nearest-neighbour", "svm")

HEAD = """# Writer by writer

The test part of digits holds images by about seven writers ([tasks.md](tasks.md#digits)). This page says how much a
conclusion owes to them: each column is one writer. *Over writers* is Student's interval of the seven differences, as if
each writer counted alike; *two-way* is the interval that verdicts use, over seeds and writers. Points of accuracy,
means over seeds. Made by `python docs/writers.py FOLDER` from `neurosim run learning_rule_or_unit`,
measured at `{commit}`.

"""


def items_of(folder: Path, label: str) -> NDArray[np.float64]:
    """Give right and wrong answers of a label, shape (n_seeds, n_items)."""
    cells = sorted((folder / "cells" / "default" / label).iterdir(), key=lambda path: int(path.name))
    records = [read_cell(cell) for cell in cells]
    return np.array([record.items["accuracy"] for record in records if record is not None], dtype=float)


def row_of(
    name: str, tables: Sequence[NDArray[np.float64]], weights: Sequence[float], groups: NDArray[np.int64]
) -> str:
    """Give a contrast's row: each writer, over writers, two-way."""
    difference = sum(weight * table for weight, table in zip(weights, tables, strict=True))
    each = [100 * float(np.mean(difference[:, groups == group])) for group in np.unique(groups)]
    over, both = student_interval(each), two_way_contrast(weights, tables, groups)
    ends = [100 * (end or 0.0) for end in (both.low, both.high)]
    half = (over.high or 0.0) - over.mean
    cells = [*(f"{value:+.1f}" for value in each), f"{over.mean:+.1f} ± {half:.1f}", f"{100 * both.mean:+.1f}"]
    return f"| {name} | {' | '.join(cells)} ({ends[0]:+.1f} to {ends[1]:+.1f}) |"


def page(folder: Path) -> str:
    """Give the text of the page."""
    summary: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    groups = writers()[TEST_START:]
    names = [f"writer {number}" for number in range(1, len(np.unique(groups)) + 1)]
    lines = [f"| | {' | '.join(names)} | over writers | two-way |", f"|---|{'---|' * (len(names) + 2)}"]
    for name, weights in CONTRASTS.items():
        lines.append(row_of(name, [items_of(folder, label) for label in weights], list(weights.values()), groups))
    lines += [
        "",
        "Accuracy on each writer, in per cent:",
        "",
        f"| | {' | '.join(names)} | all |",
        f"|---|{'---|' * (len(names) + 1)}",
    ]
    for label in (*TOLD_THE_LABEL.values(), "stdp", *OPPONENTS):
        right = items_of(folder, label)
        each = [f"{100 * right[:, groups == group].mean():.1f}" for group in np.unique(groups)]
        lines.append(f"| `{label}` | {' | '.join(each)} | {100 * right.mean():.1f} |")
    return HEAD.format(commit=commit_of(summary)) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(PAGE, page(Path(sys.argv[1])))
