"""Everything that was measured as a tidy table: one line a learner, seed and measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from neurosim.data import Record
from neurosim.metrics.costs import PHASES, unknown_events


def results_csv(records: Mapping[str, Sequence[Record]]) -> str:
    """Give the text of ``results.csv``; what was not measured is empty.

    Parameters
    ----------
    records : mapping of str to sequence of Record
        Label to records, one a seed.
    """
    lines = ["label,kind,seed,measure,value"]
    for label, of_label in records.items():
        for record in of_label:
            lines += [
                f"{label},{record.kind},{record.seed},{measure},{'' if value is None else value}"
                for measure, value in _measures(record).items()
            ]
    return "\n".join(lines) + "\n"


def _measures(record: Record) -> dict[str, Any]:
    measures: dict[str, Any] = {part: getattr(record, part) for part in ("train", "validation", "test")}
    measures |= {f"test.{name}": found.get("test") for name, found in record.values.items()}
    measures |= {"n_units": record.n_units, "n_parameters": record.n_parameters}
    measures |= {"linear_probe": record.linear_probe, "probe_penalty": record.probe_penalty}
    measures |= {"silent_samples": record.silent_samples, "units_in_use": record.units_in_use}
    for phase in PHASES:
        counts = getattr(record.costs, phase)
        unknown = unknown_events(counts, record.unavailable.get(f"costs.{phase}", ""))
        measures |= {f"{phase}.{name}": None if name in unknown else n for name, n in asdict(counts).items()}
    return measures
