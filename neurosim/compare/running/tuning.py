"""Equal tuning: the same number of configurations for every learner, scored on validation data with tuning seeds.

A search space stands in a file or in the learner's class, so that what was tried can be read and repeated. Each
parameter is a list of choices, or a range ``{low, high}``, drawn uniformly or, with ``log = true``, uniformly in its
logarithm. The first configuration is the learner's defaults; the test part is never scored. All are tried with a few
seeds; those that the best is not ahead of by more than a standard error go on with further seeds, in which, where
groups of samples are known, each group has had its turn to validate. Which is taken says
:mod:`neurosim.compare.running.choosing`.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from neurosim.compare.protocols.learning import learn
from neurosim.compare.protocols.work import Budget, Work
from neurosim.compare.running.choosing import Judged, Trial, tied_with_best
from neurosim.compare.running.files import write_bytes
from neurosim.compare.running.spaces import search_space
from neurosim.data import Split
from neurosim.errors import InputError, out_of_range
from neurosim.learners import make_learner
from neurosim.metrics.measure import Measure, measures_of
from neurosim.parameters import check_parameters
from neurosim.registry import Registry
from neurosim.seeding import stream
from neurosim.tasks.base import Task

FIRST_TUNING_SEED = 9000
N_CONFIGURATIONS = 30
N_SEEDS, N_LAST_SEEDS = 3, 7
"""Tuning seeds of every configuration, and of those tied with the best."""


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


@dataclass(frozen=True)
class _Trying:
    """Everything that is the same for all configurations of a learner."""

    kind: str
    registry: Registry
    task: Task
    measure: Measure
    splits: Mapping[int, Split]
    budget: Budget
    kept: Path | None


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
    n_last_seeds: int | None = None,
    kept: Path | None = None,
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
        Told about every configuration when it is finished, and again with further seeds.
    space : mapping, optional
        What is drawn from; by default the learner's own, see :func:`neurosim.compare.running.spaces.search_space`.
    n_last_seeds : int, optional
        Seeds of those configurations that are tied with the best after ``n_seeds``; as many by default.
    kept : Path, optional
        Folder in which what was tried is kept, so that an interrupted tuning can go on.

    Returns
    -------
    list of Trial
        Those tried with more seeds first, then the best first; ties keep the order of drawing.

    Raises
    ------
    InputError
        If a number is out of range, the learner has no search space, a configuration has a value that the learner
        does not accept, or ``kept`` cannot be written; before anything is trained.
    """
    for field, number in (("configs", n_configurations), ("seeds", n_seeds)):
        if number < 1:
            raise out_of_range(field, number, "1 or more")
    if n_last_seeds is not None and n_last_seeds < n_seeds:
        raise out_of_range("last_seeds", n_last_seeds, f"{n_seeds} (the first seeds) or more")
    if space is None:
        space = search_space(learner, registry)
    rng = stream(FIRST_TUNING_SEED, "resampling", 1)
    drawn: list[dict[str, Any]] = [{}] + [draw(space, rng) for _ in range(n_configurations - 1)]
    if not space:
        drawn = drawn[:1]
    configurations = [{**parameters, **(fixed or {})} for parameters in drawn]
    for parameters in configurations:
        check_parameters(make_learner(learner, registry, **parameters))
    seeds = range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + max(n_seeds, n_last_seeds or 0))
    splits = {seed: task.split(seed, train_size, seeds, tuning=True) for seed in seeds}
    (measure,) = measures_of(task.measures[:1], task.signature, registry)
    if kept is not None:
        # What one hour found would be lost if this came out after it.
        write_bytes(kept / ".going", b"")
        (kept / ".going").unlink(missing_ok=True)
    trying = _Trying(learner, registry, task, measure, splits, Budget(presentations, 1), kept)
    trials = []
    for number, parameters in enumerate(configurations, 1):
        trials.append(_tried(trying, parameters, seeds[:n_seeds]))
        if report:
            report(number, trials[-1])
    if len(seeds) > n_seeds and len(tied := tied_with_best(trials)) > 1:
        for number, trial in enumerate(trials):
            if trial in tied:
                trials[number] = _tried(trying, trial.parameters, seeds, trial.judged)
                if report:
                    report(number + 1, trials[number])
    return sorted(trials, key=lambda trial: (-len(trial.judged), -trial.rank))


def _tried(
    trying: _Trying, parameters: Mapping[str, Any], seeds: Sequence[int], known: tuple[Judged, ...] = ()
) -> Trial:
    """Let a learner with these parameters learn for every seed; what it refuses is a trial without scores."""
    judged = list(known)
    for seed in seeds[len(known) :]:
        path = None if trying.kept is None else trying.kept / f"{_key(trying, parameters, seed)}.npy"
        if path is not None and path.is_file():
            items = np.load(path, allow_pickle=False)
        else:
            try:
                items = _items(trying, parameters, seed)
            except InputError as error:
                return Trial(parameters, (), str(error), trying.measure.wording)
            if path is not None:
                buffer = io.BytesIO()
                np.save(buffer, items, allow_pickle=False)
                write_bytes(path, buffer.getvalue())
        validation = trying.splits[seed].validation
        groups = () if validation.groups is None else tuple(map(str, np.unique(validation.groups)))
        judged.append(Judged(seed, items, validation.index, groups))
    return Trial(parameters, tuple(judged), "", trying.measure.wording)


def _items(trying: _Trying, parameters: Mapping[str, Any], seed: int) -> np.ndarray[Any, Any]:
    """Learn, and give the measure of every validation sample."""
    split = trying.splits[seed]
    learner = make_learner(trying.kind, trying.registry, **parameters, random_state=seed)
    signature = trying.task.signature.learned_from(split.train.labels)
    # As in a comparison's cells: a second thread would change the order of sums in matrix products.
    with threadpool_limits(1):
        learn(Work(learner, split, signature, (trying.measure,), seed, trying.budget))
        return trying.measure.items(learner.predict(split.validation.X), split.validation.labels)


def _key(trying: _Trying, parameters: Mapping[str, Any], seed: int) -> str:
    """Name everything that decides a result but the code."""
    split = trying.splits[seed]
    decisive = [
        trying.kind, sorted((name, repr(value)) for name, value in parameters.items()), seed, trying.measure.name,
        trying.budget.presentations, trying.task.name, trying.task.checksum,
        *(hashlib.sha256(part.index.tobytes()).hexdigest() for part in (split.train, split.validation)),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:32]


def log_of(trials: Sequence[Trial], taken: Trial) -> dict[str, Any]:
    """Give what was tried as plain values, for a file: what is taken, then all trials in their order."""
    tied = tied_with_best(trials)
    return {
        "n_seeds": max(len(trial.judged) for trial in trials),
        "taken": dict(taken.parameters),
        "trials": [
            {
                "parameters": dict(trial.parameters),
                "validation": list(trial.validation),
                "standard_error": trial.standard_error,
                "tied_with_best": trial in tied,
                "error": trial.error,
            }
            for trial in trials
        ],
    }
