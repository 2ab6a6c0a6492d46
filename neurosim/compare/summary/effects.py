"""Effects of what a unit computes and of how a weight learns, and their interaction, within one teacher's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.experiment.factors import TEACHERS, Factors
from neurosim.compare.statistics.contrasts import contrast, log_odds
from neurosim.compare.statistics.pairs import answers_of
from neurosim.data import ONE_TEST_PART, Record, Resampling

Place = tuple[str, str]
"""Unit and rule."""
EFFECTS: Mapping[str, Mapping[Place, float]] = {
    "unit": {
        ("spike", "gradient"): 0.5, ("spike", "local"): 0.5, ("rate", "gradient"): -0.5, ("rate", "local"): -0.5
    },
    "rule": {
        ("rate", "local"): 0.5, ("spike", "local"): 0.5, ("rate", "gradient"): -0.5, ("spike", "gradient"): -0.5
    },
    "interaction": {
        ("spike", "local"): 1.0, ("rate", "local"): -1.0, ("spike", "gradient"): -1.0, ("rate", "gradient"): 1.0
    },
    "unit_at_gradient": {("spike", "gradient"): 1.0, ("rate", "gradient"): -1.0},
    "unit_at_local": {("spike", "local"): 1.0, ("rate", "local"): -1.0},
    "rule_at_rate": {("rate", "local"): 1.0, ("rate", "gradient"): -1.0},
    "rule_at_spike": {("spike", "local"): 1.0, ("spike", "gradient"): -1.0},
}  # fmt: skip
"""Weights of the four places: main effects, their interaction, and the effects along each edge of the table."""
MEASURES = ("accuracy", "log_odds", "probe_accuracy", "probe_log_odds")
NO_ITEMS_OF_LOG_ODDS = "an interval over test items is given in points only"
NO_PROBE = "the experiment asks for no linear probe"


def effects_of(
    places: Mapping[str, Factors], records: Mapping[str, Sequence[Record]], resampling: Resampling = ONE_TEST_PART
) -> tuple[dict[str, Any], dict[str, str]]:
    """Compute all effects, paired by seed, for every teacher whose row has a learner.

    A main effect is the mean of the two edges of the table along which its factor changes; the interaction is the
    difference of these two edges: how much more a spiking unit changes under a local rule than under a gradient.

    Parameters
    ----------
    places : mapping of str to Factors
        Label to place in the table.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    resampling : Resampling
        How the seeds relate to each other.

    Returns
    -------
    rows : dict
        Teacher to measure to effect, as in ``results.json``; shares for accuracies, natural logarithms for log-odds.
    unavailable : dict of str to str
        Which effects are None, by their path in ``rows``, and why; a path covers all that lies below it.
    """
    rows: dict[str, Any] = {}
    unavailable: dict[str, str] = {}
    for teacher in TEACHERS:
        row: dict[Place, Sequence[Record]] = {
            (its.unit, its.rule): records[label] for label, its in places.items() if its.teacher == teacher
        }
        if not row:
            continue
        rows[teacher] = {}
        for measure in MEASURES:
            rows[teacher][measure], missing = _measured(row, measure, resampling)
            unavailable |= {".".join(filter(None, (teacher, measure, path))): why for path, why in missing.items()}
    return rows, unavailable


def _measured(
    row: Mapping[Place, Sequence[Record]], measure: str, resampling: Resampling
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give one measure's effects and what is missing, by path."""
    values: dict[Place, list[float]] = {}
    for place, of_place in row.items():
        found = values_of(of_place, measure)
        if isinstance(found, str):
            return dict.fromkeys(EFFECTS), {"": found}
        values[place] = found
    answers = _answers(row, measure, resampling)
    effects: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, weights in EFFECTS.items():
        absent = [f"{rule} rule with {unit} units" for unit, rule in weights if (unit, rule) not in values]
        if absent:
            effects[name], missing[name] = None, f"the experiment has no learner for: {', '.join(absent)}"
            continue
        effects[name], reasons = contrast(weights, values, answers, resampling)
        missing |= {f"{name}.{path}": reason for path, reason in reasons.items()}
    return effects, missing


def values_of(records: Sequence[Record], measure: str) -> list[float] | str:
    """Give one value of a measure for each seed, or the reason why there is none."""
    array = "probe_correct" if measure.startswith("probe") else "test_correct"
    if array == "probe_correct" and any(record.linear_probe is None for record in records):
        return next((r.unavailable["linear_probe"] for r in records if "linear_probe" in r.unavailable), NO_PROBE)
    if measure == "accuracy":
        return [record.test for record in records]
    if measure == "probe_accuracy":
        return [float(record.linear_probe or 0.0) for record in records]
    kept = [record.arrays.get(array) for record in records]
    if any(answers is None for answers in kept):
        return "the records do not hold how many test samples there were"
    return [float(log_odds(np.count_nonzero(a), np.size(a))) for a in kept]


def _answers(
    row: Mapping[Place, Sequence[Record]], measure: str, resampling: Resampling
) -> dict[Place, NDArray[Any]] | str:
    """Give right and wrong answers of each place, shape (n_seeds, n_items), or why there is no interval over items."""
    if measure.endswith("log_odds"):
        return NO_ITEMS_OF_LOG_ODDS
    array = "probe_correct" if measure.startswith("probe") else "test_correct"
    found = {}
    for place, of_place in row.items():
        answers, reason = answers_of(of_place, resampling, array)
        if answers is None:
            return reason
        found[place] = answers
    return found
