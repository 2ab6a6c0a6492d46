"""The declarative experiment: everything wrong is found before the first trial and said in one line."""

from __future__ import annotations

import datetime
import inspect
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.model import Experiment, to_toml
from neurosim.compare.experiment.parameters import check_learner
from neurosim.compare.experiment.paths import experiment_folders, find_experiment
from neurosim.compare.experiment.reading import read_fields, with_overrides
from neurosim.data import Classes, Reals, Signature
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.registry import open_registry
from neurosim.tasks import load_task

XOR: dict[str, Any] = {"task": "xor", "learners": {"mlp": {}}}

FLOWERS = Signature((4,), Classes((0, 1, 2)))


def read_experiment(path: Path, overrides: Sequence[str] = (), **fields: Any) -> Experiment:
    """Read a file and make what it says, as the command line does."""
    return make_experiment(**read_fields(path, overrides, **fields))


MALFORMED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown field": ({"seeds": 3}, "field 'seeds' is unknown; did you mean n_seeds"),
    "no learners": ({"learners": {}}, "learners is {}; accepted: at least one learner"),
    "learners as a list": ({"learners": ["mlp"]}, r"learners is \['mlp'\]"),
    "settings as a number": ({"learners": {"mlp": 3}}, "learners.mlp is 3"),
    "unknown learner": ({"learners": {"mpl": {}}}, "learner 'mpl' is unknown; did you mean mlp"),
    "unknown kind": ({"learners": {"net": {"kind": "mpl"}}}, "learner 'mpl' is unknown; did you mean mlp"),
    "kind that is no text": ({"learners": {"net": {"kind": 3}}}, "learners.net.kind is 3"),
    "unknown parameter": (
        {"learners": {"mlp": {"learning_rat": 1}}},
        "learners.mlp 'learning_rat'.*mean learning_rate",
    ),
    "parameter out of range": ({"learners": {"mlp": {"learning_rate": -1}}}, "learners.mlp: learning_rate is -1"),
    "parameter of another type": (
        {"learners": {"mlp": {"hidden_units": "ten"}}},
        "learners.mlp: hidden_units is 'ten'",
    ),
    "unknown activation": ({"learners": {"mlp": {"activation": "relo"}}}, "activation 'relo' is unknown; did.* relu"),
    "random state": ({"learners": {"mlp": {"random_state": 1}}}, "learners.mlp.random_state is 1; accepted: nothing"),
    "label of a path": ({"learners": {"../mlp": {"kind": "mlp"}}}, "learner label is '../mlp'; accepted: letters"),
    "absolute label": ({"learners": {"/mlp": {"kind": "mlp"}}}, "learner label is '/mlp'"),
    "hidden label": ({"learners": {".mlp": {"kind": "mlp"}}}, "learner label is '.mlp'"),
    "label with a comma": ({"learners": {"a,b": {"kind": "mlp"}}}, "learner label is 'a,b'"),
    "label with a line": ({"learners": {"a\nb": {"kind": "mlp"}}}, "learner label is 'a.nb'"),
    "empty label": ({"learners": {"": {"kind": "mlp"}}}, "learner label is ''"),
    "label of a control": ({"learners": {"kmeans": {}}}, "'kmeans' already stands among the controls"),
    "label of an untrained twin": (
        {"learners": {"mlp": {}, "mlp-untrained": {"kind": "mlp"}}},
        "'mlp-untrained' already stands among the controls",
    ),
    "unknown task": ({"task": "xro"}, "task 'xro' is unknown; did you mean xor"),
    "task parameter": ({"task": "parity:bits=3"}, "parameter 'bits' is unknown; did you mean n_bits"),
    "task that is no text": ({"task": 3}, "task is 3; accepted: text"),
    "missing table": ({"task": "nowhere.csv"}, "'nowhere.csv' does not exist"),
    "target without a table": ({"target": "y"}, "target is 'y', but task 'xor' is not a table"),
    "negative first seed": ({"first_seed": -1}, "first_seed is -1"),
    "no seeds": ({"n_seeds": 0}, "n_seeds is 0"),
    "negative seeds": ({"n_seeds": -4}, "n_seeds is -4"),
    "too many seeds": ({"n_seeds": 1001}, "n_seeds is 1001"),
    "half a seed": ({"n_seeds": 2.5}, "n_seeds is 2.5"),
    "seeds in words": ({"n_seeds": "many"}, "n_seeds is 'many'"),
    "no presentations": ({"presentations": 0}, "presentations is 0"),
    "no evaluations": ({"n_evaluations": 0}, "n_evaluations is 0"),
    "small training size": (
        {"task": "digits", "train_size": 5},
        r"train_size is 5; accepted: 10 \(one a class\) to 775",
    ),
    "large training size": ({"task": "digits", "train_size": 776}, "train_size is 776"),
    "no control units": ({"control_units": 0}, "control_units is 0"),
    "control that does not exist": (
        {"control_parameters": {"raw-linaer": {}}},
        "control_parameters 'raw-linaer' is unknown; did you mean raw-linear",
    ),
    "control's parameter that does not exist": (
        {"control_parameters": {"raw-linear": {"penalty": 1.0}}},
        "control_parameters.raw-linear 'penalty' is unknown; did you mean inverse_penalty",
    ),
    "control's parameter out of range": (
        {"control_parameters": {"raw-linear": {"inverse_penalty": -1.0}}},
        "control_parameters.raw-linear: inverse_penalty is -1.0",
    ),
    "name of a path": ({"name": "a/b"}, "name is 'a/b'"),
    "label of a frozen twin": (
        {"learners": {"mlp": {}, "mlp-frozen": {"kind": "mlp"}}},
        "'mlp-frozen' already stands among the controls",
    ),
    "presentations of a learner's own": (
        {"learners": {"mlp": {"n_presentations": 5}}},
        "learners.mlp.n_presentations is 5; accepted: nothing: presentations decides",
    ),
    "parameter that TOML cannot hold": (
        {"learners": {"mlp": {"hidden_units": (None,)}}},
        r"learners.mlp.hidden_units is \(None,\); accepted: what a TOML file can hold",
    ),
    "first seed too large": ({"first_seed": 2**32}, "first_seed is 4294967296; accepted: a whole number from 0 to"),
    "empty name": ({"name": ""}, "name is ''"),
    "missing plugin": ({"plugins": ["none.py"]}, "plugin 'none.py' is not a file"),
    "plugins as text": ({"plugins": "none.py"}, "plugins is 'none.py'"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_experiment_is_refused_in_one_line(what: str) -> None:
    """The field, its value, and what would be accepted."""
    fields, said = MALFORMED[what]
    with pytest.raises(InputError, match=said) as caught:
        make_experiment(**(XOR | fields))
    assert "\n" not in str(caught.value)


WRONG = (-3, -0.5, "no", math.nan, True, [], [[1]], {"a": 1}, 10**30, datetime.date(2020, 1, 1))


def harmless(cls: Any, key: str, value: Any) -> bool:
    """Say whether a value that is wrong for most parameters is right for this one."""
    default = inspect.signature(cls).parameters[key].default
    return (
        (key == "hidden_units" and value == [])
        or (isinstance(default, bool) and value is True)
        or ((isinstance(default, float) or key in ("inverse_penalty", "gamma")) and value == 10**30)
        or (key == "initial_bias" and value in (-3, -0.5))
    )


@pytest.mark.parametrize("kind", [entry.name for entry in open_registry().of_kind("learners")])
def test_no_wrong_parameter_of_any_learner_reaches_a_trial(kind: str) -> None:
    """Whatever is wrong with a parameter, the message names it, and what would be accepted."""
    cls = learner_class(kind)
    asked = FLOWERS if Classes in cls.accepts else replace(FLOWERS, target=Reals())
    n_refused = 0
    for key in inspect.signature(cls).parameters:
        for value in WRONG:
            if harmless(cls, key, value):
                continue
            with pytest.raises(InputError) as caught:
                check_learner("label", cls, {key: value}, 100, asked)
            assert key in str(caught.value) and "\n" not in str(caught.value)
            assert "accepted" in str(caught.value) or "did you mean" in str(caught.value), str(caught.value)
            n_refused += 1
    assert n_refused >= 8


def test_every_field_is_described() -> None:
    """In the model, for readers of the code, and in the page about experiments."""
    page = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")
    for name, field in Experiment.model_fields.items():
        assert field.description
        assert f"| `{name}` |" in page, f"docs/experiments.md lacks {name}"


def test_numbers_of_numpy_are_numbers() -> None:
    """As they come out of a computation."""
    experiment = make_experiment(**(XOR | {"learners": {"mlp": {"learning_rate": np.float32(0.5)}}}))
    assert experiment.learners["mlp"].parameters == {"learning_rate": 0.5}
    assert "learning_rate = 0.5" in to_toml(experiment)


def test_paths_in_a_file_are_relative_to_it_and_those_on_top_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made holds absolute paths, so that it can be written down elsewhere and run again."""
    for place in ("study", "work"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "own.csv").write_text("x,y\n" + "".join(f"{k},{k % 2}\n" for k in range(20)))
    plugin = "from neurosim.tasks.xor import xor\nPLUGIN = {'tasks': {%r: xor}}\n"
    (tmp_path / "study/one.py").write_text(plugin % "one")
    (tmp_path / "work/two.py").write_text(plugin % "two")
    path = write(tmp_path / "study", "a.toml", XOR | {"task": "own.csv", "plugins": ["one.py"]})
    monkeypatch.chdir(tmp_path / "work")
    experiment = read_experiment(path, plugins=["two.py"])
    assert experiment.task == str(tmp_path / "study/own.csv") and experiment.task_title == "own.csv"
    assert experiment.plugins == (str(tmp_path / "study/one.py"), str(tmp_path / "work/two.py"))
    assert read_experiment(path, ["task=own.csv"]).task == str(tmp_path / "work/own.csv")
    assert make_experiment(**(XOR | {"task": "own.csv"})).task == str(tmp_path / "work/own.csv")
    (tmp_path / "study/own.csv").unlink()
    with pytest.raises(InputError, match=r"study/own\.csv' does not exist"):
        read_experiment(path)
    assert make_experiment(**XOR).task_title == "xor"


def test_missing_learners_are_said_to_be_missing() -> None:
    """Not that the whole table is wrong."""
    with pytest.raises(InputError, match=r"^learners is missing; accepted: label to settings"):
        make_experiment(task="xor")


def test_the_label_is_the_kind_unless_said_otherwise() -> None:
    """One kind can run twice with different settings; lists become tuples."""
    learners = {"mlp": {"hidden_units": [5, 6]}, "small": {"kind": "mlp", "hidden_units": [2]}}
    experiment = make_experiment(**(XOR | {"learners": learners}))
    assert experiment.learners["mlp"].kind == experiment.learners["small"].kind == "mlp"
    assert experiment.learners["mlp"].parameters == {"hidden_units": (5, 6)}
    assert experiment.learners["small"].parameters == {"hidden_units": (2,)}


def test_seeds_are_consecutive() -> None:
    """From the first on."""
    assert list(make_experiment(**(XOR | {"first_seed": 10, "n_seeds": 3})).seeds) == [10, 11, 12]


def test_an_experiment_is_frozen() -> None:
    """What is run is what was checked."""
    with pytest.raises(ValueError, match="frozen"):
        make_experiment(**XOR).n_seeds = 3  # type: ignore[misc]


FULL: dict[str, Any] = {
    "name": "all-of-it",
    "claim": 'Says "so", in ümläuts,\nand two lines',
    "task": "parity:n_bits=3,noise=0.2",
    "train_size": 50,
    "first_seed": 3,
    "n_seeds": 4,
    "presentations": 77,
    "n_evaluations": 3,
    "control_units": 5,
    "control_parameters": {"kmeans": {"n_units": 6}},
    "controls": False,
    "learners": {
        "mlp": {"hidden_units": [3, 4], "learning_rate": 0.1, "activation": "tanh"},
        "linear": {"kind": "raw-linear", "inverse_penalty": 2.0},
    },
}


@pytest.mark.parametrize("fields", [XOR, FULL], ids=["sparse", "full"])
def test_toml_round_trip(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Written and read again it is equal, and is written the same."""
    experiment = make_experiment(**fields)
    path = tmp_path / "experiment.toml"
    path.write_text(to_toml(experiment), encoding="utf-8")
    again = read_experiment(path)
    assert again == experiment
    assert to_toml(again) == to_toml(experiment)


def write(folder: Path, name: str, table: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


def test_a_file_names_its_experiment_unless_it_has_a_name(tmp_path: Path) -> None:
    """The stem stands in."""
    assert read_experiment(write(tmp_path, "from_file.toml", XOR)).name == "from_file"
    assert read_experiment(write(tmp_path, "x.toml", XOR | {"name": "own"})).name == "own"
    assert read_experiment(write(tmp_path, "with space.toml", XOR | {"name": "own"})).name == "own"


def test_fields_stand_above_the_file_and_overrides_above_both(tmp_path: Path) -> None:
    """Options of the command line are fields; --set has the last word."""
    path = write(tmp_path, "a.toml", XOR | {"n_seeds": 5, "presentations": 10, "n_evaluations": 2})
    experiment = read_experiment(path, ["presentations=30"], n_seeds=6, presentations=20)
    assert (experiment.n_evaluations, experiment.n_seeds, experiment.presentations) == (2, 6, 30)


def test_plugins_given_on_top_join_those_of_the_file(tmp_path: Path) -> None:
    """A file's own plugins are still there."""
    for name in ("one", "two"):
        text = f"from neurosim.tasks.xor import xor\nPLUGIN = {{'tasks': {{{name!r}: xor}}}}\n"
        (tmp_path / f"{name}.py").write_text(text)
    one, two = str(tmp_path / "one.py"), str(tmp_path / "two.py")
    path = write(tmp_path, "a.toml", XOR | {"task": "one", "plugins": [one]})
    assert read_experiment(path, plugins=(two, one)).plugins == (one, two)


@pytest.mark.parametrize("content", [b"task = ", b"[learners", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """With its name, in one line."""
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.toml' cannot be read as TOML"):
        read_experiment(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("n_seeds=3", ("n_seeds",), 3),
        ("task=moons", ("task",), "moons"),
        ("task = 'moons'", ("task",), "moons"),
        ("claim=a=b", ("claim",), "a=b"),
        ("controls=false", ("controls",), False),
        ("learners.mlp.learning_rate=0.5", ("learners", "mlp", "learning_rate"), 0.5),
        ("learners.mlp.learning_rate=1e-3", ("learners", "mlp", "learning_rate"), 0.001),
        ("learners.mlp.hidden_units=[3, 4]", ("learners", "mlp", "hidden_units"), [3, 4]),
        ("learners.mlp.activation=relu", ("learners", "mlp", "activation"), "relu"),
        ("control_parameters.kmeans.n_units=7", ("control_parameters", "kmeans", "n_units"), 7),
    ],
)
def test_an_override_sets_one_field(override: str, path: tuple[str, ...], value: Any) -> None:
    """Values are TOML, or else text; nothing else changes, and neither does what was handed in."""
    given = {"task": "xor", "learners": {"mlp": {"epochs": 4}}}
    found: Any = with_overrides(given, [override])
    for key in path:
        found = found[key]
    assert found == value and type(found) is type(value)
    assert given == {"task": "xor", "learners": {"mlp": {"epochs": 4}}}


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("n_seeds", "--set is 'n_seeds'; accepted: path.to.field=value"),
        ("=3", "--set is '=3'"),
        ("learners..x=3", "--set is"),
        (".=3", "--set is"),
        ("learners.mpl.epochs=3", "--set learners 'mpl' is unknown; did you mean mlp"),
        ("learner.mlp.epochs=3", "'learner' is unknown; did you mean learners"),
        ("task.name=3", "a path to a field; task has no fields"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused(override: str, said: str) -> None:
    """The message says where the path ends."""
    with pytest.raises(InputError, match=said):
        with_overrides({"task": "xor", "learners": {"mlp": {}}}, [override])


def test_overrides_come_in_order() -> None:
    """The last one stands."""
    assert with_overrides({}, ["n_seeds=3", "n_seeds=5"]) == {"n_seeds": 5}


def fake_package(folder: Path, *places: str) -> Path:
    """Make a folder that looks like an installed package or a checkout, with an experiment in each place."""
    (folder / "neurosim").mkdir(parents=True)
    for place in places:
        (folder / place).mkdir()
        write(folder / place, "claim.toml", XOR | {"claim": place})
    return folder / "neurosim"


@pytest.mark.parametrize(
    ("places", "found"),
    [
        (["neurosim/_experiments"], ["neurosim/_experiments"]),
        (["experiments"], ["experiments"]),
        (["neurosim/_experiments", "experiments"], ["neurosim/_experiments"]),
        ([], []),
    ],
    ids=["wheel", "checkout", "both", "neither"],
)
def test_experiments_are_found_in_a_wheel_and_in_a_checkout(
    tmp_path: Path, places: list[str], found: list[str]
) -> None:
    """In the package first; beside it only where the package has none."""
    folders = experiment_folders(fake_package(tmp_path, *places))
    assert [str(folder.relative_to(tmp_path)) for folder in folders] == found
    assert all((folder / "claim.toml").is_file() for folder in folders)


def test_an_experiment_is_found_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in the package, a file anywhere; a wrong name is answered with the closest."""
    folders = experiment_folders(fake_package(tmp_path / "p", "experiments"))
    monkeypatch.setattr("neurosim.compare.experiment.paths.experiment_folders", lambda: folders)
    assert find_experiment("claim") == folders[0] / "claim.toml"
    own = write(tmp_path, "own.toml", XOR)
    assert find_experiment(str(own)) == own
    with pytest.raises(InputError, match="experiment 'clam' is unknown; did you mean claim"):
        find_experiment("clam")
    with pytest.raises(InputError, match=r"none\.toml' is not a file"):
        find_experiment(str(tmp_path / "none.toml"))


SHIPPED = sorted(path for folder in experiment_folders() for path in folder.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_experiment_states_its_claim_and_names_what_exists(path: Path) -> None:
    """Fields, task and learners are known; ten seeds or more, as published tables need."""
    experiment = Experiment(**read_fields(path))
    assert experiment.claim and experiment.n_seeds >= 5
    registry = open_registry()
    assert load_task(experiment.task, registry).name
    for settings in experiment.learners.values():
        assert registry.find("learners", settings.kind)


@pytest.mark.parametrize(("field", "now"), [("factors", "[design]"), ("linear_probe", 'protocol = { kind = "trials"')])
def test_a_field_of_an_earlier_version_is_answered_with_its_new_place(field: str, now: str) -> None:
    """Not with a name that happens to look alike."""
    with pytest.raises(InputError, match=f"field '{field}' has moved; accepted: {re.escape(now)}"):
        make_experiment(task="xor", learners={"mlp": {}}, **{field: {}})
