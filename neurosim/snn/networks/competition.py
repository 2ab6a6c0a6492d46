"""A competitive spiking network, and how presentations run on it. Shared by the learners that compete.

Inputs fire at ``rate = gain * u``, where ``u`` is the encoded sample. Transmission and the presynaptic trace are scaled
by ``1 / (gain * time constant)``, so that a weight is in units of ``u``, the potential is the similarity of ``w`` and
``u`` times the decaying time course, and neither depends on how many spikes a sample is given.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.homeostasis import incoming_norm
from neurosim.snn.models import NeuronModel, Rule
from neurosim.snn.naming import declared_names
from neurosim.snn.networks.choosers import DECISION_MS
from neurosim.snn.networks.competition_circuit import DT_MS, SOURCES, TIME_CONSTANT_MS, competitive_circuit
from neurosim.snn.networks.competition_copies import LEARNED, MANY, Copies, copies_of
from neurosim.snn.networks.competition_neurons import VETO, fresh_neurons
from neurosim.snn.networks.competition_rules import TRACE_SCALE, TRANSMISSION_SCALE, fresh_variables, scaled
from neurosim.snn.networks.onsets import Onsets, Presentation, Responses
from neurosim.snn.neurons.competitor import COMPETITOR
from neurosim.snn.playing import Part
from neurosim.snn.rules.competitive import COMPETITIVE
from neurosim.snn.rules.competitive_reward import COMPETITIVE_REWARD
from neurosim.snn.session import Session

Array = NDArray[Any]
VIEWS = {
    "weights": "synapses.w",
    "thresholds": "neurons.own_threshold",
    "n_spikes": "neurons.n_spikes",
    "inhibition": "neurons.lateral_inhibition",
    "learning_rate": "synapses.learning_rate",
    TRANSMISSION_SCALE: f"synapses.{TRANSMISSION_SCALE}",
}
MODULATED_VIEWS = {"eligibility": "synapses.eligibility", "w_min": "synapses.w_min", "w_max": "synapses.w_max"}
CHOOSER_VIEWS = {
    "choices": "choices.w",
    "choice_rate": "choices.learning_rate",
    "modulator": "choices.modulator",
    "hidden_trace": "neurons.presynaptic_trace_of_choices",
    "chooser_v": "choosers.v",
    "chooser_current": "choosers.current",
    "chooser_spikes": "choosers.n_spikes",
    "chooser_inhibition": "choosers.lateral_inhibition",
}
FAST = (
    "inhibition", "n_input_spikes",
    "hidden_trace", "chooser_current", "chooser_inhibition", "chooser_spikes",
)  # fmt: skip
"""What a presentation begins without, besides what the neurons themselves hold."""


class CompetitiveNetwork(Session):
    """Inputs, competing neurons and plastic weights between them. Kept are weights and thresholds.

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
    neuron : NeuronModel, default=COMPETITOR
        What competes; see :func:`neurosim.snn.networks.competition_neurons.find_neuron`.
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
        neuron: NeuronModel = COMPETITOR,
    ) -> None:
        self.modulated = modulated
        self.rule = scaled(rule or (COMPETITIVE_REWARD if modulated else COMPETITIVE))
        self.code = code
        self.neuron = neuron
        self.n_steps = round(presentation_ms / DT_MS)
        self.n_decision_steps = 0 if choices is None else round(DECISION_MS / DT_MS)
        kept = {"weights": weights, "thresholds": thresholds} | ({} if choices is None else {"choices": choices})
        self.n_choosers = n_choosers = 0 if choices is None else choices.shape[1]
        views, neurons = self._views_of(n_choosers), fresh_neurons(neuron, "neurons")
        traces = fresh_variables(self.rule, "synapses", "inputs", "neurons")
        # An eligibility is what a presentation leaves; whoever modulates it takes it away.
        traces = {key: value for key, value in traces.items() if not modulated or "_of_" in key}
        super().__init__(
            competitive_circuit(weights.shape[0], weights.shape[1], self.rule, n_choosers, code, neuron),
            views | {key: key for key in (*neurons, *traces)},
            kept={name: values.astype(np.float32) for name, values in kept.items()},
            fresh=neurons | {name: 0.0 for name in FAST if name in views} | traces,
        )

    def _views_of(self, n_choosers: int) -> dict[str, str]:
        views = VIEWS | {name: f"inputs.{name}" for name in SOURCES[self.code].initial}
        if TRACE_SCALE in self.rule.parameters:
            views[TRACE_SCALE] = f"synapses.{TRACE_SCALE}"
        if VETO in declared_names(self.neuron.equations):
            views[VETO] = f"neurons.{VETO}"
        if self.code == "poisson":
            views["n_input_spikes"] = "inputs.n_spikes"
        return views | (MODULATED_VIEWS if self.modulated else {}) | (CHOOSER_VIEWS if n_choosers else {})

    @property
    def weights(self) -> NDArray[np.float32]:
        """The weights, shape (n_inputs, n_neurons); writing changes them."""
        return self.views["weights"]

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """The thresholds, shape (n_neurons,); writing changes them."""
        return self.views["thresholds"]

    @property
    def choices(self) -> NDArray[np.float32]:
        """The weights to the choosers, shape (n_neurons, n_choosers); writing changes them."""
        return self.views["choices"]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a presentation: a sample is shown, then let go, so that only the choosers go on."""
        if not self.n_decision_steps:
            return (Part(self.n_steps, self.fresh),)
        silence = {"latency": -1.0} if self.code == "latency" else {"rate": 0.0}
        return (Part(self.n_steps, self.fresh), Part(self.n_decision_steps, silence))

    @property
    def trace_share(self) -> float:
        """By how much a trace of another time constant than the membrane's has to be raised."""
        own = self.rule.parameters.get("presynaptic_time_constant")
        return 1.0 if own is None or self.code == "latency" else TIME_CONSTANT_MS / (own.si * 1e3)

    def present(
        self,
        onsets: Onsets,
        row: int,
        learning_rate: float,
        veto: Array | float = 0.0,
        head_starts: Array | float = 0.0,
    ) -> Presentation:
        """Show one sample from a state of rest.

        Parameters
        ----------
        onsets : Onsets
            What samples write into the inputs.
        row : int
            Which of them.
        learning_rate : float
            Of the rule; 0 freezes the weights.
        veto : ndarray or float, default=0
            Inhibition from a teacher, one number a neuron; the model has to read it.
        head_starts : ndarray or float, default=0
            Where the choosers' potentials begin, one number each.

        Returns
        -------
        Presentation
        """
        views = self.begin(learning_rate > 0)
        views["learning_rate"][:] = learning_rate
        for name, values in self._scaled(onsets[row : row + 1]).items():
            views[name][:] = values[0]
        if onsets.seeds is not None:
            self.engine.seed(onsets.seeds[row])
        if VETO in views or np.any(veto):
            views[VETO][:] = veto
        if self.n_decision_steps:
            views["chooser_v"][:] = head_starts
        for number, part in enumerate(self.parts):
            if number:
                for name, value in part.begins.items():
                    views[name][:] = value
            self.run(part.n_steps)
        n_input_spikes = views["n_input_spikes"].sum() if onsets.n_spikes is None else onsets.n_spikes[row]
        choices = views["chooser_spikes"].copy() if self.n_decision_steps else None
        return Presentation(views["n_spikes"].copy(), int(n_input_spikes), choices)

    def respond(self, onsets: Onsets, thresholds: Array) -> Responses:
        """Show samples, each from a state of rest, to a network that does not learn.

        Parameters
        ----------
        onsets : Onsets
            What they write into the inputs.
        thresholds : ndarray, shape (n_neurons,)
            Of all presentations.

        Returns
        -------
        Responses
        """
        views = self.views
        if len(onsets) >= MANY and isinstance(self.engine, LiveEngine) and self._copies is not None:
            learned = {name: views[name] for name in LEARNED if name in views}
            first, *later = self.parts
            return self._copies.respond(onsets, thresholds, learned, (Part(first.n_steps), *later))
        nobody = {name: 0.0 for name in (VETO, "chooser_v") if name in views}
        first, *later = self.parts
        first = Part(first.n_steps, {**first.begins, **nobody, "learning_rate": 0.0})
        writes = {**self._scaled(onsets), "thresholds": np.broadcast_to(thresholds, (len(onsets), len(thresholds)))}
        counted = ["n_input_spikes"] if onsets.n_spikes is None else []
        chosen = ["chooser_spikes"] if self.n_decision_steps else []
        read = self.play(writes, (first, *later), ["n_spikes", *chosen, *counted], seeds=onsets.seeds)
        n_input_spikes = onsets.n_spikes if onsets.n_spikes is not None else read["n_input_spikes"].sum(axis=1)
        return Responses(read["n_spikes"], n_input_spikes.astype(np.int64), read.get("chooser_spikes"))

    @cached_property
    def _copies(self) -> Copies | None:
        return copies_of(self)

    def close(self) -> None:
        """Close the engine, and that of copies; see :meth:`neurosim.snn.Session.close`."""
        vars(self).pop("_copies", None)
        super().close()

    def _scaled(self, onsets: Onsets) -> dict[str, Array]:
        """Give all that samples write, what their spikes count for included."""
        traces = {TRACE_SCALE: onsets.scales * self.trace_share} if TRACE_SCALE in self.keys else {}
        return {**onsets.writes, TRANSMISSION_SCALE: onsets.scales, **traces}

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
        views = self.views
        winners = np.flatnonzero(views["n_spikes"])
        weights, eligibility = views["weights"], views["eligibility"]
        if step:
            changed = weights[:, winners] + np.float32(step) * eligibility[:, winners]
            np.clip(changed, views["w_min"][0], views["w_max"][0], out=changed)
            if norm is not None:
                length = incoming_norm(changed, order=2).astype(np.float32)
                changed *= np.float32(norm) / np.where(length > 0, length, 1)
            weights[:, winners] = changed
        eligibility[:, winners] = 0
        return len(winners) * len(weights) if step else 0

    def modulate_choices(self, learning_rate: float, modulator: float) -> None:
        """Let the global signal meet the choosers' eligibilities; see :mod:`neurosim.snn.networks.choosers`."""
        views = self.views
        views["choice_rate"][:] = learning_rate
        views["modulator"][:] = modulator
        self.engine.call("choices", "modulate")
