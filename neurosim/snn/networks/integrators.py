"""A network of integrate-and-fire neurons in place of rectified linear units, and how samples run on it.

Regular inputs → hidden neurons, reset by subtraction → outputs that integrate and never spike. Everything runs in the
engine; nothing learns there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import Circuit, Pathway, Population
from neurosim.snn.counting import counted
from neurosim.snn.neurons.if_reset_by_subtraction import IF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.playing import Part
from neurosim.snn.session import Session
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
class Presentations:
    """What a run of presentations left behind.

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


class IntegratorNetwork(Session):
    """The network on whichever engine runs here. It keeps no learned state: weights are written before a run.

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
        views = {"rate": "inputs.rate", "phase": "inputs.phase", "n_input_spikes": "inputs.n_spikes", "y": "outputs.v"}
        fresh = {"n_input_spikes": 0.0, "y": 0.0}
        for name in (*self.hidden, "outputs"):
            views[f"to_{name}.w"] = f"to_{name}.w"
            leaks = membrane_ms is not None and name != "outputs"
            views[f"{name}.drive"] = f"{name}.bias" if leaks else f"{name}.input_drive"
        for name in self.hidden:
            views |= {f"{name}.v": f"{name}.v", f"{name}.n_spikes": f"{name}.n_spikes"}
            fresh |= {f"{name}.v": HALF_A_SPIKE, f"{name}.n_spikes": 0.0}
        circuit = integrator_circuit(self.sizes, membrane_ms)
        super().__init__(circuit, views, fresh=fresh, populations=("inputs", *self.hidden))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the hidden populations, from the input up."""
        return hidden_names(len(self.sizes) - 2)

    def load(self, weights: Sequence[Array], biases: Sequence[Array]) -> None:
        """Write the weights, in threshold units a spike, and the biases, in threshold units a step.

        Shapes are (n_below, n_units) and (n_units,), from the input up.
        """
        views = self.views
        for name, weight, bias in zip((*self.hidden, "outputs"), weights, biases, strict=True):
            views[f"to_{name}.w"][:] = weight
            views[f"{name}.drive"][:] = bias * STEPS_A_SECOND if name == "outputs" else self._drive(bias)

    def _drive(self, bias: Array) -> Array:
        """Give what drives a hidden neuron by so much a step; a leaky one is driven towards a potential."""
        if self.membrane_ms is None:
            return bias * STEPS_A_SECOND
        driven: Array = bias / (1 - np.exp(-DT_MS / self.membrane_ms))
        return driven

    def present(self, X: Array, phases: Array, n_steps: Sequence[int]) -> Presentations:
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
        Presentations
        """
        if len(n_steps) == 1:
            return self._present_once(X, phases, n_steps[0])
        views = self.views
        potentials = np.empty((len(n_steps), len(X), self.sizes[-1]), np.float32)
        counts = tuple(np.empty((len(X), n), np.float32) for n in self.sizes[1:-1])
        n_input_spikes = 0
        for row, x in enumerate(X):
            self.begin(learning=False)
            views["rate"][:], views["phase"][:] = x * np.float32(INPUT_RATE_HZ), phases
            done = 0
            for look, until in enumerate(n_steps):
                self.run(until - done)
                done, potentials[look, row] = until, views["y"]
            n_input_spikes += int(views["n_input_spikes"].sum())
            for count, name in zip(counts, self.hidden, strict=True):
                count[row] = views[f"{name}.n_spikes"]
        return Presentations(potentials, counts, n_input_spikes)

    def _present_once(self, X: Array, phases: Array, n_steps: int) -> Presentations:
        """Show samples whose outputs are looked at only at the end."""
        writes = {"rate": X * np.float32(INPUT_RATE_HZ), "phase": np.broadcast_to(phases, X.shape)}
        counted_here = [f"{name}.n_spikes" for name in self.hidden]
        read = self.play(writes, [Part(n_steps)], ["y", "n_input_spikes", *counted_here])
        n_input_spikes = int(read["n_input_spikes"].sum(dtype=np.float64))
        return Presentations(read["y"][None], tuple(read[name] for name in counted_here), n_input_spikes)


def hidden_names(n_layers: int) -> tuple[str, ...]:
    """Name the hidden populations: the last, whose spikes are the activity, is ``hidden``."""
    return (*(f"below_{n}" for n in range(n_layers - 1, 0, -1)), "hidden")


def integrator_circuit(sizes: Sequence[int], membrane_ms: float | None) -> Circuit:
    """Describe regular inputs, integrate-and-fire neurons, with or without a leak, and outputs that integrate."""
    names = ("inputs", *hidden_names(len(sizes) - 2), "outputs")
    hidden = counted(IF_RESET_BY_SUBTRACTION) if membrane_ms is None else LIF_RESET_BY_SUBTRACTION
    leak = {} if membrane_ms is None else {"membrane_time_constant": Quantity(membrane_ms, "ms")}
    populations = [Population("inputs", sizes[0], counted(REGULAR))]
    populations += [Population(name, n, hidden, leak) for name, n in zip(names[1:-1], sizes[1:-1], strict=True)]
    populations.append(Population("outputs", sizes[-1], IF_RESET_BY_SUBTRACTION, {"threshold": NEVER}))
    return Circuit(
        name="integrators",
        populations=tuple(populations),
        pathways=tuple(
            Pathway(f"to_{above}", below, above, "excitatory", weight=Quantity(0.0)) for below, above in pairwise(names)
        ),
        dt=Quantity(DT_MS, "ms"),
    )
