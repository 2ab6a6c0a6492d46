"""One learner's row of the summary: accuracy, sizes, operations, energy, curves, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from neurosim.compare.statistics.pairs import item_figure, seed_figure
from neurosim.compare.summary.counted import (
    events_of,
    in_total_and_each,
    mean_of,
    missing_operations,
    operations_of,
)
from neurosim.compare.summary.effects import NO_PROBE
from neurosim.compare.summary.energy import energy_of
from neurosim.compare.summary.judged import measured_row
from neurosim.data import ONE_TEST_PART, CurvePoint, Record, Resampling, Traits
from neurosim.metrics.costs import PHASES
from neurosim.metrics.measure import Measure

BYTES_A_NUMBER = 4
"""Weights are stored in 32 bits."""


def row_of(
    records: Sequence[Record],
    traits: Traits,
    measures: Sequence[Measure],
    resampling: Resampling = ONE_TEST_PART,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Make a learner's row.

    Parameters
    ----------
    records : sequence of Record
        One a seed.
    traits : Traits
        What the learner is.
    measures : sequence of Measure
        By what its answers are judged; the first is the one that is tested.
    resampling : Resampling
        How the seeds relate to each other.

    Returns
    -------
    row : dict
        As in ``results.json``.
    unavailable : dict of str to str
        Which of its values are None, by their path in the row, and why; a path covers all that lies below it.
    """
    first = records[0]
    over_items, no_items = item_figure(records, resampling)
    measured, unmeasured = measured_row(measures, records, resampling)
    counted = {phase: operations_of(records, traits, phase) for phase in PHASES}
    energy = {phase: energy_of(phase, counted[phase]) for phase in ("inference", "learning")}
    row: dict[str, Any] = {
        "kind": first.kind,
        "test": _figure([record.test for record in records], resampling) | {"items_ci95": over_items},
        "validation": _figure([record.validation for record in records], resampling),
        "train": _figure([record.train for record in records], resampling),
        "measures": measured,
        "traits": asdict(traits),
        "linear_probe": _probe_figure(records, resampling),
        "n_units": first.n_units,
        "n_layers": first.n_layers,
        "n_parameters": first.n_parameters,
        "bytes": BYTES_A_NUMBER * first.n_parameters,
        "spikes_per_sample": _spikes_per_sample(records),
        "silent_samples": mean_of([record.silent_samples for record in records]),
        "units_in_use": mean_of([record.units_in_use for record in records]),
        "sparsity": {
            "connections": mean_of([record.connection_sparsity for record in records]),
            "activations": _activation_sparsity(records),
        },
        "costs": {phase: events_of(records, phase) for phase in PHASES},
        "operations": {phase: in_total_and_each(found) for phase, found in counted.items()},
        "energy": {phase: estimates for phase, (estimates, _) in energy.items()},
        "curve": mean_curve(records),
        "curves": [[asdict(point) for point in record.curve] for record in records],
        "wall_s": {key: float(np.mean([r.wall_s[key] for r in records])) for key in sorted(first.wall_s)},
    }
    missing = _not_recorded(row) | _reasons(records) | unmeasured
    if over_items is None:
        missing["test.items_ci95"] = no_items
    if row["linear_probe"] is None:
        missing.setdefault("linear_probe", NO_PROBE)
    elif row["linear_probe"]["items_ci95"] is None:
        missing["linear_probe.items_ci95"] = no_items
    for phase, found in counted.items():
        missing |= missing_operations(phase, found)
    for _, reasons in energy.values():
        missing |= reasons
    if "costs.learning" in missing:
        missing |= dict.fromkeys(("curve", "curves"), missing["costs.learning"])
    return row, missing


def mean_curve(records: Sequence[Record]) -> list[dict[str, float | None]]:
    """Average learning curves over seeds, evaluation by evaluation, as far as all seeds have them."""
    points = zip(*(record.curve for record in records), strict=False)
    names = [field.name for field in fields(CurvePoint)]
    return [{name: mean_of([getattr(point, name) for point in of_seeds]) for name in names} for of_seeds in points]


def _figure(values: Sequence[float], resampling: Resampling) -> dict[str, Any]:
    return seed_figure(values, resampling) | {"per_seed": list(values)}


def _probe_figure(records: Sequence[Record], resampling: Resampling) -> dict[str, Any] | None:
    shares = [record.linear_probe for record in records if record.linear_probe is not None]
    if len(shares) < len(records):
        return None
    over_items = item_figure(records, resampling, "probe_correct")[0]
    penalties = [record.probe_penalty for record in records]
    return _figure(shares, resampling) | {"items_ci95": over_items, "penalties": penalties}


def _reasons(records: Sequence[Record]) -> dict[str, str]:
    """Give what any seed lacks, with the reason."""
    return {path: reason for record in reversed(records) for path, reason in record.unavailable.items()}


def _not_recorded(row: Mapping[str, Any]) -> dict[str, str]:
    """Give reasons for values that older or simpler records lack."""
    optional = {name: row[name] for name in ("silent_samples", "units_in_use")}
    optional |= {f"sparsity.{name}": value for name, value in row["sparsity"].items()}
    reason = "the records do not hold it" if row["n_units"] else "it has no units"
    return {name: reason for name, value in optional.items() if value is None}


def _spikes_per_sample(records: Sequence[Record]) -> float | None:
    if any("spikes_per_sample" in record.unavailable for record in records):
        return None
    return float(np.mean([r.costs.inference.spikes / max(r.costs.inference.presentations, 1) for r in records]))


def _activation_sparsity(records: Sequence[Record]) -> float | None:
    """Give the share of pairs of a unit and a test sample in which the unit is not active at all."""
    active = [record.arrays.get("unit_activity") for record in records]
    return mean_of([None if shares is None else 1 - float(np.mean(shares)) for shares in active])
