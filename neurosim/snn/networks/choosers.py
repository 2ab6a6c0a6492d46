"""A layer of choosers behind a competition: one neuron a class, wired before any data, whose first spike is the answer.

A spike of the competition's winner starts a race: neuron ``c`` ramps up at a rate of ``1 + w`` per
:data:`RACE_MS`, and the first to reach 1 silences the others. Its synapse from the winner is then eligible, and the
modulator pulls that one weight towards itself: ``w += rate * eligibility * (modulator - w)``, so that a weight is the
synapse's own expectation of reward above the average. This is Rescorla and Wagner's rule (1972) for one bandit a
winner, in three-factor form.
"""

from __future__ import annotations

from dataclasses import replace

from neurosim.snn.circuits import LateralInhibition, Pathway, Population
from neurosim.snn.neurons.competitor import COMPETITOR
from neurosim.snn.rules.competitive_reward import COMPETITIVE_REWARD
from neurosim.snn.units import Quantity

RACE_MS = 40.0
CURRENT_TIME_CONSTANT_MS = 200.0
DECISION_MS = 60.0
"""How long choosers may go on after the sample has gone."""

CHOOSER = replace(
    COMPETITOR,
    name="chooser",
    summary="ramps at the rate of the current it was given; the first to reach 1 wins",
    equations="""
    dv/dt = current/race_time_constant : 1
    dcurrent/dt = -current/current_time_constant : 1
    n_spikes : 1
    """,
    threshold="v - lateral_inhibition > 1",
    parameters={
        "race_time_constant": Quantity(RACE_MS, "ms"),
        "current_time_constant": Quantity(CURRENT_TIME_CONSTANT_MS, "ms"),
        "lateral_inhibition": Quantity(0.0),
    },
    receives={"excitatory": "current"},
)
EXPECTATION = replace(
    COMPETITIVE_REWARD,
    name="reward-expectation",
    summary="eligibility = presynaptic trace at a postsynaptic spike; w += eta x eligibility x (M - w) on demand",
    # The latest spike only: a winner that spiked twice is not twice as sure.
    pre_reset="presynaptic_trace = 1",
    on_post="eligibility = presynaptic_trace",
    on_demand={"modulate": "w += learning_rate*eligibility*(modulator - w)\neligibility = 0"},
    transmitted="1 + w",
    parameters={name: value for name, value in COMPETITIVE_REWARD.parameters.items() if name not in ("trace_scale",)}
    | {"w_min": Quantity(-1.0), "w_max": Quantity(1.0)},
    window=None,
)


def choosing_parts(
    n_outputs: int, inhibition: Quantity, time_constant: Quantity
) -> tuple[Population, Pathway, LateralInhibition]:
    """Describe choosers, their synapses from the population ``neurons``, and the inhibition among them."""
    return (
        Population("choosers", n_outputs, CHOOSER),
        Pathway("choices", "neurons", "choosers", "excitatory", weight=Quantity(0.0), rule=EXPECTATION),
        LateralInhibition("choosers_inhibition", "choosers", inhibition, time_constant),
    )
