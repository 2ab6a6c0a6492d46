"""The verdict claims what the tests carry and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurosim.compare.statistics.pairs import tested as exceeds
from neurosim.compare.statistics.tests import corrected_t_test, sign_flip_test
from neurosim.compare.words.pairs import evidence, outcome, within_margin
from neurosim.compare.words.verdict import verdict
from neurosim.data import Resampling
from tests.compare.made_records import RATE, SPIKE, summary_of, traits

UP = [0.001 * k for k in (-3, -2, -1, 0, 0, 1, 2, 3)]


def around(mean: float, n_seeds: int = 8) -> list[float]:
    """Give accuracies of eight seeds around a mean, always in the same pattern."""
    return [mean + step for step in UP[:n_seeds]]


def wiggled(mean: float) -> list[float]:
    """Give accuracies around a mean whose order over seeds is another one."""
    return [mean - step for step in UP]


def told(*args: Any, **named: Any) -> list[str]:
    return summary_of(*args, **named)["verdict"]


def test_a_clear_difference_with_its_intervals() -> None:
    """Eight seeds, all of one sign: p is 2/256, one pair."""
    lines = told({"mlp": (around(0.95), RATE), "stdp": (wiggled(0.92), SPIKE)})
    assert lines[0] == (
        "On this test part `mlp` is more accurate than `stdp` by 3.0 points (95 % interval 2.7 to 3.3, over seeds "
        "alone; 8 seeds; p = 0.0078 after Holm)."
    )


def test_a_claim_about_the_task_needs_answers_to_its_items() -> None:
    """Of 2,000 items the interval over seeds and items says something of the task; beside it that of this test part."""
    summary = summary_of({"a": (around(0.95), RATE), "b": (wiggled(0.90), RATE)}, n_items=2000)
    low, high = (100 * end for end in summary["paired"][0]["difference"]["ci95"])
    assert 3 < low < 4.7 and 5.3 < high < 7
    assert summary["verdict"][0] == (
        f"`a` is more accurate than `b` by 5.0 points (95 % interval {low:.1f} to {high:.1f}; of this test part 4.7 to "
        "5.3; 8 seeds; p = 0.0078 after Holm)."
    )


def test_the_better_one_comes_first_whatever_the_order() -> None:
    """Signs turn with the names."""
    lines = told({"stdp": (wiggled(0.92), SPIKE), "mlp": (around(0.95), RATE)})
    assert lines[0].startswith("On this test part `mlp` is more accurate than `stdp` by 3.0 points (95 % interval 2.7 ")


def test_no_claim_without_significance() -> None:
    """A small difference whose sign changes over seeds."""
    lines = told({"mlp": (around(0.95), RATE), "stdp": (wiggled(0.949), SPIKE)})
    assert lines[0].startswith(
        "`mlp` and `stdp` are not told apart in accuracy: the first is ahead by 0.1 points (95 % interval -0"
    )
    assert "more accurate" not in " ".join(lines)


def test_too_few_seeds_are_said_to_be_too_few() -> None:
    """Five seeds cannot give p below 0.0625, however far apart the learners are."""
    lines = told({"mlp": (around(0.95, 5), RATE), "stdp": (around(0.55, 5), SPIKE)}, {"raw-linear": around(0.9, 5)})
    assert lines[0] == (
        "`mlp` is ahead of `stdp` in accuracy by 40.0 points (95 % interval 40.0 to 40.0, over seeds alone; 5 seeds)."
    )
    assert lines[1] == "5 seeds are too few to test this difference: after Holm's correction p cannot fall below 0.062."
    assert lines[2].endswith(
        "behind logistic regression on the raw input (35.0 to 35.0); 5 seeds are too few to test this."
    )
    assert "more accurate" not in " ".join(lines) and "beats" not in " ".join(lines)


def test_the_correction_for_many_pairs_can_make_seeds_too_few() -> None:
    """Seven seeds carry three pairs (3 x 2/128) but not six: four learners."""
    three = {k: (around(0.9 + 0.02 * n, 7), RATE) for n, k in enumerate("abc")}
    assert told(three)[0].startswith("On this test part `b` is more accurate than `a`")
    four = three | {"d": (around(0.99, 7), RATE)}
    assert "7 seeds are too few to test these differences: after Holm's correction p cannot fall below 0.094." in told(
        four
    )


def test_one_seed_gives_no_interval_and_no_test() -> None:
    """Said once; controls are given without a claim."""
    lines = told({"mlp": ([0.95], RATE), "stdp": ([0.92], SPIKE)}, {"kmeans": [0.94]})
    assert lines[:2] == [
        "`mlp` is ahead of `stdp` in accuracy by 3.0 points on the only seed.",
        "One seed gives no interval and no test.",
    ]
    assert lines[2] == "`stdp` lies 2.0 points behind k-means with as many centres."


def test_a_single_learner_is_set_against_chance() -> None:
    """10 %, as the records say of the best answer that looks at no sample."""
    (line,) = told({"mlp": (around(0.95), RATE)})
    assert line == (
        "On the test part `mlp` reaches 95.0 % accuracy (95 % interval 94.8 to 95.2; 8 seeds);"
        " the best answer that looks at no sample reaches 10.0 %."
    )


def test_controls_are_named_and_judged() -> None:
    """Better than the linear classifier, worse than k-means; centres are compared with units."""
    lines = told({"stdp": (wiggled(0.93), SPIKE)}, {"raw-linear": around(0.90), "kmeans": around(0.96)})
    assert lines[1] == (
        "`stdp` beats logistic regression on the raw input on this test part by 3.0 points (2.7 to 3.3)"
        " and falls short of k-means with as many centres on this test part by 3.0 points (2.7 to 3.3)."
    )
    lines = told({"stdp": (wiggled(0.93), SPIKE)}, {"raw-linear": around(0.80), "kmeans": around(0.99)}, n_items=2000)
    assert lines[1].startswith("`stdp` beats logistic regression on the raw input by 13.0 points (")
    assert " and falls short of k-means with as many centres by 6.0 points (" in lines[1]
    assert "on this test part" not in lines[1]


def test_not_beating_a_control_is_not_the_same_as_being_worse() -> None:
    """The claim is neither way; the difference keeps its sign."""
    lines = told({"stdp": (wiggled(0.931), SPIKE)}, {"kmeans": around(0.93)})
    assert lines[1] == "`stdp` is not shown to beat k-means with as many centres (+0.1 points; -0.2 to +0.4)."


def test_beating_neither_control_is_said_once() -> None:
    """One sentence, one verb."""
    lines = told({"stdp": (wiggled(0.931), SPIKE)}, {"raw-linear": around(0.93), "kmeans": around(0.932)})
    assert lines[1] == (
        "`stdp` is shown to beat neither logistic regression on the raw input (+0.1 points; -0.2 to +0.4)"
        " nor k-means with as many centres (-0.1 points; -0.4 to +0.2)."
    )


def test_costs_are_dense_and_effective_never_dense_alone() -> None:
    """7.4 million against 7,400, and 5,000 additions against 2,500 products."""
    lines = told({"mlp": (around(0.95), RATE), "stdp": (wiggled(0.92), SPIKE)})
    assert (
        "A decision of `stdp` takes 1,000 times the dense and 2.0 times the effective operations of `mlp`"
        " (additions, where `mlp` multiplies)." in lines
    )
    (energy,) = [line for line in lines if line.startswith("By the constants of 45nm-float32, a model")]
    assert "`stdp` below" in energy and energy.endswith("(it uses 50).")


def test_what_else_differs_is_said() -> None:
    """Labels, depth and rule differ beside the unit; where nothing but the rule does, nothing is said."""
    lines = told({"mlp": (around(0.95), RATE), "stdp": (wiggled(0.92), SPIKE)})
    assert lines[-1] == (
        "The learners also differ in the use of labels (`mlp`: while learning; `stdp`: for read-out), in depth (`mlp`: "
        "2 layers; `stdp`: 1 layer) and in how a weight learns, so that no gap belongs to the spikes alone."
    )
    other = traits("rate", rule="another rule")
    assert not [line for line in told({"a": (around(0.9), RATE), "b": (around(0.8), other)}) if "differ" in line]


def test_many_learners_are_summed_up() -> None:
    """Ten learners, 45 pairs: a ranking and, for each, whom it is better than; no line a pair."""
    rng = np.random.default_rng(0)
    learners = {
        f"l{k}": ((0.80 + 0.015 * k + rng.normal(0, 0.004, 12)).tolist(), RATE if k % 2 else SPIKE) for k in range(10)
    }
    lines = told(learners, {"kmeans": around(0.85, 8) + [0.85] * 4})
    assert lines[0].startswith("Accuracy on the test part, mean of 12 seeds: `l9` 9")
    assert len(lines) < 30
    (best,) = [line for line in lines if line.startswith("`l9` is more accurate than")]
    assert best.count("by") == 9 and "than `l8` (by" in best and "and `l0` (by" in best
    assert len([line for line in lines if line.startswith("A decision of")]) == 1


def test_pairs_that_are_not_told_apart_are_named() -> None:
    """Of six pairs, the two at the top and the two at the bottom lie too close."""
    far = [0.002 * k for k in (-2, -1, -1, 0, 0, 1, 1, 2)]
    learners = {"a": around(0.95), "b": [0.949 - x for x in far], "c": around(0.90), "d": [0.901 - x for x in far]}
    lines = told({label: (values, RATE) for label, values in learners.items()})
    assert lines[0] == "Accuracy on the test part, mean of 8 seeds: `a` 95.0 %, `b` 94.9 %, `d` 90.1 %, `c` 90.0 %."
    assert (
        lines[1].startswith("`a` is more accurate than `d` (by 4.9 points, ") and "and `c` (by 5.0 points" in lines[1]
    )
    assert lines[3] == "Not told apart after Holm's correction for 6 pairs: `a` and `b`; `d` and `c`."


def test_silence_and_other_test_parts_are_said() -> None:
    """Silent samples are worth a line; a lead that another test part could turn round is no claim, and is told so."""
    lines = told({"stdp": (around(0.9), SPIKE)}, silent_samples=0.04)
    assert lines[-1] == "On 4.0 % of the test samples no output neuron of `stdp` spiked."
    lines = told({"a": (around(0.93), RATE), "b": (wiggled(0.90), RATE)}, n_items=100)
    assert lines[0].startswith("`a` and `b` are not told apart in accuracy: the first is ahead by 3.0 points (")
    assert "of this test part 2.7 to 3.3; 8 seeds; p = 0.0078 after Holm)." in lines[0]


def pair(
    ends: list[float] | None,
    p_holm: float,
    smallest: float | None = 0.01,
    margin: float = 0.0,
    over: str = "seeds and items",
) -> dict[str, Any]:
    """Make a tested pair of two seeds."""
    mean = 0.0 if ends is None else sum(ends) / 2
    ahead = None if mean == 0 else "one" if mean > 0 else "other"
    figure = {"mean": mean, "ci95": ends, "over": over, "per_seed": [mean, mean]}
    tested = {"p_holm": p_holm, "smallest_p_holm": smallest, "margin": margin}
    return {"a": "one", "b": "other", "ahead": ahead, "difference": figure, **tested}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (pair([0.01, 0.03], 0.02), "a is better"),
        (pair([-0.03, -0.01], 0.05), "b is better"),
        (pair([0.01, 0.03], 0.051), "not told apart"),
        (pair([-0.001, 0.03], 0.02), "not told apart"),
        (pair([0.0, 0.03], 0.02), "not told apart"),
        (pair([0.01, 0.03], 0.02, None), "a is better"),
        (pair([0.01, 0.03], 0.06, 0.0625), "too few seeds"),
        (pair([0.0, 0.0], 1.0), "equal"),
        (pair([-0.01, 0.01], 1.0), "equal"),
        (pair(None, 1.0, 1.0), "one seed"),
        # What an interval is over says of what it speaks.
        (pair([0.01, 0.03], 0.02, over="folds"), "a is better"),
        (pair([0.01, 0.03], 0.02, over="all items"), "a is better"),
        (pair([0.01, 0.03], 0.02, over="seeds"), "on this test part"),
        (pair([-0.001, 0.03], 0.02, over="seeds"), "not told apart"),
        (pair([0.01, 0.03], 0.06, 0.0625, over="seeds"), "too few seeds"),
        # A margin has to be exceeded by the whole interval, on the side on which the difference lies.
        (pair([0.011, 0.03], 0.02, margin=0.01), "a is better"),
        (pair([0.01, 0.03], 0.02, margin=0.01), "not told apart"),
        (pair([-0.03, -0.011], 0.02, margin=0.01), "b is better"),
        (pair([-0.03, -0.009], 0.02, margin=0.01), "not told apart"),
        (pair([0.011, 0.03], 0.2, margin=0.01), "not told apart"),
        (pair([0.011, 0.03], 0.02, margin=0.01, over="seeds"), "on this test part"),
    ],
)
def test_a_claim_needs_the_test_and_the_interval(given: dict[str, Any], expected: str) -> None:
    """Both, and seeds enough; effects and changes between conditions are judged by the same rule."""
    assert outcome(given) == expected
    of_any_kind = {"a is better": "shown", "b is better": "shown", "not told apart": "not shown", "equal": "not shown"}
    assert evidence(given["difference"], given) == of_any_kind.get(expected, expected)


@pytest.mark.parametrize(
    ("ends", "margin", "expected"),
    [
        ([-0.004, 0.009], 0.01, True),
        ([-0.004, 0.01], 0.01, False),
        ([-0.01, 0.004], 0.01, False),
        ([0.002, 0.009], 0.01, True),
        ([-0.004, 0.009], 0.0, False),
        (None, 0.01, False),
    ],
)
def test_an_interval_inside_the_margin_rules_a_larger_difference_out(
    ends: list[float] | None, margin: float, expected: bool
) -> None:
    """Both ends; without a margin nothing is ruled out."""
    assert within_margin({"ci95": ends}, margin) is expected


def test_what_does_not_exceed_the_margin_has_p_of_one() -> None:
    """And beyond it what is tested is the difference less the margin, towards zero on either side."""
    up = np.array([0.02, 0.03, 0.05, 0.01, 0.04, 0.06])
    for sign in (1, -1):
        assert exceeds(sign * up, margin=0.035)["p_value"] == 1.0
        assert exceeds(sign * up, margin=float(up.mean()) + 1e-9)["p_value"] == 1.0
        found = exceeds(sign * up, margin=0.015)
        # Less 0.015 the fourth lies 0.005 below zero, the first as far above it: three sums on either side are as
        # far out.
        assert found["p_value"] == sign_flip_test(up - 0.015) == 6 / 64 and found["margin"] == 0.015
        assert exceeds(sign * up)["p_value"] == 2 / 64
        folds = exceeds(sign * up, Resampling("repeated folds", 0.3), 0.015)
        assert folds["p_value"] == pytest.approx(corrected_t_test(up - 0.015, 0.3)) and folds["smallest_p"] is None


def test_the_margin_of_an_experiment_decides() -> None:
    """Three points ahead on every seed and most items: shown without a margin, and with one of 1 point, not of 5."""
    learners = {"a": (around(0.95), RATE), "b": (wiggled(0.90), RATE)}
    found = {
        margin: summary_of(learners, n_items=2000, asked={"margin": margin})["paired"][0]
        for margin in (0.0, 0.01, 0.05, 0.2)
    }
    assert [outcome(one) for one in found.values()] == ["a is better"] * 2 + ["not told apart"] * 2
    assert found[0.2]["p_value"] == 1.0 and within_margin(found[0.2]["difference"], 0.2)
    assert len({tuple(one["difference"]["ci95"]) for one in found.values()}) == 1


def test_the_verdict_is_a_function_of_the_summary() -> None:
    """The stored summary gives the stored sentences again."""
    summary = summary_of({"mlp": (around(0.95), RATE), "stdp": (wiggled(0.92), SPIKE)}, {"kmeans": around(0.93)})
    assert verdict(summary) == summary["verdict"]
