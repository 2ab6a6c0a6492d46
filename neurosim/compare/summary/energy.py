"""Energy by a model, as plain values: estimates of a phase, and below which activity spikes would take less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from neurosim.compare.summary.counted import operations_of
from neurosim.data import Record, Traits
from neurosim.metrics.costs import NOTHING_PRESENTED, Operations
from neurosim.metrics.energy import DEFAULT_TABLES, TABLES, BreakEven, EnergyTable, break_even, energy_rows


def energy_of(phase: str, found: Operations) -> tuple[dict[str, Any], dict[str, str]]:
    """Give what one presentation takes, by table, and the reasons by path for what is None."""
    each = found.per_presentation()
    if each is None:
        reason = found.unavailable.get("presentations", NOTHING_PRESENTED)
        return dict.fromkeys(DEFAULT_TABLES), {f"energy.{phase}": reason}
    rows, reasons = energy_rows(each)
    if len(set(reasons.values())) == 1 and len(reasons) == len(rows):
        return rows, {f"energy.{phase}": next(iter(reasons.values()))}
    return rows, {f"energy.{phase}.{name}": reason for name, reason in reasons.items()}


def sensitivity(
    records: Mapping[str, Sequence[Record]], traits: Mapping[str, Traits], labels: Iterable[str]
) -> list[dict[str, Any]]:
    """Say for each spiking and each rate learner below which activity the first would take less energy a decision."""
    counted = {label: operations_of(records[label], traits[label], "inference") for label in labels}
    pairs = [(a, b) for a in counted for b in counted if (traits[a].unit, traits[b].unit) == ("spike", "rate")]
    # Without a constant for products there is nothing to compare with.
    names = [name for name in DEFAULT_TABLES if TABLES[name].mac is not None]
    return [
        {"spiking": a, "rate": b, "table": name, **_level(counted[a], counted[b], TABLES[name])}
        for a, b in pairs
        for name in names
    ]


def _level(spiking: Operations, rate: Operations, table: EnergyTable) -> dict[str, Any]:
    ours, theirs = spiking.per_presentation(), rate.per_presentation()
    if ours is None or theirs is None:
        unknown = spiking if ours is None else rate
        return asdict(BreakEven(None, None, unknown.unavailable.get("presentations", NOTHING_PRESENTED)))
    return asdict(break_even(ours, theirs, table))


def energy_constants() -> dict[str, Any]:
    """Give the tables that the estimates rest on, in picojoules, with their sources."""
    return {name: asdict(TABLES[name]) for name in DEFAULT_TABLES}
