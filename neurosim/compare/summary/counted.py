"""What was counted in one phase, as plain values: events, operations, and why some of it is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from neurosim.data import EventCounts, Record, Traits
from neurosim.metrics.costs import NOTHING_PRESENTED, Operations, mean_operations, operations, unknown_events


def operations_of(records: Sequence[Record], traits: Traits, phase: str) -> Operations:
    """Give the operations of a phase, averaged over seeds."""
    return mean_operations(
        [operations(getattr(record.costs, phase), traits, phase, _reason(record, phase)) for record in records]
    )


def events_of(records: Sequence[Record], phase: str) -> dict[str, float | None]:
    """Give the raw events of a phase, averaged over seeds; None where any seed did not count."""
    counts = [getattr(record.costs, phase) for record in records]
    unknown = frozenset().union(*(unknown_events(c, _reason(r, phase)) for c, r in zip(counts, records, strict=True)))
    names = [field.name for field in fields(EventCounts)]
    return {name: None if name in unknown else mean_of([getattr(c, name) for c in counts]) for name in names}


def in_total_and_each(found: Operations) -> dict[str, Any]:
    """Give operations in total and for one presentation, which is None where nothing was presented."""
    each = found.per_presentation()
    return {"total": found.numbers(), "per_presentation": None if each is None else each.numbers()}


def missing_operations(phase: str, found: Operations) -> dict[str, str]:
    """Give reasons by path; one path covers all values below it that are None."""
    missing = {f"operations.{phase}": reason for reason in found.unavailable.values()}
    if found.per_presentation() is None and "presentations" not in found.unavailable:
        missing[f"operations.{phase}.per_presentation"] = NOTHING_PRESENTED
    return missing


def mean_of(values: Sequence[float | None]) -> float | None:
    """Average values of seeds; None where any seed lacks one."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known and len(known) == len(values) else None


def _reason(record: Record, phase: str) -> str:
    return record.unavailable.get(f"costs.{phase}", "")
