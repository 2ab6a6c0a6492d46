"""Effects of what a unit computes and of how a weight learns, and their interaction, within one teacher's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.experiment.design import TEACHERS, DesignPlace
from neurosim.compare.statistics.contrasts import contrast, log_odds
from neurosim.compare.statistics.figure import Answers
from neurosim.compare.statistics.intervals import is_right_or_wrong
from neurosim.compare.statistics.measured import Measured, measured
from neurosim.compare.statistics.pairs import tested as test_of
from neurosim.compare.statistics.pairs import with_holm
from neurosim.data import ONE_TEST_PART, Record, Resampling
from neurosim.metrics.measure import Wording, log_odds_of, probe_of

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
MAIN, EDGES = tuple(EFFECTS)[:3], tuple(EFFECTS)[3:]
NO_ITEMS_OF_LOG_ODDS = "an interval over test items is given for the measure itself alone"
NO_LOG_ODDS = "there are log-odds of right and wrong answers only"
NO_PROBE = "the experiment asks for no linear probe"


def scales_of(tested: Wording) -> dict[str, Wording]:
    """Say in what effects are given: the tested measure, its log-odds, and both for the linear probe."""
    probe = probe_of(tested)
    return {one.name: one for one in (tested, log_odds_of(tested), probe, log_odds_of(probe))}


def effects_of(
    places: Mapping[str, DesignPlace],
    records: Mapping[str, Sequence[Record]],
    tested: Wording,
    resampling: Resampling = ONE_TEST_PART,
    groups: NDArray[Any] | None = None,
    margin: float = 0.0,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Compute all effects, paired by seed, for every teacher whose row has a learner.

    A main effect is the mean of the two edges of the table along which its factor changes; the interaction is the
    difference of these two edges: how much more a spiking unit changes under a local rule than under a gradient.

    Parameters
    ----------
    places : mapping of str to DesignPlace
        Label to place in the table.
    records : mapping of str to sequence of Record
        Label to records, one a seed, in the order of seeds.
    tested : Wording
        The measure that is tested.
    resampling : Resampling
        How the seeds relate to each other.
    groups : ndarray, shape (n_items,), optional
        What each test item belongs to.
    margin : float, default=0
        What an effect has to exceed.

    Returns
    -------
    rows : dict
        Teacher to scale to effect, as in ``results.json``; natural logarithms for log-odds. Effects on the tested
        measure that the question asks for are tested, one family over all teachers: both main effects and their
        interaction, or what there is along single edges.
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
        for scale in scales_of(tested):
            rows[teacher][scale], missing = _measured(row, scale, tested, resampling, groups)
            unavailable |= {".".join(filter(None, (teacher, scale, path))): why for path, why in missing.items()}
        for name in asked(rows[teacher][tested.name]):
            one = rows[teacher][tested.name][name]
            one["tested"] = test_of(np.array(one["per_seed"]), resampling, margin)
    with_holm([one["tested"] for row in rows.values() for one in row[tested.name].values() if one and one["tested"]])
    return rows, unavailable


def asked(effects: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the effects that the table's row can answer for: the main ones, or those along single edges."""
    if effects["interaction"] is not None:
        return MAIN
    return tuple(name for name in EDGES if effects[name] is not None)


def scales_in_words(tested: Wording) -> dict[str, Any]:
    """Give how effects on each scale are written, as in ``results.json``."""
    return {name: asdict(wording) for name, wording in scales_of(tested).items()}


def _measured(
    row: Mapping[Place, Sequence[Record]],
    scale: str,
    tested: Wording,
    resampling: Resampling,
    groups: NDArray[Any] | None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the effects on one scale and what is missing, by path."""
    found: dict[Place, Measured] = {}
    for place, of_place in row.items():
        one = measured_on(scale, of_place, tested, resampling, groups)
        if isinstance(one, str):
            return dict.fromkeys(EFFECTS), {"": one}
        found[place] = one
    effects: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, weights in EFFECTS.items():
        absent = [f"{rule} rule with {unit} units" for unit, rule in weights if (unit, rule) not in found]
        if absent:
            effects[name], missing[name] = None, f"the experiment has no learner for: {', '.join(absent)}"
            continue
        effects[name], reasons = contrast(weights, found, resampling)
        effects[name]["tested"] = None
        missing |= {f"{name}.{path}": reason for path, reason in reasons.items()}
    return effects, missing


def measured_on(
    scale: str,
    records: Sequence[Record],
    tested: Wording,
    resampling: Resampling = ONE_TEST_PART,
    groups: NDArray[Any] | None = None,
) -> Measured | str:
    """Give what was measured on one of :func:`scales_of`, or the reason why nothing was."""
    of_probe = scale.startswith(probe_of(tested).name)
    name = probe_of(tested).name if of_probe else tested.name
    found = measured(records, name, resampling, groups=groups)
    if found is None:
        missing = (record.unavailable.get(f"measures.{name}") for record in records)
        return next(filter(None, missing), NO_PROBE if of_probe else "a seed has no value")
    if scale == name:
        return found
    items = [record.items.get(name) for record in records]
    known = [numbers for numbers in items if numbers is not None and is_right_or_wrong(numbers.astype(float))]
    if len(known) < len(items):
        return NO_LOG_ODDS
    odds = tuple(float(log_odds(np.count_nonzero(one), np.size(one))) for one in known)
    return Measured(odds, None, NO_ITEMS_OF_LOG_ODDS, None, Answers())
