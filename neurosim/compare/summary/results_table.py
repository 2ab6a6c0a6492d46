"""Everything that was measured as a tidy table: one line a condition, learner, seed and measure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from neurosim.data import Record
from neurosim.metrics.costs import PHASES, unknown_events

HEADER = ("condition", "label", "kind", "seed", "measure", "value")


def results_csv(records: Mapping[str, Mapping[str, Sequence[Record]]]) -> str:
    """Give the text of ``results.csv``; what was not measured is empty.

    Parameters
    ----------
    records : mapping of str to mapping of str to sequence of Record
        By condition and label: records, one a seed.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for condition, by_label in records.items():
        for label, of_label in by_label.items():
            for record in of_label:
                start = (condition, label, record.kind, record.seed)
                writer.writerows((*start, *line) for line in _lines(record))
    return text.getvalue()


def _lines(record: Record) -> Iterator[tuple[str, Any]]:
    for name, by_part in record.values.items():
        yield from ((f"{part}.{name}", value) for part, value in by_part.items() if part != "chance")
    yield from ((name, getattr(record, name)) for name in ("n_units", "n_parameters"))
    penalty = record.arrays.get("probe_penalty")
    yield "probe_penalty", None if penalty is None else float(penalty[0])
    yield from ((name, getattr(record, name)) for name in ("silent_samples", "units_in_use"))
    for name, series in record.series.items():
        yield from ((f"series.{name}@{x:g}", y) for x, y in zip(series.x, series.y, strict=True))
    for phase in PHASES:
        counts = getattr(record.costs, phase)
        unknown = unknown_events(counts, record.unavailable.get(f"costs.{phase}", ""))
        yield from ((f"{phase}.{name}", None if name in unknown else n) for name, n in asdict(counts).items())
