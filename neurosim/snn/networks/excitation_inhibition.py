"""The network of Diehl and Cook (2015) and how one presentation runs on it, on whichever engine runs here.

Poisson inputs drive excitatory neurons through plastic weights; each excitatory neuron drives an inhibitory one of its
own, which inhibits all other excitatory neurons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.snn.circuits import Circuit, OneToOne, Pathway, Population
from neurosim.snn.counting import counted
from neurosim.snn.engine.interface import Engine
from neurosim.snn.engine.live import looping
from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.homeostasis import normalise_incoming
from neurosim.snn.models import Rule
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.lif_conductance import DIEHL_COOK_INHIBITORY, LIF_CONDUCTANCE
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.playing import Part
from neurosim.snn.rules.diehl_cook import DIEHL_COOK, DIEHL_COOK_RELEASED
from neurosim.snn.session import Session
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 0.5
REST_MV = {"excitatory": -65.0, "inhibitory": -60.0}
EXCITE_NS = 10.4
"""From an excitatory neuron to its inhibitory one: a single spike makes it spike."""
INHIBIT_NS = 17.0
"""From an inhibitory neuron to every excitatory neuron but its own."""
THRESHOLD_FLOOR_MV = -72.0
START_ADAPTATION_MV = 20.0
"""As in the released program: thresholds start at -52 mV and decay towards -72 mV, below the resting potential. Neurons
that never spike thus become excitable within hours; without it, the paper's text, activity falls and retries set in."""
NEVER_MS = 1e30
"""Time constant with which the engine lets thresholds decay: the decay is written once a presentation instead."""
LONG_AGO_S = -1e4
SLOW = ("weights", "adaptation")
"""What is learned; everything else forgets within the rest, but for a remainder that is carried along."""
VIEWS = {
    "weights": "feedforward.w",
    "adaptation": "excitatory.threshold_adaptation",
    "increment": "excitatory.threshold_increment",
    "gain": "feedforward.conductance",
    "rate": "inputs.rate",
    "hazard": "inputs.hazard_left",
    "n_input": "inputs.n_spikes",
    "n_excitatory": "excitatory.n_spikes",
    "n_inhibitory": "inhibitory.n_spikes",
    "last_excitatory": "excitatory.lastspike",
    "last_inhibitory": "inhibitory.lastspike",
}
FRESH = {
    **dict.fromkeys(("n_input", "n_excitatory", "n_inhibitory"), 0.0),
    # Nobody begins in the refractory period of a spike from before the onset.
    **dict.fromkeys(("last_excitatory", "last_inhibitory"), LONG_AGO_S),
}
RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in (DIEHL_COOK_RELEASED, DIEHL_COOK)})


@dataclass(frozen=True)
class Presentation:
    """What one presentation gave.

    Attributes
    ----------
    counts : ndarray of float32, shape (n_neurons,)
        Spikes of the excitatory neurons while the sample was shown.
    n_excitatory, n_inhibitory, n_input : int
        Spikes of each population, those in the rest that followed included.
    n_steps : int
        Time steps run.
    """

    counts: NDArray[np.float32]
    n_excitatory: int
    n_inhibitory: int
    n_input: int
    n_steps: int


class ExcitationInhibitionNetwork(Session):
    """The network with its state: what was learned, and what outlasts a rest in part.

    Parameters
    ----------
    kept : dict of str to ndarray
        What must survive a presentation; see :func:`fresh_state`.
    rule : str
        A key of :data:`RULES`.
    learning_rate : float
        Of the rule. The released rule depresses with a hundredth of it.
    threshold_increment_mv, threshold_time_constant_ms : float
        A spike's addition to its neuron's threshold, and the time constant of its decay.
    weight_sum : float
        To which each neuron's incoming weights are scaled after each learning presentation.
    presentation_ms, rest_ms : float
        Durations.
    """

    def __init__(
        self,
        kept: Mapping[str, Array],
        rule: str,
        learning_rate: float,
        threshold_increment_mv: float,
        threshold_time_constant_ms: float,
        weight_sum: float,
        presentation_ms: float,
        rest_ms: float,
    ) -> None:
        self.rule = rule
        self.learning_rate = learning_rate
        self.threshold_increment_mv = threshold_increment_mv
        self.threshold_time_constant_ms = threshold_time_constant_ms
        self.weight_sum = weight_sum
        self.n_steps = round(presentation_ms / DT_MS)
        self.n_rest_steps = round(rest_ms / DT_MS)
        self._fast = fast_variables(rule)
        self._carried = {name: np.array(kept[name], np.float32) for name in self._fast}
        # Whether the engine's own memory holds what is carried on; it does from one learning presentation to the next.
        self._goes_on = False
        n_inputs, n_neurons = kept["weights"].shape
        super().__init__(
            excitation_inhibition_circuit(n_inputs, n_neurons, rule),
            VIEWS | {name: key for name, (key, _) in self._fast.items()},
            kept={name: np.array(kept[name], np.float32) for name in SLOW},
            fresh=FRESH,
        )

    def prepare(self, engine: Engine) -> None:
        """Let no neuron inhibit itself, and set the rule's rates."""
        n_neurons = engine.manifest.populations["excitatory"]
        np.fill_diagonal(engine.view("inhibition.w").reshape(n_neurons, n_neurons), 0)
        for name, value in rule_rates(self.rule, self.learning_rate).items():
            engine.view(f"feedforward.{name}")[:] = value

    @property
    def weights(self) -> NDArray[np.float32]:
        """The plastic weights, shape (n_inputs, n_neurons), in multiples of the leak conductance."""
        return self.views["weights"]

    def state(self) -> dict[str, Array]:
        """Copy everything that the next presentation depends on."""
        return super().state() | {name: array.copy() for name, array in self._carried.items()}

    def take(self, state: Mapping[str, ArrayLike]) -> None:
        """Take over what :meth:`state` gave."""
        super().take({name: values for name, values in state.items() if name not in self._fast})
        self._goes_on = False
        for name in self._fast.keys() & state.keys():
            self._carried[name][:] = state[name]

    def present(self, rates_hz: Array, hazards: Array, seed: int, gain: float) -> Presentation:
        """Show one sample and learn, starting from what the last such presentation left; then rest, and normalise.

        Parameters
        ----------
        rates_hz : ndarray, shape (n_inputs,)
            Of the Poisson inputs.
        hazards : ndarray, shape (n_inputs,)
            Where in its first interval each input begins: exponential with mean 1.
        seed : int
            Of the intervals that follow.
        gain : float
            Conductance (nS) that a spike over a weight of 1 opens.

        Returns
        -------
        Presentation
        """
        views = self.begin(learning=True)
        if not self._goes_on:
            for name in self._fast:
                views[name][:] = self._carried[name]
            self._goes_on = True
        views["increment"][:] = self.threshold_increment_mv * 1e-3
        views["rate"][:] = rates_hz
        views["hazard"][:] = hazards
        views["gain"][:] = gain
        self.engine.seed(seed)
        self.run(self.n_steps)
        counts, n_steps = views["n_excitatory"].copy(), self.n_steps + self.n_rest_steps
        views["rate"][:] = 0
        self.run(self.n_rest_steps)
        views["adaptation"] *= np.float32(np.exp(-n_steps * DT_MS / self.threshold_time_constant_ms))
        self._normalise(views["weights"])
        n_excitatory, n_inhibitory, n_input = (
            int(views[name].sum()) for name in ("n_excitatory", "n_inhibitory", "n_input")
        )
        return Presentation(counts, n_excitatory, n_inhibitory, n_input, n_steps)

    def respond(
        self, rates_hz: Array, hazards: Array, seeds: Sequence[int], gain: float
    ) -> tuple[Array, NDArray[np.int64]]:
        """Show samples, each from rest, to a network that does not learn; as :meth:`present`, with a row for each.

        Returns
        -------
        counts : ndarray of float32, shape (n_samples, n_neurons)
            Spikes of the excitatory neurons.
        n_spikes : ndarray of int, shape (3,)
            Of all inputs, excitatory and inhibitory neurons.
        """
        self._carry()
        resting = {name: rest for name, (_, rest) in self._fast.items()} | {"increment": 0.0, "gain": gain}
        spikes = ("n_input", "n_excitatory", "n_inhibitory")
        read = self.play({"rate": rates_hz, "hazard": hazards}, [Part(self.n_steps, resting)], spikes, seeds=seeds)
        return read["n_excitatory"], np.array([read[name].sum(dtype=np.float64) for name in spikes], np.int64)

    def _learned(self) -> dict[str, Array]:
        self._carry()
        return super()._learned()

    def _carry(self) -> None:
        """Keep what outlasts a rest before anything else is shown, or the engine is closed."""
        if self._goes_on:
            for name in self._fast:
                self._carried[name][:] = self.views[name]
            self._goes_on = False

    def _normalise(self, weights: Array) -> None:
        if isinstance(self.engine, LiveEngine):
            looping.normalise_columns(weights, self.weight_sum)
        else:
            normalise_incoming(weights, self.weight_sum)


def rule_rates(rule: str, learning_rate: float) -> dict[str, float]:
    """Give the rule's parameters that follow from one learning rate, in the released proportions."""
    if rule == DIEHL_COOK.name:
        return {"learning_rate": learning_rate}
    return {"potentiation": learning_rate, "depression": learning_rate / 100}


def fast_variables(rule: str) -> dict[str, tuple[str, float]]:
    """Name what outlasts the rest in part (22 % of a potential after 150 ms): its view and its resting value (SI)."""
    found = {"potential": ("excitatory.v", REST_MV["excitatory"] * 1e-3)}
    found |= {"inhibitory_potential": ("inhibitory.v", REST_MV["inhibitory"] * 1e-3)}
    for population in ("excitatory", "inhibitory"):
        for kind in ("excitatory", "inhibitory"):
            found[f"{population}_{kind}_conductance"] = (f"{population}.{kind}_conductance", 0.0)
    found["presynaptic_trace"] = ("inputs.presynaptic_trace_of_feedforward", 0.0)
    if rule == DIEHL_COOK_RELEASED.name:
        for trace in ("postsynaptic_trace", "slow_postsynaptic_trace"):
            found[trace] = (f"excitatory.{trace}_of_feedforward", 0.0)
    return found


def fresh_state(weights: Array, rule: str) -> dict[str, Array]:
    """Give the state of an untrained network at rest with these weights, shape (n_inputs, n_neurons)."""
    n_inputs, n_neurons = weights.shape
    sizes = {"inputs": n_inputs, "excitatory": n_neurons, "inhibitory": n_neurons}
    fast = {name: np.full(sizes[key.split(".")[0]], rest) for name, (key, rest) in fast_variables(rule).items()}
    return {"weights": weights, "adaptation": np.full(n_neurons, START_ADAPTATION_MV * 1e-3), **fast}


def excitation_inhibition_circuit(n_inputs: int, n_neurons: int, rule: str) -> Circuit:
    """Describe the circuit; the zeros of "all but its own" are written into the inhibitory weights when it is open."""
    plastic = RULES[rule]
    plastic = replace(
        plastic, transmitted="w*conductance", parameters={**plastic.parameters, "conductance": Quantity(1.0)}
    )
    return Circuit(
        name="excitation_inhibition",
        populations=(
            Population("inputs", n_inputs, counted(POISSON)),
            Population(
                "excitatory",
                n_neurons,
                counted(LIF_ADAPTIVE_THRESHOLD),
                parameters={
                    "threshold_time_constant": Quantity(NEVER_MS, "ms"),
                    "threshold_potential": Quantity(THRESHOLD_FLOOR_MV, "mV"),
                },
                initial={"threshold_adaptation": Quantity(START_ADAPTATION_MV, "mV")},
            ),
            Population(
                "inhibitory",
                n_neurons,
                counted(LIF_CONDUCTANCE),
                parameters=dict(DIEHL_COOK_INHIBITORY),
                initial={"v": Quantity(REST_MV["inhibitory"], "mV")},
            ),
        ),
        pathways=(
            Pathway("feedforward", "inputs", "excitatory", "excitatory", weight=Quantity(0.0), rule=plastic),
            Pathway("excitation", "excitatory", "inhibitory", "excitatory", Quantity(EXCITE_NS, "nS"), OneToOne()),
            Pathway("inhibition", "inhibitory", "excitatory", "inhibitory", Quantity(INHIBIT_NS, "nS")),
        ),
        dt=Quantity(DT_MS, "ms"),
    )
