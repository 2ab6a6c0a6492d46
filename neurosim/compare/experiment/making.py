"""An experiment from its fields: paths placed, everything opened once, every name and number tried."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from neurosim.compare.experiment.checking import check
from neurosim.compare.experiment.messages import first_problem
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.experiment.opening import OpenedExperiment, open_experiment
from neurosim.compare.experiment.paths import placed
from neurosim.errors import InputError, unknown_name

MOVED: Mapping[str, str] = MappingProxyType(
    {"factors": "[design]", "linear_probe": 'protocol = { kind = "trials", linear_probe = true }'}
)
"""What earlier versions called otherwise, and where it stands now."""


def make_experiment(**fields: Any) -> Experiment:
    """Make an experiment, and check every name and number in it.

    Parameters
    ----------
    **fields
        The fields of :class:`Experiment`; ``learners`` maps labels to settings. Paths of tables and plugins are
        relative to the working folder, and absolute in what is made.

    Returns
    -------
    Experiment

    Raises
    ------
    InputError
        If a field, task, learner or parameter is unknown or out of range.
    """
    return prepare_experiment(**fields).experiment


def prepare_experiment(**fields: Any) -> OpenedExperiment:
    """Make and check an experiment as :func:`make_experiment` does, and keep what was opened to check it."""
    for key in fields:
        if key in MOVED:
            raise InputError(f"experiment: field {key!r} has moved; accepted: {MOVED[key]}")
        if key not in Experiment.model_fields:
            raise unknown_name("experiment: field", key, Experiment.model_fields)
    try:
        experiment = Experiment(**placed(fields, Path.cwd(), if_there=True))
    except ValidationError as error:
        raise InputError(first_problem(error)) from error
    opened = open_experiment(experiment)
    check(opened)
    return opened
