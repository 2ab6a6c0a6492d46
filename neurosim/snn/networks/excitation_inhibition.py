"""The network of Diehl and Cook (2015) and how one presentation runs on it, on whichever engine runs here.

Poisson inputs drive excitatory neurons through plastic weights; each excitatory neuron drives an inhibitory one of its
own, which inhibits all other excitatory neurons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import SampleSpikes
from neurosim.snn.circuits import Circuit, OneToOne, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.homeostasis import normalise_incoming
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.networks.recording import latest_spikes
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.lif_conductance import DIEHL_COOK_INHIBITORY, LIF_CONDUCTANCE
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.rules.diehl_cook import DIEHL_COOK, DIEHL_COOK_RELEASED
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
RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in (DIEHL_COOK_RELEASED, DIEHL_COOK)})


@dataclass(frozen=True)
class Response:
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


class ExcitationInhibitionNetwork:
    """The network with its state; a pickled or copied one opens an engine of its own when first used.

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
        self._kept = {name: np.array(kept[name], np.float32) for name in (*SLOW, *self._fast)}
        self._engine: Any = None
        self._views: dict[str, Array] = {}
        self._learning = True

    @property
    def weights(self) -> NDArray[np.float32]:
        """The plastic weights, shape (n_inputs, n_neurons), in multiples of the leak conductance."""
        return self._opened()["weights"]

    def state(self) -> dict[str, Array]:
        """Copy everything that the next presentation depends on."""
        if self._engine is None:
            return {name: array.copy() for name, array in self._kept.items()}
        return {name: (self._views[name] if name in SLOW else array).copy() for name, array in self._kept.items()}

    def take(self, state: Mapping[str, Array]) -> None:
        """Take over what :meth:`state` gave."""
        for name, array in state.items():
            self._kept[name][:] = array
            if self._engine is not None and name in SLOW:
                self._views[name][:] = array

    def present(self, rates_hz: Array, hazards: Array, seed: int, gain: float, learning: bool) -> Response:
        """Show one sample; when learning, rest afterwards and normalise the weights.

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
        learning : bool
            Learn, starting from what the last such presentation left; else weights and thresholds stand still and the
            presentation starts from rest.

        Returns
        -------
        Response
        """
        views = self._opened()
        self._set_learning(learning)
        for name, (_, rest) in self._fast.items():
            views[name][:] = self._kept[name] if learning else rest
        for name in ("n_input", "n_excitatory", "n_inhibitory"):
            views[name][:] = 0
        # Nobody begins in the refractory period of a spike from before the onset.
        for name in ("last_excitatory", "last_inhibitory"):
            views[name][:] = LONG_AGO_S
        views["rate"][:] = rates_hz
        views["hazard"][:] = hazards
        views["gain"][:] = gain
        self._engine.seed(seed)
        self._engine.run_steps(self.n_steps)
        counts, n_steps = views["n_excitatory"].copy(), self.n_steps
        if learning:
            views["rate"][:] = 0
            self._engine.run_steps(self.n_rest_steps)
            n_steps += self.n_rest_steps
            views["adaptation"] *= np.float32(np.exp(-n_steps * DT_MS / self.threshold_time_constant_ms))
            normalise_incoming(views["weights"], self.weight_sum)
            for name in self._fast:
                self._kept[name][:] = views[name]
        n_excitatory, n_inhibitory, n_input = (
            int(views[name].sum()) for name in ("n_excitatory", "n_inhibitory", "n_input")
        )
        return Response(counts, n_excitatory, n_inhibitory, n_input, n_steps)

    def record(self) -> None:
        """Record the spikes of all populations from now on."""
        self._opened()
        for population in self._sizes():
            self._engine.record_spikes(population)

    def recorded(self) -> SampleSpikes:
        """Hand out the spikes of the latest presentation that did not learn."""
        return latest_spikes(self._engine, self._sizes(), self.n_steps)

    def _sizes(self) -> dict[str, int]:
        n_inputs, n_neurons = self._kept["weights"].shape
        return {"inputs": n_inputs, "excitatory": n_neurons, "inhibitory": n_neurons}

    def close(self) -> None:
        """Close the engine, keeping the state."""
        if self._engine is not None:
            self._kept = self.state()
            self._views = {}
            self._engine.close()
            self._engine = None

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_kept": self.state(), "_engine": None, "_views": {}, "_learning": True}

    def __deepcopy__(self, memo: dict[int, Any]) -> ExcitationInhibitionNetwork:
        twin = ExcitationInhibitionNetwork.__new__(ExcitationInhibitionNetwork)
        twin.__dict__.update(self.__getstate__())
        return twin

    def _opened(self) -> dict[str, Array]:
        if self._engine is None:
            n_inputs, n_neurons = self._kept["weights"].shape
            self._engine = open_engine(excitation_inhibition_circuit(n_inputs, n_neurons, self.rule))
            view = self._engine.view
            others = view("inhibition.w").reshape(n_neurons, n_neurons)
            np.fill_diagonal(others, 0)
            self._views = {name: view(key) for name, (key, _) in self._fast.items()} | {
                "weights": view("feedforward.w").reshape(n_inputs, n_neurons),
                "adaptation": view("excitatory.threshold_adaptation"),
                "increment": view("excitatory.threshold_increment"),
                "gain": view("feedforward.conductance"),
                "rate": view("inputs.rate"),
                "hazard": view("inputs.hazard_left"),
                "n_input": view("inputs.n_spikes"),
                "n_excitatory": view("excitatory.n_spikes"),
                "n_inhibitory": view("inhibitory.n_spikes"),
                "last_excitatory": view("excitatory.lastspike"),
                "last_inhibitory": view("inhibitory.lastspike"),
            }
            for name, value in rule_rates(self.rule, self.learning_rate).items():
                view(f"feedforward.{name}")[:] = value
            for name in SLOW:
                self._views[name][:] = self._kept[name]
            self._learning = True
            self._views["increment"][:] = self.threshold_increment_mv * 1e-3
        return self._views

    def _set_learning(self, wanted: bool) -> None:
        if wanted is not self._learning:
            (self._engine.unfreeze if wanted else self._engine.freeze)("feedforward")
            self._views["increment"][:] = self.threshold_increment_mv * 1e-3 if wanted else 0.0
            self._learning = wanted


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


def counted(model: NeuronModel, n_spikes: str = "n_spikes") -> NeuronModel:
    """Let a model count its spikes."""
    return replace(
        model, equations=f"{model.equations}\n{n_spikes} : 1", reset=f"{model.reset}; {n_spikes} += 1".lstrip("; ")
    )


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
