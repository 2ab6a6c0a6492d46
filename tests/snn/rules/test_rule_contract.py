"""Every registered rule on every engine: its window, its bounds, its freezing, its independence of the time step.

All rules live as one-to-one pathways between the same two populations, so one build serves them all and shows at
once that they do not disturb each other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from neurosim.snn.circuits import Circuit, OneToOne, Pathway, Population
from neurosim.snn.models import Rule
from neurosim.snn.rules.common import si_values
from neurosim.snn.units import Quantity
from tests.snn.rules.harness import ALL_RULES, LEARNING, PARROT, opened, play, poisson

LAGS_MS = (4, 11, 37, 0, -3, -18, -45)
MEETING_MS, MODULATE_MS, END_MS = 60, 71, 121
MODULATOR = 0.7
# Asymmetric everywhere, and an eligibility short enough to be spent at the end.
SPECIAL = {
    "presynaptic_time_constant": Quantity(17.0, "ms"),
    "postsynaptic_time_constant": Quantity(29.0, "ms"),
}
OWN = {
    "stdp-dopamine": {
        "eligibility_time_constant": Quantity(2.5, "ms"),
        "dopamine_time_constant": Quantity(40.0, "ms"),
        "tonic_dopamine": Quantity(0.9),
    },
    "stdp-three-factor": {"eligibility_time_constant": Quantity(43.0, "ms")},
    "stdp-power": {"mu": Quantity(0.6), "learning_rate": Quantity(0.03)},
    "bcm": {"averaging_time_constant": Quantity(90.0, "ms")},
}
AMPLITUDES = ("potentiation", "depression", "learning_rate", "pair_potentiation", "pair_depression")
AMPLITUDES += ("triplet_potentiation", "triplet_depression")


def key(name: str) -> str:
    return name.replace("-", "_")


def parameters_of(name: str) -> dict[str, Quantity]:
    rule = LEARNING[name]
    return {k: v for k, v in SPECIAL.items() if k in rule.parameters} | OWN.get(name, {})


def start_weight(rule: Rule) -> Quantity:
    top = rule.parameters[rule.w_max].value if rule.w_max else 1.0
    return Quantity(0.37 * top, rule.weight_unit)


def circuit(n: int, dt_ms: float, precision: str = "float64") -> Circuit:
    pathways = tuple(
        Pathway(key(name), "pre", "post", "", start_weight(rule), OneToOne(), rule=rule, parameters=parameters_of(name))
        for name, rule in LEARNING.items()
    )
    populations = (Population("pre", n, PARROT), Population("post", n, PARROT))
    return Circuit("contract", populations, pathways, dt=Quantity(dt_ms, "ms"), precision=precision)


def demands(engine: Any, step: int, end: int) -> list[tuple[int, Callable[[], None]]]:
    """Deliver the modulator once, and bring lazily computed weights up to date at the end."""

    def modulate() -> None:
        for pathway in ("stdp_three_factor", "competitive_reward"):
            engine.set(f"{pathway}.modulator", MODULATOR)
            engine.call(pathway, "modulate")

    return [(step, modulate), (end, lambda: engine.call("stdp_dopamine", "settle"))]


def window_run(running: Any, dt_ms: float) -> dict[str, np.ndarray]:
    """Play one pair to each synapse and give the weight changes of all rules."""
    trains = {
        "pre": [[round((MEETING_MS - max(lag, 0)) / dt_ms)] for lag in LAGS_MS],
        "post": [[round((MEETING_MS + min(lag, 0)) / dt_ms)] for lag in LAGS_MS],
    }
    start = weights(running)
    end = round(END_MS / dt_ms)
    play(running, trains, end, demands(running, round(MODULATE_MS / dt_ms), end))
    return {name: values - start[name] for name, values in weights(running).items()}


def weights(running: Any) -> dict[str, np.ndarray]:
    return {name: np.array(running.view(f"{key(name)}.w"), float) for name in LEARNING}


def random_trains(running: Any, dt_ms: float) -> dict[str, np.ndarray]:
    """Play random trains to four synapses of each rule, from now on, and give the weights."""
    rng = np.random.default_rng(20)
    on_grid = {"pre": poisson(rng, 4, 0.09, 110), "post": poisson(rng, 4, 0.07, 110)}
    begin = running.step
    trains = {p: [[begin + round(s / dt_ms) for s in one] for one in on_grid[p]] for p in on_grid}
    end = begin + round(110 / dt_ms)
    play(running, trains, end, demands(running, begin + round(80 / dt_ms), end))
    return weights(running)


def train_run(running: Any) -> dict[str, dict[str, np.ndarray]]:
    """Play random trains: as they are, with everything frozen, and with amplitudes that reach the bounds."""
    found = {"start": weights(running), "learned": random_trains(running, 1.0)}
    for name in LEARNING:
        running.freeze(key(name))
    found["frozen"] = random_trains(running, 1.0)
    for name in LEARNING:
        running.unfreeze(key(name))
    found["lowest"], found["highest"] = weights(running), weights(running)
    for factor in (300.0, 3000.0):
        for name, rule in LEARNING.items():
            for amplitude in set(AMPLITUDES) & set(rule.parameters):
                if name != "competitive":
                    value = rule.parameters[amplitude]
                    running.set(f"{key(name)}.{amplitude}", Quantity(value.value * factor, value.unit))
        for name, values in random_trains(running, 1.0).items():
            found["lowest"][name] = np.minimum(found["lowest"][name], values)
            found["highest"][name] = np.maximum(found["highest"][name], values)
    return found


class Played(NamedTuple):
    """What came of single pairs, and of random trains."""

    windows: dict[str, np.ndarray]
    trains: dict[str, dict[str, np.ndarray]]


@functools.lru_cache
def played(engine: str) -> Played:
    """Build the network of all rules once, and play pairs and then, from its start again, trains."""
    with opened(circuit(len(LAGS_MS), 1.0), engine) as running:
        start = running.snapshot()
        windows = window_run(running, 1.0)
        running.restore(start)
        return Played(windows, train_run(running))


@pytest.fixture(scope="module")
def windows(engine_name: str) -> dict[str, np.ndarray]:
    return played(engine_name).windows


@pytest.fixture(scope="module")
def trains(engine_name: str) -> dict[str, dict[str, np.ndarray]]:
    return played(engine_name).trains


def expected(name: str) -> np.ndarray:
    """Evaluate the rule's own closed form with the parameters and the one modulation of the run."""
    rule = LEARNING[name]
    p = si_values(rule) | {k: v.si for k, v in parameters_of(name).items()}
    w = start_weight(rule).si
    extra = {}
    if name == "stdp-three-factor":
        extra = {"delay": (MODULATE_MS - MEETING_MS) * 1e-3, "modulator": MODULATOR}
    if name == "competitive-reward":
        extra = {"modulator": MODULATOR}
    return np.array([rule.window(p, lag * 1e-3, w, **extra) for lag in LAGS_MS])


@pytest.mark.parametrize("name", LEARNING)
def test_one_pair_changes_the_weight_as_the_closed_form_says(windows: dict[str, np.ndarray], name: str) -> None:
    want = expected(name)
    assert np.count_nonzero(want) >= 3
    scale = abs(want).max()
    np.testing.assert_allclose(windows[name], want, rtol=1e-6, atol=1e-9 * scale)


@pytest.mark.parametrize("name", LEARNING)
def test_weights_stay_within_their_bounds_and_reach_one(trains: dict[str, dict[str, np.ndarray]], name: str) -> None:
    rule = LEARNING[name]
    low, high = trains["lowest"][name], trains["highest"][name]
    if not rule.w_max:
        assert np.all(low >= 0) and np.isfinite(high).all()
        return
    bottom, top = rule.parameters[rule.w_min].si, rule.parameters[rule.w_max].si
    assert np.all(low >= bottom) and np.all(high <= top)
    assert np.any(low == bottom) or np.any(high == top)


@pytest.mark.parametrize("name", LEARNING)
def test_a_frozen_pathway_changes_nothing(trains: dict[str, dict[str, np.ndarray]], name: str) -> None:
    assert np.array_equal(trains["frozen"][name], trains["learned"][name])
    assert not np.array_equal(trains["learned"][name], trains["start"][name])


@pytest.fixture(scope="module")
def halved() -> dict[str, dict[str, np.ndarray]]:
    with opened(circuit(4, 0.5), "runtime") as running:
        return {"coarse": played("runtime").trains["learned"], "fine": random_trains(running, 0.5)}


@pytest.mark.parametrize("name", LEARNING)
def test_halving_the_time_step_changes_no_weight(halved: dict[str, dict[str, np.ndarray]], name: str) -> None:
    """Spikes stay where they are and traces decay exactly, so only rounding may differ."""
    start = start_weight(LEARNING[name]).si
    coarse = halved["coarse"][name][:4]
    change = abs(coarse - start).max()
    assert change > 0
    np.testing.assert_allclose(halved["fine"][name], coarse, rtol=0, atol=1e-6 * change)


@pytest.fixture(scope="module")
def single_precision() -> dict[str, np.ndarray]:
    with opened(circuit(len(LAGS_MS), 1.0, "float32"), "runtime") as running:
        return window_run(running, 1.0)


@pytest.mark.parametrize("name", LEARNING)
def test_single_precision_differs_by_the_rounding_of_the_weight(
    single_precision: dict[str, np.ndarray], name: str
) -> None:
    """A weight is stored to 6e-8 of itself, so a change is only known to that, not to a fraction of the change."""
    want = expected(name)
    np.testing.assert_allclose(
        single_precision[name], want, rtol=1e-5, atol=4 * 6e-8 * (start_weight(LEARNING[name]).si + abs(want).max())
    )


def whole_message(error: BaseException | None) -> str:
    """Join an error's text with those of its causes, where Brian2 says what is wrong."""
    return f"{error} {whole_message(error.__cause__ or error.__context__)}" if error else ""


def removable(rule: Rule) -> str:
    return next(name for name in rule.parameters if name not in (rule.w_min, rule.w_max))


@pytest.mark.parametrize("name", ALL_RULES)
def test_a_rule_that_lacks_an_identifier_is_refused(engine_name: str, name: str) -> None:
    if engine_name == "live":
        pytest.skip("both engines share the building of Brian2 objects; one build each would take minutes")
    rule = ALL_RULES[name]
    gone = removable(rule)
    broken = replace(rule, parameters={k: v for k, v in rule.parameters.items() if k != gone})
    weight = Quantity(0.1, rule.weight_unit)
    receptor = "sum" if rule.modifies == "transmission" else ""
    pathway = Pathway("path", "pre", "post", receptor, weight, OneToOne(), rule=broken)
    net = Circuit("broken", (Population("pre", 1, PARROT), Population("post", 1, PARROT)), (pathway,))
    with pytest.raises(Exception) as error, opened(net, engine_name) as running:
        running.run_steps(1)
    assert gone in whole_message(error.value)


def test_a_parameter_in_the_wrong_unit_is_refused(engine_name: str) -> None:
    rule = replace(LEARNING["bcm"], parameters={**LEARNING["bcm"].parameters, "reference_rate": Quantity(10.0, "mV")})
    pathway = Pathway("path", "pre", "post", "", Quantity(0.1), OneToOne(), rule=rule)
    net = Circuit("wrong", (Population("pre", 1, PARROT), Population("post", 1, PARROT)), (pathway,))
    with pytest.raises(Exception) as error, opened(net, engine_name) as running:
        running.run_steps(1)
    assert re.search("unit|dimension", whole_message(error.value).lower())
