"""A circuit as a learner holds it: opened when first used, and what it has learned survives pickling and copying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.data import SampleSpikes
from neurosim.errors import InputError, unknown_name
from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import Circuit
from neurosim.snn.engine import open_engine
from neurosim.snn.networks.recording import latest_spikes

Array = NDArray[Any]


class HeldCircuit:
    """Present samples to a circuit, one after the other.

    Parameters
    ----------
    circuit : Circuit
        What is run.
    kept : mapping of str to ndarray
        What learning changes, by key (``"synapses.w"``), with its start values.
    fresh : sequence of str
        Keys of what each presentation begins without: potentials, traces, spike counters.

    Raises
    ------
    InputError
        If the circuit contradicts itself or a text in it cannot be read.
    """

    def __init__(self, circuit: Circuit, kept: Mapping[str, Array], fresh: Sequence[str] = ()) -> None:
        try:
            check_circuit(circuit)
        except ValueError as error:
            raise InputError(str(error)) from error
        self.circuit = circuit
        self.fresh = tuple(fresh)
        self._kept = {key: np.asarray(values, np.float32) for key, values in kept.items()}
        self._engine: Any = None
        self._learning = True
        self._n_steps = 0

    def view(self, key: str) -> Array:
        """Give the state under ``"object.variable"`` in SI units; writing to it writes the state."""
        values: Array = self._opened().view(key)
        return values

    def present(self, duration_ms: float, learning: bool) -> None:
        """Run for a while from a state without what is ``fresh``; without learning, no weight changes."""
        engine = self._opened()
        if learning is not self._learning:
            for pathway in self.circuit.pathways:
                if pathway.rule is not None and pathway.rule.modifies == "weight":
                    (engine.unfreeze if learning else engine.freeze)(pathway.name)
            self._learning = learning
        for key in self.fresh:
            engine.view(key)[:] = 0
        self._n_steps = round(duration_ms * 1e-3 / self.circuit.dt.si)
        engine.run_steps(self._n_steps)

    def kept(self) -> dict[str, Array]:
        """Give copies of what learning has changed."""
        if self._engine is None:
            return {key: values.copy() for key, values in self._kept.items()}
        return {key: self._engine.view(key).reshape(values.shape).copy() for key, values in self._kept.items()}

    def keep(self, values: Mapping[str, Array]) -> None:
        """Take over what :meth:`kept` gave.

        Raises
        ------
        InputError
            If a key is not among those that are kept.
        """
        for key, array in values.items():
            if key not in self._kept:
                raise unknown_name("kept", key, self._kept)
            self._kept[key] = np.array(array, np.float32)
            if self._engine is not None:
                self._engine.view(key)[:] = self._kept[key].ravel()

    def record(self) -> None:
        """Record the spikes of all populations from now on."""
        for population in self.circuit.populations:
            self._opened().record_spikes(population.name)

    def recorded(self) -> SampleSpikes:
        """Hand out the spikes of the latest presentation."""
        sizes = {population.name: population.n for population in self.circuit.populations}
        return latest_spikes(self._opened(), sizes, self._n_steps)

    def close(self) -> None:
        """Close the engine, keeping what was learned."""
        if self._engine is not None:
            self._kept = self.kept()
            self._engine.close()
            self._engine = None

    def __getstate__(self) -> dict[str, Any]:
        # Compiled handles belong to this process; a copy opens its own.
        return self.__dict__ | {"_kept": self.kept(), "_engine": None, "_learning": True}

    def __deepcopy__(self, memo: dict[int, Any]) -> HeldCircuit:
        twin = HeldCircuit.__new__(HeldCircuit)
        twin.__dict__.update(self.__getstate__())
        return twin

    def _opened(self) -> Any:
        if self._engine is None:
            engine = open_engine(self.circuit)
            for key, values in self._kept.items():
                engine.view(key)[:] = values.ravel()
            self._engine, self._learning = engine, True
        return self._engine
