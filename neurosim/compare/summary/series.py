"""What varies inside trained learners, averaged over seeds place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurosim.compare.statistics.intervals import student_interval
from neurosim.data import Record


def series_row(records: Sequence[Record]) -> dict[str, Any]:
    """Average one learner's series over seeds.

    Parameters
    ----------
    records : sequence of Record
        One a seed. Of a series that some seeds lack, or whose places differ, the places that all have are kept.

    Returns
    -------
    dict
        By the series' name, as in ``results.json``; a figure is without a mean where a seed lacks its value.
    """
    rows: dict[str, Any] = {}
    for name, first in records[0].series.items():
        of_seeds = [record.series[name] for record in records if name in record.series]
        if len(of_seeds) < len(records):
            continue
        at = [dict(zip(one.x, one.y, strict=True)) for one in of_seeds]
        x = [place for place in first.x if all(place in values for values in at)]
        rows[name] = {
            "over": first.over,
            "measure": first.measure,
            "about": {key: "; ".join(sorted({one.about[key] for one in of_seeds} - {""})) for key in first.about},
            "x": x,
            "y": [_figure([values[place] for values in at]) for place in x],
        }
    return rows


def _figure(values: Sequence[float | None]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return {"mean": None, "ci95": None, "per_seed": list(values)}
    found = student_interval(known)
    return {"mean": found.mean, "ci95": found.ends, "per_seed": known}
