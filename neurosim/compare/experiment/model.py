"""The declarative experiment: what is compared, on what, how often and under which budget. TOML in, TOML out."""

from __future__ import annotations

import copy
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from neurosim.compare.experiment.factors import FactorSettings, places
from neurosim.compare.experiment.parameters import check_learner
from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.learners import learner_class
from neurosim.registry import Registry, open_registry
from neurosim.tasks import load_task

CONTROLS = ("majority", "raw-linear", "exemplars", "kmeans")
UNTRAINED, FROZEN = "-untrained", "-frozen"
FIRST = "learning_rule_or_unit"
"""The experiment that a listing names first."""
MAX_SEEDS = 1000
TABLES_OF_ROWS = ("learners", "control_parameters")
"""Fields that need not be there yet to be given a parameter by ``--set``."""
TABLES = (".csv", ".npz")
_ACCEPTED = {
    "string_type": "text",
    "string_pattern_mismatch": "letters, digits, dots, - and _",
    "bool_type": "true or false",
    "dict_type": "a table of labels and settings",
    "model_type": "a table of settings",
    "model_attributes_type": "a table of settings",
    "tuple_type": "a list of files",
    "too_short": "at least one learner",
}
_NUMBERS = ("int_type", "int_parsing", "int_from_float", "greater_than_equal", "less_than_equal", "less_than")


class LearnerSettings(BaseModel):
    """One row of the comparison: a kind of learner and its constructor's arguments."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(description="registry name of the learner; the row's label by default")

    @property
    def parameters(self) -> dict[str, Any]:
        """The constructor's arguments, lists as tuples."""
        given = self.model_extra or {}
        return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


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
    n_seeds: int = Field(8, ge=1, le=MAX_SEEDS, strict=True, description="how many seeds; the unit of analysis")
    presentations: int | None = Field(
        None, ge=1, le=10**9, strict=True, description="trials each learner sees; 20 passes, at least 5,000, by default"
    )
    n_evaluations: int = Field(
        10, ge=1, le=1000, strict=True, description="evaluations on validation data along the way"
    )
    control_units: int = Field(
        100, ge=1, le=10**6, strict=True, description="prototypes of the controls exemplars and kmeans"
    )
    controls: bool = Field(
        True, strict=True, description="add majority, raw-linear, exemplars, kmeans, untrained and frozen networks"
    )
    control_parameters: dict[str, dict[str, Any]] | None = Field(
        None, description="parameters of majority, raw-linear, exemplars and kmeans, by name"
    )
    linear_probe: bool = Field(
        False, strict=True, description="read every learner's units by the same linear probe as well"
    )
    factors: dict[str, FactorSettings] | None = Field(
        None, description="places of learners in the table of units, rules and teachers; asks for effects"
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

    @model_validator(mode="after")
    def _labels_are_free(self) -> Experiment:
        for label in self.learners:
            # A label names a folder and a part of a --set path, and stands in a CSV.
            if not re.fullmatch(r"[\w-]+", label):
                raise ValueError(f"learner label is {label!r}; accepted: letters, digits, - and _")
            twin_of = label.removesuffix(UNTRAINED).removesuffix(FROZEN)
            if self.controls and (label in CONTROLS or twin_of in set(self.learners) - {label}):
                raise ValueError(f"learner {label!r} already stands among the controls; accepted: another label")
        for kind in self.control_parameters or {}:
            if kind not in CONTROLS:
                raise unknown_name("control_parameters", kind, CONTROLS)
        return self

    def parameters_of_control(self, kind: str) -> dict[str, Any]:
        """Give the constructor's arguments of one of :data:`CONTROLS`."""
        units = {"n_units": self.control_units} if kind in ("exemplars", "kmeans") else {}
        return units | (self.control_parameters or {}).get(kind, {})

    @property
    def task_title(self) -> str:
        """The task's text; for a table the name of its file, which is the same in whatever folder it lies."""
        return Path(self.task).name if is_table(self.task) else self.task

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.first_seed, self.first_seed + self.n_seeds)


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
    for key in fields:
        if key not in Experiment.model_fields:
            raise unknown_name("experiment: field", key, Experiment.model_fields)
    try:
        experiment = Experiment(**_placed(fields, Path.cwd(), if_there=True))
    except ValidationError as error:
        raise InputError(_first_problem(error)) from error
    check(experiment, open_registry(experiment.plugins))
    return experiment


def check(experiment: Experiment, registry: Registry) -> None:
    """Try what can be tried before the first trial: the task, the training size, every learner's parameters.

    Raises
    ------
    InputError
        At the first thing that would fail later.
    """
    task = load_task(experiment.task, registry, target=experiment.target)
    for settings in experiment.learners.values():
        # A wrong name should not have to wait for the data.
        registry.find("learners", settings.kind)
    split = task.split(experiment.first_seed, experiment.train_size)
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


def read_experiment(path: Path, overrides: Sequence[str] = (), **fields: Any) -> Experiment:
    """Read an experiment from a TOML file, with fields and then ``--set`` overrides on top.

    Without a ``name`` of its own it is named after the file. Plugins given as a field join those in the file. Paths in
    the file are relative to the file; those given on top, to the working folder.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or the experiment is not acceptable.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"experiment {str(path)!r} cannot be read as TOML: {error}") from error
    table = _placed(table, path.parent)
    fields = _placed(fields, Path.cwd())
    own_plugins = table.get("plugins")
    if isinstance(own_plugins, list) and "plugins" in fields:
        fields["plugins"] = list(dict.fromkeys([*map(os.path.abspath, own_plugins), *fields["plugins"]]))
    return make_experiment(**with_overrides({"name": path.stem} | table | fields, overrides))


def is_table(task: str) -> bool:
    """Say whether a task is the user's own table, not a registered name."""
    return task.lower().endswith(TABLES)


def _placed(fields: Mapping[str, Any], folder: Path, if_there: bool = False) -> dict[str, Any]:
    """Put a folder before the paths of tables and plugins; with ``if_there``, before those that lead to a file."""

    def place(path: Any) -> Any:
        if not isinstance(path, str) or (if_there and not (folder / path).is_file()):
            return path
        return os.path.abspath(folder / path) if if_there else str(folder / path)

    placed = dict(fields)
    if isinstance(placed.get("task"), str) and is_table(placed["task"]):
        placed["task"] = place(placed["task"])
    if isinstance(placed.get("plugins"), list | tuple):
        placed["plugins"] = [place(path) for path in placed["plugins"]]
    return placed


def with_overrides(table: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Apply ``path.to.field=value`` texts to nested dictionaries; values are read as TOML, else as text.

    Raises
    ------
    InputError
        If a text has no ``=``, or its path does not lead to a field.
    """
    table = copy.deepcopy(table)
    for override in overrides:
        path, equals, value = override.partition("=")
        if not equals or not all(path.split(".")):
            raise out_of_range("--set", override, "path.to.field=value, for example learners.mlp.learning_rate=0.01")
        *parents, field = path.strip().split(".")
        place = table
        for number, parent in enumerate(parents):
            may_be_new = parents[0] == "control_parameters" if number else parent in TABLES_OF_ROWS
            if parent not in place and not may_be_new:
                raise unknown_name("--set " + ".".join(parents[:number]), parent, place)
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise out_of_range("--set", override, f"a path to a field; {parent} has no fields")
        place[field] = _toml_value(value.strip())
    return table


def to_toml(experiment: Experiment) -> str:
    """Write an experiment as TOML, every field that is not None."""
    return tomli_w.dumps(experiment.model_dump(exclude_none=True, mode="json"))


def find_experiment(name: str) -> Path:
    """Find an experiment's file: a path, or a name in the installed package or beside it in a checkout.

    Raises
    ------
    InputError
        If there is none; the message gives the closest names.
    """
    if name.endswith(".toml"):
        if not Path(name).is_file():
            raise InputError(f"experiment {name!r} is not a file; accepted: a .toml file or a name")
        return Path(name)
    known = {path.stem: path for folder in experiment_folders() for path in sorted(folder.glob("*.toml"))}
    if name not in known:
        raise unknown_name("experiment", name, known)
    return known[name]


def experiment_folders(package: Path | None = None) -> tuple[Path, ...]:
    """Give the folders that hold experiments: in the package (a wheel), else beside it (a checkout)."""
    package = package or Path(__file__).resolve().parents[2]
    places = (package / "_experiments", package.parent / "experiments")
    return tuple(folder for folder in places if folder.is_dir())[:1]


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Turn NumPy's numbers into Python's, which TOML can hold."""
    return {key: value.item() if isinstance(value, np.generic) else value for key, value in settings.items()}


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "value_error" and not field:
        return problem["msg"].removeprefix("Value error, ")
    known = Experiment.model_fields.get(str(problem["loc"][0])) if problem["loc"] else None
    if problem["type"] == "missing":
        return f"{field} is missing; accepted: {known.description if known else 'a value'}"
    if problem["type"] == "literal_error":
        return f"{field} is {problem.get('input')!r}; accepted: {problem['ctx']['expected']}"
    if problem["type"] == "extra_forbidden" and problem["loc"][0] == "factors":
        return f"{field} is unknown; accepted: {', '.join(FactorSettings.model_fields)}"
    message = problem["msg"][0].lower() + problem["msg"][1:]
    accepted = _range(known.metadata) if problem["type"] in _NUMBERS and known else _ACCEPTED.get(problem["type"])
    return f"{field or 'experiment'} is {problem.get('input')!r}; {f'accepted: {accepted}' if accepted else message}"


def _range(bounds: Sequence[Any]) -> str:
    low = next((bound.ge for bound in bounds if hasattr(bound, "ge")), None)
    high = next((bound.le for bound in bounds if hasattr(bound, "le")), None)
    high = next((bound.lt - 1 for bound in bounds if hasattr(bound, "lt")), high)
    if low is None:
        return "a whole number"
    return f"a whole number, {low} or more" if high is None else f"a whole number from {low} to {high}"
