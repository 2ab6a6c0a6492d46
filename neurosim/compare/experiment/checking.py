"""What can be tried before the first trial: the training size, every learner's parameters, places in the table."""

from __future__ import annotations

from neurosim.compare.experiment.factors import places
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.experiment.parameters import check_learner
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.metrics.measure import measures_of
from neurosim.registry import Registry
from neurosim.tasks import Task

TESTED = "accuracy"


def check(opened: OpenedExperiment) -> None:
    """Try what would fail later.

    Raises
    ------
    InputError
        At the first thing that would.
    """
    experiment, registry, task = opened.experiment, opened.registry, opened.task
    learners = experiment.learners.items()
    for _, settings in learners:
        # A wrong name should not have to wait for the data.
        registry.find("learners", settings.kind)
    classes = {label: learner_class(settings.kind, registry) for label, settings in learners}
    for label, settings in learners:
        check_accepted(f"learners.{label}", settings.kind, classes[label], task)
    check_measures(task, registry)
    task.split(experiment.first_seed, experiment.train_size, experiment.seeds)
    for label, settings in learners:
        where, given = f"learners.{label}", settings.parameters
        check_learner(where, classes[label], given, experiment.presentations, task.signature, registry)
    for kind, parameters in (experiment.control_parameters or {}).items():
        where, cls = f"control_parameters.{kind}", learner_class(kind, registry)
        check_learner(where, cls, parameters, experiment.presentations, task.signature)
    if experiment.factors is not None:
        places(experiment.factors, {label: cls.traits for label, cls in classes.items()})


def check_measures(task: Task, registry: Registry) -> None:
    """Check that a task's measures exist and fit what it asks.

    Raises
    ------
    InputError
        If one does not, or the first is not accuracy: pairs, effects and sentences are about that one.
    """
    found = measures_of(task.measures, task.signature, registry)
    if found[0].name != TESTED:
        raise InputError(f"task {task.name!r}: its first measure is {found[0].name!r}; accepted: {TESTED!r}")


def check_accepted(where: str, kind: str, cls: type, task: Task) -> None:
    """Check that a learner can answer what a task asks.

    Raises
    ------
    InputError
        If it cannot; the message names both.
    """
    target, accepted = task.signature.target, getattr(cls, "accepts", ())
    if not isinstance(target, accepted):
        answers = " or ".join(one.__name__.lower() for one in accepted) or "nothing"
        raise InputError(
            f"{where}: {kind!r} answers with {answers}, but task {task.name!r} asks for {target.in_words}; accepted: "
            "a learner that does, or another task"
        )
