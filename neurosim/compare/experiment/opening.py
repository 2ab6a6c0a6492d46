"""An experiment with what it names: its registry, its tasks and its protocols, opened once and handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from neurosim.compare.experiment.conditions import conditions_of
from neurosim.compare.experiment.model import Experiment
from neurosim.compare.protocols.making import make_protocol
from neurosim.compare.protocols.work import Presenting
from neurosim.data import Resampling
from neurosim.metrics.measure import Measure, measures_of
from neurosim.registry import Registry, open_registry
from neurosim.tasks import Task, load_task


@dataclass(frozen=True)
class OpenedCondition:
    """One condition of an experiment with what it names.

    Attributes
    ----------
    id : str
        Names its folder.
    factors : mapping of str to object
        Path to level; empty where there is one condition.
    experiment : Experiment
        What is run under it.
    registry : Registry
        Where its names are looked up.
    task : Task
        What is learned.
    protocol : Presenting
        How it is presented.
    """

    id: str
    factors: Mapping[str, Any]
    experiment: Experiment
    registry: Registry
    task: Task
    protocol: Presenting

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is measured; the first is what is tested."""
        return self.protocol.measures(measures_of(self.task.measures, self.task.signature, self.registry))

    @property
    def resampling(self) -> Resampling:
        """How its seeds relate to each other."""
        return self.task.resampling(self.experiment.train_size)

    def test_groups(self) -> NDArray[Any] | None:
        """Give what each item of the one test part belongs to, shape (n_test,); None where the task has no groups."""
        resampling = self.resampling
        if not resampling.grouped or resampling.own_test_parts:
            return None
        seeds = self.experiment.seeds
        return self.task.split(seeds[0], self.experiment.train_size, seeds).test.groups


@dataclass(frozen=True)
class OpenedExperiment:
    """An experiment, the registry with its plugins, and its conditions.

    It stays in this process: a cell's process opens what it needs by itself.

    Attributes
    ----------
    experiment : Experiment
        What is asked for.
    registry : Registry
        Where its names are looked up.
    conditions : tuple of OpenedCondition
        One or more.
    """

    experiment: Experiment
    registry: Registry
    conditions: tuple[OpenedCondition, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task that is learned, once."""
        return tuple({id(one.task): one.task for one in self.conditions}.values())

    @property
    def checksums(self) -> tuple[str, ...]:
        """Of the tasks' data and of the plugins: results from other content are not this experiment's."""
        return (*(task.checksum for task in self.tasks), *self.plugin_checksums)

    @property
    def plugin_checksums(self) -> tuple[str, ...]:
        """Of the plugins."""
        return tuple(entry.checksum for entry in self.registry.entries if entry.checksum)


def open_experiment(experiment: Experiment) -> OpenedExperiment:
    """Open an experiment's registry, its tasks and its protocols.

    Raises
    ------
    InputError
        If a plugin, a task or a protocol cannot be used.
    """
    registry = open_registry(experiment.plugins)
    tasks: dict[tuple[str, str | None], Task] = {}
    opened = []
    for one in conditions_of(experiment):
        under = one.experiment
        key = (under.task, under.target)
        if key not in tasks:
            tasks[key] = load_task(under.task, registry, target=under.target)
        protocol = make_protocol(under.protocol.kind, under.protocol.parameters, registry)
        opened.append(OpenedCondition(one.id, one.factors, under, registry, tasks[key], protocol))
    return OpenedExperiment(experiment, registry, tuple(opened))
