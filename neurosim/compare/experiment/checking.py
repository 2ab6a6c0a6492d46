"""What can be tried before the first trial: the training size, every learner's parameters, places in the table."""

from __future__ import annotations

from neurosim.compare.experiment.factors import places
from neurosim.compare.experiment.opening import OpenedExperiment
from neurosim.compare.experiment.parameters import check_learner
from neurosim.learners import learner_class


def check(opened: OpenedExperiment) -> None:
    """Try what would fail later.

    Raises
    ------
    InputError
        At the first thing that would.
    """
    experiment, registry, task = opened.experiment, opened.registry, opened.task
    for settings in experiment.learners.values():
        # A wrong name should not have to wait for the data.
        registry.find("learners", settings.kind)
    split = task.split(experiment.first_seed, experiment.train_size, experiment.seeds)
    n_features = split.train.X[:1].size
    for label, settings in experiment.learners.items():
        cls = learner_class(settings.kind, registry)
        where = f"learners.{label}"
        check_learner(where, cls, settings.parameters, experiment.presentations, task.classes, n_features, registry)
    for kind, parameters in (experiment.control_parameters or {}).items():
        where, cls = f"control_parameters.{kind}", learner_class(kind, registry)
        check_learner(where, cls, parameters, experiment.presentations, task.classes, n_features)
    if experiment.factors is not None:
        kinds = {label: settings.kind for label, settings in experiment.learners.items()}
        places(experiment.factors, {label: learner_class(kind, registry).traits for label, kind in kinds.items()})
