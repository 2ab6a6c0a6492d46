"""A competitive spiking network and how one presentation runs on it. Shared by the learners that compete.

Inputs fire at ``rate = gain * u``, where ``u`` is the encoded sample. Transmission and the presynaptic trace are scaled
by ``1 / (gain * time constant)``, so that a weight is in units of ``u``, the potential is the similarity of ``w`` and
``u`` times the decaying time course, and neither depends on how many spikes a sample is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import EventCounts, SampleSpikes
from neurosim.snn.circuits import Circuit, LateralInhibition, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.models import Rule
from neurosim.snn.networks.choosers import DECISION_MS, choosing_parts
from neurosim.snn.networks.competition_rules import TRACE_SCALE, TRANSMISSION_SCALE, fresh_variables, scaled
from neurosim.snn.networks.recording import latest_spikes
from neurosim.snn.neurons.competitor import COMPETITOR
from neurosim.snn.neurons.latency import LATENCY
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.rules.competitive import COMPETITIVE
from neurosim.snn.rules.competitive_reward import COMPETITIVE_REWARD
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 1.0
INHIBITION = 1000.0
INHIBITION_TIME_CONSTANT_MS = 200.0
TIME_CONSTANT_MS = 100.0
FAST = (
    "v", "inhibition", "n_spikes", "n_input_spikes",
    "hidden_trace", "chooser_current", "chooser_inhibition", "chooser_spikes",
)  # fmt: skip
"""What a presentation begins without."""
COUNTED = "n_spikes"
SOURCES = {
    "regular": REGULAR,
    # Chance decides how many spikes a sample is given, so they are counted.
    "poisson": replace(
        POISSON, equations=f"{POISSON.equations}\n{COUNTED} : 1", reset=f"{POISSON.reset}; {COUNTED} += 1"
    ),
    "latency": LATENCY,
}
WRITTEN = {"regular": ("rate", "phase"), "poisson": ("rate", "hazard_left"), "latency": ("latency", "elapsed_steps")}


@dataclass(frozen=True)
class Onset:
    """What a presentation begins with.

    Attributes
    ----------
    writes : dict of str to ndarray, each of shape (n_inputs,)
        The source's variables.
    scale : float
        What one spike counts for, in potential and presynaptic trace.
    n_spikes : int or None
        Input spikes of the presentation; None where chance decides and they are counted.
    seed : int or None
        Of the engine's own generator, where the source draws while it runs.
    """

    writes: dict[str, Array]
    scale: float
    n_spikes: int | None
    seed: int | None = None


@dataclass(frozen=True)
class Response:
    """What one presentation gave: spikes of every neuron, of all inputs together, and of every chooser."""

    counts: NDArray[np.float32]
    n_input_spikes: int
    choices: NDArray[np.float32] | None = None


class CompetitiveNetwork:
    """Inputs, competing neurons and plastic weights between them, on whichever engine runs here.

    Weights and thresholds live in the engine while it is open; a pickled or copied network carries them along and
    opens an engine of its own when first used.

    Parameters
    ----------
    weights : ndarray, shape (n_inputs, n_neurons)
        Start values.
    thresholds : ndarray, shape (n_neurons,)
        Start values.
    presentation_ms : float
        How long a sample is shown.
    modulated : bool, default=False
        Spikes leave eligibilities only, which :meth:`modulate` turns into weight after the presentation.
    choices : ndarray, shape (n_neurons, n_choosers), optional
        Start values of the weights to a second layer; see :mod:`neurosim.snn.networks.choosers`.
    code : {"regular", "poisson", "latency"}, default="regular"
        How inputs fire; see :mod:`neurosim.coding.spike_codes`.
    rule : Rule, optional
        How weights learn; by default the instar rule, or its modulated form. Its ``learning_rate`` is set for each
        presentation, and its ``trace_scale``, where it has one, such that a scaled trace is in units of the sample.
    """

    def __init__(
        self,
        weights: Array,
        thresholds: Array,
        presentation_ms: float,
        modulated: bool = False,
        choices: Array | None = None,
        code: str = "regular",
        rule: Rule | None = None,
    ) -> None:
        self.modulated = modulated
        self.rule = scaled(rule or (COMPETITIVE_REWARD if modulated else COMPETITIVE))
        self.code = code
        self.n_steps = round(presentation_ms / DT_MS)
        self._kept = {"weights": weights.astype(np.float32), "thresholds": thresholds.astype(np.float32)}
        if choices is not None:
            self._kept["choices"] = choices.astype(np.float32)
        self._engine: Any = None
        self._views: dict[str, Array] = {}
        self._fresh: list[tuple[Array, float]] = []
        self._learning = True

    @property
    def weights(self) -> NDArray[np.float32]:
        """The weights, shape (n_inputs, n_neurons); writing changes them."""
        return self._opened()["weights"]

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """The thresholds, shape (n_neurons,); writing changes them."""
        return self._opened()["thresholds"]

    @property
    def choices(self) -> NDArray[np.float32]:
        """The weights to the choosers, shape (n_neurons, n_choosers); writing changes them."""
        return self._opened()["choices"]

    @property
    def engine_name(self) -> str:
        """``"live"`` or ``"runtime"``."""
        self._opened()
        return str(self._engine.name)

    def present(
        self, onset: Onset, learning_rate: float, veto: Array | float = 0.0, head_starts: Array | float = 0.0
    ) -> Response:
        """Show one sample from a state of rest.

        Parameters
        ----------
        onset : Onset
            What the sample writes into the inputs.
        learning_rate : float
            Of the rule; 0 freezes the weights.
        veto : ndarray or float, default=0
            Inhibition from a teacher, one number a neuron.
        head_starts : ndarray or float, default=0
            Where the choosers' potentials begin, one number each.

        Returns
        -------
        Response
        """
        views = self._opened()
        self._set_learning(learning_rate > 0)
        views["learning_rate"][:] = learning_rate
        if TRACE_SCALE in views:
            views[TRACE_SCALE][:] = onset.scale * self._trace_share()
        views["transmission_scale"][:] = onset.scale
        for name, values in onset.writes.items():
            views[name][:] = values
        if onset.seed is not None:
            self._engine.seed(onset.seed)
        views["veto"][:] = veto
        for name in FAST:
            if name in views:
                views[name][:] = 0
        for view, value in self._fresh:
            view[:] = value
        if "choices" in views:
            views["chooser_v"][:] = head_starts
        self._engine.run_steps(self.n_steps)
        n_input_spikes = int(views["n_input_spikes"].sum()) if onset.n_spikes is None else onset.n_spikes
        if "choices" not in views:
            return Response(views["n_spikes"].copy(), n_input_spikes)
        self._silence()
        self._engine.run_steps(round(DECISION_MS / DT_MS))
        return Response(views["n_spikes"].copy(), n_input_spikes, views["chooser_spikes"].copy())

    def _trace_share(self) -> float:
        """Give by how much a trace of another time constant than the membrane's has to be raised."""
        own = self.rule.parameters.get("presynaptic_time_constant")
        return 1.0 if own is None or self.code == "latency" else TIME_CONSTANT_MS / (own.si * 1e3)

    def _silence(self) -> None:
        """Let the sample go, so that only the choosers go on."""
        if self.code == "latency":
            self._views["latency"][:] = -1
        else:
            self._views["rate"][:] = 0

    def modulate(self, step: float, norm: float | None = None) -> int:
        """Let a global signal meet the eligibilities that the last presentation left: ``w += step * eligibility``.

        The same as the rule's ``modulate`` and ``forget`` for all synapses: only neurons that spiked have an
        eligibility other than zero, so only theirs are visited.

        Parameters
        ----------
        step : float
            Learning rate times modulator.
        norm : float, optional
            Euclidean length to which the incoming weights of each neuron that learned are scaled; a negative step
            alone would let them grow without bound.

        Returns
        -------
        int
            Number of weights written.
        """
        views = self._opened()
        winners = np.flatnonzero(views["n_spikes"])
        weights, eligibility = views["weights"], views["eligibility"]
        if step:
            changed = weights[:, winners] + np.float32(step) * eligibility[:, winners]
            np.clip(changed, views["w_min"][0], views["w_max"][0], out=changed)
            if norm is not None:
                length = np.sqrt(np.einsum("ij,ij->j", changed, changed))
                changed *= np.float32(norm) / np.where(length > 0, length, 1)
            weights[:, winners] = changed
        eligibility[:, winners] = 0
        return len(winners) * len(weights) if step else 0

    def modulate_choices(self, learning_rate: float, modulator: float) -> None:
        """Let the global signal meet the choosers' eligibilities; see :mod:`neurosim.snn.networks.choosers`."""
        views = self._opened()
        views["choice_rate"][:] = learning_rate
        views["modulator"][:] = modulator
        self._engine.call("choices", "modulate")

    def record(self) -> None:
        """Record the spikes of all populations from now on."""
        self._opened()
        for population in self._sizes():
            self._engine.record_spikes(population)

    def recorded(self) -> SampleSpikes:
        """Hand out the spikes of the latest presentation."""
        n_after = round(DECISION_MS / DT_MS) if "choices" in self._kept else 0
        return latest_spikes(self._engine, self._sizes(), self.n_steps + n_after)

    def _sizes(self) -> dict[str, int]:
        n_inputs, n_neurons = self._kept["weights"].shape
        sizes = {"inputs": n_inputs, "neurons": n_neurons}
        return sizes | ({"choosers": self._kept["choices"].shape[1]} if "choices" in self._kept else {})

    def close(self) -> None:
        """Close the engine, keeping weights and thresholds."""
        if self._engine is not None:
            self._kept = {name: self._views[name].copy() for name in self._kept}
            self._views, self._fresh = {}, []
            self._engine.close()
            self._engine = None

    def __getstate__(self) -> dict[str, Any]:
        kept = self._kept if self._engine is None else {name: self._views[name].copy() for name in self._kept}
        return {
            "n_steps": self.n_steps,
            "modulated": self.modulated,
            "code": self.code,
            "rule": self.rule,
            "_kept": kept,
            "_engine": None,
            "_views": {},
            "_fresh": [],
            "_learning": True,
        }

    def __deepcopy__(self, memo: dict[int, Any]) -> CompetitiveNetwork:
        twin = CompetitiveNetwork.__new__(CompetitiveNetwork)
        twin.__dict__.update(self.__getstate__())
        twin._kept = {name: array.copy() for name, array in twin._kept.items()}
        return twin

    def _opened(self) -> dict[str, Array]:
        if self._engine is None:
            n_inputs, n_neurons = self._kept["weights"].shape
            n_choosers = self._kept["choices"].shape[1] if "choices" in self._kept else 0
            self._engine = open_engine(competitive_circuit(n_inputs, n_neurons, self.rule, n_choosers, self.code))
            view = self._engine.view
            self._views = {
                "weights": view("synapses.w").reshape(n_inputs, n_neurons),
                "thresholds": view("neurons.own_threshold"),
                "veto": view("neurons.veto"),
                "v": view("neurons.v"),
                "n_spikes": view("neurons.n_spikes"),
                "inhibition": view("neurons.lateral_inhibition"),
                "learning_rate": view("synapses.learning_rate"),
                TRANSMISSION_SCALE: view(f"synapses.{TRANSMISSION_SCALE}"),
            }
            if TRACE_SCALE in self.rule.parameters:
                self._views[TRACE_SCALE] = view(f"synapses.{TRACE_SCALE}")
            self._views |= {name: view(f"inputs.{name}") for name in WRITTEN[self.code]}
            if self.code == "poisson":
                self._views["n_input_spikes"] = view(f"inputs.{COUNTED}")
            if self.modulated:
                self._views |= {name: view(f"synapses.{name}") for name in ("w_min", "w_max")}
                self._views["eligibility"] = view("synapses.eligibility").reshape(n_inputs, n_neurons)
            if n_choosers:
                self._views |= {
                    "choices": view("choices.w").reshape(n_neurons, n_choosers),
                    "choice_rate": view("choices.learning_rate"),
                    "modulator": view("choices.modulator"),
                    "hidden_trace": view("neurons.presynaptic_trace_of_choices"),
                    "chooser_v": view("choosers.v"),
                    "chooser_current": view("choosers.current"),
                    "chooser_spikes": view("choosers.n_spikes"),
                    "chooser_inhibition": view("choosers.lateral_inhibition"),
                }
            fresh = fresh_variables(self.rule, "synapses", "inputs", "neurons")
            # An eligibility is what a presentation leaves; whoever modulates it takes it away.
            self._fresh = [(view(key), value) for key, value in fresh.items() if not self.modulated or "_of_" in key]
            for name, array in self._kept.items():
                self._views[name][:] = array
            self._learning = True
        return self._views

    def _set_learning(self, wanted: bool) -> None:
        if wanted is not self._learning:
            for pathway in ("synapses", "choices") if "choices" in self._views else ("synapses",):
                (self._engine.unfreeze if wanted else self._engine.freeze)(pathway)
            self._learning = wanted


def competitive_circuit(
    n_inputs: int, n_neurons: int, rule: Rule, n_choosers: int = 0, code: str = "regular"
) -> Circuit:
    """Describe inputs, competitors with shared lateral inhibition, and weights between them that learn by a rule."""
    strength, time_constant = Quantity(INHIBITION), Quantity(INHIBITION_TIME_CONSTANT_MS, "ms")
    membrane = Quantity(TIME_CONSTANT_MS, "ms")
    populations = [
        Population("inputs", n_inputs, SOURCES[code]),
        Population("neurons", n_neurons, COMPETITOR, parameters={"membrane_time_constant": membrane}),
    ]
    pathways = [
        Pathway(
            "synapses",
            "inputs",
            "neurons",
            "excitatory",
            weight=Quantity(0.0),
            rule=rule,
        )
    ]
    inhibition = [LateralInhibition("inhibition", "neurons", strength, time_constant)]
    if n_choosers:
        population, pathway, among = choosing_parts(n_choosers, strength, time_constant)
        populations.append(population)
        pathways.append(pathway)
        inhibition.append(among)
    name = "choice" if n_choosers else "modulated_competition" if rule.on_demand else "competition"
    return Circuit(name, tuple(populations), tuple(pathways), tuple(inhibition), dt=Quantity(DT_MS, "ms"))


def even_weights(u: Array, n_neurons: int, rng: np.random.Generator) -> Array:
    """Draw weights, shape (n_inputs, n_neurons), evenly around the mean of an encoded sample."""
    mean = float(u.mean()) or 1 / len(u)
    return rng.uniform(0, 2 * mean, (len(u), n_neurons))


def competition_counts(n_steps: int, n_inputs: int, n_neurons: int, n_input_spikes: int, n_spikes: int) -> EventCounts:
    """Count what presenting takes, without learning: every neuron hears all inputs and all other neurons."""
    deliveries = n_input_spikes * n_neurons + n_spikes * (n_neurons - 1)
    return EventCounts(
        connections=n_steps * (n_inputs * n_neurons + n_neurons * (n_neurons - 1)),
        active_connections=deliveries,
        spike_deliveries=deliveries,
        state_updates=n_steps * (n_inputs + 2 * n_neurons),
        input_spikes=n_input_spikes,
        spikes=n_spikes,
    )
