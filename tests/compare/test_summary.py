"""The summary against its schema and against numbers chosen beforehand."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.running.runner import run_experiment
from neurosim.compare.statistics.figure import NO_OVERLAP, ONE_SEED, OWN_FOLDS
from neurosim.compare.statistics.intervals import student_interval
from neurosim.compare.statistics.measured import NO_ITEMS
from neurosim.compare.statistics.two_way import two_way_contrast, two_way_interval
from tests.compare.made_records import CONTROLS, RATE, SPIKE, answers, summary_of

SCHEMA = json.loads(files("neurosim.compare.summary").joinpath("results.schema.json").read_text(encoding="utf-8"))
SHARED = {"schema", "name", "claim", "n_seeds", "quick", "energy_tables", "provenance"}
"""What all conditions of a summary share."""
MLP, STDP = [0.90, 0.92, 0.91, 0.93], [0.88, 0.91, 0.89, 0.90]
LINEAR, KMEANS = [0.87, 0.88, 0.87, 0.86], [0.90, 0.90, 0.91, 0.90]


def problems(summary: Any) -> list[str]:
    """Give what the schema has against a summary, or against a condition of it beside what is shared.

    After a way through JSON that accepts no NaN.
    """
    whole = summary if "conditions" in summary else summary_from(summary)
    stored = json.loads(json.dumps(whole, allow_nan=False))
    return [
        f"{list(e.absolute_path)}: {e.message}" for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(stored)
    ]


def summary_from(view: dict[str, Any]) -> dict[str, Any]:
    """Take a condition apart again from what it stands beside."""
    shared = {key: value for key, value in view.items() if key in SHARED}
    condition = {key: value for key, value in view.items() if key not in SHARED}
    return shared | {
        "conditions": [condition], "factors": {}, "contrasts": [], "words": [], "answer": condition["answer"]
    }  # fmt: skip


def usual(**changes: Any) -> dict[str, Any]:
    return summary_of({"mlp": (MLP, RATE), "stdp": (STDP, SPIKE)}, {"raw-linear": LINEAR, "kmeans": KMEANS}, **changes)


def test_the_schema_is_one() -> None:
    """Itself valid, and strict: a missing, unknown or wrong entry is found."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    sound = usual(n_items=100)
    assert problems(sound) == []
    for path, value in [
        (("learners", "mlp", "test", "mean"), "high"),
        (("learners", "mlp", "test", "ci95"), [0.5]),
        (("learners", "stdp", "operations", "inference", "total", "dense"), -1),
        (("paired", 0, "p_value"), 1.5),
        (("schema",), 1),
        (("verdict",), []),
        (("learners", "mlp", "test", "over"), "luck"),
        (("answer", "bold"), "yes"),
        (("expected",), [{"sentence": "It holds", "outcome": "maybe"}]),
        (("learners", "mlp", "speed"), 3),
    ]:
        broken = copy.deepcopy(sound)
        place: Any = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert problems(broken), path
    del sound["chance"]
    assert problems(sound)


@pytest.mark.parametrize("n_seeds", [1, 2, 20])
def test_any_number_of_seeds_and_no_controls(n_seeds: int) -> None:
    """One seed has no interval; a run without controls has none to be set against; from 20 seeds on the bootstrap."""
    rng = np.random.default_rng(n_seeds)
    made = {
        "mlp": (rng.uniform(0.8, 1, n_seeds).tolist(), RATE),
        "stdp": (rng.uniform(0.7, 1, n_seeds).tolist(), SPIKE),
    }
    summary = summary_of(made)
    assert problems(summary) == []
    assert (summary["controls"], summary["against_controls"]) == ({}, [])
    row = summary["learners"]["mlp"]
    assert (row["test"]["ci95"] is None) == (n_seeds == 1)
    method = {1: None, 2: "Student t over 2 seeds", 20: "BCa bootstrap over 20 seeds"}[n_seeds]
    assert (row["test"]["method"], row["test"]["over"]) == (method, None if n_seeds == 1 else "seeds")
    if n_seeds == 1:
        assert summary["unavailable"]["learners.mlp.test.ci95"] == ONE_SEED
    assert summary["paired"][0]["test"] == ("exact sign flips" if n_seeds <= 16 else "sampled sign flips")
    assert len(row["curves"]) == n_seeds


def test_folds_are_tested_with_the_correction_and_have_no_common_test_items() -> None:
    """iris: p from the corrected t-test, without a smallest value; 30 rows tested for 96 learned from."""
    folds = {"mlp": ([0.95, 0.93, 0.97, 0.93, 0.96], RATE), "stdp": ([0.90, 0.92, 0.93, 0.90, 0.91], SPIKE)}
    summary = summary_of(folds, {"raw-linear": [0.9, 0.9, 0.92, 0.9, 0.9]}, task="iris", n_items=30)
    assert problems(summary) == [] and summary["resampling"] == "repeated folds"
    pair = summary["paired"][0]
    assert pair["test"] == "corrected resampled t"
    assert (pair["difference"]["over"], pair["difference"]["method"]) == ("folds", "corrected resampled t over 5 folds")
    assert pair["smallest_p"] is None and pair["smallest_p_holm"] is None and 0 < pair["p_value"] == pair["p_holm"] < 1
    differences = np.subtract(folds["mlp"][0], folds["stdp"][0])
    assert pair["difference"]["ci95"] == pytest.approx(student_interval(differences, test_to_train=30 / 96).ends)
    row = summary["learners"]["mlp"]["test"]
    assert (row["over"], row["seeds_ci95"], row["pool_ci95"]) == ("folds", None, None)
    for name in ("seeds_ci95", "pool_ci95"):
        assert summary["unavailable"][f"learners.mlp.test.{name}"] == OWN_FOLDS
    fewer = summary_of(folds, task="iris", n_items=30, asked={"train_size": 48})["paired"][0]
    expected = student_interval(differences, test_to_train=30 / 48).ends
    assert fewer["difference"]["ci95"] == pytest.approx(expected) and fewer["p_value"] > pair["p_value"]
    assert "Nadeau" in " ".join(summary["verdict"])
    assert "; 5 folds; p = " in summary["verdict"][0] and "seed" not in summary["verdict"][0]


def test_intervals_over_seeds_and_items_come_from_the_answers() -> None:
    """Of each learner, and of a pair item by item; without answers over seeds alone, and why."""
    summary = usual(n_items=100)
    a, b = (np.array([x["items"]["accuracy"] for x in answers(s, 100, 3 * k)]) for k, s in enumerate((MLP, STDP)))
    row, difference = summary["learners"]["stdp"]["test"], summary["paired"][0]["difference"]
    assert row["ci95"] == pytest.approx(two_way_interval(b).ends)
    assert difference["ci95"] == pytest.approx(two_way_contrast([1, -1], [a, b]).ends)
    assert row["over"] == difference["over"] == "seeds and items"
    assert row["method"] == "two-way t over 4 seeds and 100 test items"
    assert row["seeds_ci95"] == pytest.approx(student_interval(STDP).ends)
    # Seeds of digits share six sevenths of the images they learn from.
    assert summary["overlap"] == pytest.approx(775 / 905)
    assert row["pool_ci95"] == pytest.approx(two_way_interval(b, overlap=775 / 905).ends)
    assert difference["pool_ci95"] == pytest.approx(two_way_contrast([1, -1], [a, b], overlap=775 / 905).ends)
    without = usual()
    row = without["learners"]["stdp"]["test"]
    assert (row["over"], row["ci95"], row["pool_ci95"]) == ("seeds", row["seeds_ci95"], None)
    assert without["unavailable"]["learners.stdp.test.pool_ci95"] == NO_ITEMS
    assert problems(without) == []
    alone = usual(n_items=100, task="moons")
    assert alone["learners"]["stdp"]["test"]["pool_ci95"] is None
    assert alone["unavailable"]["learners.stdp.test.pool_ci95"] == NO_OVERLAP


def test_items_of_digits_come_in_the_groups_of_their_writers() -> None:
    """892 answers are matched with the seven writers; another number of answers is not."""
    summary = usual(n_items=892)
    b = np.array([x["items"]["accuracy"] for x in answers(STDP, 892, 3)])
    row = summary["learners"]["stdp"]["test"]
    assert row["method"] == "two-way t over 4 seeds and 892 test items in 7 groups"
    groups = np.repeat(np.arange(7), [124, 128, 130, 128, 130, 122, 130])
    assert row["ci95"] == pytest.approx(two_way_interval(b, groups).ends)
    low, high = two_way_interval(b).ends or (0, 1)
    assert row["ci95"][1] - row["ci95"][0] > 1.5 * (high - low), "the wrong answers are consecutive images"
    assert summary["tested_on"] == "892 images by about seven writers" and problems(summary) == []


def test_a_truth_table_is_all_there_is() -> None:
    """Its interval is over seeds, and says something of the task, of which no other items exist."""
    summary = usual(n_items=4, task="xor")
    difference = summary["paired"][0]["difference"]
    assert (difference["over"], difference["ci95"]) == ("all items", difference["seeds_ci95"])
    assert summary["is_sample"] is False and difference["pool_ci95"] is None


def test_operations_and_energy_of_a_decision() -> None:
    """Ten decisions a seed: 7,400 products dense and 2,500 effective against 7.4 million and 5,000 additions."""
    summary = usual()
    mlp, stdp = (summary["learners"][k]["operations"]["inference"]["per_presentation"] for k in ("mlp", "stdp"))
    assert (mlp["dense"], mlp["effective_macs"], mlp["effective_acs"], mlp["effective"]) == (7400, 2500, 0, 2500)
    assert (stdp["dense"], stdp["effective_macs"], stdp["effective_acs"]) == (7_400_000, 0, 5000)
    assert summary["learners"]["mlp"]["operations"]["inference"]["total"]["dense"] == 74_000
    energy = summary["learners"]["mlp"]["energy"]["inference"]["45nm-float32"]
    assert energy["low"]["compute"] == pytest.approx(2500 * 4.6) and energy["high"]["compute"] == pytest.approx(34_040)
    assert summary["learners"]["mlp"]["energy"]["inference"]["loihi"] is None
    assert "loihi" in summary["unavailable"]["learners.mlp.energy.inference.loihi"]
    assert summary["energy_tables"]["45nm-float32"]["mac"] == 4.6
    assert {(p["spiking"], p["rate"]) for p in summary["break_even"]} == {("stdp", "mlp")}
    assert summary["unavailable"]["controls.kmeans.operations.learning"].startswith("a control")


def test_sparsity_activity_and_bytes() -> None:
    """A quarter of the weights is zero; units active on 0.5, 0, 0.25 and 0.05 of the samples leave 0.8 without."""
    row = usual(n_items=20)["learners"]["stdp"]
    assert row["sparsity"] == {"connections": 0.25, "activations": pytest.approx(0.8)}
    assert (row["bytes"], row["silent_samples"], row["units_in_use"]) == (4 * 6400, 0.0, pytest.approx(0.9))


def test_every_seed_keeps_its_curve_beside_their_mean() -> None:
    """Validation 0.1 below the end at the first point; connections 100 + seed."""
    row = usual()["learners"]["mlp"]
    assert [curve[0]["connections"] for curve in row["curves"]] == [100, 101, 102, 103]
    assert [point["presentations"] for point in row["curve"]] == [20, 40]
    assert row["curve"][0]["connections"] == 101.5
    assert row["curve"][1]["validation"] == pytest.approx(np.mean(MLP))
    assert row["curves"][2][0]["validation"] == pytest.approx(MLP[2] - 0.1)


def test_every_null_has_its_reason() -> None:
    """What could not be measured is named, with why, by its path or one above it."""

    def nulls(value: Any, path: str) -> list[str]:
        if isinstance(value, dict):
            return [p for key, v in value.items() for p in nulls(v, f"{path}.{key}" if path else key)]
        return [path] if value is None else []

    summary = usual()
    for group in ("learners", "controls"):
        for label, row in summary[group].items():
            for path in nulls(row, f"{group}.{label}"):
                above = [path[:end] for end in range(len(path) + 1) if end == len(path) or path[end] == "."]
                assert path.endswith("n_units") or any(a in summary["unavailable"] for a in above), path


def test_two_families_are_corrected_apart() -> None:
    """One pair of learners, four contrasts with controls: the smallest p is 2/16, times 1 and times 4."""
    summary = usual()
    assert [pair["smallest_p_holm"] for pair in summary["paired"]] == [0.125]
    assert [pair["smallest_p_holm"] for pair in summary["against_controls"]] == [0.5] * 4
    assert {pair["b"] for pair in summary["against_controls"]} == set(CONTROLS)


def test_equal_learners_give_numbers_everywhere() -> None:
    """Ties and zero variance: differences of exactly zero, p of 1, no effect size, no NaN."""
    same = [0.9, 0.9, 0.9, 0.9]
    summary = summary_of({"a": (same, RATE), "b": (same, RATE)}, {"raw-linear": [1.0] * 4}, n_items=50)
    assert problems(summary) == []
    pair = summary["paired"][0]
    assert pair["difference"]["seeds_ci95"][0] < 0 < pair["difference"]["seeds_ci95"][1], "no interval of zero width"
    assert pair["difference"]["mean"] == 0 and pair["p_holm"] == 1 and pair["effect_size"] is None
    assert summary["against_controls"][0]["error_ratio"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {
            "task": "xor",
            "n_seeds": 2,
            "learners": {"mlp": {"hidden_units": [3]}, "stdp": {"n_neurons": 3, "encoder": "intensity"}},
        },
        {"task": "noisy-xor", "n_seeds": 1, "controls": False, "learners": {"mlp": {"hidden_units": [3]}}},
        {"task": "table", "n_seeds": 5, "learners": {"mlp": {"hidden_units": [3]}}, "control_units": 4},
    ],
    ids=["with-controls", "one-seed-without-controls", "own-table-in-folds"],
)
def test_real_runs_match_the_schema(fields: dict[str, Any], tmp_path: Path) -> None:
    """As written to disk, and told in plain words."""
    if fields["task"] == "table":
        rng = np.random.default_rng(0)
        rows = [f"{x:.3f},{y:.3f},{'up' if x + y > 0 else 'down'}" for x, y in rng.normal(0, 1, (60, 2))]
        (tmp_path / "own.csv").write_text("first,second,side\n" + "\n".join(rows) + "\n")
        fields = fields | {"task": str(tmp_path / "own.csv")}
    experiment = make_experiment(**{"presentations": 60, "n_evaluations": 2, "control_units": 3, **fields})
    outcome = run_experiment(experiment, tmp_path / "run")
    assert outcome.failures == {}
    stored = json.loads((tmp_path / "run/results.json").read_text(encoding="utf-8"))
    (condition,) = stored["conditions"]
    assert problems(stored) == [] and outcome.summary is not None
    assert condition["verdict"] == outcome.summary["conditions"][0]["verdict"]
    assert "`mlp`" in condition["verdict"][0]
