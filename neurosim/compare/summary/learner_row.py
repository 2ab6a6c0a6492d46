"""One learner's row of the summary: what it reached, sizes, operations, energy, curves, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.figure import missing_of
from neurosim.compare.statistics.measured import measured
from neurosim.compare.summary.counted import (
    events_of,
    in_total_and_each,
    mean_of,
    missing_operations,
    operations_of,
)
from neurosim.compare.summary.decision import decision_of
from neurosim.compare.summary.energy import energy_of
from neurosim.compare.summary.judged import measured_row
from neurosim.compare.summary.series import series_row
from neurosim.data import ONE_TEST_PART, CurvePoint, Record, Resampling, Traits
from neurosim.metrics.costs import PHASES
from neurosim.metrics.measure import Measure

NOTHING_TESTED = "the protocol tests nothing"
NO_ITEMS_OF_PART = "numbers for each item are kept of the test part only"
NOT_LOOKED_AT = "the protocol does not look at this part with the tested measure"
BYTES_A_NUMBER = 4
"""Weights are stored in 32 bits."""


def row_of(
    records: Sequence[Record],
    traits: Traits,
    measures: Sequence[Measure],
    resampling: Resampling = ONE_TEST_PART,
    groups: NDArray[Any] | None = None,
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
    groups : ndarray, shape (n_items,), optional
        What each test item belongs to.

    Returns
    -------
    row : dict
        As in ``results.json``.
    unavailable : dict of str to str
        Which of its values are None, by their path in the row, and why; a path covers all that lies below it.
    """
    first = records[0]
    tested = measures[0].name if measures else ""
    in_measures, unmeasured = measured_row(measures, records, resampling, groups)
    counted = {phase: operations_of(records, traits, phase) for phase in PHASES}
    energy = {phase: energy_of(phase, counted[phase]) for phase in ("inference", "learning")}
    decision, undecided = decision_of(records)
    row: dict[str, Any] = {
        "kind": first.kind,
        "test": in_measures.get(tested),
        "validation": _part(records, tested, "validation", resampling),
        "train": _part(records, tested, "train", resampling),
        "measures": in_measures,
        "series": series_row(records),
        "traits": asdict(traits),
        "n_units": first.n_units,
        "n_layers": first.n_layers,
        "n_parameters": first.n_parameters,
        "bytes": BYTES_A_NUMBER * first.n_parameters,
        "spikes_per_sample": _spikes_per_sample(records),
        "decision": decision,
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
    missing = _not_recorded(row) | undecided | unmeasured | _reasons(records)
    missing |= _of_tested(row, missing, tested)
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


def _part(records: Sequence[Record], tested: str, part: str, resampling: Resampling) -> dict[str, Any] | None:
    """Give the tested measure on another part than the test part; None where the protocol did not look at it."""
    found = measured(records, tested, resampling, part)
    return None if found is None else found.figure(resampling)


def _of_tested(row: Mapping[str, Any], missing: Mapping[str, str], tested: str) -> dict[str, str]:
    """Give the reasons for what is None of the tested measure, which stands in the row by its part."""
    found: dict[str, str] = {}
    if row["test"] is None:
        found["test"] = missing.get(f"measures.{tested}", NOTHING_TESTED)
    prefix = f"measures.{tested}."
    found |= {f"test.{path.removeprefix(prefix)}": why for path, why in missing.items() if path.startswith(prefix)}
    for part in ("validation", "train"):
        if row[part] is not None:
            found |= missing_of(row[part], NO_ITEMS_OF_PART, f"{part}.")
    return found | {part: NOT_LOOKED_AT for part in ("validation", "train") if row[part] is None}


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
