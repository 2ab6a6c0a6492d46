"""Equal tuning: the same number of configurations for every learner, scored on validation data with tuning seeds.

A search space stands in a file or in the learner's class, so that what was tried can be read and repeated. Each
parameter is a list of choices, or a range ``{low, high}``, drawn uniformly or, with ``log = true``, uniformly in its
logarithm. The first configuration is the learner's defaults; the test part is never scored. The best of thirty noisy
scores is partly luck, so the defaults stay unless the best configuration is ahead of them by more than one standard
error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.compare.protocols.learning import learn
from neurosim.compare.protocols.work import Budget, Work
from neurosim.compare.running.spaces import search_space
from neurosim.data import Split
from neurosim.errors import InputError, out_of_range
from neurosim.learners import make_learner
from neurosim.metrics.measure import Wording, measures_of
from neurosim.metrics.right_answers import ACCURACY
from neurosim.parameters import check_parameters
from neurosim.registry import Registry
from neurosim.seeding import stream
from neurosim.tasks.base import Task

FIRST_TUNING_SEED = 9000
N_CONFIGURATIONS = 30
N_SEEDS = 3


@dataclass(frozen=True)
class Trial:
    """One configuration and its values on validation data, one a tuning seed.

    Attributes
    ----------
    parameters : mapping
        Those that were drawn and those that are fixed.
    validation : tuple of float
        Of the task's first measure; empty where the configuration could not run.
    error : str
        Why it could not.
    wording : Wording
        Of the measure.
    """

    parameters: Mapping[str, Any]
    validation: tuple[float, ...]
    error: str = ""
    wording: Wording = ACCURACY

    @property
    def score(self) -> float:
        """Mean validation value; NaN where the configuration failed."""
        return float(np.mean(self.validation)) if self.validation else float("nan")

    @property
    def rank(self) -> float:
        """What is higher the better the configuration; below all others where it failed."""
        return self.wording.ahead(self.score) if self.validation else -np.inf


def winner(trials: Sequence[Trial], fixed: Mapping[str, Any] | None = None) -> Trial:
    """Give the configuration that a learner should use from now on.

    Parameters
    ----------
    trials : sequence of Trial
        From :func:`tune`, best first.
    fixed : mapping, optional
        As given to :func:`tune`.

    Returns
    -------
    Trial
        The best one if it is ahead of the defaults by more than the standard error of the difference, paired over
        seeds; else the defaults.
    """
    best, defaults = trials[0], next(trial for trial in trials if trial.parameters == (fixed or {}))
    if not best.validation or not defaults.validation:
        return best
    ahead = best.wording.ahead(1) * np.subtract(best.validation, defaults.validation)
    error = ahead.std(ddof=1) / np.sqrt(len(ahead)) if len(ahead) > 1 else np.inf
    return best if ahead.mean() > error else defaults


def draw(space: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Draw one configuration.

    Parameters
    ----------
    space : mapping
        Parameter to a list of choices, or to a table with ``low``, ``high`` and perhaps ``log``.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict
    """
    drawn: dict[str, Any] = {}
    for name, choices in space.items():
        if isinstance(choices, list):
            value = choices[int(rng.integers(len(choices)))]
            drawn[name] = tuple(value) if isinstance(value, list) else value
        elif choices.get("log"):
            drawn[name] = float(f"{np.exp(rng.uniform(np.log(choices['low']), np.log(choices['high']))):.3g}")
        else:
            drawn[name] = float(f"{rng.uniform(choices['low'], choices['high']):.3g}")
    return drawn


def tune(
    task: Task,
    learner: str,
    registry: Registry,
    n_configurations: int = N_CONFIGURATIONS,
    n_seeds: int = N_SEEDS,
    train_size: int | None = None,
    presentations: int | None = None,
    fixed: Mapping[str, Any] | None = None,
    report: Callable[[int, Trial], None] | None = None,
    space: Mapping[str, Any] | None = None,
) -> list[Trial]:
    """Try configurations of a learner on a task's validation data.

    Parameters
    ----------
    task : Task
        What is learned.
    learner : str
        Registry name.
    registry : Registry
        Where the name is looked up.
    n_configurations : int, default=30
        The defaults and this many less one drawn configurations.
    n_seeds : int, default=3
        Tuning seeds, from 9,000 up; of a large pool they learn from a reserve that no seed's block reaches.
    train_size, presentations : int, optional
        The budget.
    fixed : mapping, optional
        Parameters that are the same in every configuration, for example the number of neurons.
    report : callable, optional
        Told about every finished configuration.
    space : mapping, optional
        What is drawn from; by default the learner's own, see :func:`neurosim.compare.running.spaces.search_space`.

    Returns
    -------
    list of Trial
        Best first; ties keep the order of drawing.

    Raises
    ------
    InputError
        If a number is out of range, the learner has no search space, or a configuration has a value that the learner
        does not accept; before anything is trained.
    """
    for field, number in (("configs", n_configurations), ("seeds", n_seeds)):
        if number < 1:
            raise out_of_range(field, number, "1 or more")
    if space is None:
        space = search_space(learner, registry)
    rng = stream(FIRST_TUNING_SEED, "resampling", 1)
    drawn: list[dict[str, Any]] = [{}] + [draw(space, rng) for _ in range(n_configurations - 1)]
    if not space:
        drawn = drawn[:1]
    for parameters in drawn:
        check_parameters(make_learner(learner, registry, **{**parameters, **(fixed or {})}))
    seeds = range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + n_seeds)
    splits = {seed: task.split(seed, train_size, seeds, tuning=True) for seed in seeds}
    trials = []
    for number, parameters in enumerate(drawn, 1):
        trials.append(_try(learner, registry, {**parameters, **(fixed or {})}, task, splits, Budget(presentations, 1)))
        if report:
            report(number, trials[-1])
    return sorted(trials, key=lambda trial: -trial.rank)


def _try(
    kind: str,
    registry: Registry,
    parameters: Mapping[str, Any],
    task: Task,
    splits: Mapping[int, Split],
    budget: Budget,
) -> Trial:
    """Let a learner with these parameters learn for every seed; what it refuses is a trial without scores."""
    measures = measures_of(task.measures[:1], task.signature, registry)
    try:
        # As in a comparison's cells: a second thread would change the order of sums in matrix products.
        with threadpool_limits(1):
            scores = []
            for seed, split in splits.items():
                learner = make_learner(kind, registry, **parameters, random_state=seed)
                signature = task.signature.learned_from(split.train.labels)
                scores.append(learn(Work(learner, split, signature, measures, seed, budget))[-1].validation)
    except InputError as error:
        return Trial(parameters, (), str(error), measures[0].wording)
    return Trial(parameters, tuple(scores), "", measures[0].wording)
