"""Whether what an experiment expected came out: held, not held, open, for each kind of statement."""

from __future__ import annotations

import re
from typing import Any

import pytest

from neurosim.compare.experiment.expected import Expectation
from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.task_settings import settings_of, with_task_settings
from neurosim.compare.words.answer_conditions import conditions_answer
from neurosim.compare.words.expected import claim_held, claim_in_words, expectations_met
from neurosim.errors import InputError
from neurosim.metrics.right_answers import ACCURACY
from tests.compare.made_records import RATE, SPIKE, summary_of
from tests.compare.test_effects import answered, summary_of_four
from tests.compare.test_numbers import RMSE
from tests.compare.test_summary import problems
from tests.compare.test_verdict import around, pair, wiggled

ACC = ACCURACY.wording


def said(one: dict[str, Any], **given: Any) -> tuple[str, str]:
    """Give sentence and outcome of one expectation."""
    shared: dict[str, Any] = {"rows": {}, "pairs": [], "effects": None, "wording": ACC}
    (found,) = expectations_met([Expectation(**one)], **(shared | given))
    return found["sentence"], found["outcome"]


BEATS = {"learner": "one", "beats": "other"}
DOES_NOT = {"learner": "one", "does_not_beat": "other"}


@pytest.mark.parametrize(
    ("tested", "beats", "does_not"),
    [
        (pair([0.01, 0.03], 0.01), "held", "not held"),
        (pair([-0.03, -0.01], 0.01), "not held", "held"),
        (pair([-0.01, 0.03], 0.01), "open", "held"),
        (pair([0.01, 0.03], 0.2), "open", "held"),
        (pair([0.01, 0.03], 0.01, over="seeds"), "open", "held"),
        (pair([0.01, 0.03], 0.01, margin=0.02), "open", "held"),
        # What could not be tested is not shown to be otherwise.
        (pair([0.01, 0.03], 0.25, 0.25), "open", "open"),
        (pair(None, 1.0, 1.0), "open", "open"),
        (None, "open", "open"),
    ],
)
def test_who_beats_whom(tested: dict[str, Any] | None, beats: str, does_not: str) -> None:
    """By the one decision rule; the other way round it has to be shown as well."""
    pairs = [] if tested is None else [tested]
    assert said(BEATS, pairs=pairs) == ("`one` beats `other`", beats)
    assert said(DOES_NOT, pairs=pairs) == ("`one` does not beat `other`", does_not)


def test_each_statement_is_judged_by_its_own_pair() -> None:
    """Also where another one's was not measured, and is missing among them."""
    asked = [Expectation(learner="gone", beats="other"), Expectation(**BEATS)]
    found = expectations_met(asked, {}, [pair([0.01, 0.03], 0.01)], None, ACC)
    assert [one["outcome"] for one in found] == ["open", "held"]


@pytest.mark.parametrize(
    ("ends", "least", "most"),
    [
        ([0.80, 0.90], "held", "not held"),
        ([0.81, 0.90], "held", "not held"),
        ([0.79, 0.90], "open", "open"),
        ([0.60, 0.80], "open", "held"),
        ([0.60, 0.79], "not held", "held"),
        (None, "open", "open"),
    ],
)
def test_a_value_is_reached_if_its_whole_interval_reaches_it(ends: list[float] | None, least: str, most: str) -> None:
    """0.8 at least, 0.8 at most; ends that touch it count for what they are on the side of."""
    rows = {"one": {"test": {"ci95": ends, "per_seed": [0.8]}}}
    assert said({"learner": "one", "at_least": 0.8}, rows=rows) == ("`one` reaches at least 80.0 %", least)
    # Of [0.8, 0.9] nobody says that it lies above 0.8.
    expected = "open" if ends == [0.80, 0.90] else most
    assert said({"learner": "one", "at_most": 0.8}, rows=rows) == ("`one` reaches at most 80.0 %", expected)
    assert said({"learner": "nobody", "at_least": 0.8}, rows=rows)[1] == "open"
    assert said({"learner": "one", "at_least": 0.8}, rows={"one": {"test": None}})[1] == "open"


def test_an_error_is_reached_in_its_own_unit() -> None:
    """At most 2 mm: the interval from 1.5 to 1.9 lies below it."""
    rows = {"one": {"test": {"ci95": [1.5, 1.9], "per_seed": [1.7, 1.8]}}}
    assert said({"learner": "one", "at_most": 2.0}, rows=rows, wording=RMSE) == (
        "`one` reaches at most 2.00 mm",
        "held",
    )


@pytest.mark.parametrize(
    ("ends", "p_holm", "raises", "lowers"),
    [
        ([0.01, 0.03], 0.01, "held", "not held"),
        ([-0.03, -0.01], 0.01, "not held", "held"),
        ([-0.01, 0.03], 0.01, "open", "open"),
        ([0.01, 0.03], 0.2, "open", "open"),
    ],
)
def test_an_effect(ends: list[float], p_holm: float, raises: str, lowers: str) -> None:
    """Of the tested measure; one that is not there, or is not tested, is open."""
    tested = pair(ends, p_holm)
    effect = tested["difference"] | {"tested": tested}
    effects = {
        "rows": {"label": {"accuracy": {"unit": effect, "rule": effect | {"tested": None}, "interaction": None}}}
    }
    for way, expected in ((True, raises), (False, lowers)):
        sentence, found = said({"effect": "label.unit", "raises": way}, effects=effects)
        assert found == expected
        verb = "raises" if way else "lowers"
        assert sentence == f"Told the label, spiking instead of rate units {verb} accuracy"
        for name in ("label.rule", "label.interaction", "reward.unit", "label.nonsense"):
            assert said({"effect": name, "raises": way}, effects=effects)[1] == "open"
        assert said({"effect": "label.unit", "raises": way})[1] == "open"


def test_a_short_run_asks_where_its_means_point() -> None:
    """No test, no interval: a mean of 0 leaves it open, but nobody is expected to lose who is expected not to win."""
    up, mixed = pair([0.01, 0.03], 0.9, 0.25), pair([0.01, 0.03], 0.9, 0.25)
    mixed["difference"]["per_seed"] = [0.02, -0.02]
    down = pair([-0.03, -0.01], 0.9, 0.25)
    for tested, beats, does_not in ((up, "held", "not held"), (mixed, "open", "held"), (down, "not held", "held")):
        assert said(BEATS, pairs=[tested], quick=True)[1] == beats
        assert said(DOES_NOT, pairs=[tested], quick=True)[1] == does_not
    rows = {"one": {"test": {"ci95": None, "per_seed": [0.8, 0.9]}}}
    for bound, least, most in ((0.84, "held", "not held"), (0.86, "not held", "held")):
        assert said({"learner": "one", "at_least": bound}, rows=rows, quick=True)[1] == least
        assert said({"learner": "one", "at_most": bound}, rows=rows, quick=True)[1] == most


def test_a_claim_is_told_as_one_only_if_all_of_it_held() -> None:
    """What did not hold comes first, then what is open; nothing expected is nothing said."""

    def told(*outcomes: str, quick: bool = False) -> str:
        expected = [{"sentence": f"s{k}", "outcome": o} for k, o in enumerate(outcomes)]
        assert claim_in_words("", expected, quick) == []
        return " ".join(claim_in_words("It is so", expected, quick))

    assert told() == ""
    assert told("held", "held") == "It is so. The claim held."
    assert told("held", "open", "open") == "Claimed was: It is so. That is not shown as a whole. Left open: s1; s2."
    assert told("open", "not held") == "Claimed was: It is so. That did not hold. Not so: s1."
    assert told("held", quick=True) == "It is so. The means of this short run point the way of this claim."
    assert told("held", "open", "not held", quick=True).endswith("point that way: s2; s1.")
    outcomes = {("held",): "held", ("held", "open"): "is not shown as a whole", ("open", "not held"): "did not hold"}
    for given, said_of_all in outcomes.items():
        assert said_of_all in claim_held([{"sentence": "s", "outcome": one} for one in given])


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "expected is {}"),
        ({"learner": "mlp"}, "expected is {'learner': 'mlp'}"),
        ({"beats": "mlp"}, "expected is {'beats': 'mlp'}"),
        ({"learner": "mlp", "at_least": 0.1, "at_most": 0.2}, "'at_most': 0.2}"),
        ({"learner": "mlp", "beats": "a", "does_not_beat": "a"}, "'does_not_beat': 'a'}"),
        ({"effect": "label.unit"}, "expected is {'effect': 'label.unit'}"),
        ({"effect": "label.unit", "raises": True, "learner": "mlp", "beats": "a"}, "'raises': True}"),
        ({"learner": "mlp", "beat": "a"}, "expected.0.beat"),
        ({"learner": "mlp", "at_least": "much"}, "expected.0.at_least is 'much'"),
    ],
)
def test_a_malformed_expectation_is_refused_in_one_line(given: dict[str, Any], named: str) -> None:
    """Before anything runs."""
    with pytest.raises(InputError, match=re.escape(named)) as caught:
        make_experiment(task="xor", learners={"mlp": {}}, expected=[given])
    assert "\n" not in str(caught.value) and "alue error" not in str(caught.value)


def test_an_experiment_says_whether_its_claim_held() -> None:
    """From records to the answer: the claim leads the headline."""
    learners = {"a": (around(0.95), RATE), "b": (wiggled(0.85), SPIKE)}
    claim = {"claim": "A does more than b"}

    def found(*expected: dict[str, Any]) -> dict[str, Any]:
        return summary_of(learners, n_items=1000, asked=claim | {"expected": expected})

    summary = found({"learner": "a", "beats": "b"}, {"learner": "a", "at_least": 0.9}, {"learner": "b", "at_most": 0.9})
    assert [one["outcome"] for one in summary["expected"]] == ["held"] * 3 and problems(summary) == []
    assert summary["answer"]["headline"] == "A does more than b. The claim held."
    summary = found({"learner": "b", "beats": "a"}, {"learner": "a", "does_not_beat": "b"})
    assert [one["outcome"] for one in summary["expected"]] == ["not held"] * 2
    assert summary["answer"]["headline"].endswith("did not hold. Not so: `b` beats `a`; `a` does not beat `b`.")
    assert found()["answer"]["headline"].startswith("Accuracy goes from 85.0 % (`b`) to 95.0 % (`a`).")


def test_an_effect_of_an_experiment_is_expected_by_name() -> None:
    """As in the file: the teacher, a dot, the effect."""
    n_right = {"backprop": 160, "hebbian": 165, "surrogate": 90, "timing": 96}
    made = {label: answered(label, [n + k % 3 for k in range(10)]) for label, n in n_right.items()}
    expected = [{"effect": "label.unit", "raises": False}, {"effect": "label.rule", "raises": False}]
    summary = summary_of_four(made, expected=expected)
    assert [one["outcome"] for one in summary["expected"]] == ["held", "not held"] and problems(summary) == []


def test_under_conditions_the_worst_outcome_counts() -> None:
    """A statement that holds under one condition and not under another did not hold, in whatever order."""
    assert Expectation(learner="a", beats="b", under={"rate": 0.1}).belongs_to({"rate": 0.1, "task": "xor"})
    assert not Expectation(learner="a", beats="b", under={"rate": 0.1}).belongs_to({"rate": 0.2})
    assert Expectation(learner="a", beats="b").belongs_to({"rate": 0.2})
    learners = {"a": (around(0.95), RATE), "b": (wiggled(0.85), SPIKE)}
    one = summary_of(learners, n_items=1000)
    for outcomes, told in (
        (("held", "not held"), "Claimed was: It is so. That did not hold. Not so: `a` beats `b`."),
        (("not held", "open"), "Claimed was: It is so. That did not hold. Not so: `a` beats `b`."),
        (("open", "held"), "Claimed was: It is so. That is not shown as a whole. Left open: `a` beats `b`."),
        (("held", "held"), "It is so. The claim held."),
    ):
        for order in (outcomes, outcomes[::-1]):
            conditions = [
                one | {"id": str(k), "factors": {"rate": k}, "expected": [{"sentence": "`a` beats `b`", "outcome": o}]}
                for k, o in enumerate(order)
            ]
            shared = {"n_seeds": 8, "quick": False, "name": "own", "claim": "It is so"}
            assert told in conditions_answer([], conditions, shared)["headline"]


# -- settings that come with a task -------------------------------------------------------------------------------


def test_settings_of_a_task_come_with_its_name_alone() -> None:
    """digits has tuned ones, xor the article's; parameters of the task, a table or another task have none."""
    assert settings_of("digits").compared == ("mlp", "stdp", "rstdp") and settings_of("digits").learners["mlp"]
    xor = settings_of("xor")
    assert xor.compared == ("mlp", "listing") and xor.learners["listing"]["kind"] == "mlp" and xor.claim
    for task in ("moons", "digits:n=3", "../settings/digits", "own/digits.csv", "digits.toml"):
        assert not settings_of(task).learners and settings_of(task).compared == ("mlp", "stdp", "rstdp")


def test_what_is_given_stands_above_what_comes_with_the_task() -> None:
    """Parameters one by one; the budget that the settings need, where they are used and none is given."""
    fields = {"task": "xor", "learners": {"mlp": {"learning_rate": 1.0}, "other": {"kind": "mlp"}}}
    found = with_task_settings(fields)
    assert found["learners"]["mlp"] == settings_of("xor").learners["mlp"] | {"learning_rate": 1.0}
    assert found["learners"]["other"] == {"kind": "mlp"} and found["presentations"] == 12_000
    assert with_task_settings(fields | {"presentations": 50})["presentations"] == 50
    assert "presentations" not in with_task_settings({"task": "xor", "learners": {"stdp": {}}})
    assert fields["learners"]["mlp"] == {"learning_rate": 1.0}, "what was given stays as it was"
    for task in ("xor", "digits"):
        named = {label: {} for label in settings_of(task).compared}
        made = make_experiment(**with_task_settings({"task": task, "learners": named}), **settings_of(task).claimed)
        assert list(made.learners) == list(settings_of(task).compared)
