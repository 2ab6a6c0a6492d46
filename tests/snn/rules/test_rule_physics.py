"""What the rules are known for, each against a number worked out by hand or a published regime."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pytest

from neurosim.snn.circuits import Circuit, OneToOne, Pairs, Pathway, Population
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.rules import short_term, triplet
from neurosim.snn.rules.bcm import BCM, fixed_point, sliding_threshold
from neurosim.snn.rules.common import si_values
from neurosim.snn.rules.competitive import COMPETITIVE
from neurosim.snn.rules.diehl_cook import DIEHL_COOK_RELEASED
from neurosim.snn.rules.dopamine import DOPAMINE
from neurosim.snn.rules.inhibitory import INHIBITORY
from neurosim.snn.rules.pair_additive import PAIR_ADDITIVE, PAIR_NEAREST
from neurosim.snn.rules.three_factor import THREE_FACTOR
from neurosim.snn.units import Quantity
from tests.snn.rules.harness import NONE, PARROT, Rewound, opened, play, poisson, rewound
from tests.snn.rules.references import before, pair_sum, released_amounts, triplet_sum

TRIPLETS = {
    name: getattr(triplet, name)
    for name in ("VISUAL_ALL_FULL", "VISUAL_ALL_MINIMAL", "VISUAL_NEAREST_FULL", "HIPPOCAMPUS_ALL_FULL")
}
EXACT_ENDS = ("exact_source", "exact_target")
"""Populations whose traces Brian2 solves as one system: a few rules' only, for it takes minutes where many share it."""


def parrots(n: int) -> tuple[Population, Population]:
    return Population("pre", n, PARROT), Population("post", n, PARROT)


def one_to_one(name: str, rule: Rule, weight: float, **overrides: Any) -> Pathway:
    return Pathway(
        name, "pre", "post", "", Quantity(weight, rule.weight_unit), OneToOne(), rule=rule, parameters=overrides
    )


def network(n: int, dt_ms: float, *paths: Pathway) -> Circuit:
    return Circuit("physics", parrots(n), paths, dt=Quantity(dt_ms, "ms"), precision="float64")


def changes(
    running: Any, pre: list, post: list, until: int, ends: tuple[str, str] = ("pre", "post")
) -> dict[str, np.ndarray]:
    """Play trains to the populations at both ends and give the weight changes of all pathways."""
    start = {name: np.array(running.view(f"{name}.w")) for name in running.manifest.pathways}
    play(running, dict(zip(ends, (pre, post), strict=True)), until)
    return {name: np.array(running.view(f"{name}.w")) - w for name, w in start.items()}


@pytest.fixture(scope="module")
def built_rules_of_spike_times(engine_name: str) -> Iterator[Rewound]:
    """Build the rules of spike times once, beside each other between the same neurons."""
    pairs = {"every": PAIR_ADDITIVE, "nearest": PAIR_NEAREST}
    source, target = EXACT_ENDS
    paths = [replace(one_to_one(name, rule, 0.5), source=source, target=target) for name, rule in pairs.items()]
    paths += [one_to_one(name.lower(), rule, 5.0) for name, rule in TRIPLETS.items()]
    instar = {"presynaptic_time_constant": Quantity(30.0, "ms"), "trace_scale": Quantity(0.4)}
    paths += [one_to_one("released", DIEHL_COOK_RELEASED, 0.3), one_to_one("instar", COMPETITIVE, 0.9, **instar)]
    circuit = network(3, 1.0, *paths)
    exact = tuple(Population(name, 3, replace(PARROT, method="exact")) for name in EXACT_ENDS)
    circuit = replace(circuit, populations=(*circuit.populations, *exact))
    with rewound(circuit, engine_name) as built:
        yield built


@pytest.fixture
def rules_of_spike_times(built_rules_of_spike_times: Rewound) -> Any:
    return built_rules_of_spike_times.from_start()


# -- pairs and triplets ------------------------------------------------------------------------------------------------


def test_two_presynaptic_spikes_before_one_postsynaptic_count_twice_or_once(rules_of_spike_times: Any) -> None:
    """Spikes at 10, 16 | 21 ms: all-to-all adds exp(-11/20) + exp(-5/20), nearest only exp(-5/20)."""
    found = changes(rules_of_spike_times, [[10, 16]], [[21]], 30, EXACT_ENDS)
    assert found["every"][0] == pytest.approx(0.005 * (exp(-11 / 20) + exp(-5 / 20)), rel=1e-9)
    assert found["nearest"][0] == pytest.approx(0.005 * exp(-5 / 20), rel=1e-9)


def test_pair_rules_on_random_trains_are_the_sums_over_their_pairs(rules_of_spike_times: Any) -> None:
    rng = np.random.default_rng(4)
    pre, post = poisson(rng, 3, 0.03, 400), poisson(rng, 3, 0.04, 400)
    found = changes(rules_of_spike_times, pre, post, 400, EXACT_ENDS)
    p = si_values(PAIR_ADDITIVE)
    for k in range(3):
        trains = [s * 1e-3 for s in pre[k]], [s * 1e-3 for s in post[k]]
        assert found["every"][k] == pytest.approx(pair_sum(p, *trains, nearest=False), rel=1e-9)
        assert found["nearest"][k] == pytest.approx(pair_sum(p, *trains, nearest=True), rel=1e-9)
        assert abs(found["every"][k] - found["nearest"][k]) > 1e-3


def test_triplet_rules_on_random_trains_are_the_sums_over_pairs_and_triplets(rules_of_spike_times: Any) -> None:
    rng = np.random.default_rng(9)
    pre, post = poisson(rng, 3, 0.03, 300), poisson(rng, 3, 0.04, 300)
    found = changes(rules_of_spike_times, pre, post, 300)
    for name, rule in TRIPLETS.items():
        for k in range(3):
            want = triplet_sum(
                si_values(rule), [s * 1e-3 for s in pre[k]], [s * 1e-3 for s in post[k]], nearest="nearest" in rule.name
            )
            assert found[name.lower()][k] == pytest.approx(want, rel=1e-9), name
            assert abs(want) > 1e-3, name


def test_slow_traces_are_read_before_their_own_spike(rules_of_spike_times: Any) -> None:
    """Isolated triplets against the closed form; reading after the update would add 1 to each slow trace."""
    p = si_values(triplet.HIPPOCAMPUS_ALL_FULL)
    found = changes(rules_of_spike_times, [[10, 25], [16]], [[17], [12, 23]], 40)["hippocampus_all_full"]
    assert found[0] == pytest.approx(triplet.triplet_change(p, 0.007, 0.008, "pre-post-pre"), rel=1e-9)
    assert found[1] == pytest.approx(triplet.triplet_change(p, 0.004, 0.007, "post-pre-post"), rel=1e-9)
    late = p["triplet_depression"] * exp(-8 / 33.7)
    assert late > 1e-3 * abs(found[0])


FREQUENCIES_HZ = (10, 20, 40, 50)


def test_visual_cortex_triplets_reproduce_the_frequency_curve(engine_name: str) -> None:
    """60 pairings at +10 or -10 ms: only the triplet rule turns depression into potentiation at 40 Hz and above.

    Sjostrom, Turrigiano & Nelson (2001), as fitted by Pfister & Gerstner (2006), Fig. 5: at 10 ms pre before post,
    potentiation grows with the frequency; at 10 ms post before pre, depression at 10 and 20 Hz, potentiation at
    40 and 50 Hz.
    """
    dt_ms, lag = 2.5, 4
    pre, post = [], []
    for frequency in FREQUENCIES_HZ:
        steps = [100 + round(k * 1000 / frequency / dt_ms) for k in range(60)]
        pre += [steps, steps]
        post += [[s + lag for s in steps], [s - lag for s in steps]]
    pair = {k: v for k, v in si_values(PAIR_ADDITIVE).items()}
    rules = {"full": triplet.VISUAL_ALL_FULL, "minimal": triplet.VISUAL_ALL_MINIMAL}
    circuit = network(8, dt_ms, *(one_to_one(name, rule, 1.0) for name, rule in rules.items()))
    with opened(circuit, engine_name) as running:
        found = changes(running, pre, post, 100 + 2400 + 80)
    for name, rule in rules.items():
        forward, backward = found[name][0::2], found[name][1::2]
        assert np.all(np.diff(forward) > 0) and 0 < forward[0] < 0.25 and 0.4 < forward[2] < 0.9
        assert np.all(backward[:2] < -0.2) and np.all(backward[2:] > 0) and backward[3] > 0.5
        times = [s * dt_ms * 1e-3 for s in pre[5]], [s * dt_ms * 1e-3 for s in post[5]]
        assert backward[2] == pytest.approx(triplet_sum(si_values(rule), *times, nearest=False), rel=1e-9)
    slow = pair_sum(pair, [s * 2.5e-3 for s in pre[1]], [s * 2.5e-3 for s in post[1]], nearest=False)
    fast = pair_sum(pair, [s * 2.5e-3 for s in pre[7]], [s * 2.5e-3 for s in post[7]], nearest=False)
    assert slow < 0 and fast < 0


def test_released_diehl_cook_code_potentiates_only_after_an_earlier_postsynaptic_spike(
    rules_of_spike_times: Any,
) -> None:
    """Spikes pre 5, post 8: nothing; pre 20, post 24: 0.01 exp(-4/20) exp(-16/40), less 1e-4 exp(-12/20) at pre 20."""
    found = changes(rules_of_spike_times, [[5], [5, 20]], [[8], [8, 24]], 40)["released"]
    assert found[0] == 0
    assert found[1] == pytest.approx(0.01 * exp(-4 / 20) * exp(-16 / 40) - 1e-4 * exp(-12 / 20), rel=1e-9)


# -- competitive: the instar -------------------------------------------------------------------------------------------


def test_instar_settles_at_the_mean_of_the_trace_over_postsynaptic_spikes(rules_of_spike_times: Any) -> None:
    """With a rate of 1/n at the n-th postsynaptic spike the weight is exactly the mean of what the spikes have seen."""
    rng = np.random.default_rng(12)
    pre, post = poisson(rng, 3, 0.08, 500), [sorted(rng.choice(500, 12, replace=False).tolist()) for _ in range(3)]
    post = [post[0]] * 3
    calls = [
        (step, lambda n=n: rules_of_spike_times.set("instar.learning_rate", Quantity(1.0 / n)))
        for n, step in enumerate(post[0], start=1)
    ]
    play(rules_of_spike_times, {"pre": pre, "post": post}, 501, calls)
    found = np.array(rules_of_spike_times.view("instar.w"))
    for k in range(3):
        seen = [sum(exp(-(t - s) / 30) for s in before(pre[k], t, nearest=False)) for t in post[0]]
        p = si_values(COMPETITIVE) | {"trace_scale": 0.4}
        assert found[k] == pytest.approx(COMPETITIVE.fixed_point(p, np.mean(seen)), rel=1e-9)
        assert abs(found[k] - 0.9) > 0.01


# -- reward ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built_rules_of_reward(engine_name: str) -> Iterator[Rewound]:
    """Build both rules that wait for a reward."""
    paths = (
        one_to_one("dopamine", DOPAMINE, 2.0, tonic_dopamine=Quantity(0.0)),
        one_to_one("general", THREE_FACTOR, 0.5, potentiation=Quantity(1.3)),
    )
    with rewound(network(3, 1.0, *paths), engine_name) as built:
        yield built


@pytest.fixture
def rules_of_reward(built_rules_of_reward: Rewound) -> Any:
    return built_rules_of_reward.from_start()


def test_delayed_dopamine_potentiates_a_coincidence_and_depresses_the_swapped_order(rules_of_reward: Any) -> None:
    """Izhikevich (2007), Fig. 1: the reward comes 0.8 s later; the third synapse has no coincidence and stays."""
    delay, release = 0.8, 0.5
    rules_of_reward.set("dopamine.reward", 1.0)
    reward = [(20 + 800, lambda: rules_of_reward.call("dopamine", "reward"))]
    play(rules_of_reward, {"pre": [[12], [20], [12]], "post": [[20], [12], []]}, 821, reward)
    rules_of_reward.run_steps(9000)
    rules_of_reward.call("dopamine", "settle")
    found = np.array(rules_of_reward.view("dopamine.w")) - 2.0
    p = si_values(DOPAMINE) | {"tonic_dopamine": 0.0}
    assert found[0] == pytest.approx(DOPAMINE.window(p, 0.008, 2.0, delay, release), rel=1e-6) and found[0] > 0.1
    assert found[1] == pytest.approx(DOPAMINE.window(p, -0.008, 2.0, delay, release), rel=1e-6) and found[1] < -0.1
    assert found[2] == 0


def test_without_dopamine_a_coincidence_leaves_no_mark(rules_of_reward: Any) -> None:
    assert changes(rules_of_reward, [[12, 200]], [[20, 210]], 400)["dopamine"][0] == 0


def test_general_rule_follows_the_sign_of_the_modulator_and_forgets_between_trials(rules_of_reward: Any) -> None:
    """A reward below its mean depresses what a reward above it potentiates; 'forget' clears the eligibility."""
    p = si_values(THREE_FACTOR) | {"potentiation": 1.3}
    before_reward = np.array(rules_of_reward.view("general.w"))
    play(rules_of_reward, {"pre": [[12], [20]], "post": [[20], [12]]}, 50)
    for modulator, sign in ((0.8, 1), (-0.3, -1)):
        rules_of_reward.set("general.modulator", modulator)
        rules_of_reward.call("general", "modulate")
        after = np.array(rules_of_reward.view("general.w"))
        step = after - before_reward
        assert step[0] == pytest.approx(THREE_FACTOR.window(p, 0.008, 0.5, 0.030, modulator), rel=1e-9)
        assert step[1] == pytest.approx(THREE_FACTOR.window(p, -0.008, 0.5, 0.030, modulator), rel=1e-9)
        assert np.sign(step[0]) == sign and np.sign(step[1]) == -sign
        before_reward = after
    rules_of_reward.call("general", "forget")
    rules_of_reward.call("general", "modulate")
    assert np.array_equal(rules_of_reward.view("general.w"), before_reward)


# -- BCM ---------------------------------------------------------------------------------------------------------------


N_BCM = 400


@pytest.fixture(scope="module")
def built_bcm(engine_name: str) -> Iterator[Rewound]:
    with rewound(network(N_BCM, 1.0, one_to_one("path", BCM, 5.0)), engine_name) as built:
        yield built


@pytest.mark.parametrize("mean_rate", [8.0, 20.0])
def test_bcm_drift_changes_sign_at_the_threshold_and_the_threshold_slides(built_bcm: Rewound, mean_rate: float) -> None:
    """Independent Poisson trains, mean rate held: drift as rate_pre rate_post (rate_post - theta(mean rate))."""
    steps, pre_rate = 500, 0.03
    rng = np.random.default_rng(3)
    p = si_values(BCM)
    post_rate = 30.0
    pre, post = poisson(rng, N_BCM, pre_rate, steps), poisson(rng, N_BCM, post_rate * 1e-3, steps)
    running = built_bcm.from_start()
    running.set("path.averaging_time_constant", Quantity(1e9, "second"))
    running.view("post.mean_rate_of_path")[:] = mean_rate
    play(running, {"pre": pre, "post": post}, steps)
    drift = np.array(running.view("path.w")) - 5.0
    theta = sliding_threshold(p, mean_rate)
    up = p["triplet_potentiation"] * p["presynaptic_time_constant"] * p["slow_postsynaptic_time_constant"]
    want = up * pre_rate * 1e3 * post_rate * (post_rate - theta) * steps * 1e-3
    error = drift.std() / np.sqrt(N_BCM)
    # Traces start empty and are read before the spike's own step: a few per cent below the stationary drift.
    assert drift.mean() == pytest.approx(want, abs=4 * error + 0.35 * abs(want))
    assert np.sign(drift.mean()) == np.sign(post_rate - theta) and abs(drift.mean()) > 3 * error
    assert sliding_threshold(p, fixed_point(p)) == pytest.approx(fixed_point(p), rel=1e-12)


def test_bcm_mean_rate_follows_the_postsynaptic_neuron(built_bcm: Rewound) -> None:
    running = built_bcm.from_start()
    running.set("path.averaging_time_constant", Quantity(100.0, "ms"))
    play(running, {"pre": [[]], "post": [list(range(0, 1000, 25))]}, 1000)
    found = float(running.view("post.mean_rate_of_path")[0])
    assert found == pytest.approx(sum(exp(-(999 - s) / 100) for s in range(0, 1000, 25)) / 0.1, rel=1e-9)


# -- inhibition --------------------------------------------------------------------------------------------------------

LEAKY = NeuronModel(
    name="leaky",
    summary="conductance-based integrator with a constant drive, for tests",
    equations=(
        "dv/dt = (-(v + 60*mV) + drive - gi*(v + 80*mV)/(10*nS)) / (20*ms) : volt (unless refractory)\n"
        "dgi/dt = -gi/(10*ms) : siemens\n"
        "drive : volt"
    ),
    threshold="v > -50*mV",
    reset="v = -60*mV",
    refractory="5*ms",
    method="euler",
    parameters={},
    initial={"v": Quantity(-60.0, "mV")},
    reference=NONE,
    receives={"inhibitory": "gi"},
    receives_units={"inhibitory": "nS"},
)


def test_inhibition_brings_a_neuron_to_its_target_rate_where_excitation_allows_it(engine_name: str) -> None:
    """Two neurons driven far above 8 Hz settle at 8 Hz; the third, driven below threshold, cannot."""
    target, n_inputs, steps = 8.0, 60, 6000
    sources = tuple(range(n_inputs)) * 3
    targets = tuple(k // n_inputs for k in range(3 * n_inputs))
    pathway = Pathway(
        "inhibition", "source", "cell", "inhibitory", Quantity(0.1, "nS"), Pairs(sources, targets), rule=INHIBITORY,
        parameters={"target_rate": Quantity(target, "Hz"), "learning_rate": Quantity(0.03, "nS")},
    )  # fmt: skip
    populations = (Population("source", n_inputs, PARROT), Population("cell", 3, LEAKY))
    circuit = Circuit("balance", populations, (pathway,), dt=Quantity(1.0, "ms"), precision="float64")
    rng = np.random.default_rng(6)
    with opened(circuit, engine_name) as running:
        running.view("cell.drive")[:] = [15e-3, 20e-3, 8e-3]
        running.record_spikes("cell")
        counts = []
        for duration in (200, steps // 2, steps // 2):
            begin = running.step
            source = [[begin + s for s in train] for train in poisson(rng, n_inputs, 0.02, duration)]
            play(running, {"source": source}, begin + duration)
            counts.append(np.bincount(running.spikes("cell").indices, minlength=3))
        weights = np.array(running.view("inhibition.w")).reshape(3, n_inputs)
    rates = counts[-1] / (steps // 2 * 1e-3)
    uninhibited = 1 / (0.005 + 0.020 * log(15 / 5))
    assert rates[0] == pytest.approx(target, rel=0.25) and rates[1] == pytest.approx(target, rel=0.25)
    assert uninhibited > 4 * target and counts[0][0] / 0.2 > 2 * target
    assert rates[2] == 0 and np.all(weights[2] == 0)
    assert weights[1].mean() > weights[0].mean() > 0.12e-9


# -- short-term plasticity ---------------------------------------------------------------------------------------------


SHORT_TERM = {"depressing": short_term.DEPRESSING, "facilitating": short_term.FACILITATING}


@pytest.fixture(scope="module")
def built_short_term(engine_name: str) -> Iterator[Rewound]:
    """Build one source that reaches a neuron of its own through each rule, with a weight of 1.7."""
    paths = tuple(
        Pathway(f"through_{name}", "pre", name, "sum", Quantity(1.7), OneToOne(), rule=rule)
        for name, rule in SHORT_TERM.items()
    )
    populations = tuple(Population(name, 1, PARROT) for name in ("pre", *SHORT_TERM))
    circuit = Circuit("short", populations, paths, dt=Quantity(1.0, "ms"), precision="float64")
    with rewound(circuit, engine_name) as built:
        yield built


@pytest.mark.parametrize(("name", "sign"), [("depressing", -1), ("facilitating", 1)])
def test_short_term_plasticity_follows_its_recursion_to_the_steady_state(
    built_short_term: Rewound, name: str, sign: int
) -> None:
    """Each spike adds w u x to the target; after many the amount is the closed form's (50 Hz, w = 1.7)."""
    interval, n_spikes, w = 20, 110, 1.7
    received, running = [], built_short_term.from_start()
    for k in range(n_spikes):
        play(running, {"pre": [[k * interval]]}, k * interval + 1)
        received.append(float(running.view(f"{name}.total")[0]))
    amounts = np.diff([0.0, *received]) / w
    p = si_values(SHORT_TERM[name])
    times = [k * interval * 1e-3 for k in range(n_spikes)]
    want = released_amounts(p["utilization"], p["recovery_time_constant"], p.get("facilitation_time_constant"), times)
    np.testing.assert_allclose(amounts, want, rtol=1e-9)
    assert amounts[0] == pytest.approx(p["utilization"], rel=1e-12)
    assert amounts[-1] == pytest.approx(short_term.steady_state(p, interval * 1e-3), rel=1e-3)
    assert np.sign(amounts[-1] - amounts[0]) == sign
