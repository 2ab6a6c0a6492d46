"""Effects of unit and rule on made-up records whose answers are worked by hand."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from itertools import combinations
from math import log
from typing import Any

import numpy as np
import pytest

from neurosim.compare.experiment.design import DesignPlace, DesignSettings, compared, places
from neurosim.compare.experiment.making import make_experiment
from neurosim.compare.experiment.model import Experiment, LearnerSettings
from neurosim.compare.experiment.paths import find_experiment
from neurosim.compare.statistics.contrasts import log_odds
from neurosim.compare.statistics.figure import ONE_SEED
from neurosim.compare.statistics.intervals import no_spread_interval, student_interval
from neurosim.compare.statistics.two_way import two_way_contrast
from neurosim.compare.summary.effects import EFFECTS, NO_LOG_ODDS, NO_PROBE, effects_of, scales_of
from neurosim.compare.words.effects import LIMITS, NAMES, effects_in_words
from neurosim.compare.words.pairs import evidence
from neurosim.data import Record, Resampling
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.metrics.measure import PROBE
from neurosim.metrics.right_answers import ACCURACY
from neurosim.registry import open_registry
from tests.compare.made_records import RATE, SPIKE, record, traits, view_of
from tests.compare.test_summary import problems

LABEL = {
    "backprop": DesignPlace("label", "rate", "gradient"),
    "hebbian": DesignPlace("label", "rate", "local"),
    "surrogate": DesignPlace("label", "spike", "gradient"),
    "timing": DesignPlace("label", "spike", "local"),
}
DIAGONALS = ({"backprop", "timing"}, {"hebbian", "surrogate"})
N_ITEMS = 200
WITH_PROBE = {"kind": "trials", "linear_probe": True}


def answered(label: str, n_right: list[int], n_probe: list[int] | None = None, first: int = 0) -> list[Record]:
    """Make records of 200 test items with so many right answers a seed; the wrong ones come from ``first`` on."""
    unit = SPIKE if label in ("surrogate", "timing") else RATE

    def right(n: int, start: int) -> np.ndarray:
        made = np.ones(N_ITEMS, bool)
        made[(start + np.arange(N_ITEMS - n)) % N_ITEMS] = False
        return made

    made = []
    for seed, n in enumerate(n_right):
        arrays, items = {"unit_activity": np.full(100, 0.01, np.float32)}, {"accuracy": right(n, first)}
        values: dict[str, Any] = {}
        if n_probe is not None:
            arrays["probe_penalty"] = np.array([10.0])
            items[PROBE], values[PROBE] = right(n_probe[seed], first + 7), {"test": n_probe[seed] / N_ITEMS}
        made.append(record(label, seed, n / N_ITEMS, unit, values=values, items=items, arrays=arrays))
    return made


# Seed by seed: a base of 120, 130, 124; spiking units cost 10, a local rule gains 6, 8, 7; nothing on top of both.
ADDITIVE = {
    "backprop": [120, 130, 124],
    "hebbian": [126, 138, 131],
    "surrogate": [110, 120, 114],
    "timing": [116, 128, 121],
}


def additive(**changed: list[int]) -> dict[str, list[Record]]:
    return {label: answered(label, n, first=11 * k) for k, (label, n) in enumerate((ADDITIVE | changed).items())}


def test_planted_main_effects_and_no_interaction() -> None:
    """Units cost 10 of 200 in every seed: -0.05 without spread; the rule gains 0.030, 0.040, 0.035."""
    rows, unavailable = effects_of(LABEL, additive(), ACCURACY)
    found = rows["label"]["accuracy"]
    assert found["unit"]["per_seed"] == [-0.05] * 3
    assert found["unit"]["seeds_ci95"] == pytest.approx(no_spread_interval(-0.05, 600, difference=True).ends)
    assert found["rule"]["per_seed"] == pytest.approx([0.030, 0.040, 0.035])
    # Mean 0.035, standard deviation 0.005, and 4.3027 is Student's t for two degrees of freedom.
    half = 4.302652730 * 0.005 / 3**0.5
    assert found["rule"]["seeds_ci95"] == pytest.approx([0.035 - half, 0.035 + half])
    assert found["interaction"]["per_seed"] == [0.0] * 3 and found["interaction"]["mean"] == 0
    assert found["rule"]["method"] == "two-way t over 3 seeds and 200 test items"
    assert unavailable[f"label.{PROBE}"] == NO_PROBE


def test_no_interaction_in_points_is_one_in_log_odds() -> None:
    """By hand for the first seed: ln(116.5/84.5) - ln(126.5/74.5) - ln(110.5/90.5) + ln(120.5/80.5)."""
    found = effects_of(LABEL, additive(), ACCURACY)[0]["label"]["accuracy-log-odds"]
    by_hand = log(116.5 / 84.5) - log(126.5 / 74.5) - log(110.5 / 90.5) + log(120.5 / 80.5)
    assert found["interaction"]["per_seed"][0] == pytest.approx(by_hand) and abs(by_hand) > 0.001
    assert found["rule_at_rate"]["per_seed"][0] == pytest.approx(log(126.5 / 74.5) - log(120.5 / 80.5))
    unit = (log(116.5 / 84.5) - log(126.5 / 74.5) + log(110.5 / 90.5) - log(120.5 / 80.5)) / 2
    assert found["unit"]["per_seed"][0] == pytest.approx(unit)


def test_interaction_is_the_difference_of_the_two_edges_whatever_the_values() -> None:
    """And a main effect is their mean; with values that share no symmetry."""
    made = additive(backprop=[101, 150, 133], timing=[191, 120, 177])
    found = effects_of(LABEL, made, ACCURACY)[0]["label"]["accuracy"]
    edges = {name: np.array(found[name]["per_seed"]) for name in EFFECTS}
    for main, at, other in (
        ("unit", "unit_at_local", "unit_at_gradient"),
        ("rule", "rule_at_spike", "rule_at_rate"),
    ):
        assert edges[main] == pytest.approx((edges[at] + edges[other]) / 2)
        assert edges["interaction"] == pytest.approx(edges[at] - edges[other])
    # (191 - 126) - (110 - 101) of 200.
    assert edges["interaction"][0] == pytest.approx((65 - 9) / 200)
    assert len({round(float(e[0]), 6) for e in edges.values()}) == len(EFFECTS)


@pytest.mark.parametrize(
    ("n_right", "expected"), [(0, log(0.5 / 200.5)), (200, log(200.5 / 0.5)), (100, 0.0), (150, log(150.5 / 50.5))]
)
def test_log_odds_are_finite_at_both_ends(n_right: int, expected: float) -> None:
    """Half an answer is added to right and wrong ones."""
    assert log_odds(n_right, 200) == pytest.approx(expected)


def test_all_right_and_all_wrong_give_numbers() -> None:
    """0 and 1 in every seed: effects of 1 with a doubt on one side, log-odds of 2 ln 401, nothing NaN."""
    made = {k: answered(k, [200 if k in ("hebbian", "timing") else 0] * 4) for k in LABEL}
    found = effects_of(LABEL, made, ACCURACY)[0]["label"]
    low, high = found["accuracy"]["rule"]["ci95"]
    assert 0.9 < low < 1.0 == high
    assert found["accuracy-log-odds"]["rule"]["mean"] == pytest.approx(2 * log(401))
    assert found["accuracy-log-odds"]["unit"]["ci95"] == [0.0, 0.0]


def test_an_interval_over_items_pairs_the_items() -> None:
    """Of an edge it is that of the two learners; of the interaction that of all four, seed by seed and item by item."""
    made = additive()
    found = effects_of(LABEL, made, ACCURACY)[0]["label"]["accuracy"]
    right = {label: np.array([r.items["accuracy"] for r in rs]).astype(float) for label, rs in made.items()}
    expected = two_way_contrast([1, -1], [right["hebbian"], right["backprop"]]).ends
    assert found["rule_at_rate"]["ci95"] == pytest.approx(expected)
    four = [right[label] for label in ("timing", "backprop", "hebbian", "surrogate")]
    assert found["interaction"]["ci95"] == pytest.approx(two_way_contrast([1, 1, -1, -1], four).ends)
    halves = [right[label] for label in ("surrogate", "timing", "backprop", "hebbian")]
    assert found["unit"]["ci95"] == pytest.approx(two_way_contrast([0.5, 0.5, -0.5, -0.5], halves).ends)


def test_effects_that_are_asked_for_are_tested_as_one_family() -> None:
    """Main effects and interaction of the label, one edge of the reward: four tests; nothing else is tested."""
    eight = {label: answered(label, [n[k % 3] + k for k in range(8)]) for label, n in ADDITIVE.items()}
    more = {"told-little": answered("hebbian", [100] * 8), "told-timing": answered("timing", [60, 61] * 4)}
    mixed = LABEL | {"told-little": DesignPlace("reward", "rate", "local")}
    mixed |= {"told-timing": DesignPlace("reward", "spike", "local")}
    rows, _ = effects_of(mixed, eight | more, ACCURACY)
    tested = {
        (teacher, scale, name): one["tested"]
        for teacher, of_teacher in rows.items()
        for scale, of_scale in of_teacher.items()
        for name, one in of_scale.items()
        if one is not None and one["tested"] is not None
    }
    assert {(t, name) for t, _, name in tested} == {
        ("label", "unit"), ("label", "rule"), ("label", "interaction"), ("reward", "unit_at_local")
    }  # fmt: skip
    assert {scale for _, scale, _ in tested} == {"accuracy"}
    assert {one["smallest_p_holm"] for one in tested.values()} == {4 * 2 / 2**8}
    # -0.05 on every seed, and -0.20 or so; the interaction is 0 on every seed.
    assert tested["label", "accuracy", "unit"]["p_holm"] == 4 * 2 / 2**8
    assert tested["label", "accuracy", "interaction"]["p_holm"] == 1.0
    assert (
        evidence(rows["reward"]["accuracy"]["unit_at_local"], tested["reward", "accuracy", "unit_at_local"]) == "shown"
    )
    within, _ = effects_of(mixed, eight | more, ACCURACY, margin=0.06)
    assert within["label"]["accuracy"]["unit"]["tested"]["p_value"] == 1.0
    assert within["reward"]["accuracy"]["unit_at_local"]["tested"]["p_value"] == 2 / 2**8


def test_the_probe_has_effects_of_its_own() -> None:
    """Probe: 150, 170 of 200 for rate; 140, 180 for spike: the rule gains (20 + 40) / 2, and 20 more with spikes."""
    probes = {"backprop": [150, 152], "hebbian": [170, 172], "surrogate": [140, 142], "timing": [180, 182]}
    made = {label: answered(label, ADDITIVE[label][:2], n) for label, n in probes.items()}
    found = effects_of(LABEL, made, ACCURACY)[0]["label"]
    assert found[PROBE]["rule"]["per_seed"] == pytest.approx([0.15, 0.15])
    assert found[PROBE]["interaction"]["mean"] == pytest.approx(0.1)
    assert found[f"{PROBE}-log-odds"]["rule_at_rate"]["per_seed"][0] == pytest.approx(
        log(170.5 / 30.5) - log(150.5 / 50.5)
    )
    assert found["accuracy"]["rule"]["mean"] != pytest.approx(0.15)


def test_a_missing_place_is_null_with_its_reason_and_the_edges_stay() -> None:
    """Without spiking units with a gradient: neither main effect nor interaction, but two edges."""
    three = {label: its for label, its in LABEL.items() if label != "surrogate"}
    made = {label: rs for label, rs in additive().items() if label != "surrogate"}
    rows, unavailable = effects_of(three, made, ACCURACY)
    found = rows["label"]["accuracy"]
    assert {name for name, effect in found.items() if effect is not None} == {"unit_at_local", "rule_at_rate"}
    assert found["unit_at_local"]["mean"] == pytest.approx(-0.05)
    assert unavailable["label.accuracy.interaction"] == (
        "the experiment has no learner for: gradient rule with spike units"
    )


def test_teachers_are_never_mixed() -> None:
    """A learner told nothing fills no gap in the row of the label."""
    mixed = LABEL | {"surrogate": DesignPlace("nothing", "spike", "gradient")}
    rows, unavailable = effects_of(mixed, additive(), ACCURACY)
    assert list(rows) == ["label", "nothing"]
    assert rows["label"]["accuracy"]["unit"] is None
    assert all(effect is None for effect in rows["nothing"]["accuracy"].values())
    assert "nothing.accuracy.rule_at_spike" in unavailable


def test_one_seed_gives_a_mean_and_no_interval() -> None:
    """Null, with the reason."""
    rows, unavailable = effects_of(LABEL, {label: rs[:1] for label, rs in additive().items()}, ACCURACY)
    assert rows["label"]["accuracy"]["unit"]["ci95"] is None
    assert rows["label"]["accuracy"]["unit"]["mean"] == pytest.approx(-0.05)
    assert unavailable["label.accuracy.unit.ci95"] == ONE_SEED


def test_folds_are_corrected() -> None:
    """Overlapping folds: Nadeau and Bengio's interval, and none of one test part."""
    rows, unavailable = effects_of(LABEL, additive(), ACCURACY, Resampling("repeated folds", 0.25))
    rule = rows["label"]["accuracy"]["rule"]
    expected = student_interval([0.030, 0.040, 0.035], test_to_train=0.25).ends
    assert rule["ci95"] == pytest.approx(expected) and rule["method"] == "corrected resampled t over 3 folds"
    assert rule["seeds_ci95"] is None and "each fold" in unavailable["label.accuracy.rule.seeds_ci95"]
    assert rule["tested"]["test"] == "corrected resampled t" and rule["tested"]["smallest_p"] is None


def test_without_answers_there_are_no_log_odds() -> None:
    """Points stay; the number of items is not guessed."""
    made = {label: [replace(r, arrays={}, items={}) for r in rs] for label, rs in additive().items()}
    rows, unavailable = effects_of(LABEL, made, ACCURACY)
    assert rows["label"]["accuracy"]["unit"]["mean"] == pytest.approx(-0.05)
    assert all(effect is None for effect in rows["label"]["accuracy-log-odds"].values())
    assert unavailable["label.accuracy-log-odds"] == NO_LOG_ODDS


# -- places -------------------------------------------------------------------------------------------------------

BACK = replace(RATE, locality=replace(RATE.locality, weight_transport=True))
OPEN = replace(SPIKE, locality=replace(SPIKE.locality, local_in_space=False))


def test_places_come_from_traits_where_nothing_is_said() -> None:
    """Errors over the own weights: a gradient; local in space: local; what the ledger leaves open is said."""
    found = places({}, {"a": BACK, "b": traits("spike")})
    assert found == {"a": DesignPlace("label", "rate", "gradient"), "b": DesignPlace("label", "spike", "local")}
    assert places({"c": DesignSettings(rule="local")}, {"c": OPEN, "a": BACK}) == {
        "c": DesignPlace("label", "spike", "local")
    }


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"c": {}}, "design.c.rule is missing"),
        ({"a": {"rule": "local"}}, "design.a.rule is 'local'; accepted: gradient"),
        ({"a": {"unit": "spike"}}, "design.a.unit is 'spike'; accepted: rate"),
        ({"a": {"teacher": "reward"}}, "design.a.teacher is 'reward'; accepted: label"),
        ({"z": {}}, "design is 'z'; accepted: a learner's label: a, again, c, none"),
        ({"none": {}}, "accepted: a learner with rate or spiking units"),
        ({"a": {}, "again": {}}, "design.again has the place of a"),
    ],
)
def test_a_wrong_place_is_refused(settings: dict[str, dict[str, Any]], said: str) -> None:
    """The field, the value and what would be accepted."""
    known = {"a": BACK, "again": BACK, "c": OPEN, "none": traits("none")}
    with pytest.raises(InputError) as error:
        places({label: DesignSettings(**given) for label, given in settings.items()}, known)
    assert said in str(error.value)


# -- words and summary --------------------------------------------------------------------------------------------


def summary_of_four(made: dict[str, list[Record]], **fields: Any) -> dict[str, Any]:
    """Summarise four learners told the label."""
    design = {label: DesignSettings(rule=its.rule) for label, its in LABEL.items() if label in made}
    n_seeds = len(next(iter(made.values())))
    settings: dict[str, Any] = {"design": design, "n_seeds": n_seeds} | fields
    experiment = Experiment(task="digits", learners={label: LearnerSettings(kind="mlp") for label in made}, **settings)
    units = {
        label: replace(BACK if LABEL[label].rule == "gradient" else RATE, unit=LABEL[label].unit) for label in made
    }
    return view_of(experiment, made, units)


def test_only_edges_of_the_table_are_tested() -> None:
    """Four of six pairs: no diagonal, no other teacher; a learner without a place is set against all."""
    summary = summary_of_four(additive())
    assert sorted(tuple(sorted((pair["a"], pair["b"]))) for pair in summary["paired"]) == sorted(
        tuple(sorted(pair)) for pair in combinations(LABEL, 2) if set(pair) not in DIAGONALS
    )
    # Holm over four pairs, not six.
    assert {pair["smallest_p_holm"] for pair in summary["paired"]} == {min(4 * 0.25, 1.0)}
    both = dict(LABEL) | {"other": DesignPlace("reward", "rate", "gradient")}
    assert len(compared(list(both), both)) == 4
    assert len(compared([*both, "stranger"], both)) == 4 + 5
    alone = {"a": DesignPlace("label", "rate", "local"), "b": DesignPlace("reward", "rate", "local")}
    assert compared(list(alone), alone) == []


def test_every_effect_has_a_name_in_words() -> None:
    """In the same order, by which main effects and edges are told apart."""
    assert tuple(NAMES) == tuple(EFFECTS)


def test_words_claim_what_intervals_carry() -> None:
    """Three seeds show nothing; ten do, beyond the doubt of seeds and items; without answers for this part alone."""
    words = summary_of_four(additive())["effects"]["words"]
    assert words[0].startswith(
        "Told the label: spiking instead of rate units is not shown to change accuracy: -5.0 poi"
    )
    n_right = {"backprop": 160, "hebbian": 165, "surrogate": 90, "timing": 96}
    ten = {label: answered(label, [n + k % 3 for k in range(10)]) for label, n in n_right.items()}
    summary = summary_of_four(ten)["effects"]
    effects = {name: summary["rows"]["label"]["accuracy"][name] for name in ("unit", "rule")}
    ends = [f"{100 * end:+.1f}" for end in effects["unit"]["ci95"]]
    said = f"spiking instead of rate units lowers accuracy by 34.8 points ({ends[0]} to {ends[1]}; log-odds -"
    assert said in summary["words"][0] and float(ends[1]) < -20
    assert "; a local rule instead of a gradient raises accuracy by 2.8 points (+1.0 to " in summary["words"][0]
    assert summary["words"][-1] == LIMITS
    assert {evidence(one, one["tested"]) for one in effects.values()} == {"shown"}
    alone = {label: [replace(one, items={}) for one in of] for label, of in ten.items()}
    text = summary_of_four(alone)["effects"]["words"][0]
    assert "spiking instead of rate units lowers accuracy on this test part by 34.8 points" in text


@pytest.mark.parametrize(
    ("points", "odds", "said"),
    [
        ((0.01, 0.03), (0.1, 0.2), "on both scales: a local rule serves spiking units better"),
        ((-0.03, -0.01), (-0.2, -0.1), "on both scales: a local rule serves spiking units worse"),
        ((-0.03, -0.01), (-0.2, 0.1), "depends on the scale"),
        ((-0.03, -0.01), (0.1, 0.2), "depends on the scale"),
        ((-0.01, 0.01), (-0.2, 0.1), "not shown to interact on either scale"),
    ],
)
def test_an_interaction_is_claimed_only_if_no_scale_gainsays(
    points: tuple[float, float], odds: tuple[float, float], said: str
) -> None:
    """Near the ceiling an interaction in points may be none in log-odds."""
    summary = summary_of_four(additive())
    for measure, ends in (("accuracy", points), ("accuracy-log-odds", odds)):
        effect = summary["effects"]["rows"]["label"][measure]["interaction"]
        effect |= {"mean": sum(ends) / 2, "ci95": list(ends)}
    assert said in effects_in_words(summary["effects"], summary["learners"])[1]


def test_words_warn_of_depth_and_of_units_that_answer_one_at_a_time() -> None:
    """Spiking rows have one layer here, the others two; each of 100 units is active on 1 % of the samples."""
    probed = {label: answered(label, n, n) for label, n in ADDITIVE.items()}
    text = " ".join(summary_of_four(probed, protocol=WITH_PROBE)["effects"]["words"])
    assert "1 layer of weights in `surrogate` and `timing`; 2 layers of weights in `backprop` and `hebbian`" in text
    assert "Few units answer a sample in `backprop` (1.0)" in text
    assert "read by the same linear probe: spiking instead of rate units -5.0 [" in text


def test_every_null_effect_has_its_reason() -> None:
    """By its path or one above; also where the experiment places nobody."""
    made = {label: rs for label, rs in additive().items() if label != "timing"}
    summary = summary_of_four(made)
    rows = summary["effects"]["rows"]
    nulls = [
        f"effects.rows.label.{m}.{name}"
        for m in scales_of(ACCURACY)
        for name, e in rows["label"][m].items()
        if e is None
    ]
    assert len(nulls) == 5 + 5 + 7 + 7
    reasons = summary["unavailable"]
    assert all(path in reasons or path.rpartition(".")[0] in reasons for path in nulls)
    without = summary_of_four(made, design=None)
    assert without["effects"] is None and "places no learners" in without["unavailable"]["effects"]


def test_effects_match_the_schema_and_a_wrong_one_does_not() -> None:
    """With a probe and without, with a gap in the table, with one seed."""
    probed = {label: answered(label, n, n) for label, n in ADDITIVE.items()}
    sound = summary_of_four(probed, protocol=WITH_PROBE)
    assert problems(sound) == []
    assert sound["learners"]["timing"]["measures"][PROBE]["mean"] == pytest.approx(365 / 600)
    assert problems(summary_of_four({label: rs for label, rs in probed.items() if label != "timing"})) == []
    assert problems(summary_of_four({label: rs[:1] for label, rs in additive().items()})) == []
    for path, value in (("unit", 0.1), ("interaction", {"mean": 0.1}), ("speed", None)):
        broken = copy.deepcopy(sound)
        broken["effects"]["rows"]["label"]["accuracy"][path] = value
        assert problems(broken), path
    broken = copy.deepcopy(sound)
    del broken["quick"]
    assert problems(broken)


@pytest.mark.parametrize("name", ["learning_rule_or_unit", "learning_rule_or_unit_on_mnist"])
def test_the_experiment_fills_the_table_with_equal_sizes(name: str) -> None:
    """Ten seeds or more, 100 units each, a probe, and every place that has a learner; checked against the traits."""
    table = tomllib.loads(find_experiment(name).read_text(encoding="utf-8"))
    kinds = {label: learner_class(label, open_registry(())).traits for label in table["learners"]}
    found = places({label: DesignSettings(**its) for label, its in table["design"].items()}, kinds)
    assert list(found) == list(table["learners"]) and len(found) == 10
    by_teacher = {t: sum(its.teacher == t for its in found.values()) for t in ("label", "reward", "nothing")}
    assert by_teacher == {"label": 4, "reward": 3, "nothing": 3}
    named = {"hidden_units", "n_units", "n_neurons", "n_hidden"}
    sizes = [settings[name] for settings in table["learners"].values() for name in named & settings.keys()]
    assert all(size in (100, [100]) for size in sizes) and len(sizes) == 10
    assert table["n_seeds"] >= 10 and table["protocol"] == WITH_PROBE


def test_a_factor_that_is_none_is_refused_by_name() -> None:
    """Where it stands, what was given, what would be accepted."""
    fields: dict[str, Any] = {"task": "xor", "learners": {"mlp": {}}}
    with pytest.raises(InputError, match=r"design\.mlp\.rule is 'deep'; accepted: 'gradient' or 'local'"):
        make_experiment(**fields, design={"mlp": {"rule": "deep"}})
    with pytest.raises(InputError, match=r"design\.mlp\.depth is unknown; accepted: unit, rule, teacher"):
        make_experiment(**fields, design={"mlp": {"depth": 2}})
    with pytest.raises(InputError, match=r"design\.mlp\.unit is 'spike'; accepted: rate"):
        make_experiment(**fields, design={"mlp": {"unit": "spike"}})
    assert make_experiment(**fields, design={}).design == {}
