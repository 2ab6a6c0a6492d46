"""Conditions: which combinations there are, what each is, what is run once, and contrasts worked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from math import log10
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.conditions import ONLY, conditions_of
from neurosim.compare.experiment.making import make_experiment, prepare_experiment
from neurosim.compare.running.runner import cells_of, key_of, run_experiment, run_once
from neurosim.compare.statistics.contrasts import contrast
from neurosim.compare.statistics.figure import Answers
from neurosim.compare.statistics.measured import Measured
from neurosim.compare.statistics.two_way import two_way_contrast
from neurosim.compare.summary.between_conditions import changes_of, contrasts_between
from neurosim.compare.words.conditions import conditions_in_words, short_names
from neurosim.errors import InputError
from neurosim.metrics.right_answers import ACCURACY
from tests.compare.made_records import RATE, record
from tests.compare.runs import FAST
from tests.compare.test_summary import problems

TWO: dict[str, Any] = {"learners.mlp.activation": ["relu", "tanh"], "presentations": [40, 8, 4000]}


def test_all_combinations_each_an_experiment() -> None:
    """Six, the last factor changing fastest; under each the levels stand where the paths lead."""
    experiment = make_experiment(**FAST, conditions=TWO)
    found = conditions_of(experiment)
    assert [one.id for one in found[:4]] == [
        "activation=relu,presentations=40", "activation=relu,presentations=8", "activation=relu,presentations=4000",
        "activation=tanh,presentations=40",
    ]  # fmt: skip
    fifth = found[4].experiment
    assert (fifth.presentations, fifth.learners["mlp"].parameters["activation"]) == (8, "tanh")
    assert fifth.learners["mlp"].parameters["hidden_units"] == (4,)
    assert fifth.learners["linear"] == experiment.learners["linear"] and fifth.conditions is None
    assert fifth == make_experiment(**(FAST | {
        "presentations": 8, "learners": {**FAST["learners"], "mlp": {**FAST["learners"]["mlp"], "activation": "tanh"}},
    }))  # fmt: skip


def test_paths_may_be_nested_as_toml_writes_them() -> None:
    """``learners.mlp.activation = [...]`` under [conditions] is a table in a table."""
    nested = {"learners": {"mlp": {"activation": ["relu", "tanh"]}}, "protocol": ["trials", "noisy_input"]}
    found = conditions_of(make_experiment(**FAST, conditions=nested))
    assert [dict(one.factors) for one in found][1] == {"learners.mlp.activation": "relu", "protocol": "noisy_input"}
    assert found[3].experiment.protocol.kind == "noisy_input"
    (only,) = conditions_of(make_experiment(**FAST))
    assert (only.id, only.factors) == (ONLY, {})


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"n_seeds": [2, 3]}, "conditions: path 'n_seeds' is unknown"),
        ({"learners.mpl.activation": ["relu"]}, "conditions: learners 'mpl' is unknown; did you mean mlp"),
        ({"learners.mlp": [1]}, "accepted: learners.LABEL.PARAMETER"),
        ({"learners.mlp.activation": []}, r"conditions.learners.mlp.activation is \[\]; accepted: one level or more"),
        ({"task": ["xor", "xor"]}, "accepted: every level once"),
        ({"learners.mlp.activation": ["relu", "rule"]}, r"activation 'rule' is unknown.*\(under activation=rule\)"),
        ({"presentations": [40, -1]}, "conditions: presentations is -1; accepted: a whole number from 1"),
        ({"task": ["xor", "ixor"]}, "task 'ixor' is unknown"),
        ({"presentations": list(range(1, 1002))}, "1001 combinations of levels; accepted: 1000 at most"),
        ({"protocol.levels": [[0.0, 0.1]]}, "protocol: field 'levels' is unknown"),
        ({"presentations": 40}, "conditions.presentations is 40; accepted: a list"),
    ],
)
def test_what_cannot_vary_is_refused_before_anything_runs(conditions: dict[str, Any], said: str) -> None:
    """The path, the level, what would be accepted, and under which condition."""
    with pytest.raises(InputError, match=said):
        make_experiment(**FAST, conditions=conditions)


def test_a_cell_that_a_factor_does_not_concern_is_run_once() -> None:
    """Of two conditions on the perceptron's activation, the linear learner and the controls are the same cells."""
    opened = prepare_experiment(**FAST, conditions={"learners.mlp.activation": ["relu", "tanh"]})
    specs = cells_of(opened)
    once = run_once(specs)
    names = {spec.name for spec in once.values() if spec.seed == 3}
    assert {name for name in names if name.startswith("activation=tanh")} == {
        "activation=tanh/mlp/3", "activation=tanh/mlp-untrained/3"
    }  # fmt: skip
    assert "activation=relu/linear/3" in names and len(specs) == 2 * len([s for s in specs if "relu" in s.condition])
    assert all(key_of(spec) in once for spec in specs)


def test_changes_of_numbers_and_of_names() -> None:
    """Numbers: the ends, and a slope from three on, per tenfold where they span one; names: each against the first."""
    (ends,) = changes_of([2, 5])
    assert (ends.kind, ends.weights, ends.start, ends.end) == ("difference", (-1.0, 1.0), 2, 5)
    ends, slope = changes_of([1, 2, 6])
    assert ends.weights == (-1.0, 0.0, 1.0) and (slope.kind, slope.per) == ("slope", "1")
    # Least squares by hand: mean 3, deviations -2, -1, 3, their squares sum to 14.
    assert slope.weights == pytest.approx((-2 / 14, -1 / 14, 3 / 14))
    _, tenfold = changes_of([1, 10, 1000])
    line = np.polyfit([0, 1, 3], [0.2, 0.5, 0.9], 1)[0]
    assert tenfold.per == "tenfold" and np.dot(tenfold.weights, [0.2, 0.5, 0.9]) == pytest.approx(line)
    assert [change.end for change in changes_of(["relu", "tanh", "sigmoid"])] == ["tanh", "sigmoid"]
    assert [len(list(changes_of(levels))) for levels in ([True, False], [3])] == [1, 0]


def test_a_contrast_is_paired_by_seed_and_item() -> None:
    """Weighted item by item before anything is averaged, of numbers and of right and wrong answers, in groups."""
    rng = np.random.default_rng(4)
    weights = {"a": 1.0, "b": -0.5, "c": -0.5}
    groups = np.repeat([0, 1, 2], [9, 11, 20])
    right = Answers(120, True, 40, 3)
    for made, answers in (
        ([rng.gamma(2, size=(3, 40)) for _ in weights], Answers()),
        ([rng.random((3, 40)) < share for share in (0.8, 0.6, 0.7)], right),
    ):
        found = {
            place: Measured(tuple(table.mean(axis=1)), table, "", groups, answers)
            for place, table in zip(weights, made, strict=True)
        }
        figure, _ = contrast(weights, found)
        assert figure["ci95"] == two_way_contrast(list(weights.values()), made, groups).ends
        assert figure["per_seed"] == pytest.approx(np.tensordot(list(weights.values()), made, 1).mean(axis=1), abs=1e-9)
        assert figure["over"] == "seeds and items" and figure["seeds_ci95"] != figure["ci95"]
    errors = {"a": rng.gamma(2, size=(3, 40)), "b": rng.gamma(3, size=(3, 40))}
    other = {"a": Measured((0.1, 0.2, 0.4), errors["a"], ""), "b": Measured((0.3, 0.1, 0.1), errors["b"][:, :30], "")}
    figure, missing = contrast({"a": 1.0, "b": -1.0}, other)
    assert figure["mean"] == pytest.approx(0.2 / 3) and figure["over"] == "seeds"
    assert "same test items" in missing["pool_ci95"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Run two factors, one of them three sizes, on a small task."""
    out = tmp_path_factory.mktemp("conditions") / "run"
    experiment = make_experiment(
        task="noisy-xor", n_seeds=3, presentations=120, n_evaluations=1, controls=False,
        conditions={"train_size": [20, 60, 200], "learners.mlp.activation": ["relu", "identity"]},
        learners={"mlp": {"hidden_units": [6]}, "hebb": {"n_units": 8}},
    )  # fmt: skip
    outcome = run_experiment(experiment, out)
    assert outcome.summary is not None, outcome.failures
    return out, outcome.summary


def test_results_hold_all_conditions_and_contrasts(finished: tuple[Path, dict[str, Any]]) -> None:
    """Six conditions; a slope is that of a line through the means over the other factor, seed by seed."""
    out, summary = finished
    stored = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert problems(stored) == [] and len(stored["conditions"]) == 6
    assert stored["factors"] == {"train_size": [20, 60, 200], "learners.mlp.activation": ["relu", "identity"]}
    told = {(c["factor"], c["kind"], c["a"], c["b"]) for c in summary["contrasts"]}
    sizes = {("train_size", kind, *pair) for kind in ("difference", "slope")
             for pair in (("mlp", None), ("hebb", None), ("mlp", "hebb"))}  # fmt: skip
    assert told == sizes | {("learners.mlp.activation", "difference", "mlp", None)}
    values = {
        label: np.array([
            np.mean([c["learners"][label]["test"]["per_seed"] for c in summary["conditions"]
                     if c["factors"]["train_size"] == size], axis=0) for size in (20, 60, 200)
        ]) for label in ("mlp", "hebb")
    }  # fmt: skip
    lines = {label: np.polyfit([log10(20), log10(60), log10(200)], of, 1)[0] for label, of in values.items()}
    found = {(c["a"], c["b"]): c["change"]["per_seed"] for c in summary["contrasts"] if c["kind"] == "slope"}
    assert found["mlp", None] == pytest.approx(lines["mlp"]) and np.ptp(lines["mlp"]) > 0.01
    assert found["mlp", "hebb"] == pytest.approx(lines["mlp"] - lines["hebb"])
    assert {c["change"]["over"] for c in summary["contrasts"]} == {"seeds and items"}, "the same under all conditions"
    assert stored["answer"]["shown"] == [] and stored["answer"]["bold"] is False, "three seeds are too few"
    assert any(line.startswith("From train_size 20 to 200, accuracy of `mlp`") for line in summary["words"])


def test_a_learner_without_a_value_under_one_condition_is_left_out_of_contrasts() -> None:
    """The others are set against each other as if it were not there."""
    opened = prepare_experiment(**FAST, conditions={"presentations": [40, 8]})
    labels, ids = ("mlp", "linear"), [one.id for one in opened.conditions]
    records = {
        name: {label: [record(label, seed, 0.5 + 0.1 * seed, RATE) for seed in (0, 1)] for label in labels}
        for name in ids
    }
    records[ids[1]]["linear"] = [replace(one, values={}) for one in records[ids[1]]["linear"]]
    (only,) = contrasts_between(opened, records)
    assert (only["a"], only["b"], only["change"]["per_seed"]) == ("mlp", None, [0.0, 0.0])


def test_a_condition_is_what_its_experiment_gives_alone(finished: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Row for row, but for seconds."""
    _, summary = finished
    condition = summary["conditions"][3]
    alone = make_experiment(
        task="noisy-xor", n_seeds=3, presentations=120, n_evaluations=1, controls=False,
        train_size=60, learners={"mlp": {"hidden_units": [6], "activation": "identity"}, "hebb": {"n_units": 8}},
    )  # fmt: skip
    found = run_experiment(alone, tmp_path / "alone").summary
    assert found is not None
    (only,) = found["conditions"]
    for label, row in only["learners"].items():
        assert row["test"] == condition["learners"][label]["test"], label
    assert only["paired"] == condition["paired"] and only["verdict"] == condition["verdict"]


def test_where_nothing_is_better_than_no_look_is_said_by_whole_levels_first() -> None:
    """All four of one level, then what is left over; an interval that only touches chance is not shown to be above."""

    def condition(activation: str, rate: float, ends: list[float]) -> dict[str, Any]:
        test = {"mean": sum(ends) / 2, "ci95": ends, "per_seed": ends}
        return {
            "id": f"{activation}{rate}", "factors": {"learners.a.activation": activation, "rate": rate}, "task": "xor",
            "tested": "accuracy", "measures": {"accuracy": {**vars(ACCURACY.wording), "chance": 0.5}}, "chance": 0.5,
            "learners": {"a": {"test": test}},
        }  # fmt: skip

    made = [condition("identity", 0.1, [0.5, 0.5]), condition("identity", 1.0, [0.3, 0.6]),
            condition("relu", 0.1, [0.5, 0.7]), condition("relu", 1.0, [0.9, 1.0])]  # fmt: skip
    extremes, fails = conditions_in_words([], made, 8)
    assert extremes.startswith("Accuracy on xor lies between 45.0 % (`a`, activation identity, rate 1)")
    assert fails == (
        "Not shown to beat the best answer that looks at no sample on xor: `a` with activation identity under all 2 "
        "conditions; with activation relu, rate 0.1."
    )


def test_short_names_are_as_long_as_needed() -> None:
    """The last part, or the last two where two learners have the same parameter."""
    assert short_names(["train_size", "learners.a.rate", "learners.b.rate"]) == {
        "train_size": "train_size", "learners.a.rate": "a.rate", "learners.b.rate": "b.rate"
    }  # fmt: skip
