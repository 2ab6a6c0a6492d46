"""A feed-forward spiking network with one hidden layer, its eligibilities, and how presentations run on it.

Regular inputs → leaky integrate-and-fire neurons, reset by subtraction → leaky integrators. All three run step by step
in the engine; so do all spikes. Recorded are input spikes, hidden spikes and hidden potentials, from which Python forms
the eligibilities after the presentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import Circuit, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.engine.interface import Spikes, Trajectory
from neurosim.snn.neurons.leaky_integrator import LEAKY_INTEGRATOR
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 1.0
THRESHOLD = 1.0
HIGHEST_RATE_HZ = 900.0
"""Of one input neuron: it can spike once a step, and needs room for its phase."""


@dataclass(frozen=True)
class Timing:
    """Durations of a hidden-layer network, in milliseconds."""

    presentation_ms: float = 50.0
    membrane_ms: float = 20.0
    output_ms: float = 100.0

    @property
    def n_steps(self) -> int:
        """Steps of a presentation."""
        return round(self.presentation_ms / DT_MS)

    @property
    def membrane_decay(self) -> float:
        """Factor by which a hidden potential decays in a step."""
        return float(np.exp(-DT_MS / self.membrane_ms))

    @property
    def output_decay(self) -> float:
        """Factor by which an output potential decays in a step."""
        return float(np.exp(-DT_MS / self.output_ms))

    def output_kernel(self) -> Array:
        """Give what a hidden spike at each step still counts for at the end, shape (n_steps,)."""
        return self.output_decay ** np.arange(self.n_steps - 1, -1, -1.0)

    def bias_kernel(self) -> Array:
        """Give what a constant drive, on from the start, brings to the eligibility at each step, shape (n_steps,)."""
        return (1 - self.membrane_decay ** np.arange(1.0, self.n_steps + 1)) * self.output_kernel()


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
    tested : ndarray, shape (n_samples, n_steps, n_hidden)
        Hidden potentials at the moment they were compared with the threshold.
    """

    outputs: Array
    counts: Array
    input_steps: Array
    input_indices: Array
    hidden_steps: Array
    hidden_indices: Array
    tested: Array


class HiddenLayerNetwork:
    """The network on whichever engine runs here. It holds no learned state: weights are written before a run.

    A pickled or copied network opens an engine of its own when first used.

    Parameters
    ----------
    n_inputs, n_hidden, n_outputs : int
        Sizes.
    timing : Timing
        Durations.
    """

    def __init__(self, n_inputs: int, n_hidden: int, n_outputs: int, timing: Timing) -> None:
        self.sizes = (n_inputs, n_hidden, n_outputs)
        self.timing = timing
        self._engine: Any = None
        self._views: dict[str, Array] = {}

    def load(self, hidden: Array, hidden_bias: Array, output: Array, output_bias: Array) -> None:
        """Write the weights, shapes (n_inputs, n_hidden), (n_hidden,), (n_hidden, n_outputs), (n_outputs,)."""
        views = self._opened()
        views["hidden_weights"][:] = hidden
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
        views, engine, n_steps = self._opened(), self._engine, self.timing.n_steps
        outputs = np.empty((len(rates), self.sizes[2]), np.float32)
        counts = np.empty((len(rates), self.sizes[1]), np.float32)
        # What an interrupted run may have left.
        self._drain()
        first = engine.step
        rate, phase, v, y, n = (views[name] for name in ("rate", "phase", "v", "y", "n_spikes"))
        own = views["hidden_bias"].copy()
        biases = np.broadcast_to(own if drives is None else own + drives, (len(rates), len(own)))
        for row in range(len(rates)):
            rate[:], phase[:], views["hidden_bias"][:] = rates[row], phases[row], biases[row]
            v[:] = 0
            y[:] = 0
            n[:] = 0
            engine.run_steps(n_steps)
            outputs[row], counts[row] = y, n
        views["hidden_bias"][:] = own
        inputs, hidden, trajectory = self._drain()
        after = trajectory.values.reshape(len(rates), n_steps, self.sizes[1])
        return Presentations(
            outputs, counts, inputs.steps - first, inputs.indices, hidden.steps - first, hidden.indices,
            self._tested(after, biases),
        )  # fmt: skip

    def _drain(self) -> tuple[Spikes, Spikes, Trajectory]:
        engine = self._engine
        return engine.spikes("inputs"), engine.spikes("hidden"), engine.trajectory("hidden.v")

    def _tested(self, after: Array, biases: Array) -> Array:
        """Give potentials at the test of the threshold from those at the end of steps: one decay lies between."""
        decay = np.float32(self.timing.membrane_decay)
        tested = np.empty_like(after)
        tested[:, 0] = 0
        np.multiply(after[:, :-1], decay, out=tested[:, 1:])
        tested += (1 - decay) * biases[:, None]
        return tested

    def close(self) -> None:
        """Close the engine."""
        if self._engine is not None:
            self._views = {}
            self._engine.close()
            self._engine = None

    def __getstate__(self) -> dict[str, Any]:
        return {"sizes": self.sizes, "timing": self.timing, "_engine": None, "_views": {}}

    def __deepcopy__(self, memo: dict[int, Any]) -> HiddenLayerNetwork:
        return HiddenLayerNetwork(*self.sizes, self.timing)

    def _opened(self) -> dict[str, Array]:
        if self._engine is None:
            n_inputs, n_hidden, n_outputs = self.sizes
            self._engine = open_engine(hidden_layer_circuit(n_inputs, n_hidden, n_outputs))
            view = self._engine.view
            self._engine.set("hidden.membrane_time_constant", Quantity(self.timing.membrane_ms, "ms"))
            self._engine.set("outputs.membrane_time_constant", Quantity(self.timing.output_ms, "ms"))
            self._engine.record_spikes("inputs")
            self._engine.record_spikes("hidden")
            self._engine.record("hidden.v")
            self._views = {
                "hidden_weights": view("to_hidden.w").reshape(n_inputs, n_hidden),
                "output_weights": view("to_outputs.w").reshape(n_hidden, n_outputs),
                "hidden_bias": view("hidden.bias"),
                "output_bias": view("outputs.bias"),
                "rate": view("inputs.rate"),
                "phase": view("inputs.phase"),
                "v": view("hidden.v"),
                "y": view("outputs.v"),
                "n_spikes": view("hidden.n_spikes"),
            }
        return self._views


def hidden_layer_circuit(n_inputs: int, n_hidden: int, n_outputs: int) -> Circuit:
    """Describe regular inputs, hidden neurons that spike, and outputs that integrate."""
    return Circuit(
        name="hidden_layer",
        populations=(
            Population("inputs", n_inputs, REGULAR),
            Population("hidden", n_hidden, LIF_RESET_BY_SUBTRACTION),
            Population("outputs", n_outputs, LEAKY_INTEGRATOR),
        ),
        pathways=(
            Pathway("to_hidden", "inputs", "hidden", "excitatory", weight=Quantity(0.0)),
            Pathway("to_outputs", "hidden", "outputs", "excitatory", weight=Quantity(0.0)),
        ),
        dt=Quantity(DT_MS, "ms"),
    )
