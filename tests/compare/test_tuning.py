"""Equal tuning: the same draws for everybody, validation data only, tuning seeds only."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.running import tuning
from neurosim.compare.running.spaces import search_space
from neurosim.compare.running.tuning import draw, tune
from neurosim.data import Split
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.parameters import check_parameters
from neurosim.registry import open_registry
from neurosim.tasks import load_task
from tests.learners.asking import begun


@pytest.mark.parametrize("n_draws", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_every_learner_has_a_search_space_of_its_own_parameters(n_draws: int) -> None:
    for entry in open_registry().of_kind("learners"):
        accepted = inspect.signature(learner_class(entry.name)).parameters
        space = search_space(entry.name)
        assert set(space) <= set(accepted), entry.name
        for seed in range(n_draws):
            learner = learner_class(entry.name)(**draw(space, np.random.default_rng(seed)))
            begun(learner, np.zeros((2, 20)), np.array([0, 1]), 10)


def test_draws_stay_in_their_ranges_and_follow_the_scale() -> None:
    space = {"a": {"low": 0.001, "high": 10.0, "log": True}, "b": {"low": 2.0, "high": 6.0}, "c": ["x", [1, 2]]}
    rng = np.random.default_rng(0)
    drawn = [draw(space, rng) for _ in range(1000)]
    a = np.array([d["a"] for d in drawn])
    assert a.min() >= 0.001 and a.max() <= 10
    # Uniform in the logarithm: the median is the geometric mean of the ends, 0.1.
    assert 0.07 < np.median(a) < 0.14
    b = np.array([d["b"] for d in drawn])
    assert 2 <= b.min() < 2.1 and 5.9 < b.max() <= 6
    assert {d["c"] for d in drawn} == {"x", (1, 2)}


def test_only_tuning_seeds_and_validation_data_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test parts full of NaN would be noticed by whoever looked at them."""
    task, seen = load_task("iris"), []

    def blinded(seed: int, train_size: int | None = None) -> Split:
        seen.append(seed)
        split = task.load(seed, train_size)
        return replace(split, test=replace(split.test, X=np.full_like(split.test.X, np.nan)))

    monkeypatch.setattr(tuning, "search_space", lambda *_: {"inverse_penalty": [0.001, 1.0, 50.0]})
    trials = tune(replace(task, load_fold=None, load=blinded), "raw-linear", open_registry(), 4, 2, presentations=200)
    assert seen == [9000, 9001]
    assert len(trials) == 4
    scores = [trial.score for trial in trials]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0.8 > 0
    assert all(len(trial.validation) == 2 for trial in trials)
    again = tune(replace(task, load_fold=None, load=blinded), "raw-linear", open_registry(), 4, 2, presentations=200)
    assert [t.parameters for t in again] == [t.parameters for t in trials]


def test_a_configuration_that_fails_is_kept_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """One unit for each of iris' three classes is more than a bound can ask for."""
    monkeypatch.setattr(tuning, "search_space", lambda *_: {"n_units": [2]})
    trials = tune(load_task("iris"), "hebb-supervised", open_registry(), 2, 1, presentations=100)
    assert trials[0].parameters == {} and trials[0].score > 0.5
    assert trials[1].validation == () and "n_units is 2; accepted: a whole number, 3 or more" in trials[1].error


@pytest.mark.parametrize(
    ("space", "fixed", "said"),
    [
        ({"inverse_penalty": [-1.0]}, {}, "inverse_penalty is -1.0; accepted: a number above 0"),
        ({"max_iterations": {"low": 0.5, "high": 0.9}}, {}, "max_iterations is 0.*; accepted: a whole number"),
        ({"inverse_penalty": [2.0]}, {"max_iterations": 0}, "max_iterations is 0; accepted: a whole number"),
        ({"inverse_penalty": [2.0]}, {"max_iteration": 9}, "parameter 'max_iteration' is unknown; did you mean max_"),
    ],
)
def test_values_out_of_bounds_are_refused_before_anything_is_trained(
    monkeypatch: pytest.MonkeyPatch, space: dict[str, Any], fixed: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(tuning, "search_space", lambda *_: space)
    made: list[Any] = []
    with pytest.raises(InputError, match=said) as caught:
        tune(load_task("iris"), "raw-linear", open_registry(), 3, 1, presentations=100, fixed=fixed,
             report=lambda number, trial: made.append(trial))  # fmt: skip
    assert made == [] and "\n" not in str(caught.value)


def test_every_search_space_lies_within_the_bounds_of_its_learner() -> None:
    n_ranges = 0
    for entry in open_registry().of_kind("learners"):
        bounds = learner_class(entry.name).bounds
        for parameter, choices in search_space(entry.name).items():
            ends = choices if isinstance(choices, list) else [choices["low"], choices["high"]]
            assert all(bounds[parameter].accepts(value) for value in ends), (entry.name, parameter)
            n_ranges += len(ends)
    assert n_ranges > 150


LOGS = sorted((Path(__file__).parents[2] / "experiments" / "tuning").glob("*.json"))


def test_all_that_was_ever_tried_is_within_the_bounds() -> None:
    """The committed logs stay true: every configuration in them is one that a learner still takes."""
    assert len(LOGS) >= 40
    for path in LOGS:
        log = json.loads(path.read_text(encoding="utf-8"))
        cls = learner_class(log["learner"])
        assert log["trials"]
        for trial in log["trials"]:
            check_parameters(cls(**trial["parameters"]))


def test_a_learner_without_a_space_is_named() -> None:
    with pytest.raises(InputError, match="learner 'mlpp' is unknown; did you mean mlp"):
        tune(load_task("iris"), "mlpp", open_registry())


ACCEPTED = "accepted: a list of choices, or a table with low and high, and perhaps log = true"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_iterations = 3", f"max_iterations is 3; {ACCEPTED}"),
        ("max_iterations = []", rf"max_iterations is \[\]; {ACCEPTED}"),
        ("inverse_penalty = {low = 3.0, high = 2.0}", f"inverse_penalty is .*; {ACCEPTED}"),
        ("inverse_penalty = {low = 0.0, high = 2.0, log = true}", f"inverse_penalty is .*; {ACCEPTED}"),
        ("inverse_penalty = {low = 1.0, hgh = 2.0}", f"inverse_penalty is .*'hgh'.*; {ACCEPTED}"),
        ("inverse_penlty = [1.0]", "parameter 'inverse_penlty' is unknown; did you mean inverse_penalty"),
        ("inverse_penalty = [", "is no TOML"),
    ],
)
def test_a_file_that_is_no_search_space_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"mine.toml.* {said}") as caught:
        search_space("raw-linear", file=tmp_path / "mine.toml")
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"space .*nowhere.toml' cannot be read"):
        search_space("raw-linear", file=tmp_path / "nowhere.toml")


def test_a_file_takes_the_place_of_what_comes_with_the_learner(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("inverse_penalty = [0.5, 2.0]", encoding="utf-8")
    space = search_space("raw-linear", file=tmp_path / "mine.toml")
    assert space == {"inverse_penalty": [0.5, 2.0]} != search_space("raw-linear")
    tried = tune(load_task("iris"), "raw-linear", open_registry(), 5, 1, presentations=100, space=space)
    assert {trial.parameters.get("inverse_penalty", 0) for trial in tried} == {0, 0.5, 2.0}


PLUGIN = """
from neurosim.learners.controls.majority import Majority


class Own(Majority):
    search_space = {space}


PLUGIN = {{"learners": {{"own": Own}}}}
"""


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ("{}", "learner 'own' has no search space; accepted: --space FILE.toml, or the attribute search_space of its"),
        ("{'shrpness': [1]}", "learner 'own': search_space: parameter 'shrpness' is unknown"),
        ("[1, 2]", r"learner 'own': search_space is \[1, 2\]; accepted: a mapping"),
    ],
)
def test_a_class_that_brings_no_search_space_is_named(tmp_path: Path, space: str, said: str) -> None:
    (tmp_path / "own.py").write_text(PLUGIN.format(space=space), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        tune(load_task("iris"), "own", open_registry([tmp_path / "own.py"]))


def test_fixed_parameters_are_in_every_configuration() -> None:
    made: list[Any] = []
    tune(load_task("iris"), "exemplars", open_registry(), 1, 1, presentations=100, fixed={"n_units": 7},
         report=lambda number, trial: made.append(trial))  # fmt: skip
    assert made[0].parameters == {"n_units": 7}
