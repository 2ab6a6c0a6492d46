"""The engine that needs no compiler: Brian2's run-time mode with NumPy code, prepared once and stepped from here.

``Network.run`` prepares all code anew, which costs a tenth of a second for each call; here a call costs its steps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.snn.brian import b2, device_module, explained, forgetting_queues
from neurosim.snn.building import Built, build_objects
from neurosim.snn.circuits import Blockwise, Circuit
from neurosim.snn.construction import start_values
from neurosim.snn.engine.access import checked_steps, checked_values, find, freezable, whole_steps
from neurosim.snn.engine.interface import Snapshot, Spikes, Trajectory
from neurosim.snn.engine.recording import SpikeRecorder, VariableRecorder
from neurosim.snn.engine.runtime_state import (
    copy_arrays,
    held,
    pack_queues,
    pack_random,
    topology_digest,
    unpack_queues,
    unpack_random,
    write_arrays,
)
from neurosim.snn.engine.surroundings import brian_as_before, deferred_interrupts, numpy_random_state, random_state
from neurosim.snn.factory import build_from_function, clock_ratios
from neurosim.snn.manifest import Manifest
from neurosim.snn.units import Quantity
from neurosim.snn.variables import array_variables


class RuntimeEngine:
    """A network in Brian2's run-time mode. See :class:`neurosim.snn.engine.interface.Engine` for the methods.

    Parameters
    ----------
    circuit_or_function : Circuit or callable
        A description, or a function that builds and returns Brian2 objects.
    construction_seed : int
        Seed of random topologies and start values.
    """

    name = "runtime"
    target = "numpy"

    def __init__(self, circuit_or_function: Circuit | Callable[[], Any], construction_seed: int = 0) -> None:
        self._random = random_state(construction_seed)
        self._device = device_module.RuntimeDevice()
        self._device.activate()
        user_step = device_module.runtime_device.defaultclock.dt_
        self._device.defaultclock.dt_ = user_step
        precision = circuit_or_function.precision if isinstance(circuit_or_function, Circuit) else None
        with self._at_work(_preferences(precision)), explained(), forgetting_queues():
            built = _build(circuit_or_function, construction_seed, self._device)
            self.manifest: Manifest = built.manifest
            self._network = b2.Network(*built.objects, name=f"{built.manifest.name}_network")
            clock, ratios = clock_ratios(built.objects)
            self._clocks = {item.clock.name: item.clock for item in self._network.sorted_objects}
            self._network._clocks = set(self._clocks.values())
            self._network.before_run({})
        self._ratios = ratios
        self._variables = dict(array_variables(built.objects, clock))
        self._clock_arrays = [
            (self._clocks[name].variables["timestep"].get_value(), self._clocks[name].variables["t"].get_value(),
             self._clocks[name].dt_, ratio)
            for name, ratio in ratios.items()
        ]  # fmt: skip
        self._step = 0
        self._closed = False
        self._frozen: set[str] = set()
        self._spike_recorders: dict[str, SpikeRecorder] = {}
        self._variable_recorders: dict[str, VariableRecorder] = {}
        self._loop = self._make_loop()
        if isinstance(circuit_or_function, Circuit):
            for key, values in start_values(circuit_or_function, construction_seed).items():
                self._array(key)[:] = values

    @property
    def step(self) -> int:
        """Steps run so far."""
        return self._step

    @property
    def dt(self) -> Quantity:
        """Length of a step."""
        return Quantity(self.manifest.dt, "second")

    def view(self, key: str) -> NDArray[np.generic]:
        """Give the array of ``"object.variable"`` in SI units; writing to it writes the state."""
        self._check_open()
        entry = find(self.manifest.variables, key, "variable")
        array = held(self._variables[key])
        if entry.read_only:
            array.flags.writeable = False
        return array

    def set(self, key: str, value: Quantity | ArrayLike) -> None:
        """Set a variable or parameter, its unit checked."""
        self._check_open()
        entry = find(self.manifest.variables, key, "variable")
        array = self._array(key)
        array[:] = checked_values(entry, key, value, array.size)

    def run(self, duration: Quantity) -> None:
        """Advance by a whole number of steps."""
        self.run_steps(whole_steps(duration, self.manifest.dt))

    def run_steps(self, n_steps: int) -> None:
        """Advance by ``n_steps``; an interrupt stops between two steps."""
        n_steps = checked_steps(n_steps)
        self._check_open()
        recorders = self._recorders()
        with self._at_work(), deferred_interrupts() as interrupts:
            for _ in range(n_steps):
                step = self._step
                for call, ratio in self._loop:
                    if not step % ratio:
                        call()
                for recorder in recorders:
                    recorder.after_step(step)
                self._set_clocks(step + 1)
                interrupts.deliver()

    def call(self, pathway: str, operation: str) -> None:
        """Carry out one of the rule's ``on_demand`` statements for all synapses of a pathway, now."""
        self._check_open()
        entry = find(self.manifest.pathways, pathway, "pathway")
        name = find(entry.on_demand, operation, f"operation of pathway {pathway!r}")
        if pathway not in self._frozen:
            with self._at_work():
                self._network[name].run()

    def seed(self, seed: int) -> None:
        """Seed the generator that the running network draws from."""
        self._random = random_state(seed)

    def freeze(self, pathway: str) -> None:
        """Stop the plasticity of a pathway; transmission and traces go on."""
        freezable(self.manifest, pathway)
        self._frozen.add(pathway)
        self._loop = self._make_loop()

    def unfreeze(self, pathway: str) -> None:
        """Let a frozen pathway learn again."""
        freezable(self.manifest, pathway)
        self._frozen.discard(pathway)
        self._loop = self._make_loop()

    def record_spikes(self, population: str) -> None:
        """Record all further spikes of a population."""
        self._check_open()
        find(self.manifest.populations, population, "population")
        self._spike_recorders.setdefault(population, SpikeRecorder(self._array(f"{population}._spikespace")))

    def record(self, key: str, every_steps: int = 1) -> None:
        """Record a variable after each step ``s`` for which ``s + 1`` is a multiple of ``every_steps``."""
        if checked_steps(every_steps) == 0:
            raise ValueError("every_steps = 0; accepted: an integer above 0")
        self._variable_recorders[key] = VariableRecorder(self.view(key), int(every_steps))

    def spikes(self, population: str) -> Spikes:
        """Hand out what was recorded since the last call, and forget it."""
        return find(self._spike_recorders, population, "recorded population").drain(self.manifest.dt * 1e3)

    def trajectory(self, key: str) -> Trajectory:
        """Hand out a variable's records since the last call, and forget them."""
        return find(self._variable_recorders, key, "recorded variable").drain(self.manifest.dt * 1e3)

    def snapshot(self) -> Snapshot:
        """Copy the entire dynamic state."""
        self._check_open()
        arrays = copy_arrays(self._variables)
        opaque = {"queues": pack_queues(self._network), "random": pack_random(self._random)}
        return Snapshot(self.name, self._build_digest(), topology_digest(self._variables), self._step, arrays, opaque)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; records not yet handed out are dropped.

        Raises
        ------
        ValueError
            If the snapshot is of another engine, build or topology.
        """
        self._check_open()
        own = {"engine": self.name, "build": self._build_digest(), "topology": topology_digest(self._variables)}
        for field, value in own.items():
            if getattr(snapshot, field) != value:
                raise ValueError(f"the snapshot's {field} is {getattr(snapshot, field)!r}; accepted: {value!r}")
        write_arrays(self._variables, snapshot.arrays)
        unpack_queues(self._network, snapshot.opaque["queues"])
        self._random = unpack_random(snapshot.opaque["random"])
        self._set_clocks(snapshot.step)
        for recorder in self._recorders():
            recorder.clear()

    def close(self) -> None:
        """Free the network; views that are still held stay valid until they are dropped."""
        self._closed = True
        self._loop = []
        self._network = None
        self._variables, self._clocks, self._clock_arrays = {}, {}, []
        self._spike_recorders, self._variable_recorders = {}, {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @contextmanager
    def _at_work(self, preferences: dict[str, Any] | None = None) -> Iterator[None]:
        """Let the network have the active device and NumPy's generator, and give both back."""
        with ExitStack() as stack:
            if preferences is None:
                stack.enter_context(_active_device(self._device))
            else:
                stack.enter_context(brian_as_before(self._device, preferences))
            stack.enter_context(numpy_random_state(self._random))
            yield

    def _make_loop(self) -> list[tuple[Callable[[], Any], int]]:
        frozen = {name for pathway in self._frozen for name in self.manifest.pathways[pathway].learning}
        left_out = self.manifest.on_demand_objects
        loop = []
        for item in self._network.sorted_objects:
            if not item.active or item.name in left_out or not list(item._code_objects):
                continue
            run = _without_learning(item) if item.name in frozen else item.run
            loop.append((run, self._ratios[item.clock.name]))
        return loop

    def _set_clocks(self, step: int) -> None:
        self._step = step
        for timestep, time, dt, ratio in self._clock_arrays:
            timestep[0] = -(-step // ratio)
            time[0] = timestep[0] * dt

    def _recorders(self) -> list[SpikeRecorder | VariableRecorder]:
        return [*self._spike_recorders.values(), *self._variable_recorders.values()]

    def _array(self, key: str) -> NDArray[Any]:
        array: NDArray[Any] = self._variables[key].get_value()
        return array

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the engine is closed")

    def _build_digest(self) -> str:
        described = json.dumps([b2.__version__, self.target, str(self.manifest)])
        return hashlib.sha256(described.encode()).hexdigest()


def _preferences(precision: str | None) -> dict[str, Any]:
    preferences: dict[str, Any] = {"codegen.target": "numpy", "codegen.string_expression_target": "numpy"}
    if precision is not None:
        preferences["core.default_float_dtype"] = np.dtype(precision).type
    return preferences


def _build(circuit_or_function: Any, construction_seed: int, device: Any) -> Built:
    if isinstance(circuit_or_function, Circuit):
        if any(isinstance(pathway.connect, Blockwise) for pathway in circuit_or_function.pathways):
            raise ValueError(f"circuit {circuit_or_function.name!r}: copies run side by side on the live engine only")
        return build_objects(circuit_or_function, construction_seed)
    if callable(circuit_or_function):
        return build_from_function(circuit_or_function, device)
    raise TypeError(f"{circuit_or_function!r}; accepted: a Circuit or a function that returns Brian2 objects")


@contextmanager
def _active_device(device: Any) -> Iterator[None]:
    module: Any = device_module
    before = module.active_device
    module.active_device = device
    try:
        yield
    finally:
        module.active_device = before


def _without_learning(pathway: Any) -> Callable[[], None]:
    """Take a pathway's spikes in and let them pass unused, so that none is late after unfreezing."""

    def run() -> None:
        pathway.push_spikes()
        pathway.queue.advance()

    return run
