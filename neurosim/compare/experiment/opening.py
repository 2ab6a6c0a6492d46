"""An experiment with what it names: its registry and its task, opened once and handed on."""

from __future__ import annotations

from dataclasses import dataclass

from neurosim.compare.experiment.model import Experiment
from neurosim.registry import Registry, open_registry
from neurosim.tasks import Task, load_task


@dataclass(frozen=True)
class OpenedExperiment:
    """An experiment, the registry with its plugins, and its task.

    It stays in this process: a cell's process opens what it needs by itself.

    Attributes
    ----------
    experiment : Experiment
        What is asked for.
    registry : Registry
        Where its names are looked up.
    task : Task
        What is learned.
    """

    experiment: Experiment
    registry: Registry
    task: Task

    @property
    def checksums(self) -> tuple[str, ...]:
        """Of the task's data and of the plugins: results from other content are not this experiment's."""
        return (self.task.checksum, *(entry.checksum for entry in self.registry.entries if entry.checksum))


def open_experiment(experiment: Experiment) -> OpenedExperiment:
    """Open an experiment's registry and task.

    Raises
    ------
    InputError
        If a plugin or the task cannot be used.
    """
    registry = open_registry(experiment.plugins)
    return OpenedExperiment(experiment, registry, load_task(experiment.task, registry, target=experiment.target))
