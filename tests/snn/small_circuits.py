"""Small networks whose behaviour can be worked out by hand; parameters are asymmetric so that a swap shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neurosim.snn.circuits import Circuit, FixedInDegree, LateralInhibition, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.models import NeuronModel, Normal, Reference, Rule, Uniform
from neurosim.snn.units import Quantity

REFERENCE = Reference("none", 2000, "none", "10.0/none", "none")

ON_COMMAND = NeuronModel(
    name="on-command",
    summary="Spikes in the next step when `command` is written.",
    equations="command : 1",
    threshold="command > 0.5",
    reset="command = 0",
    parameters={},
    reference=REFERENCE,
)

SINK = NeuronModel(
    name="sink",
    summary="Adds up what arrives, and spikes when `command` is written.",
    equations="total : 1\ncommand : 1",
    threshold="command > 0.5",
    reset="command = 0",
    parameters={},
    reference=REFERENCE,
    receives={"sum": "total"},
)

LEAKY = NeuronModel(
    name="leaky",
    summary="Leaky integrate-and-fire with a constant drive and lateral inhibition.",
    equations="dv/dt = (drive - v - lateral_inhibition)/membrane_time_constant : 1 (unless refractory)",
    threshold="v > threshold_value",
    reset="v = 0",
    refractory="refractory_period",
    parameters={
        "membrane_time_constant": Quantity(20.0, "ms"),
        "threshold_value": Quantity(1.0),
        "refractory_period": Quantity(3.0, "ms"),
        "drive": Quantity(1.5),
        "lateral_inhibition": Quantity(0.0),
    },
    initial={"v": Uniform(0.0, 0.9)},
    reference=REFERENCE,
    receives={"potential": "v"},
)

NOISY = NeuronModel(
    name="noisy",
    summary="The same with a drive of its own for each neuron and white noise.",
    equations="""
    dv/dt = (drive - v)/membrane_time_constant + noise*xi*membrane_time_constant**-0.5 : 1 (unless refractory)
    drive : 1
    """,
    threshold="v > 1",
    reset="v = 0",
    refractory="refractory_period",
    method="euler",
    parameters={
        "membrane_time_constant": Quantity(20.0, "ms"),
        "refractory_period": Quantity(4.0, "ms"),
        "noise": Quantity(0.2),
    },
    initial={"drive": Normal(1.6, 0.1)},
    reference=REFERENCE,
    receives={"potential": "v"},
)

PAIR = Rule(
    name="pair",
    summary="Additive pair STDP, all to all, with a reward on demand.",
    pre_model="dpresynaptic_trace/dt = -presynaptic_trace/presynaptic_time_constant : 1",
    post_model="dpostsynaptic_trace/dt = -postsynaptic_trace/postsynaptic_time_constant : 1",
    pre_reset="presynaptic_trace += 1",
    post_reset="postsynaptic_trace += 1",
    on_pre="w -= depression*postsynaptic_trace",
    on_post="w += potentiation*presynaptic_trace",
    on_demand={"reward": "w += reward_rate*reward*w"},
    signals=("reward",),
    parameters={
        "presynaptic_time_constant": Quantity(17.0, "ms"),
        "postsynaptic_time_constant": Quantity(34.0, "ms"),
        "potentiation": Quantity(0.010),
        "depression": Quantity(0.007),
        "reward_rate": Quantity(0.25),
        "w_min": Quantity(0.0),
        "w_max": Quantity(1.0),
    },
    reference=REFERENCE,
)

ELIGIBLE = replace(
    PAIR,
    name="eligible",
    model="deligibility/dt = -eligibility/presynaptic_time_constant : 1 (event-driven)",
    on_pre="eligibility -= depression*postsynaptic_trace",
    on_post="eligibility += potentiation*presynaptic_trace",
    on_demand={"reward": "w += reward*eligibility"},
)

TAUGHT = Rule(
    name="taught",
    summary="Grows by what a teacher says now times what it said at postsynaptic spikes.",
    on_pre="w += teacher*eligible",
    on_post="",
    post_model="deligible/dt = -eligible/time_constant : 1",
    post_reset="eligible += teacher",
    parameters={"time_constant": Quantity(10.0, "ms"), "w_min": Quantity(-9.0), "w_max": Quantity(9.0)},
    signals=("teacher",),
    reference=REFERENCE,
)

DEPRESSING = Rule(
    name="depressing",
    summary="Loses half of its resource at each spike.",
    model="resource : 1",
    on_pre="resource *= 1 - release",
    on_post="",
    transmitted="w*resource",
    modifies="transmission",
    initial={"resource": Quantity(1.0)},
    parameters={"release": Quantity(0.5)},
    w_min="",
    w_max="",
    reference=REFERENCE,
)


def pair_circuit(delay_ms: float = 0.0, precision: Any = "float64", rule: Rule = PAIR) -> Circuit:
    """Two sources and three targets on command, joined by plastic synapses."""
    return Circuit(
        "pairs",
        (Population("source", 2, ON_COMMAND), Population("target", 3, SINK)),
        (Pathway("plastic", "source", "target", "sum", Quantity(0.5), delay=Quantity(delay_ms, "ms"), rule=rule),),
        dt=Quantity(0.5, "ms"),
        precision=precision,
    )


def rules_circuit() -> Circuit:
    """Two sources and three targets on command, joined by three rules, of which the depressing one is heard."""
    return Circuit(
        "rules",
        (Population("source", 2, ON_COMMAND), Population("target", 3, SINK)),
        (
            Pathway("eligible", "source", "target", "", Quantity(0.5), rule=ELIGIBLE),
            Pathway("taught", "source", "target", "", Quantity(0.5), rule=TAUGHT),
            Pathway("depressing", "source", "target", "sum", Quantity(0.5), rule=DEPRESSING),
        ),
        dt=Quantity(0.5, "ms"),
        precision="float64",
    )


def busy_circuit(name: str = "busy", precision: Any = "float64") -> Circuit:
    """Noise, refractoriness, delays, plasticity and lateral inhibition at once."""
    return Circuit(
        name,
        (Population("source", 6, NOISY), Population("target", 5, LEAKY)),
        (
            Pathway("plastic", "source", "target", "potential", Uniform(0.05, 0.3), rule=PAIR),
            Pathway(
                "late", "target", "source", "potential", Uniform(0.0, 0.2), FixedInDegree(3), Quantity(7.5, "ms"), PAIR
            ),
        ),
        (LateralInhibition("rivalry", "target", Quantity(0.4), Quantity(11.0, "ms")),),
        precision=precision,
    )


def open_or_skip(circuit_or_function: Any, engine: str, construction_seed: int = 0) -> Any:
    """Open an engine, or skip the test with the reason why there is none."""
    try:
        return open_engine(circuit_or_function, engine, construction_seed)
    except RuntimeError as error:
        if "does not work here" in str(error):
            pytest.skip(str(error))
        raise


def spike_at(engine: Any, times: dict[str, list[tuple[int, int]]], n_steps: int) -> None:
    """Run on-command populations with spikes at given ``(step, neuron)``, counted from now."""
    for step in range(n_steps):
        for population, events in times.items():
            for when, neuron in events:
                if when == step:
                    engine.view(f"{population}.command")[neuron] = 1
        engine.run_steps(1)


def state(engine: Any, *keys: str) -> dict[str, np.ndarray]:
    """Copy some arrays."""
    return {key: engine.view(key).copy() for key in keys}
