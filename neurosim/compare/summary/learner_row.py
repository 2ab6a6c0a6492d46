"""One learner's row of the summary: accuracy, sizes, operations, energy, curves, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from neurosim.compare.statistics.pairs import item_figure, seed_figure
from neurosim.compare.summary.effects import NO_PROBE
from neurosim.data import CurvePoint, EventCounts, Record, Traits
from neurosim.metrics.costs import (
    NOTHING_PRESENTED,
    PHASES,
    Operations,
    mean_operations,
    operations,
    unknown_events,
)
from neurosim.metrics.energy import DEFAULT_TABLES, TABLES, BreakEven, EnergyTable, break_even, energy_rows

BYTES_A_NUMBER = 4
"""Weights are stored in 32 bits."""


def row_of(
    records: Sequence[Record], traits: Traits, test_to_train: float = 0.0
) -> tuple[dict[str, Any], dict[str, str]]:
    """Make a learner's row.

    Parameters
    ----------
    records : sequence of Record
        One a seed.
    traits : Traits
        What the learner is.
    test_to_train : float, default=0
        Not 0 for repeated folds; see :func:`neurosim.compare.statistics.intervals.student_interval`.

    Returns
    -------
    row : dict
        As in ``results.json``.
    unavailable : dict of str to str
        Which of its values are None, by their path in the row, and why; a path covers all that lies below it.
    """
    first = records[0]
    over_items, no_items = item_figure(records, test_to_train)
    counted = {phase: _counted(records, traits, phase) for phase in PHASES}
    energy = {phase: _energy(phase, counted[phase]) for phase in ("inference", "learning")}
    row: dict[str, Any] = {
        "kind": first.kind,
        "test": _figure([record.test for record in records], test_to_train) | {"items_ci95": over_items},
        "validation": _figure([record.validation for record in records], test_to_train),
        "train": _figure([record.train for record in records], test_to_train),
        "traits": asdict(traits),
        "linear_probe": _probe_figure(records, test_to_train),
        "n_units": first.n_units,
        "n_layers": first.n_layers,
        "n_parameters": first.n_parameters,
        "bytes": BYTES_A_NUMBER * first.n_parameters,
        "spikes_per_sample": _spikes_per_sample(records),
        "silent_samples": _mean([record.silent_samples for record in records]),
        "units_in_use": _mean([record.units_in_use for record in records]),
        "sparsity": {
            "connections": _mean([record.connection_sparsity for record in records]),
            "activations": _activation_sparsity(records),
        },
        "costs": {phase: _mean_counts(records, phase) for phase in PHASES},
        "operations": {phase: _both(found) for phase, found in counted.items()},
        "energy": {phase: estimates for phase, (estimates, _) in energy.items()},
        "curve": mean_curve(records),
        "curves": [[asdict(point) for point in record.curve] for record in records],
        "wall_s": {key: float(np.mean([r.wall_s[key] for r in records])) for key in sorted(first.wall_s)},
    }
    missing = _reasons(records) | ({"test.items_ci95": no_items} if over_items is None else {})
    if row["linear_probe"] is None:
        missing.setdefault("linear_probe", NO_PROBE)
    elif row["linear_probe"]["items_ci95"] is None:
        missing["linear_probe.items_ci95"] = no_items
    for phase, found in counted.items():
        missing |= _operations_missing(phase, found)
    for _, reasons in energy.values():
        missing |= reasons
    if "costs.learning" in missing:
        missing |= dict.fromkeys(("curve", "curves"), missing["costs.learning"])
    return row, _not_recorded(row) | missing


def mean_curve(records: Sequence[Record]) -> list[dict[str, float | None]]:
    """Average learning curves over seeds, evaluation by evaluation, as far as all seeds have them."""
    points = zip(*(record.curve for record in records), strict=False)
    names = [field.name for field in fields(CurvePoint)]
    return [{name: _mean([getattr(point, name) for point in of_seeds]) for name in names} for of_seeds in points]


def sensitivity(
    records: Mapping[str, Sequence[Record]], traits: Mapping[str, Traits], labels: Iterable[str]
) -> list[dict[str, Any]]:
    """Say for each spiking and each rate learner below which activity the first would take less energy a decision."""
    counted = {label: _counted(records[label], traits[label], "inference") for label in labels}
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


def _figure(values: Sequence[float], test_to_train: float) -> dict[str, Any]:
    return seed_figure(values, test_to_train) | {"per_seed": list(values)}


def _probe_figure(records: Sequence[Record], test_to_train: float) -> dict[str, Any] | None:
    shares = [record.linear_probe for record in records if record.linear_probe is not None]
    if len(shares) < len(records):
        return None
    over_items = item_figure(records, test_to_train, "probe_correct")[0]
    penalties = [record.probe_penalty for record in records]
    return _figure(shares, test_to_train) | {"items_ci95": over_items, "penalties": penalties}


def _counted(records: Sequence[Record], traits: Traits, phase: str) -> Operations:
    return mean_operations(
        [operations(getattr(record.costs, phase), traits, phase, _reason(record, phase)) for record in records]
    )


def _reason(record: Record, phase: str) -> str:
    return record.unavailable.get(f"costs.{phase}", "")


def _reasons(records: Sequence[Record]) -> dict[str, str]:
    """Give what any seed lacks, with the reason."""
    return {path: reason for record in reversed(records) for path, reason in record.unavailable.items()}


def _both(found: Operations) -> dict[str, Any]:
    each = found.per_presentation()
    return {"total": found.numbers(), "per_presentation": None if each is None else each.numbers()}


def _operations_missing(phase: str, found: Operations) -> dict[str, str]:
    """Give reasons by path; one path covers all values below it that are None."""
    missing = {f"operations.{phase}": reason for reason in found.unavailable.values()}
    if found.per_presentation() is None and "presentations" not in found.unavailable:
        missing[f"operations.{phase}.per_presentation"] = NOTHING_PRESENTED
    return missing


def _energy(phase: str, found: Operations) -> tuple[dict[str, Any], dict[str, str]]:
    each = found.per_presentation()
    if each is None:
        reason = found.unavailable.get("presentations", NOTHING_PRESENTED)
        return dict.fromkeys(DEFAULT_TABLES), {f"energy.{phase}": reason}
    rows, reasons = energy_rows(each)
    if len(set(reasons.values())) == 1 and len(reasons) == len(rows):
        return rows, {f"energy.{phase}": next(iter(reasons.values()))}
    return rows, {f"energy.{phase}.{name}": reason for name, reason in reasons.items()}


def _not_recorded(row: Mapping[str, Any]) -> dict[str, str]:
    """Give reasons for values that older or simpler records lack."""
    optional = {name: row[name] for name in ("silent_samples", "units_in_use")}
    optional |= {f"sparsity.{name}": value for name, value in row["sparsity"].items()}
    reason = "the records do not hold it" if row["n_units"] else "it has no units"
    return {name: reason for name, value in optional.items() if value is None}


def _mean_counts(records: Sequence[Record], phase: str) -> dict[str, float | None]:
    counts = [getattr(record.costs, phase) for record in records]
    unknown = frozenset().union(*(unknown_events(c, _reason(r, phase)) for c, r in zip(counts, records, strict=True)))
    names = [field.name for field in fields(EventCounts)]
    return {name: None if name in unknown else _mean([getattr(c, name) for c in counts]) for name in names}


def _spikes_per_sample(records: Sequence[Record]) -> float | None:
    if any("spikes_per_sample" in record.unavailable for record in records):
        return None
    return float(np.mean([r.costs.inference.spikes / max(r.costs.inference.presentations, 1) for r in records]))


def _activation_sparsity(records: Sequence[Record]) -> float | None:
    """Give the share of pairs of a unit and a test sample in which the unit is not active at all."""
    active = [record.arrays.get("unit_activity") for record in records]
    return _mean([None if shares is None else 1 - float(np.mean(shares)) for shares in active])


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known and len(known) == len(values) else None
