"""What can be said of the rules as data, without running them."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from math import exp
from pathlib import Path

import pytest

import neurosim.snn.rules as rules_package
from neurosim.snn.construction import declared_names
from neurosim.snn.models import Rule
from neurosim.snn.rules.common import nearest_neighbour, si_values
from neurosim.snn.rules.pair_power import PAIR_POWER
from neurosim.snn.units import parse_unit
from tests.snn.rules.harness import ALL_RULES, LEARNING, RULES

BIBLIOGRAPHY = Path(__file__).parents[3] / "docs" / "references.bib"
PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
BUILT_IN = {"exp", "clip", "w", "dt", "t_in_timesteps", "integer", "Hz"}


def texts(rule: Rule) -> str:
    parts = (rule.model, rule.pre_model, rule.post_model, rule.pre_reset, rule.post_reset, rule.on_pre, rule.on_post)
    return "\n".join((*parts, rule.transmitted, *rule.on_demand.values()))


def identifiers(rule: Rule) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r"\bd(\w+)/dt\b", r"\1", texts(rule))))


def locals_of(rule: Rule) -> set[str]:
    return set(re.findall(r"^(\w+) = ", "\n".join((rule.on_pre, rule.on_post, *rule.on_demand.values())), re.M))


def test_every_rule_in_the_package_is_registered_under_its_own_name_and_text() -> None:
    found = {}
    for module in pkgutil.iter_modules(rules_package.__path__):
        for attribute, value in vars(import_module(f"neurosim.snn.rules.{module.name}")).items():
            if isinstance(value, Rule):
                found[value.name] = (value.name, value.summary, f"neurosim.snn.rules.{module.name}:{attribute}")
    assert found == {entry[0]: entry for entry in RULES}
    assert len(RULES) >= 20


def test_loading_all_rules_imports_neither_brian2_nor_scipy() -> None:
    modules = ",".join(sorted({path.split(":")[0] for _, _, path in RULES}))
    code = f"import {modules},sys; assert not {{'brian2','scipy','sklearn','pandas'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=BIBLIOGRAPHY.parents[1])


@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_a_rule_names_exactly_the_identifiers_that_it_uses(rule: Rule) -> None:
    declared = {*declared_names(f"{rule.model}\n{rule.pre_model}\n{rule.post_model}"), *rule.parameters, *rule.signals}
    used = identifiers(rule)
    assert used <= declared | BUILT_IN | locals_of(rule)
    assert declared <= used | {rule.w_min, rule.w_max}


@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_bounds_are_in_the_unit_of_the_weight_and_in_order(rule: Rule) -> None:
    if not rule.w_min:
        assert not rule.w_max
        return
    low, high = rule.parameters[rule.w_min], rule.parameters[rule.w_max]
    assert low.dimensions == high.dimensions == parse_unit(rule.weight_unit).dimensions
    assert low.si < high.si


@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_a_citation_has_a_doi_a_place_in_the_paper_and_an_entry_in_the_bibliography(rule: Rule) -> None:
    source = rule.reference
    assert re.fullmatch(r"10\.\d{4,}/\S+", source.doi)
    assert re.search(r"\b(Eqs?\.|Table|Fig\.) ?\d", source.where)
    assert f"doi = {{{source.doi}}}" in BIBLIOGRAPHY.read_text(encoding="utf-8")
    for doi in re.findall(r"10\.\d{4,}/[\w.()/-]*\w", rule.departures):
        assert f"doi = {{{doi}}}" in BIBLIOGRAPHY.read_text(encoding="utf-8")
    assert rule.departures and str(source.year) in BIBLIOGRAPHY.read_text(encoding="utf-8")


def test_bibliography_keys_are_unique_and_the_page_cites_only_what_is_in_it() -> None:
    keys = re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.M)
    assert len(keys) == len(set(keys)) > 15
    cited = set(re.findall(r"\{cite\}`(\w+)`", PAGE.read_text(encoding="utf-8")))
    assert cited and cited <= set(keys)


def test_the_page_lists_every_rule() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in ALL_RULES if f"`{name}`" not in page] == []


# Pfister & Gerstner (2006), Tables 3 and 4: A2+, A3+, A2-, A3- (in 1e-3), tau_x, tau_y (ms).
TABLES = {
    "triplet-visual-cortex-all-to-all-full": (5e-7, 6.2, 7.0, 0.23, 101, 125),
    "triplet-visual-cortex-all-to-all-minimal": (0, 6.5, 7.1, 0, None, 114),
    "triplet-visual-cortex-nearest-full": (8.8e-8, 53, 6.6, 3.1, 714, 40),
    "triplet-visual-cortex-nearest-minimal": (0, 50, 8.0, 0, None, 40),
    "triplet-hippocampus-all-to-all-full": (6.1, 6.7, 1.6, 1.4, 946, 27),
    "triplet-hippocampus-all-to-all-minimal": (5.3, 8.0, 3.5, 0, None, 40),
    "triplet-hippocampus-nearest-full": (4.6, 9.1, 3.0, 7.5e-6, 575, 47),
    "triplet-hippocampus-nearest-minimal": (4.6, 9.1, 3.0, 0, None, 48),
}


@pytest.mark.parametrize("name", TABLES)
def test_triplet_constants_are_those_of_one_row_of_the_tables(name: str) -> None:
    p = si_values(ALL_RULES[name])
    a2, a3, d2, d3, tau_x, tau_y = TABLES[name]
    keys = ("pair_potentiation", "triplet_potentiation", "pair_depression", "triplet_depression")
    assert [p[key] * 1e3 for key in keys] == pytest.approx([a2, a3, d2, d3], rel=1e-12)
    assert p["slow_postsynaptic_time_constant"] * 1e3 == pytest.approx(tau_y)
    assert p["presynaptic_time_constant"] == pytest.approx(16.8e-3)
    assert p["postsynaptic_time_constant"] == pytest.approx(33.7e-3)
    if tau_x is not None:
        assert p["slow_presynaptic_time_constant"] * 1e3 == pytest.approx(tau_x)
    step = "=" if "nearest" in name else "+="
    assert ALL_RULES[name].pre_reset == f"presynaptic_trace {step} 1\nslow_presynaptic_trace {step} 1"


@pytest.mark.parametrize("name", ["stdp-multiplicative", "stdp-mixed", "stdp-power"])
def test_at_the_fixed_point_the_areas_of_the_window_cancel(name: str) -> None:
    rule = ALL_RULES[name]
    p = {**si_values(rule), "presynaptic_time_constant": 0.013, "postsynaptic_time_constant": 0.016, "mu": 0.4}
    w = rule.fixed_point(p)
    up = rule.window(p, 1e-12, w) * p["presynaptic_time_constant"]
    down = rule.window(p, -1e-12, w) * p["postsynaptic_time_constant"]
    assert p["w_min"] < w < p["w_max"]
    assert up == pytest.approx(-down, rel=1e-9) and up > 0


@pytest.mark.parametrize(("mu", "limit"), [(0.0, "stdp-additive"), (1.0, "stdp-multiplicative")])
@pytest.mark.parametrize("delta_t", [0.004, -0.009])
def test_power_rule_has_the_additive_and_the_multiplicative_rule_as_limits(
    mu: float, limit: str, delta_t: float
) -> None:
    p = {**si_values(PAIR_POWER), "mu": mu, "alpha": 1.3, "w_max": 1.0, "presynaptic_time_constant": 0.011}
    q = {**p, "potentiation": p["learning_rate"], "depression": p["learning_rate"] * p["alpha"]}
    for w in (0.2, 0.7):
        assert PAIR_POWER.window(p, delta_t, w) == pytest.approx(ALL_RULES[limit].window(q, delta_t, w), rel=1e-12)


def test_dopamine_gain_repeats_the_update_of_the_released_program() -> None:
    """One pair, one reward at once: the program's sum over 10 ms steps tends to the closed integral."""
    rule = ALL_RULES["stdp-dopamine"]
    p = si_values(rule)
    eligibility, dopamine, total = 0.1, 0.5, 0.0
    for _ in range(4000):
        total += (0.002 + dopamine) * eligibility
        eligibility, dopamine = eligibility * exp(-0.01 / 1.0), dopamine * exp(-0.01 / 0.2)
    assert rule.window(p, 1e-12, 0.0, delay=0.0, release=0.5) == pytest.approx(total, rel=0.04)


def test_nearest_neighbour_refuses_a_rule_that_it_cannot_turn() -> None:
    with pytest.raises(ValueError, match=r"mean_rate \+= 1/averaging_time_constant"):
        nearest_neighbour(ALL_RULES["bcm"], "x", "x", "x")


def test_needs_and_signals_go_together() -> None:
    for rule in LEARNING.values():
        assert bool(rule.signals) == ("reward" in rule.needs) == bool(rule.on_demand)
        assert rule.local_in_space != ("reward" in rule.needs)
