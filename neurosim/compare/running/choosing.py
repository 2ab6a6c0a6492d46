"""Which of the configurations that were tried a learner should use: what the data cannot tell apart counts as tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.compare.statistics.two_way import spread
from neurosim.metrics.measure import Wording
from neurosim.metrics.right_answers import ACCURACY

DIFFERENT = 1.0
"""Distance of two settings that have no order."""


@dataclass(frozen=True, eq=False)
class Judged:
    """One configuration on the validation data of one tuning seed.

    Attributes
    ----------
    seed : int
        The tuning seed.
    items : ndarray, shape (n_items,)
        One number a validation item, whose mean is the value.
    index : ndarray of int, shape (n_items,)
        Row of each item in the task's source.
    groups : tuple of str
        Names of the groups that validate; empty where the task has none.
    """

    seed: int
    items: NDArray[np.floating]
    index: NDArray[np.int64]
    groups: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Mean over items."""
        return float(np.mean(self.items))


@dataclass(frozen=True, eq=False)
class Trial:
    """One configuration and what it reached on validation data.

    Attributes
    ----------
    parameters : mapping
        Those that were drawn and those that are fixed.
    judged : tuple of Judged
        One a tuning seed; empty where the configuration could not run.
    error : str
        Why it could not.
    wording : Wording
        Of the task's first measure.
    """

    parameters: Mapping[str, Any]
    judged: tuple[Judged, ...] = field(default=())
    error: str = ""
    wording: Wording = ACCURACY

    @property
    def validation(self) -> tuple[float, ...]:
        """One value a tuning seed."""
        return tuple(one.value for one in self.judged)

    @property
    def score(self) -> float:
        """Mean validation value; NaN where the configuration failed."""
        return float(np.mean(self.validation)) if self.judged else float("nan")

    @property
    def standard_error(self) -> float | None:
        """Of the score, over tuning seeds and validation items or groups; None where one of each was looked at."""
        return standard_error(self.judged)

    @property
    def in_words(self) -> str:
        """Score, standard error and number of seeds."""
        error = self.standard_error
        spread = "" if error is None else f" ± {self.wording.number(error)}"
        return f"{self.wording.number(self.score)}{spread} ({len(self.judged)} seeds)"

    @property
    def rank(self) -> float:
        """What is higher the better the configuration; below all others where it failed."""
        return self.wording.ahead(self.score) if self.judged else -np.inf


def standard_error(judged: Sequence[Judged], less: Sequence[Judged] | None = None) -> float | None:
    """Give the standard error of a score, or of the difference of two on the same seeds and items.

    Where all seeds validate on the same items, over both; where each seed has validation items of its own, over seeds,
    which then stand for their items as well; seeds that share a validation group count as one.

    Parameters
    ----------
    judged : sequence of Judged
        One a seed.
    less : sequence of Judged, optional
        What is taken away, seed by seed.

    Returns
    -------
    float or None
        None where the spread cannot be told.
    """
    numbers = [one.items for one in judged]
    if less is not None:
        numbers = [a - b.items for a, b in zip(numbers, less, strict=True)]
    if not numbers:
        return None
    if all(np.array_equal(one.index, judged[0].index) for one in judged):
        variance = spread(np.stack(numbers)).variance
    else:
        means = np.array([float(np.mean(one)) for one in numbers])
        clusters = [one.groups or (str(one.seed),) for one in judged]
        codes = [clusters.index(cluster) for cluster in clusters]
        variance = spread(means[None], codes).variance
    return None if variance is None else float(np.sqrt(variance))


def tied_with_best(trials: Sequence[Trial]) -> list[Trial]:
    """Name the best of some configurations and those that it is not ahead of by more than one standard error.

    The best of thirty noisy scores is partly luck (one-standard-error rule of Breiman, Friedman, Olshen and Stone
    1984). Where some were tried with more seeds than others, all others had fallen behind by then.

    Parameters
    ----------
    trials : sequence of Trial
        In any order.

    Returns
    -------
    list of Trial
        In the order given; none that failed.
    """
    most = max((len(trial.judged) for trial in trials), default=0)
    able = [trial for trial in trials if trial.judged and len(trial.judged) == most]
    if not able:
        return []
    best = max(able, key=lambda trial: trial.rank)
    return [trial for trial in able if trial is best or _is_tied(trial, best)]


def _is_tied(trial: Trial, best: Trial) -> bool:
    differences = [b - a for a, b in zip(trial.validation, best.validation, strict=True)]
    error = standard_error(best.judged, trial.judged)
    return error is None or best.wording.ahead(float(np.mean(differences))) <= error


def winner(trials: Sequence[Trial], space: Mapping[str, Any], defaults: Mapping[str, Any]) -> Trial:
    """Give the configuration that a learner should use from now on: of those tied, the one nearest the defaults.

    Parameters
    ----------
    trials : sequence of Trial
        From :func:`neurosim.compare.running.tuning.tune`.
    space : mapping
        What was drawn from.
    defaults : mapping
        Every parameter's default.

    Returns
    -------
    Trial
        Of several that are as near, the better; the first tried where all failed.
    """
    tied = tied_with_best(trials)
    if not tied:
        return trials[0]
    return min(tied, key=lambda trial: (round(distance(trial.parameters, space, defaults), 9), -trial.rank))


def distance(parameters: Mapping[str, Any], space: Mapping[str, Any], defaults: Mapping[str, Any]) -> float:
    """Say how far settings lie from the defaults: the sum over what was drawn, each counted by its range.

    Of numbers the difference as a share of the range, by their logarithm where they are drawn by it; of choices without
    an order 1 where they differ.

    Parameters
    ----------
    parameters : mapping
        What is not in it has its default.
    space : mapping
        Parameter to a list of choices, or a table with ``low``, ``high`` and perhaps ``log``.
    defaults : mapping
        Every parameter's default.

    Returns
    -------
    float
    """
    return sum(_step(parameters.get(name, defaults.get(name)), defaults.get(name), space[name]) for name in space)


def _step(value: Any, default: Any, choices: Any) -> float:
    if value == default:
        return 0.0
    ends = [choices["low"], choices["high"]] if isinstance(choices, Mapping) else choices
    numbers = [*ends, value, default]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and np.isfinite(one) for one in numbers):
        return DIFFERENT
    log = isinstance(choices, Mapping) and choices.get("log", False) and min(numbers) > 0
    low, high, a, b = (float(np.log(one)) if log else float(one) for one in (min(ends), max(ends), value, default))
    return abs(a - b) / (high - low) if high > low else DIFFERENT
