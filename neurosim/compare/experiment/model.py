"""The declarative experiment: what is compared, on what, how often and under which budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from neurosim.compare.experiment.design import DesignSettings
from neurosim.compare.experiment.expected import Expectation
from neurosim.compare.experiment.paths import is_table
from neurosim.data import Classes, Reals
from neurosim.errors import unknown_name

CONTROLS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Classes: ("majority", "raw-linear", "exemplars", "kmeans", "nearest-neighbour", "svm"),
        Reals: ("mean", "linear-regressor", "neighbour-regressor", "forest-regressor"),
    }
)
"""What every comparison is set beside, by what the task asks for."""
WHERE_LABELS_TEACH, ON_SMALL_TABLES = "kmeans-by-class", "lda"
"""What comes beside them where a learner is told labels while it learns, and where a table is judged by folds."""
OF_UNITS = ("exemplars", "kmeans", WHERE_LABELS_TEACH)
"""Controls that have as many prototypes as the comparison says."""
ALL_CONTROLS = tuple(kind for kinds in CONTROLS.values() for kind in kinds)
UNTRAINED, FROZEN = "-untrained", "-frozen"
MAX_SEEDS = 1000


class Settings(BaseModel):
    """Something registered by its kind, and its constructor's arguments."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="a registry name")

    @property
    def parameters(self) -> dict[str, Any]:
        """The constructor's arguments, lists as tuples."""
        given = self.model_extra or {}
        return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


class LearnerSettings(Settings):
    """One row of the comparison; its label is its kind by default."""


class ProtocolSettings(Settings):
    """How the task is presented."""

    kind: str = Field("trials", description="registry name of the protocol")


class Experiment(BaseModel):
    """Everything that decides a comparison's result.

    Two runs of equal experiments with equal versions give equal results, whatever the number of processes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("compare", description="names the results folder", pattern=r"^[\w.-]+$")
    claim: str = Field("", description="what the experiment is to show, in words")
    task: str = Field("digits", description="a registered task, with parameters if wanted, or the user's own table")
    target: str | None = Field(None, description="the label's column, where the task is a CSV; the last by default")
    train_size: int | None = Field(
        None, ge=2, strict=True, description="size of the nested training sub-sample; all by default"
    )
    first_seed: int = Field(0, ge=0, lt=2**32, strict=True, description="first of the consecutive seeds")
    n_seeds: int = Field(10, ge=1, le=MAX_SEEDS, strict=True, description="how many seeds; the unit of analysis")
    presentations: int | None = Field(
        None, ge=1, le=10**9, strict=True, description="trials each learner sees; 20 passes, at least 5,000, by default"
    )
    n_evaluations: int = Field(
        10, ge=1, le=1000, strict=True, description="evaluations on validation data along the way"
    )
    control_units: int = Field(
        100, ge=1, le=10**6, strict=True, description="prototypes of the controls exemplars, kmeans and kmeans-by-class"
    )
    controls: bool = Field(
        True, strict=True, description="add simple learners of the same task, untrained and frozen networks"
    )
    control_parameters: dict[str, dict[str, Any]] | None = Field(
        None, description="parameters of the simple learners among the controls, by name"
    )
    protocol: ProtocolSettings = Field(
        ProtocolSettings(kind="trials"), description="how the task is presented: a registered protocol and its fields"
    )
    conditions: dict[str, tuple[Any, ...]] | None = Field(
        None, description="under which conditions: a path as after --set, and its levels; all combinations are run"
    )
    design: dict[str, DesignSettings] | None = Field(
        None, description="places of learners in the table of units, rules and teachers; asks for effects"
    )
    minutes: float | None = Field(None, ge=0, description="about how long it takes on two cores, in minutes")
    expected: tuple[Expectation, ...] = Field(
        (), description="what is to come out, so that it can be said whether it did"
    )
    margin: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        description="what a difference has to exceed to be shown, in the measure's own numbers",
    )
    quick: bool = Field(False, strict=True, description="a shortened run: not for citing")
    learners: dict[str, LearnerSettings] = Field(description="label to settings", min_length=1)
    plugins: tuple[str, ...] = Field((), description="Python files that add tasks, learners or rules")

    @field_validator("learners", mode="before")
    @classmethod
    def _label_is_kind(cls, learners: Any) -> Any:
        if not isinstance(learners, Mapping):
            return learners
        return {k: {"kind": k} | _plain(v) if isinstance(v, Mapping) else v for k, v in learners.items()}

    @field_validator("protocol", mode="before")
    @classmethod
    def _name_is_kind(cls, protocol: Any) -> Any:
        return {"kind": protocol} if isinstance(protocol, str) else protocol

    @field_validator("conditions", mode="before")
    @classmethod
    def _paths_to_levels(cls, conditions: Any) -> Any:
        return dict(_flat(conditions)) if isinstance(conditions, Mapping) else conditions

    @model_validator(mode="after")
    def _labels_are_free(self) -> Experiment:
        for label in self.learners:
            # A label names a folder and a part of a --set path, and stands in a CSV.
            if not re.fullmatch(r"[\w-]+", label):
                raise ValueError(f"learner label is {label!r}; accepted: letters, digits, - and _")
            twin_of = label.removesuffix(UNTRAINED).removesuffix(FROZEN)
            if self.controls and (label in ALL_CONTROLS or twin_of in set(self.learners) - {label}):
                raise ValueError(f"learner {label!r} already stands among the controls; accepted: another label")
        for kind in self.control_parameters or {}:
            if kind not in (known := (*ALL_CONTROLS, WHERE_LABELS_TEACH, ON_SMALL_TABLES)):
                raise unknown_name("control_parameters", kind, known)
        return self

    def parameters_of_control(self, kind: str) -> dict[str, Any]:
        """Give the constructor's arguments of one of :data:`ALL_CONTROLS`."""
        units = {"n_units": self.control_units} if kind in OF_UNITS else {}
        return units | (self.control_parameters or {}).get(kind, {})

    @property
    def task_title(self) -> str:
        """The task's text; for a table the name of its file, which is the same in whatever folder it lies."""
        return Path(self.task).name if is_table(self.task) else self.task

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.first_seed, self.first_seed + self.n_seeds)


def to_toml(experiment: Experiment) -> str:
    """Write an experiment as TOML, every field that is not None."""
    return tomli_w.dumps(experiment.model_dump(exclude_none=True, mode="json"))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Join the names of nested tables to paths, since TOML nests what is written with dots."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Turn NumPy's numbers into Python's, which TOML can hold."""
    return {key: value.item() if isinstance(value, np.generic) else value for key, value in settings.items()}
