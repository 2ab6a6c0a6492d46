"""What can be tried before the first trial: the training size, every learner's parameters, places in the table."""

from __future__ import annotations

from neurosim.compare.experiment.design import places
from neurosim.compare.experiment.opening import OpenedCondition, OpenedExperiment
from neurosim.compare.experiment.parameters import check_learner
from neurosim.errors import InputError
from neurosim.learners import answering, learner_class
from neurosim.registry import Registry
from neurosim.tasks import Task


def check(opened: OpenedExperiment) -> None:
    """Try what would fail later, under every condition.

    Raises
    ------
    InputError
        At the first thing that would.
    """
    for settings in opened.experiment.learners.values():
        # A wrong name should not have to wait for the data.
        opened.registry.find("learners", settings.kind)
    for condition in opened.conditions:
        try:
            check_condition(condition)
        except InputError as error:
            if not condition.factors:
                raise
            raise InputError(f"{error} (under {condition.id})") from error


def check_condition(condition: OpenedCondition) -> None:
    """Try what would fail later under one condition.

    Raises
    ------
    InputError
        At the first thing that would.
    """
    experiment, registry, task = condition.experiment, condition.registry, condition.task
    learners = experiment.learners.items()
    classes = {label: learner_class(settings.kind, registry) for label, settings in learners}
    for label, settings in learners:
        check_accepted(f"learners.{label}", settings.kind, classes[label], task, registry)
        if hasattr(condition.protocol, "check"):
            condition.protocol.check(settings.kind, classes[label])
    check_measures(condition)
    for label, settings in learners:
        where, given = f"learners.{label}", settings.parameters
        check_learner(where, classes[label], given, experiment.presentations, task.signature, registry)
    for kind, parameters in (experiment.control_parameters or {}).items():
        where, cls = f"control_parameters.{kind}", learner_class(kind, registry)
        if isinstance(task.signature.target, cls.accepts):
            check_learner(where, cls, parameters, experiment.presentations, task.signature)
    # A wrong parameter should not have to wait for the data.
    task.split(experiment.first_seed, experiment.train_size, experiment.seeds)
    if experiment.design is not None:
        places(experiment.design, {label: cls.traits for label, cls in classes.items()})


def check_measures(condition: OpenedCondition) -> None:
    """Check that the task's measures exist and fit what it asks, and that the protocol gives every measure once.

    Raises
    ------
    InputError
        If not.
    """
    names = [measure.name for measure in condition.measures]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"measure {twice!r} is given twice; accepted: every measure once")


def check_accepted(where: str, kind: str, cls: type, task: Task, registry: Registry) -> None:
    """Check that a learner can answer what a task asks.

    Raises
    ------
    InputError
        If it cannot; the message names both, and learners that can.
    """
    target, accepted = task.signature.target, getattr(cls, "accepts", ())
    if not isinstance(target, accepted):
        answers = " or ".join(one.__name__.lower() for one in accepted) or "nothing"
        others = ", ".join(answering(type(target), registry)) or "a learner that does"
        raise InputError(
            f"{where}: {kind!r} answers with {answers}, but task {task.name!r} asks for {target.in_words}; accepted: "
            f"{others}, or another task"
        )
