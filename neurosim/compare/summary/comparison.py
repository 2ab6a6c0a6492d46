"""From records to the summary that ``results.json`` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.summary.condition import condition_of
from neurosim.compare.summary.energy import energy_constants
from neurosim.data import Record, Traits

SCHEMA = 4


def summarise(
    opened: OpenedExperiment,
    records: Mapping[str, Sequence[Record]],
    traits: Mapping[str, Traits],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Make the summary of a finished comparison.

    Parameters
    ----------
    opened : OpenedExperiment
        What was asked for, and its task.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    traits : mapping of str to Traits
        Label to what the learner is.
    provenance : mapping
        Versions, host, times.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    experiment, condition = opened.experiment, condition_of(opened, records, traits)
    top = {key: value for key, value in condition.items() if key not in ("id", "factors")}
    return {
        "schema": SCHEMA,
        "name": experiment.name,
        "claim": experiment.claim,
        "n_seeds": experiment.n_seeds,
        "quick": experiment.quick,
        "factors": {},
        **top,
        "energy_tables": energy_constants(),
        "conditions": [condition],
        "provenance": dict(provenance),
    }
