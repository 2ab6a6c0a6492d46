"""A feed-forward spiking network with one hidden layer, its eligibilities, and how presentations run on it.

Regular inputs → leaky integrate-and-fire neurons, reset by subtraction → leaky integrators. All three run step by step
in the engine; so do all spikes. Recorded are input spikes, hidden spikes and hidden potentials, from which Python forms
the eligibilities after the presentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import Circuit, Pathway, Population
from neurosim.snn.engine.interface import Engine, Spikes
from neurosim.snn.neurons.leaky_integrator import LEAKY_INTEGRATOR
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.playing import Part
from neurosim.snn.session import Session
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 1.0
THRESHOLD = 1.0
VIEWS = {
    "hidden_weights": "to_hidden.w",
    "output_weights": "to_outputs.w",
    "hidden_bias": "hidden.bias",
    "output_bias": "outputs.bias",
    "rate": "inputs.rate",
    "phase": "inputs.phase",
    "v": "hidden.v",
    "y": "outputs.v",
    "n_spikes": "hidden.n_spikes",
}
STRETCH = 64
"""Steps over which the membrane is written as one matrix."""
FRESH = {"v": 0.0, "y": 0.0, "n_spikes": 0.0}
HIGHEST_RATE_HZ = 900.0
"""Of one input neuron: it can spike once a step, and needs room for its phase."""


@dataclass(frozen=True)
class Timing:
    """Durations of a hidden-layer network, in milliseconds."""

    presentation_ms: float = 50.0
    membrane_ms: float = 20.0
    output_ms: float = 100.0

    @cached_property
    def n_steps(self) -> int:
        """Steps of a presentation."""
        return round(self.presentation_ms / DT_MS)

    @cached_property
    def membrane_decay(self) -> float:
        """Factor by which a hidden potential decays in a step."""
        return float(np.exp(-DT_MS / self.membrane_ms))

    @cached_property
    def output_decay(self) -> float:
        """Factor by which an output potential decays in a step."""
        return float(np.exp(-DT_MS / self.output_ms))

    @cached_property
    def output_kernel(self) -> Array:
        """What a hidden spike at each step still counts for at the end, shape (n_steps,)."""
        return _constant(self.output_decay ** np.arange(self.n_steps - 1, -1, -1.0))

    @cached_property
    def bias_kernel(self) -> Array:
        """What a constant drive, on from the start, brings to the eligibility at each step, shape (n_steps,)."""
        return _constant((1 - self.membrane_decay ** np.arange(1.0, self.n_steps + 1)) * self.output_kernel)

    @cached_property
    def membrane_kernel(self) -> Array:
        """What is left of a charge of one step, a row, at a later one, a column; over ``STRETCH`` steps at most."""
        steps = np.arange(min(self.n_steps, STRETCH))
        later = steps[None, :] - steps[:, None]
        return _constant(np.where(later > 0, self.membrane_decay ** np.maximum(later, 0.0), 0).astype(np.float32))


@dataclass(frozen=True)
class Presentations:
    """What a run of presentations left behind.

    Attributes
    ----------
    outputs : ndarray, shape (n_samples, n_classes)
        Output potentials at the end.
    counts : ndarray, shape (n_samples, n_hidden)
        Hidden spikes.
    input_steps, input_indices : ndarray of int, shape (n_input_spikes,)
        Step, counted through all presentations, and neuron of each input spike.
    hidden_steps, hidden_indices : ndarray of int, shape (n_spikes,)
        The same of hidden spikes.
    after : ndarray, shape (n_samples, n_steps, n_hidden)
        Hidden potentials at the end of each step.
    drives : ndarray, shape (n_samples, n_hidden)
        Constant drive of each hidden neuron, in units of the potential that it leads to.
    membrane_decay : float
        Factor by which a hidden potential decays in a step.
    """

    outputs: Array
    counts: Array
    input_steps: Array
    input_indices: Array
    hidden_steps: Array
    hidden_indices: Array
    after: Array
    drives: Array
    membrane_decay: float

    @property
    def tested(self) -> Array:
        """Hidden potentials as they were compared with the threshold, of the shape of ``after``; computed on demand.

        Between the end of a step and the next one's test lies one decay.
        """
        decay = np.float32(self.membrane_decay)
        tested = np.empty_like(self.after)
        tested[:, 0] = 0
        np.multiply(self.after[:, :-1], decay, out=tested[:, 1:])
        tested += ((1 - decay) * self.drives)[:, None]
        return tested


class HiddenLayerNetwork(Session):
    """The network on whichever engine runs here. It keeps no learned state: weights are written before a run.

    It records all the time, and hands out the spikes of all its presentations together.

    Parameters
    ----------
    n_inputs, n_hidden, n_outputs : int
        Sizes.
    timing : Timing
        Durations.
    """

    def __init__(self, n_inputs: int, n_hidden: int, n_outputs: int, timing: Timing) -> None:
        circuit = hidden_layer_circuit(n_inputs, n_hidden, n_outputs, timing)
        super().__init__(circuit, VIEWS, fresh=FRESH, populations=())
        self.sizes = (n_inputs, n_hidden, n_outputs)
        self.timing = timing

    def prepare(self, engine: Engine) -> None:
        """Record what eligibilities are formed from."""
        engine.record_spikes("inputs")
        engine.record_spikes("hidden")
        engine.record("hidden.v")

    def load(
        self, hidden: Array, hidden_bias: Array, output: Array, output_bias: Array, charge: float | np.float32 = 1.0
    ) -> None:
        """Write the weights, shapes (n_inputs, n_hidden), (n_hidden,), (n_hidden, n_outputs), (n_outputs,).

        ``charge`` is the potential that a spike brings over a hidden weight of 1.
        """
        views = self.views
        np.multiply(hidden, charge, out=views["hidden_weights"], casting="same_kind")
        views["hidden_bias"][:] = hidden_bias
        views["output_weights"][:] = output
        views["output_bias"][:] = output_bias

    def present(self, rates: Array, phases: Array, drives: Array | None = None) -> Presentations:
        """Show samples one after the other, each from a state of rest.

        Parameters
        ----------
        rates : ndarray, shape (n_samples, n_inputs)
            Hz.
        phases : ndarray, shape (n_samples, n_inputs)
            Where in its interval each input begins, in [0, 1).
        drives : ndarray, shape (n_samples, n_hidden), optional
            Constant drive of each hidden neuron on top of its bias, in units of the potential that it leads to.

        Returns
        -------
        Presentations
        """
        views, n_steps = self.views, self.timing.n_steps
        first, own = self.engine.step, views["hidden_bias"].copy()
        biases = np.broadcast_to(own if drives is None else own + drives, (len(rates), len(own)))
        writes = {"rate": rates, "phase": phases} | ({} if drives is None else {"hidden_bias": biases})
        read = self.play(writes, [Part(n_steps)], ["y", "n_spikes"])
        views["hidden_bias"][:] = own
        engine, n_all = self.engine, len(rates) * n_steps
        # What an interrupted run may have left came before.
        after = engine.trajectory("hidden.v").values[-n_all:] if n_all else np.empty((0, self.sizes[1]), np.float32)
        spikes = [_since(first, engine.spikes(name)) for name in ("inputs", "hidden")]
        after = after.reshape(len(rates), n_steps, self.sizes[1])
        return Presentations(
            read["y"], read["n_spikes"], *spikes[0], *spikes[1], after, biases, self.timing.membrane_decay
        )


def _since(first: int, spikes: Spikes) -> tuple[Array, Array]:
    """Give steps, counted from ``first``, and indices of the spikes from then on; they come in the order of steps."""
    steps, indices = spikes.steps, spikes.indices
    if len(steps) and steps[0] < first:
        earlier = np.searchsorted(steps, first)
        steps, indices = steps[earlier:], indices[earlier:]
    steps -= first
    return steps, indices


def _constant(array: Array) -> Array:
    array.flags.writeable = False
    return array


def hidden_layer_circuit(n_inputs: int, n_hidden: int, n_outputs: int, timing: Timing) -> Circuit:
    """Describe regular inputs, hidden neurons that spike, and outputs that integrate."""
    membrane, output = Quantity(timing.membrane_ms, "ms"), Quantity(timing.output_ms, "ms")
    return Circuit(
        name="hidden_layer",
        populations=(
            Population("inputs", n_inputs, REGULAR),
            Population("hidden", n_hidden, LIF_RESET_BY_SUBTRACTION, {"membrane_time_constant": membrane}),
            Population("outputs", n_outputs, LEAKY_INTEGRATOR, {"membrane_time_constant": output}),
        ),
        pathways=(
            Pathway("to_hidden", "inputs", "hidden", "excitatory", weight=Quantity(0.0)),
            Pathway("to_outputs", "hidden", "outputs", "excitatory", weight=Quantity(0.0)),
        ),
        dt=Quantity(DT_MS, "ms"),
    )
