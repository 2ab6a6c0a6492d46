"""A network of integrate-and-fire neurons in place of rectified linear units, and how samples run on it.

Regular inputs → hidden neurons, reset by subtraction → outputs that integrate and never spike. Everything runs in the
engine; nothing learns there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import SampleSpikes
from neurosim.snn.circuits import Circuit, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.models import NeuronModel
from neurosim.snn.networks.recording import latest_spikes
from neurosim.snn.neurons.if_reset_by_subtraction import IF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.units import Quantity

Array = NDArray[Any]
DT_MS = 1.0
STEPS_A_SECOND = 1e3 / DT_MS
INPUT_RATE_HZ = 900.0
"""Of an input of 1: a source can spike once a step, and needs room for its phase."""
NEVER = Quantity(1e9)
"""Threshold of the outputs: beyond any potential that a presentation can lead to."""
HALF_A_SPIKE = 0.5
"""Where hidden potentials start, so that spike counts are rounded, not cut."""


@dataclass(frozen=True)
class Counted:
    """What samples left behind.

    Attributes
    ----------
    potentials : ndarray, shape (n_times, n_samples, n_outputs)
        Of the outputs, at each time asked for.
    counts : tuple of ndarray, each of shape (n_samples, n_units)
        Spikes of each hidden layer.
    n_input_spikes : int
        Of all samples together.
    """

    potentials: Array
    counts: tuple[Array, ...]
    n_input_spikes: int


class IntegratorNetwork:
    """The network on whichever engine runs here. It holds no learned state: weights are written before a run.

    A pickled or copied network opens an engine of its own when first used.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden layers, outputs.
    membrane_ms : float or None
        Time constant of hidden potentials; None for neurons without a leak.
    """

    def __init__(self, sizes: Sequence[int], membrane_ms: float | None) -> None:
        self.sizes = tuple(sizes)
        self.membrane_ms = membrane_ms
        self._engine: Any = None
        self._n_steps = 0

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the hidden populations, from the input up."""
        return hidden_names(len(self.sizes) - 2)

    def load(self, weights: Sequence[Array], biases: Sequence[Array]) -> None:
        """Write the weights, in threshold units a spike, and the biases, in threshold units a step.

        Shapes are (n_below, n_units) and (n_units,), from the input up.
        """
        engine = self._opened()
        for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            name = (*self.hidden, "outputs")[number]
            engine.view(f"to_{name}.w").reshape(weight.shape)[:] = weight
            if self.membrane_ms is not None and name != "outputs":
                # The potential to which a leaky neuron is driven by so much a step.
                decay = np.exp(-DT_MS / self.membrane_ms)
                engine.view(f"{name}.bias")[:] = bias / (1 - decay)
            else:
                engine.view(f"{name}.input_drive")[:] = bias * STEPS_A_SECOND

    def present(self, X: Array, phases: Array, n_steps: Sequence[int]) -> Counted:
        """Show samples one after the other, each from a state of rest.

        Parameters
        ----------
        X : ndarray, shape (n_samples, n_inputs)
            Values from 0 to 1.
        phases : ndarray, shape (n_inputs,)
            Where in its interval each input begins, in [0, 1).
        n_steps : sequence of int
            When outputs are looked at, in growing order; the last ends the presentation.

        Returns
        -------
        Counted
        """
        engine = self._opened()
        rate, start = engine.view("inputs.rate"), engine.view("inputs.phase")
        sent, output = engine.view("inputs.n_spikes"), engine.view("outputs.v")
        layers = [(engine.view(f"{name}.v"), engine.view(f"{name}.n_spikes")) for name in self.hidden]
        potentials = np.empty((len(n_steps), len(X), self.sizes[-1]), np.float32)
        counts = tuple(np.empty((len(X), n), np.float32) for n in self.sizes[1:-1])
        n_input_spikes, self._n_steps = 0, n_steps[-1]
        for row, x in enumerate(X):
            rate[:], start[:] = x * np.float32(INPUT_RATE_HZ), phases
            sent[:], output[:] = 0, 0
            for v, n in layers:
                v[:], n[:] = HALF_A_SPIKE, 0
            done = 0
            for look, until in enumerate(n_steps):
                engine.run_steps(until - done)
                done, potentials[look, row] = until, output
            n_input_spikes += int(sent.sum())
            for count, (_, n) in zip(counts, layers, strict=True):
                count[row] = n
        return Counted(potentials, counts, n_input_spikes)

    def record(self) -> None:
        """Record all spikes from now on."""
        for name in ("inputs", *self.hidden):
            self._opened().record_spikes(name)

    def recorded(self) -> SampleSpikes:
        """Hand out the spikes of the last presentation."""
        sizes = dict(zip(("inputs", *self.hidden), self.sizes[:-1], strict=True))
        return latest_spikes(self._opened(), sizes, self._n_steps)

    def close(self) -> None:
        """Close the engine."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def __getstate__(self) -> dict[str, Any]:
        return {"sizes": self.sizes, "membrane_ms": self.membrane_ms, "_engine": None, "_n_steps": 0}

    def __deepcopy__(self, memo: dict[int, Any]) -> IntegratorNetwork:
        return IntegratorNetwork(self.sizes, self.membrane_ms)

    def _opened(self) -> Any:
        if self._engine is None:
            self._engine = open_engine(integrator_circuit(self.sizes, self.membrane_ms is not None))
            if self.membrane_ms is not None:
                for name in self.hidden:
                    self._engine.set(f"{name}.membrane_time_constant", Quantity(self.membrane_ms, "ms"))
        return self._engine


def hidden_names(n_layers: int) -> tuple[str, ...]:
    """Name the hidden populations: the last, whose spikes are the activity, is ``hidden``."""
    return (*(f"below_{n}" for n in range(n_layers - 1, 0, -1)), "hidden")


def integrator_circuit(sizes: Sequence[int], leaky: bool) -> Circuit:
    """Describe regular inputs, hidden integrate-and-fire neurons, and outputs that integrate."""
    names = ("inputs", *hidden_names(len(sizes) - 2), "outputs")
    hidden = LIF_RESET_BY_SUBTRACTION if leaky else _counting(IF_RESET_BY_SUBTRACTION)
    populations = [Population("inputs", sizes[0], _counting(REGULAR))]
    populations += [Population(name, n, hidden) for name, n in zip(names[1:-1], sizes[1:-1], strict=True)]
    populations.append(Population("outputs", sizes[-1], IF_RESET_BY_SUBTRACTION, {"threshold": NEVER}))
    return Circuit(
        name="integrators",
        populations=tuple(populations),
        pathways=tuple(
            Pathway(f"to_{above}", below, above, "excitatory", weight=Quantity(0.0)) for below, above in pairwise(names)
        ),
        dt=Quantity(DT_MS, "ms"),
    )


def _counting(model: NeuronModel) -> NeuronModel:
    """Let each neuron count its spikes."""
    return replace(model, equations=f"{model.equations}\nn_spikes : 1", reset=f"{model.reset}; n_spikes += 1")
