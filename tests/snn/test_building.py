"""The Brian2 objects of a circuit: their names, their order, and the physics they compute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_circuits import (
    LEAKY,
    ON_COMMAND,
    PAIR,
    SINK,
    busy_circuit,
    open_or_skip,
    pair_circuit,
    rules_circuit,
    spike_at,
)

from neurosim.snn.building import build_objects
from neurosim.snn.building.texts import bounded, rename
from neurosim.snn.circuits import Circuit, LateralInhibition, OneToOne, Pairs, Pathway, Population
from neurosim.snn.engine.surroundings import brian_as_before
from neurosim.snn.models import NeuronModel
from neurosim.snn.rules.pair_additive import PAIR_ADDITIVE
from neurosim.snn.units import Quantity, parse_unit
from neurosim.snn.variables import flatten

ENGINES = ["runtime", "live"]
# Otherwise Brian2 tries Cython, which takes half a minute on a fresh machine.
UNCOMPILED = {"codegen.target": "numpy", "codegen.string_expression_target": "numpy"}


@pytest.fixture(params=ENGINES)
def kind(request):
    """Name an engine."""
    return request.param


def test_every_object_is_named_after_its_part_and_has_an_empty_namespace():
    """No name depends on what was built before; nothing can be picked up from a caller's variables."""
    for _ in range(2):
        with brian_as_before(preferences=UNCOMPILED):
            built = build_objects(busy_circuit(), 1)
        parts = ("source", "target", "plastic", "late", "rivalry", "late_arrival", "rivalry_spikes")
        found = list(flatten(built.objects))
        assert {item.name for item in built.objects} == set(parts)
        assert all(item.name.startswith(parts) for item in found)
        assert all(item.namespace == {} for item in built.objects)
        assert {item.clock.name for item in found} == {"busy_clock"}


def test_the_manifest_lists_what_there_is():
    """Sizes, units, and which objects learn."""
    with brian_as_before(preferences=UNCOMPILED):
        manifest = build_objects(busy_circuit(), 1).manifest
    assert manifest.populations == {"source": 6, "target": 5}
    assert manifest.variables["plastic.w"].size == 30
    assert manifest.variables["late.w"].size == 18
    assert manifest.variables["late.presynaptic_time_constant"].dimensions == parse_unit("ms").dimensions
    assert manifest.pathways["plastic"].dense and not manifest.pathways["late"].dense
    assert manifest.pathways["plastic"].learning == ("plastic_learn_pre", "plastic_learn_post")
    assert manifest.on_demand_objects == {"plastic_reward", "late_reward"}
    assert manifest.dt == 0.0005


def test_no_delay_is_stored_for_each_synapse():
    """Every pathway has one delay."""
    with brian_as_before(preferences=UNCOMPILED):
        built = build_objects(busy_circuit(), 1)
    delays = [key for key in built.manifest.variables if key.endswith(".delay")]
    assert len(delays) == 8
    assert all(built.manifest.variables[key].size == 1 for key in delays)


def test_rename_takes_whole_identifiers():
    """Derivatives too, and each name once."""
    text = rename("dx/dt = -x/tau_x + xx : 1", {"x": "x_of_p", "tau_x": "x"})
    assert text == "dx_of_p/dt = -x_of_p/x + xx : 1"


@pytest.mark.parametrize(
    ("w_min", "w_max", "statements", "expected"),
    [
        ("a", "b", "w += 1", "w += 1\nw = clip(w, a, b)"),
        ("a", "", "x = 1\nw = x", "x = 1\nw = x\nw = a + (w - a)*int(w > a)"),
        ("", "b", "w *= 2", "w *= 2\nw = b + (w - b)*int(w < b)"),
        ("", "", "w += 1", "w += 1"),
        ("a", "b", "x += w", "x += w"),
        ("a", "b", "w = clip(w + 1, a, b)", "w = clip(w + 1, a, b)"),
    ],
)
def test_the_weight_is_clipped_where_it_is_changed(w_min, w_max, statements, expected):
    """Only there, and with the bounds that exist."""
    assert bounded(statements, replace(PAIR, w_min=w_min, w_max=w_max)) == expected


INHIBITED = replace(
    LEAKY,
    name="inhibited",
    equations=LEAKY.equations + "\ndlateral_inhibition/dt = -lateral_inhibition/inhibition_time_constant : 1",
    parameters={
        **{name: value for name, value in LEAKY.parameters.items() if name != "lateral_inhibition"},
        "inhibition_time_constant": Quantity(9.0, "ms"),
    },
    receives={"inhibitory": "lateral_inhibition"},
)
N_RIVALS = 7


def leaky_circuit(precision="float64"):
    """A leaky neuron alone, rivals under lateral inhibition, and rivals that inhibit each other through synapses."""
    pairs = [(i, j) for i in range(N_RIVALS) for j in range(N_RIVALS) if i != j]
    others = Pairs(tuple(i for i, _ in pairs), tuple(j for _, j in pairs))
    return Circuit(
        f"leaky_{precision}",
        (
            Population("lone", 1, replace(LEAKY, initial={})),
            Population("cell", N_RIVALS, LEAKY),
            Population("explicit", N_RIVALS, INHIBITED),
        ),
        (Pathway("spelt_out", "explicit", "explicit", "inhibitory", Quantity(0.3), others),),
        (LateralInhibition("rivalry", "cell", Quantity(0.3), Quantity(9.0, "ms")),),
        precision=precision,
    )


def test_spike_times_of_a_leaky_neuron_by_hand(kind):
    """From 0, v passes 1 after 20 ms * ln(1.5/0.5) = 43.94 steps, that is 44, counted from 0.

    Then 6 refractory steps, of which the first is the spike's own: 43, 43 + 49, 43 + 98. With a drive of 2.5 and 10 ms,
    10.2 steps, that is 11, and 5 more.
    """
    engine = open_or_skip(leaky_circuit(), kind)
    engine.record_spikes("lone")
    engine.run_steps(150)
    np.testing.assert_array_equal(engine.spikes("lone").steps, [43, 92, 141])
    engine.set("lone.drive", 2.5)
    engine.set("lone.membrane_time_constant", Quantity(10.0, "ms"))
    engine.view("lone.v")[:] = 0
    engine.run_steps(100)
    np.testing.assert_array_equal(np.diff(engine.spikes("lone").steps), [16, 16, 16, 16, 16])
    engine.close()


@pytest.mark.parametrize("precision", ["float64", pytest.param("float32", marks=pytest.mark.slow)])
def test_the_hub_equals_explicit_all_to_all_inhibition(kind, precision):
    """Same spikes and the same inhibition, also where the inhibition acts inside the membrane equation."""
    engine = open_or_skip(leaky_circuit(precision), kind, construction_seed=8)
    engine.view("explicit.v")[:] = engine.view("cell.v")
    for population in ("cell", "explicit"):
        engine.record_spikes(population)
    engine.run_steps(3000)
    ours, theirs = engine.spikes("cell"), engine.spikes("explicit")
    assert len(theirs.steps) > 100 and len(set(theirs.indices.tolist())) > 1
    np.testing.assert_array_equal(ours.steps, theirs.steps)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    inhibition, expected = (engine.view(f"{name}.lateral_inhibition") for name in ("cell", "explicit"))
    np.testing.assert_allclose(inhibition, expected, rtol=1e-9 if precision == "float64" else 1e-4)
    engine.close()


def test_inhibition_parameters_are_set_without_a_rebuild(kind):
    """By the name of the inhibition; one spike inhibits all but its own neuron."""
    engine = open_or_skip(leaky_circuit(), kind)
    engine.set("rivalry.weight", 0.5)
    engine.set("rivalry.time_constant", Quantity(4.0, "ms"))
    engine.view("cell.v")[:] = 0
    engine.view("cell.v")[1] = 1.4
    engine.run_steps(1)
    all_but_one = np.arange(N_RIVALS) != 1
    np.testing.assert_array_equal(engine.view("cell.lateral_inhibition"), 0.5 * all_but_one)
    engine.run_steps(3)
    expected = 0.5 * np.exp(-1.5 / 4.0)
    np.testing.assert_allclose(engine.view("cell.lateral_inhibition"), expected * all_but_one, rtol=1e-12)
    engine.close()


def test_learning_reads_traces_before_the_spikes_of_its_own_step(kind):
    """Two presynaptic spikes, then one postsynaptic with a third presynaptic in the same step: two of them count."""
    engine = open_or_skip(pair_circuit(), kind)
    spike_at(engine, {"source": [(0, 0), (4, 0), (9, 0)], "target": [(9, 1)]}, 12)
    expected = 0.5 + 0.010 * (np.exp(-9 * 0.5 / 17.0) + np.exp(-5 * 0.5 / 17.0))
    np.testing.assert_allclose(engine.view("plastic.w")[1], expected, rtol=1e-12)
    assert engine.view("plastic.w")[0] == 0.5
    engine.close()


def test_halving_the_step_changes_nothing_at_given_spike_times():
    """The same spike times in ms give the same weights."""
    weights = []
    for factor in (1, 2):
        circuit = replace(pair_circuit(), name=f"pairs_{factor}", dt=Quantity(0.5 / factor, "ms"))
        engine = open_or_skip(circuit, "runtime")
        events = {"source": [(2, 0), (9, 1), (14, 0)], "target": [(5, 0), (6, 1), (20, 2)]}
        scaled = {name: [(step * factor, neuron) for step, neuron in spikes] for name, spikes in events.items()}
        spike_at(engine, scaled, 25 * factor)
        weights.append(engine.view("plastic.w").copy())
    assert np.ptp(weights[0]) > 1e-3
    np.testing.assert_allclose(weights[0], weights[1], rtol=1e-12)


def test_two_rules_share_a_population_without_mixing(kind):
    """Traces of the same name and other parameters, on the same neurons; one of them recurrent."""
    fast = {"presynaptic_time_constant": Quantity(5.0, "ms"), "postsynaptic_time_constant": Quantity(3.0, "ms")}
    both = replace(SINK, receives={"sum": "total"})
    circuit = Circuit(
        "shared",
        (Population("source", 2, ON_COMMAND), Population("target", 2, both)),
        (
            Pathway("slow", "source", "target", "sum", Quantity(0.5), rule=PAIR),
            Pathway("fast", "source", "target", "sum", Quantity(0.5), OneToOne(), rule=PAIR, parameters=fast),
            Pathway("loop", "target", "target", "sum", Quantity(0.5), rule=PAIR, parameters=fast),
        ),
        precision="float64",
    )
    engine = open_or_skip(circuit, kind)
    spike_at(engine, {"source": [(1, 1)], "target": [(7, 1), (9, 0)]}, 12)
    change = 0.010 * np.exp(-3.0 / 17.0), 0.010 * np.exp(-3.0 / 5.0)
    np.testing.assert_allclose(engine.view("slow.w")[3], 0.5 + change[0], rtol=1e-12)
    np.testing.assert_allclose(engine.view("fast.w"), [0.5, 0.5 + change[1]], rtol=1e-12)
    loop = engine.view("loop.w").reshape(2, 2)
    np.testing.assert_allclose(loop[1, 0], 0.5 + 0.010 * np.exp(-1.0 / 5.0), rtol=1e-12)
    np.testing.assert_allclose(loop[0, 1], 0.5 - 0.007 * np.exp(-1.0 / 3.0), rtol=1e-12)
    engine.close()


CONDUCTANCE = NeuronModel(
    name="conductance",
    summary="A conductance in siemens.",
    equations="g : siemens",
    threshold="",
    reset="",
    parameters={},
    reference=PAIR.reference,
    receives={"excitatory": "g"},
    receives_units={"excitatory": "nS"},
)


@pytest.mark.parametrize(
    ("weight", "expected"), [(Quantity(3.0, "nS"), 3e-9), (Quantity(2.0), 2e-9), (Quantity(4.0, "uS"), 4e-6)]
)
def test_weights_come_in_the_unit_of_the_receptor(weight, expected):
    """A pure number counts in the receptor's unit."""
    circuit = Circuit(
        "units",
        (Population("source", 1, ON_COMMAND), Population("target", 1, CONDUCTANCE)),
        (Pathway("path", "source", "target", "excitatory", weight),),
        precision="float64",
    )
    engine = open_or_skip(circuit, "runtime")
    spike_at(engine, {"source": [(0, 0)]}, 2)
    np.testing.assert_allclose(engine.view("target.g"), expected, rtol=1e-12)


def test_a_weight_in_a_unit_that_does_not_fit_is_refused():
    """Before Brian2 sees it."""
    circuit = Circuit(
        "units",
        (Population("source", 1, ON_COMMAND), Population("target", 1, CONDUCTANCE)),
        (Pathway("path", "source", "target", "excitatory", Quantity(1.0, "mV")),),
    )
    with pytest.raises(ValueError, match=r"path.*mV.*excitatory.*nS"):
        open_or_skip(circuit, "runtime")


def test_a_rule_that_names_an_unknown_identifier_is_refused():
    """Nothing is picked up from here, where the name exists."""
    potency = 3.0
    rule = replace(PAIR, on_post="w += potency*presynaptic_trace")
    with pytest.raises(ValueError, match=r"on_post.*potency.*unknown"):
        open_or_skip(pair_circuit(rule=rule), "runtime")
    assert potency == 3.0


def test_signals_reach_traces_and_synapses(kind):
    """One value for all synapses, which a postsynaptic trace reads as well."""
    engine = open_or_skip(rules_circuit(), kind)
    engine.view("taught.teacher")[0] = 2.0
    spike_at(engine, {"target": [(0, 1)], "source": [(4, 0)]}, 6)
    expected = [0.5, 0.5 + 4.0 * np.exp(-2.0 / 10.0), 0.5, 0.5, 0.5, 0.5]
    np.testing.assert_allclose(engine.view("taught.w"), expected, rtol=1e-12)
    engine.close()


def test_rules_that_modify_transmission_are_not_frozen(kind):
    """A synapse that loses half its resource at each spike goes on doing so: 1, 1/2, 1/4 arrive."""
    engine = open_or_skip(rules_circuit(), kind)
    engine.freeze("depressing")
    spike_at(engine, {"source": [(0, 0), (3, 0), (6, 0)]}, 8)
    np.testing.assert_array_equal(engine.view("target.total"), 0.5 * 1.75)
    engine.close()


@pytest.mark.parametrize("kind", ["runtime", "live"])
def test_traces_relax_exactly_whatever_integrates_the_neuron(kind):
    """A trace at both ends of a pathway follows exp(-t/tau), also in populations whose method is not exact."""
    methods = ("euler", "rk2", "exact", "exponential_euler")
    neurons = {method: replace(LEAKY, method=method) if method != "exact" else LEAKY for method in methods}
    circuit = Circuit(
        "relaxing",
        tuple(
            Population(f"{end}_{method}", n, neuron, {"drive": Quantity(0.5)})
            for method, neuron in neurons.items()
            for end, n in (("a", 2), ("b", 3))
        ),
        tuple(
            Pathway(f"learned_{method}", f"a_{method}", f"b_{method}", "", Quantity(0.5), rule=PAIR_ADDITIVE)
            for method in methods
        ),
        dt=Quantity(0.5, "ms"),
        precision="float64",
    )
    engine = open_or_skip(circuit, kind)
    for method in methods:
        engine.set(f"learned_{method}.postsynaptic_time_constant", Quantity(35.0, "ms"))
        for key in (f"a_{method}.presynaptic_trace", f"b_{method}.postsynaptic_trace"):
            engine.view(f"{key}_of_learned_{method}")[:] = 2.0
    engine.run_steps(60)
    for method in methods:
        before = engine.view(f"a_{method}.presynaptic_trace_of_learned_{method}")
        after = engine.view(f"b_{method}.postsynaptic_trace_of_learned_{method}")
        np.testing.assert_allclose(before, 2 * np.exp(-30 / 20), rtol=1e-12, err_msg=method)
        np.testing.assert_allclose(after, 2 * np.exp(-30 / 35), rtol=1e-12, err_msg=method)
    engine.close()
