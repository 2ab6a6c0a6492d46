"""From records to the summary that ``results.json`` holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.summary.between_conditions import contrasts_between
from neurosim.compare.summary.condition import condition_of
from neurosim.compare.summary.energy import energy_constants
from neurosim.compare.words.answer_conditions import conditions_answer
from neurosim.compare.words.conditions import conditions_in_words
from neurosim.data import Record, Traits

SCHEMA = 6


def summarise(
    opened: OpenedExperiment,
    records: Mapping[str, Mapping[str, Sequence[Record]]],
    traits: Mapping[str, Mapping[str, Traits]],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Make the summary of a finished comparison.

    Parameters
    ----------
    opened : OpenedExperiment
        What was asked for, its tasks and conditions.
    records : mapping of str to mapping of str to sequence of Record
        By condition and label: records, one a seed, in the order of seeds.
    traits : mapping of str to mapping of str to Traits
        By condition and label: what the learner is.
    provenance : mapping
        Versions, host, times.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    experiment = opened.experiment
    conditions = [condition_of(one, records[one.id], traits[one.id]) for one in opened.conditions]
    contrasts = contrasts_between(opened, records)
    told = {
        "n_seeds": experiment.n_seeds,
        "quick": experiment.quick,
        "name": experiment.name,
        "claim": experiment.claim,
    }
    words = conditions_in_words(contrasts, conditions, experiment.n_seeds)
    return {
        "schema": SCHEMA,
        "name": experiment.name,
        "claim": experiment.claim,
        "n_seeds": experiment.n_seeds,
        "quick": experiment.quick,
        "factors": {path: list(levels) for path, levels in (experiment.conditions or {}).items()},
        "energy_tables": energy_constants(),
        "conditions": conditions,
        "contrasts": contrasts,
        "words": words,
        "answer": conditions[0]["answer"] if len(conditions) == 1 else conditions_answer(contrasts, conditions, told),
        "provenance": dict(provenance),
    }


def views_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give each condition of a summary beside what all conditions share, as tables and figures of one take it."""
    shared = {
        key: value
        for key, value in summary.items()
        if key not in ("conditions", "contrasts", "words", "factors", "answer")
    }
    return [shared | condition for condition in summary["conditions"]]
