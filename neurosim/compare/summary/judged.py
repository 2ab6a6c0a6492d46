"""By what a condition's answers are judged: every measure, its wording, and each learner's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray

from neurosim.compare.statistics.figure import missing_of
from neurosim.compare.statistics.measured import measured
from neurosim.compare.summary.counted import mean_of
from neurosim.data import Record, Resampling
from neurosim.metrics.measure import Measure

NO_LOOK_SAYS_NOTHING = "answering without a look says nothing about it, or was not recorded"
NOT_RECORDED = "the records do not hold it"
NOTHING_TO_JUDGE_BY = "the test part of a seed holds nothing to judge by"


def judged_by(
    measures: Iterable[Measure], records: Mapping[str, Sequence[Record]]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Say how each measure is written, and what it gives without looking at a sample.

    Returns
    -------
    judged : dict of str to dict
        By the measure's name, as in ``results.json``.
    missing : dict of str to str
        Which values are None, by their path, and why.
    """
    anybody = next(iter(records.values()))
    judged = {one.name: asdict(one.wording) | {"chance": chance_of(anybody, one.name)} for one in measures}
    unknown = [name for name, told in judged.items() if told["chance"] is None]
    return judged, {f"measures.{name}.chance": NO_LOOK_SAYS_NOTHING for name in unknown}


def chance_of(records: Sequence[Record], measure: str) -> float | None:
    """Give the best value that looks at no sample, averaged over seeds; None where it was not recorded."""
    return mean_of([record.value(measure, "chance") for record in records])


def measured_row(
    measures: Iterable[Measure],
    records: Sequence[Record],
    resampling: Resampling,
    groups: NDArray[Any] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give one learner's value of each measure on the test part, with its intervals.

    Returns
    -------
    values : dict of str to dict or None
        By the measure's name.
    missing : dict of str to str
        Which are None, by their path in the row, and why.
    """
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for one in measures:
        of_learner = measured(records, one.name, resampling, groups=groups)
        if of_learner is None:
            found[one.name] = None
            recorded = all(one.name in record.values for record in records)
            missing[f"measures.{one.name}"] = NOTHING_TO_JUDGE_BY if recorded else NOT_RECORDED
            continue
        found[one.name] = of_learner.figure(resampling)
        missing |= missing_of(found[one.name], of_learner.no_items, f"measures.{one.name}.")
    return found, missing
