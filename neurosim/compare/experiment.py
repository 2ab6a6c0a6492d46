"""The declarative experiment: what is compared, on what, how often and under which budget. TOML in, TOML out."""

from __future__ import annotations

import copy
import inspect
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.learners import learner_class
from neurosim.registry import Registry, open_registry
from neurosim.tasks import load_task

CONTROLS = ("majority", "raw-linear", "exemplars", "kmeans")
UNTRAINED = "-untrained"
MAX_SEEDS = 1000


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
    target: str | None = Field(None, description="the label's column, where the task is a CSV")
    train_size: int | None = Field(None, ge=2, description="size of the nested training sub-sample; all by default")
    first_seed: int = Field(0, ge=0, description="first of the consecutive seeds")
    n_seeds: int = Field(8, ge=1, le=MAX_SEEDS, description="how many seeds; they are the unit of analysis")
    presentations: int | None = Field(
        None, ge=1, description="trials each learner sees; 20 passes, at least 5,000, by default"
    )
    n_evaluations: int = Field(10, ge=1, le=1000, description="evaluations on validation data along the way")
    control_units: int = Field(100, ge=1, description="prototypes of the controls exemplars and kmeans")
    controls: bool = Field(True, description="add majority, raw-linear, exemplars, kmeans and untrained networks")
    learners: dict[str, LearnerSettings] = Field(description="label to settings", min_length=1)
    plugins: tuple[str, ...] = Field((), description="Python files that add tasks, learners or rules")

    @field_validator("learners", mode="before")
    @classmethod
    def _label_is_kind(cls, learners: Any) -> Any:
        if not isinstance(learners, Mapping):
            return learners
        return {k: {"kind": k} | dict(v) if isinstance(v, Mapping) else v for k, v in learners.items()}

    @model_validator(mode="after")
    def _labels_are_free(self) -> Experiment:
        for label in self.learners:
            # A label names a folder and a part of a --set path, and stands in a CSV.
            if not re.fullmatch(r"[\w-]+", label):
                raise ValueError(f"learner label is {label!r}; accepted: letters, digits, - and _")
            if self.controls and (label in CONTROLS or label.removesuffix(UNTRAINED) in set(self.learners) - {label}):
                raise ValueError(f"learner {label!r} already stands among the controls; accepted: another label")
        return self

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.first_seed, self.first_seed + self.n_seeds)


def make_experiment(**fields: Any) -> Experiment:
    """Make an experiment, and check every name and number in it.

    Parameters
    ----------
    **fields
        The fields of :class:`Experiment`; ``learners`` maps labels to settings.

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
        experiment = Experiment(**fields)
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
    for label, settings in experiment.learners.items():
        cls = learner_class(settings.kind, registry)
        accepted = inspect.signature(cls).parameters
        for key in settings.parameters:
            if key not in accepted:
                raise unknown_name(f"learners.{label}", key, set(accepted) - {"random_state"})
            if key == "random_state":
                raise out_of_range(f"learners.{label}.random_state", settings.parameters[key], "nothing: seeds decide")
        try:
            n_features = split.train.X[:1].size
            cls(**settings.parameters, random_state=0).begin(experiment.presentations, task.classes, n_features)
        except InputError as error:
            raise InputError(f"learners.{label}: {error}") from error


def read_experiment(path: Path, overrides: Sequence[str] = (), **fields: Any) -> Experiment:
    """Read an experiment from a TOML file, with fields and then ``--set`` overrides on top.

    Without a ``name`` of its own it is named after the file. Plugins given as a field join those in the file.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or the experiment is not acceptable.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"experiment {str(path)!r} cannot be read as TOML: {error}") from error
    own_plugins = table.get("plugins")
    if isinstance(own_plugins, list) and "plugins" in fields:
        fields["plugins"] = tuple(dict.fromkeys([*own_plugins, *fields["plugins"]]))
    return make_experiment(**with_overrides({"name": path.stem} | table | fields, overrides))


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
            if parent not in place and (number or parent != "learners"):
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
    package = package or Path(__file__).resolve().parents[1]
    places = (package / "_experiments", package.parent / "experiments")
    return tuple(folder for folder in places if folder.is_dir())[:1]


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    given = problem.get("input")
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error" and not field:
        return message
    if problem["type"] == "missing":
        known = Experiment.model_fields.get(field)
        return f"{field} is missing; accepted: {known.description if known else 'a value'}"
    return f"{field or 'experiment'} is {given!r}; {message[0].lower()}{message[1:]}"
