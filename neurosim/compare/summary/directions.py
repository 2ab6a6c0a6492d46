"""From measured cells to the summary that ``directions.json`` holds: angles averaged over seeds, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurosim.compare.experiment.model import Experiment
from neurosim.compare.statistics.intervals import student_interval
from neurosim.data import Traits

SCHEMA = 1
NAME = "directions.json"


def summarise_directions(
    experiment: Experiment,
    traits: Mapping[str, Traits],
    cells: Mapping[str, Mapping[str, Any]],
    shares: Sequence[float],
    trials: Sequence[int],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Average cells over seeds.

    Parameters
    ----------
    experiment : Experiment
        Task, learners, seeds and budget.
    traits : mapping of str to Traits
        Label to what the learner is.
    cells : mapping of str to mapping
        ``label/seed`` to what was measured.
    shares : sequence of float
        Of the budget, after which the weights were held.
    trials : sequence of int
        Numbers of trials that were averaged.
    provenance : mapping
        Versions, host, times.

    Returns
    -------
    dict
        ``directions.json``, plain values.
    """
    learners = {}
    for label, settings in experiment.learners.items():
        of_label = [cells[f"{label}/{seed}"] for seed in experiment.seeds]
        learners[label] = {
            "kind": settings.kind,
            "unit": traits[label].unit,
            "teacher": traits[label].teacher,
            "rule": traits[label].rule,
            "step": of_label[0]["step"],
            "population": of_label[0]["population"],
            "moments": [_over_seeds([cell["moments"][k] for cell in of_label]) for k in range(len(shares))],
        }
    return {
        "schema": SCHEMA,
        "task": experiment.task_title,
        "first_seed": experiment.first_seed,
        "n_seeds": experiment.n_seeds,
        "trials": list(trials),
        "shares": sorted(shares),
        "learners": learners,
        "provenance": dict(provenance),
    }


def _over_seeds(moments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = moments[0]
    angles = [_layer([moment["angles"][k] for moment in moments]) for k in range(len(first["angles"]))]
    return {key: first[key] for key in ("share", "presentations", "objectives")} | {"angles": angles}


def _layer(seeds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Average one layer's angles; a number is null where a seed lacks it."""
    first = seeds[0]
    row = {key: first[key] for key in ("layer", "objective", "n_weights")}
    reasons = sorted({seed["undefined"] for seed in seeds} - {""})
    row["undefined"] = "; ".join(reasons) or None
    for name in ("full", "same", "shuffled"):
        curves = [seed[name] for seed in seeds]
        n = 0 if reasons else min(map(len, curves))
        row[name] = [_figure([curve[k] for curve in curves]) for k in range(n)]
    for name in ("without_noise", "trials_per_signal"):
        row[name] = None if reasons else _figure([seed[name] for seed in seeds])
    for name in ("shuffled_range", "random"):
        ends = [seed[name] for seed in seeds]
        known = not reasons and all(end is not None for end in ends)
        row[name] = [min(end[0] for end in ends), max(end[1] for end in ends)] if known else None
    return row


def _figure(values: Sequence[float | None]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return {"mean": None, "ci95": None, "per_seed": list(values)}
    found = student_interval(known)
    return {"mean": found.mean, "ci95": found.ends, "per_seed": list(values)}
