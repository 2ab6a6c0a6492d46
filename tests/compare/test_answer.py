"""The answer of the first screen: it names what is shown, and nothing else."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosim.compare.words.answer import LEFT_OPEN, NOTHING, SHORT_RUN, answer
from neurosim.compare.words.controls import CONTROL_NAMES
from neurosim.compare.words.pairs import evidence, outcome
from tests.compare.made_records import RATE, SPIKE, summary_of
from tests.compare.test_effects import additive, answered, summary_of_four
from tests.compare.test_verdict import around, wiggled

LISTS = ("shown", "not_shown", "takes", "do_not_conclude")
N_ITEMS = 2000


def sentences(found: dict[str, Any]) -> Iterator[str]:
    """Give everything that is said, but title and line below it."""
    yield found["headline"]
    for name in LISTS:
        yield from found[name]


def of(
    learners: dict[str, float], controls: dict[str, float] | None = None, n_seeds: int = 8, **changes: Any
) -> dict[str, Any]:
    """Summarise eight seeds around these accuracies, the second half of the learners with spikes."""
    half = (len(learners) + 1) // 2
    made = {
        label: ((around if k < half else lambda mean, n: wiggled(mean)[:n])(mean, n_seeds), RATE if k < half else SPIKE)
        for k, (label, mean) in enumerate(learners.items())
    }
    others = {label: around(mean, n_seeds) for label, mean in (controls or {}).items()}
    return summary_of(made, others, **({"n_items": N_ITEMS} | changes))


# -- the headline -------------------------------------------------------------------------------------------------


def test_the_headline_names_the_best_simple_method() -> None:
    """Which of two that is depends on their values; how the learners stand to it, on what is shown."""
    for linear, kmeans, name in (
        (0.8, 0.7, "logistic regression on the raw input (80.0 %)"),
        (0.7, 0.8, "k-means (80"),
    ):
        found = of({"a": 0.95, "b": 0.9}, {"raw-linear": linear, "kmeans": kmeans})["answer"]["headline"]
        assert f"All beat the best of the simple methods, {name}" in found
    best = {"raw-linear": 0.8, "kmeans": 0.93}
    assert (
        "`a` beats the best simple method, k-means (93.0 %)." in of({"a": 0.99, "b": 0.9}, best)["answer"]["headline"]
    )
    assert "All fall short of the best simple method, k-means" in of({"a": 0.7, "b": 0.6}, best)["answer"]["headline"]
    assert "None is shown to beat the best simple method, k" in of({"a": 0.9301, "b": 0.7}, best)["answer"]["headline"]
    assert "It is not shown to beat the best simple m" in of({"a": 0.9301}, best)["answer"]["headline"]
    assert "It falls short of the best simple method, k" in of({"a": 0.7}, best)["answer"]["headline"]
    assert "It beats the best of the simple methods, k-m" in of({"a": 0.99}, best)["answer"]["headline"]


def test_who_is_not_set_against_the_best_control_is_not_counted_in() -> None:
    """A learner that is that control itself, or is told more than it: those that are set against it are named."""
    summary = of({"a": 0.99, "b": 0.99, "c": 0.98}, {"raw-linear": 0.8, "kmeans": 0.93})
    for left_out, told in (
        (("c",), "`a` and `b` beat the best of the simple methods, k-means"),
        (("a", "c"), "`b` beats the best of the simple methods, k-means"),
        ((), "All beat the best of the simple methods, k-means"),
    ):
        against = [p for p in summary["against_controls"] if p["b"] != "kmeans" or p["a"] not in left_out]
        assert told in answer(summary | {"against_controls": against})["headline"]
    lower = of({"a": 0.7, "b": 0.9301, "c": 0.7}, {"raw-linear": 0.6, "kmeans": 0.93})
    against = [p for p in lower["against_controls"] if p["b"] != "kmeans" or p["a"] == "b"]
    assert "`b` is not shown to beat the best simple" in answer(lower | {"against_controls": against})["headline"]
    against = [p for p in lower["against_controls"] if p["b"] != "kmeans" or p["a"] != "c"]
    assert "`a` and `b` are not shown to beat the best" in answer(lower | {"against_controls": against})["headline"]


def test_the_range_and_the_largest_differences() -> None:
    """Close ones are told as close; one that is shown and one that is not."""
    found = of({"a": 0.95, "b": 0.80, "c": 0.9501})["answer"]["headline"]
    assert found.startswith("Accuracy goes from 80.0 % (`b`) to 95.0 % (`c`). `c` is ahead of `b` by 15.0 points.")
    assert "That `c` is ahead of `a` by 0.0 points may be luck of these seeds and test images." in found
    close = of({"a": 0.95, "b": 0.92})["answer"]["headline"]
    assert close.startswith("Both end within 3.0 points of each other, at 92.0 % to 95.0 % accuracy.")
    assert of({"a": 0.95})["answer"]["headline"].startswith("`a` reaches 95.0 % accuracy.")


@pytest.mark.parametrize(("n_seeds", "said"), [(1, "1 seed is too few to say"), (5, "5 seeds are too few to say")])
def test_too_few_seeds_carry_nothing(n_seeds: int, said: str) -> None:
    """However far apart: values in the order given, nothing bold, nothing shown."""
    found = of({"low": 0.3, "high": 0.95}, {"kmeans": 0.6}, n_seeds)["answer"]
    assert (
        found["headline"].startswith(f"{said} who is better. Accuracy here: `low` ") and "`high`" in found["headline"]
    )
    assert (found["bold"], found["shown"]) == (False, [])
    assert found["not_shown"][0].startswith("Anything: ")
    text = " ".join(sentences(found))
    assert not re.search(r"\b(beats?|ahead|above|better than)\b", text)
    assert of({"low": 0.3, "high": 0.95}, None, 8)["answer"]["bold"] is True


def test_a_short_run_never_ranks() -> None:
    """Labels in the order given, though the last is the best; no word of who is ahead, however many seeds."""
    for n_seeds in (3, 8):
        found = of({"m": 0.6, "z": 0.4, "a": 0.99}, {"kmeans": 0.5}, n_seeds, asked={"quick": True})["answer"]
        assert found["headline"].startswith(f"{SHORT_RUN} Accuracy here: `m` ")
        assert re.findall(r"`(\w)`", found["headline"]) == ["m", "z", "a"]
        assert (found["bold"], found["shown"], found["not_shown"]) == (False, [], ["A short run tests nothing."])
        assert not re.search(r"\b(ahead|beats?|above|goes from|falls?)\b", " ".join(sentences(found)))


def test_nobody_better_than_the_most_frequent_answer_is_said_first() -> None:
    """On a task of which one class is frequent; by the interval, not by the value."""
    chance = {"values": {"accuracy": {"test": 0.905, "validation": 0.9, "train": 0.9, "chance": 0.9}}}
    found = of({"a": 0.905, "b": 0.905}, n_items=100, **chance)["answer"]
    assert found["headline"].startswith(
        "`a` and `b` are not shown to do better than always giving the most frequent answer, which is right in 90.0 %."
    )
    assert "That `a` and `b` do more than always give the same answer." in found["not_shown"]
    alone = of({"a": 0.905}, n_items=100, **chance)["answer"]["not_shown"]
    assert alone == ["That `a` does more than always give the same answer."]
    assert "most frequent" not in of({"a": 0.95, "b": 0.96})["answer"]["headline"]


def confused(*rows: tuple[int, ...]) -> dict[str, Any]:
    arrays = {"classes": np.array(["no", "maybe", "yes"]), "confusion": np.array(rows)}
    return {"arrays": arrays, "n_train": 300, "n_test": int(np.sum(rows))}


def test_a_class_that_is_never_answered_is_named() -> None:
    """By learner; and a class of less than a tenth of the samples is known as the rarest."""
    summary = of({"a": 0.92, "b": 0.93}, n_items=None, **confused((90, 2, 0), (1, 3, 0), (4, 0, 0)))
    assert summary["rarest_class"] == {"name": "maybe", "share": pytest.approx(0.04)}
    assert summary["never_answered"] == {"a": ["yes"], "b": ["yes"]}
    told = "`a` and `b` never answer “yes”. “maybe” stands for 4.0 % of the test images."
    assert told in summary["answer"]["headline"]
    assert "`a` never answers “yes”. “maybe” s" in answer(summary | {"never_answered": {"a": ["yes"]}})["headline"]
    fair = of({"a": 0.9}, n_items=None, **confused((30, 2, 1), (1, 30, 2), (2, 1, 30)))
    assert fair["rarest_class"] is None and fair["never_answered"] == {}
    assert "never" not in fair["answer"]["headline"]
    assert fair["answer"]["under"].startswith("300 images to learn from, 892 images by about seven writers to test; ")


# -- what is shown, and what is not -------------------------------------------------------------------------------


def test_what_is_shown_and_not_shown_with_their_intervals() -> None:
    """Largest first; open ones say by how much and within what; a control is called by its name."""
    summary = of({"a": 0.95, "b": 0.9495, "c": 0.8}, {"kmeans": 0.8001, "raw-linear": 0.9})
    found, pairs = summary["answer"], {(p["a"], p["b"]): p for p in summary["paired"]}
    low, high = (100 * end for end in pairs["a", "c"]["difference"]["ci95"])
    assert found["shown"][0] == f"`a` above `c` by 15.0 points ({low:.1f} to {high:.1f})."
    assert any(one.startswith("`a` against `b`: ahead by ") for one in found["not_shown"])
    assert "That `c` does more than k-means." in found["not_shown"]
    everything = of({"a": 0.95, "b": 0.7}, {"kmeans": 0.5})["answer"]
    assert everything["not_shown"] == [LEFT_OPEN]
    assert of({"a": 0.95, "b": 0.9499})["answer"]["shown"] == [NOTHING]


def test_over_seeds_alone_nothing_is_shown_of_the_task() -> None:
    """Without answers to the items: said to be of this test part, also of controls."""
    found = of({"a": 0.95, "b": 0.7}, {"kmeans": 0.5}, n_items=None)["answer"]
    assert found["shown"] == [NOTHING]
    assert found["not_shown"][0].endswith(", shown for this test part alone.")
    assert {"That `a` does more than k-means.", "That `b` does more than k-means."} <= set(found["not_shown"])
    assert "ahead of `b` by 25.0 points may be luck of these seeds and test images" in found["headline"]


def test_the_caveat_about_the_pool_names_leads_that_other_samples_may_turn() -> None:
    """Where ``pool_ci95`` holds zero, or the margin; else it is about the figures."""
    summary = of({"a": 0.95, "b": 0.8})
    assert summary["paired"][0]["difference"]["pool_ci95"][0] > 0
    told = "That other images to learn from would give the same figures: the seeds share 86 % of the images they learn "
    assert any(one.startswith(told) for one in summary["answer"]["do_not_conclude"])
    turned = copy.deepcopy(summary)
    turned["paired"][0]["difference"]["pool_ci95"] = [-0.01, 0.3]
    caveat = (
        "That other images to learn from would show the lead of `a` over `b` too: the seeds share 86 % of the images"
    )
    assert any(one.startswith(caveat) for one in answer(turned)["do_not_conclude"])
    inside = copy.deepcopy(summary)
    inside["paired"][0] |= {"margin": 0.1}
    inside["paired"][0]["difference"] |= {"pool_ci95": [0.05, 0.3], "ci95": [0.12, 0.18]}
    assert any(one.startswith(caveat) for one in answer(inside)["do_not_conclude"])
    for task in ("moons", "iris"):
        assert not [one for one in of({"a": 0.95, "b": 0.8}, task=task)["answer"]["do_not_conclude"] if "share" in one]


def test_effects_take_the_place_of_pairs() -> None:
    """Of an experiment with a design the headline tells edges of the table; gaps are said to be gaps."""
    n_right = {"backprop": 160, "hebbian": 165, "surrogate": 90, "timing": 96}
    made = {label: answered(label, [n + k % 3 for k in range(10)]) for label, n in n_right.items()}
    summary = summary_of_four(made)
    rows = summary["effects"]["rows"]["label"]["accuracy"]
    found = summary["answer"]
    assert found["headline"] == "Told the label, spiking units lose 34.8 points and a local rule gains 2.8 points."
    shown = [name for name in ("unit", "rule", "interaction") if evidence(rows[name], rows[name]["tested"]) == "shown"]
    assert shown == ["unit", "rule"] and len(found["shown"]) == 2 and len(found["not_shown"]) == 1
    assert "is not shown (" in found["not_shown"][0]
    three = summary_of_four({label: of_label for label, of_label in made.items() if label != "surrogate"})
    gap = "Told the label, no learner here has spike units under a gradient rule: no interaction."
    assert gap in three["answer"]["not_shown"]
    only = copy.deepcopy(summary)
    for name, one in only["effects"]["rows"]["label"]["accuracy"].items():
        if one["tested"]:
            one["tested"]["p_holm"] = 0.001 if name == "interaction" else 0.5
            one["ci95"] = [0.1, 0.2]
    assert answer(only)["headline"] == "Told the label, of unit and rule only the interaction is shown."
    only["effects"]["rows"]["label"]["accuracy"]["interaction"]["tested"]["p_holm"] = 0.5
    assert answer(only)["headline"] == "Told the label, neither unit nor rule is shown to matter."
    few = summary_of_four(additive())["answer"]
    assert few["shown"] == [] and few["bold"] is False


NAMES = {name: control for control, name in CONTROL_NAMES.items()}


def pairs_in(shown: list[str]) -> set[tuple[str, str]]:
    """Read who is above whom out of sentences."""
    found = set()
    for one in shown:
        if match := re.match(r"(.+?) above (.+?) by ", one):
            named = (text.strip("`") if "`" in text else text[0].lower() + text[1:] for text in match.groups())
            a, b = (NAMES.get(name, name) for name in named)
            found.add((a, b))
        else:
            assert one == NOTHING or "equal on every seed" in one or "more under" in one, one
    return found


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 10),
    st.lists(st.sampled_from([0.4, 0.5, 0.502, 0.6, 0.9]), min_size=1, max_size=4),
    st.lists(st.sampled_from([0.3, 0.5, 0.61]), min_size=0, max_size=2),
    st.sampled_from([None, 40, 2000]),
    st.sampled_from([0.0, 0.05]),
    st.booleans(),
    st.integers(0, 10**6),
)
def test_no_sentence_claims_what_the_decision_rule_does_not_give(
    n_seeds: int,
    means: list[float],
    controls: list[float],
    n_items: int | None,
    margin: float,
    quick: bool,
    seed: int,
) -> None:
    """Of any made records: who is above whom is shown by the rule, in that direction; sentences have an end."""
    rng = np.random.default_rng(seed)

    def values(mean: float) -> list[float]:
        return np.clip(mean + rng.normal(0, 0.01, n_seeds), 0, 1).round(3).tolist()

    learners = {f"l{k}": (values(mean), RATE if k % 2 else SPIKE) for k, mean in enumerate(means)}
    simple = {name: values(mean) for name, mean in zip(("raw-linear", "kmeans"), controls, strict=False)}
    summary = summary_of(learners, simple, "moons", n_items, {"margin": margin, "quick": quick})
    found = summary["answer"]
    for one in sentences(found):
        assert one.endswith(".") and not re.search(r"\.\.|  |nan|None(?! is)|\(\)", one), one
        assert one[0].isupper() or one[0] in "`123456789", one
    for one in (found["title"], found["under"]):
        assert one and not one.endswith(".")
    better = {}
    for pair in [*summary["paired"], *summary["against_controls"]]:
        rule = outcome(pair)
        if rule in ("a is better", "b is better"):
            assert evidence(pair["difference"], pair) == "shown"
            one, two = (pair["a"], pair["b"]) if rule == "a is better" else (pair["b"], pair["a"])
            better[one, two] = pair
    told = pairs_in(found["shown"])
    assert told <= set(better)
    if quick or n_seeds < 2:
        assert found["bold"] is False and found["shown"] == []
    elif found["bold"] and len(better) <= 4:
        assert told == set(better), "and what is shown is told, as far as there is room"
    for one, two in re.findall(r"`(\w+)` is ahead of `(\w+)` by [\d.]+ points\.", found["headline"]):
        assert (one, two) in better
    if "of the simple methods" in found["headline"]:
        assert all(any((label, name) in better for name in simple) for label in learners)
    if "falls short" in found["headline"] or "fall short" in found["headline"]:
        assert all(any((name, label) in better for name in simple) for label in learners)
