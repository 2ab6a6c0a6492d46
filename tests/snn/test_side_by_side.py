"""Copies of a network side by side: each does what the network alone does, bit for bit, with weights in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_circuits import DEPRESSING, LEAKY, NOISY, PAIR, busy_circuit, open_or_skip, pair_circuit

from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import (
    Blockwise,
    Circuit,
    FixedInDegree,
    LateralInhibition,
    OneToOne,
    Pairs,
    Pathway,
    Population,
)
from neurosim.snn.construction import start_values, topology
from neurosim.snn.engine import open_engine
from neurosim.snn.engine.live.keys import describe
from neurosim.snn.models import Uniform
from neurosim.snn.networks.competition import competitive_circuit
from neurosim.snn.networks.competition_rules import scaled
from neurosim.snn.networks.excitation_inhibition import excitation_inhibition_circuit
from neurosim.snn.networks.hidden_layer import Timing, hidden_layer_circuit
from neurosim.snn.neurons.adex import ADEX
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.lif_conductance import LIF_CONDUCTANCE
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.rules.competitive import COMPETITIVE
from neurosim.snn.rules.short_term import FACILITATING
from neurosim.snn.side_by_side import can_run_side_by_side, side_by_side
from neurosim.snn.units import Quantity

N_INPUTS, N_NEURONS, N_COPIES, N_STEPS = 13, 7, 5, 150
SEED = 3


def every_kind(precision: Any = "float32") -> Circuit:
    """Every kind of projection, a delay, tiring transmission, refractoriness, inhibition, random start values."""
    to_conductance = Uniform(2.0, 9.0, "nS")
    return Circuit(
        "every_kind",
        (
            Population("inputs", N_INPUTS, REGULAR),
            Population("cells", N_NEURONS, replace(LEAKY, method="exponential_euler"), {"drive": Quantity(0.9)}),
            Population("partners", N_NEURONS, LIF_RESET_BY_SUBTRACTION),
            Population("membranes", N_NEURONS - 1, LIF_CONDUCTANCE),
        ),
        (
            Pathway("tiring", "inputs", "cells", "potential", Uniform(0.5, 1.5), delay=Quantity(1.5, "ms"),
                    rule=FACILITATING),
            Pathway("learned", "inputs", "partners", "excitatory", Uniform(0.0, 0.1), rule=PAIR),
            Pathway("unheard", "cells", "partners", "", Quantity(0.5), rule=PAIR),
            Pathway("own", "cells", "partners", "excitatory", Uniform(0.2, 0.9), OneToOne()),
            Pathway("few", "inputs", "partners", "excitatory", Uniform(0.0, 0.2), FixedInDegree(3)),
            Pathway("back", "partners", "cells", "potential", Uniform(-0.2, 0.2), Pairs((0, 6, 6, 2), (1, 0, 5, 2))),
            Pathway("onwards", "inputs", "membranes", "excitatory", to_conductance),
        ),
        (LateralInhibition("rivalry", "cells", Quantity(0.4), Quantity(11.0, "ms")),),
        precision=precision,
    )  # fmt: skip


def competition() -> Circuit:
    """The competitive network that the learners use."""
    return competitive_circuit(N_INPUTS, N_NEURONS, scaled(COMPETITIVE))


def samples(highest_hz: float) -> dict[str, np.ndarray]:
    """Draw what each copy's inputs are given."""
    rng = np.random.default_rng(5)
    shape = (N_COPIES, N_INPUTS)
    return {"inputs.rate": rng.uniform(0, highest_hz, shape), "inputs.phase": rng.uniform(0, 0.999, shape)}


def assert_same(circuit: Circuit, writes: dict[str, np.ndarray], shared: dict[str, np.ndarray], *per_copy: str) -> None:
    """Run copies side by side, then one after the other in the network itself; ``writes`` hold a row for each copy."""
    together = open_or_skip(side_by_side(circuit, N_COPIES, per_copy), "live", SEED)
    alone = open_or_skip(circuit, "live", SEED)
    spiking = list(alone.manifest.populations)
    for key, values in shared.items():
        together.view(key)[:] = alone.view(key)[:] = values.ravel()
    for key, values in writes.items():
        together.view(key)[:] = values.ravel()
    for name in spiking:
        together.record_spikes(name)
        alone.record_spikes(name)
    for pathway, entry in alone.manifest.pathways.items():
        if entry.learning:
            alone.freeze(pathway)
    together.run_steps(N_STEPS)
    found = {name: together.spikes(name) for name in spiking}
    seen: dict[str, set[bytes]] = {name: set() for name in spiking}
    start = alone.snapshot()
    for copy in range(N_COPIES):
        alone.restore(start)
        for key, values in writes.items():
            alone.view(key)[:] = values[copy]
        alone.run_steps(N_STEPS)
        for name in spiking:
            spikes, n = alone.spikes(name), alone.manifest.populations[name]
            own = found[name].indices // n == copy
            np.testing.assert_array_equal(found[name].steps[own], spikes.steps, err_msg=name)
            np.testing.assert_array_equal(found[name].indices[own] % n, spikes.indices, err_msg=name)
            assert len(spikes.steps), f"{name} never spikes"
            seen[name].add(spikes.steps.tobytes() + spikes.indices.tobytes())
        for population in circuit.populations:
            for key in (f"{population.name}.{name}" for name in ("v", "lateral_inhibition", "n_spikes")):
                if key in alone.manifest.variables and alone.manifest.variables[key].size == population.n:
                    np.testing.assert_array_equal(together.view(key).reshape(N_COPIES, -1)[copy], alone.view(key), key)
    assert all(len(kinds) == N_COPIES for kinds in seen.values()), "some copies spiked alike"
    together.close()
    alone.close()


def test_competing_copies_spike_as_alone():
    """Inhibition stays within a copy, and each has its own gain."""
    rng = np.random.default_rng(6)
    shared = {"synapses.w": rng.uniform(0, 2, (N_INPUTS, N_NEURONS))}
    own = {
        "neurons.own_threshold": rng.uniform(0.5, 1.5, (N_COPIES, N_NEURONS)),
        "synapses.transmission_scale": rng.uniform(0.02, 0.03, (N_COPIES, 1)),
    }
    assert_same(competition(), samples(600.0) | own, shared, "synapses.transmission_scale")


def test_copies_with_a_hidden_layer_spike_as_alone():
    """Potentials of the outputs, which never spike, are the same too."""
    rng = np.random.default_rng(7)
    shared = {
        "to_hidden.w": rng.normal(0.1, 0.3, (N_INPUTS, N_NEURONS)),
        "to_outputs.w": rng.normal(0, 1, (N_NEURONS, 3)),
    }
    own = {"hidden.bias": rng.uniform(0.5, 1.2, (N_COPIES, N_NEURONS))}
    assert_same(hidden_layer_circuit(N_INPUTS, N_NEURONS, 3, Timing()), samples(600.0) | own, shared)


@pytest.mark.parametrize("precision", ["float32", pytest.param("float64", marks=pytest.mark.slow)])
def test_copies_with_every_kind_of_projection_spike_as_alone(precision):
    """Also the start values that are drawn are those of the network alone."""
    assert_same(every_kind(precision), samples(400.0), {})


def test_weights_lie_there_once_and_nothing_learns():
    """All-to-all weights do not grow with the copies, traces that only learning reads are gone, others are not."""
    circuit = every_kind()
    several = side_by_side(circuit, N_COPIES)
    alone, together = start_values(circuit, SEED), start_values(several, SEED)
    for pathway, n in (("tiring", N_INPUTS * N_NEURONS), ("onwards", N_INPUTS * (N_NEURONS - 1))):
        assert together[f"{pathway}.w"].size == n
        np.testing.assert_array_equal(together[f"{pathway}.w"], alone[f"{pathway}.w"])
    for pathway in ("own", "few", "back"):
        np.testing.assert_array_equal(
            together[f"{pathway}.w"].reshape(N_COPIES, -1), [alone[f"{pathway}.w"]] * N_COPIES
        )
    np.testing.assert_array_equal(together["cells.v"], np.tile(alone["cells.v"], N_COPIES))
    rules = {pathway.name: pathway.rule for pathway in several.pathways}
    assert "unheard" not in rules
    assert rules["tiring"] is not None and rules["tiring"].pre_reset == FACILITATING.pre_reset
    learned = rules["learned"]
    assert learned is not None and PAIR.on_pre and PAIR.pre_model
    assert not any((learned.on_pre, learned.on_post, learned.on_demand, learned.pre_model, learned.post_reset))
    engine = open_or_skip(side_by_side(competition(), N_COPIES, ["synapses.transmission_scale"]), "live")
    assert engine.view("synapses.w").size == engine.view("synapses._synaptic_pre").size == N_INPUTS * N_NEURONS
    assert engine.view("synapses.transmission_scale").size == engine.view("inhibition.count").size == N_COPIES
    assert "inputs.presynaptic_trace_of_synapses" not in engine.manifest.variables
    assert not any(entry.learning or entry.on_demand for entry in engine.manifest.pathways.values())
    engine.close()


def test_pairs_are_repeated_within_each_copy():
    """Copy after copy, each in the order of the one alone."""
    several = side_by_side(every_kind(), 2)
    back = next(pathway for pathway in several.pathways if pathway.name == "back")
    sources, targets = topology(several, back, SEED)
    np.testing.assert_array_equal(sources, [0, 6, 6, 2, 7, 13, 13, 9])
    np.testing.assert_array_equal(targets, [1, 0, 5, 2, 8, 7, 12, 9])


def single(model: Any, **options: Any) -> Circuit:
    """Give a circuit of one population."""
    return Circuit("single", (Population("cells", 3, model),), **options)


REFUSED = {
    "noise": (single(NOISY), "'cells' draws random numbers while it runs"),
    "poisson": (excitation_inhibition_circuit(4, 3, "diehl-cook"), "'inputs' draws random numbers while it runs"),
    "clock": (single(LIF_ADAPTIVE_THRESHOLD), "'cells' reads the clock"),
    "function": (single(ADEX), "'cells' computes exp"),
    "method": (single(replace(LIF_RESET_BY_SUBTRACTION, method="exact")), "'cells' is integrated by 'exact'"),
    "number": (
        single(replace(LIF_RESET_BY_SUBTRACTION, threshold="v >= threshold + i")),
        "reads the number of a neuron",
    ),
    "synapses": (pair_circuit(rule=DEPRESSING), "'plastic' transmits by resource"),
    "copies": (side_by_side(competition(), 2), "'inhibition' already is of several copies"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_differ_from_alone_is_refused(case):
    """The part and the reason are named, before anything is built."""
    circuit, reason = REFUSED[case]
    assert reason in (can_run_side_by_side(circuit) or "")
    with pytest.raises(ValueError, match="cannot run side by side: .*" + reason.split("'")[-1]):
        side_by_side(circuit, 2)


def test_what_can_run_is_not_refused():
    """Guards the test above."""
    for circuit in (competition(), every_kind(), competitive_circuit(4, 3, scaled(COMPETITIVE), 2, "latency")):
        assert can_run_side_by_side(circuit) is None


@pytest.mark.parametrize("key", ["synapses.w_max", "synapses", "neurons.v", "other.transmission_scale"])
def test_what_no_copy_can_have_of_its_own_is_refused(key):
    """What is accepted is named."""
    with pytest.raises(ValueError, match=r"per_copy .* accepted: .*synapses\.transmission_scale"):
        side_by_side(competition(), 2, [key])


def test_a_trace_does_not_read_a_number_of_each_copy():
    """The traces of all copies share their parameters."""
    with pytest.raises(ValueError, match=r"per_copy 'tiring\.utilization'; accepted: "):
        side_by_side(every_kind(), 2, ["tiring.utilization"])


@pytest.mark.parametrize("n_copies", [0, -1, 2.0, True])
def test_numbers_of_copies(n_copies):
    """A whole number above 0."""
    with pytest.raises(ValueError, match=r"n_copies = .* accepted: a whole number above 0"):
        side_by_side(competition(), n_copies)


def test_blocks_that_do_not_fit_are_named():
    """A size that is no multiple, and a parameter of a block that shares nothing."""
    circuit = pair_circuit()
    pathway = circuit.pathways[0]
    for connect, message in (
        (Blockwise(2), "'plastic': n_copies = 2; accepted"),
        (Blockwise(1, FixedInDegree(1), ("w_max",)), "per_copy = w_max; accepted"),
        (Blockwise(1, FixedInDegree(3)), "in-degree k = 3"),
    ):
        with pytest.raises(ValueError, match=message):
            check_circuit(replace(circuit, pathways=(replace(pathway, connect=connect),)))
    with pytest.raises(ValueError, match="'rivalry': n_copies = 2; accepted"):
        busy = busy_circuit()
        check_circuit(replace(busy, inhibition=(replace(busy.inhibition[0], n_copies=2),)))


def test_the_engine_without_a_compiler_refuses_copies():
    """It would need a weight for each copy."""
    with pytest.raises(ValueError, match="copies run side by side on the live engine only"):
        open_engine(side_by_side(competition(), 2), "runtime")


def test_copies_are_part_of_the_key_of_a_build():
    """Numbers of copies and parameters of their own change the compiled code."""
    keys = [
        describe(competition()),
        describe(side_by_side(competition(), 1)),
        describe(side_by_side(competition(), 2)),
        describe(side_by_side(competition(), 2, ["synapses.transmission_scale"])),
    ]
    assert all(a != b for k, a in enumerate(keys) for b in keys[:k])
