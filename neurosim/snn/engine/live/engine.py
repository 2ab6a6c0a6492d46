"""Drives a compiled network. Imports no Brian2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.snn.engine.access import checked_steps, checked_values, find, freezable, whole_steps
from neurosim.snn.engine.interface import Snapshot, Spikes, Trajectory
from neurosim.snn.engine.live.contents import read_manifest
from neurosim.snn.engine.live.library import SLICE_NS, Library
from neurosim.snn.units import Quantity

STRUCTURE = ("_synaptic_pre", "_synaptic_post", "N_incoming", "N_outgoing")
"""Variables that the topology consists of; a snapshot holds their checksum only."""


def generator_word(seed: int) -> int:
    """Give what a library's generator is seeded with: seeds of any size count in full, neighbours are unrelated."""
    return int(np.random.SeedSequence(int(seed)).generate_state(1, np.uint64)[0])


class LiveEngine:
    """A network as compiled code in this process. See :class:`neurosim.snn.engine.interface.Engine` for the methods.

    Not to be constructed directly; see :func:`neurosim.snn.engine.live.open_live`. A run can be interrupted (Ctrl-C)
    between two steps; the engine stays usable. An engine is to be driven by one thread at a time; different engines
    run at the same time in different threads.

    Parameters
    ----------
    library : Library
        Started, with its synapses made.
    content : dict
        The manifest beside it in the cache.
    build : str
        Key of the build.
    """

    name = "live"
    target = "cpp"

    def __init__(self, library: Library, content: Mapping[str, Any], build: str) -> None:
        self.build = build
        self.manifest = read_manifest(content["contents"])
        self._library: Library | None = library
        self._content = content
        # Where synapses have delays of their own, several arrays share a key; the first counts.
        self._index = {array["key"]: index for index, array in reversed(list(enumerate(content["arrays"])))}
        self._views: dict[str, NDArray[np.generic]] = {}
        self._topology: str | None = None
        self._frozen: set[str] = set()
        self._spike_recorders: dict[str, int] = {}
        self._variable_recorders: dict[str, tuple[int, int]] = {}

    @property
    def step(self) -> int:
        """Steps run so far."""
        return int(self._open().call("ns_step"))

    @property
    def dt(self) -> Quantity:
        """Length of a step."""
        return Quantity(self.manifest.dt, "second")

    def view(self, key: str) -> NDArray[np.generic]:
        """Give the array of ``"object.variable"`` in SI units; writing to it writes the state.

        What a monitor of a researcher's own recorded is handed out as a copy that cannot be written.
        """
        self._open()
        entry = find(self.manifest.variables, key, "variable")
        array = self._array(key)
        if entry.read_only:
            array = array[...]
            array.flags.writeable = False
        return array

    def set(self, key: str, value: Quantity | ArrayLike) -> None:
        """Set a variable or parameter, its unit checked; takes effect at the next step, without a rebuild."""
        self._open()
        entry = find(self.manifest.variables, key, "variable")
        array = self._array(key)
        array[:] = checked_values(entry, key, value, array.size)

    def write(self, values: Mapping[str, NDArray[np.float64]]) -> None:
        """Set many variables to values in SI units."""
        for key, value in values.items():
            self._array(key)[:] = value

    def run(self, duration: Quantity) -> None:
        """Advance by a whole number of steps."""
        self.run_steps(whole_steps(duration, self.manifest.dt))

    def run_steps(self, n_steps: int) -> None:
        """Advance by ``n_steps``; an interrupt stops between two steps."""
        if type(n_steps) is not int or n_steps < 0:
            n_steps = checked_steps(n_steps)
        library = self._library or self._open()
        steps = library.steps
        while n_steps > 0:
            done = steps(n_steps, SLICE_NS)
            if done < 0:
                raise library.failure()
            n_steps -= done

    def functions(self, *names: str) -> tuple[int, ...]:
        """Give the addresses of the library's functions, for compiled code that drives this network."""
        library = self._open()
        return tuple(library.address(name) for name in names)

    def failure(self) -> RuntimeError:
        """Give what went wrong in the last step that compiled code had this network make."""
        return self._open().failure()

    def operation(self, pathway: str, name: str) -> int:
        """Give the number under which the library knows one of a pathway's ``on_demand`` statements."""
        number: int = self._content["operations"].index(f"{pathway}.{name}")
        return number

    def profile(self, n_steps: int) -> dict[str, float]:
        """Advance by ``n_steps`` and give the seconds spent in each object; slower than a run, not interruptible."""
        library, spent = self._open(), np.zeros(len(self._content["objects"]))
        library.call("ns_profile", checked_steps(n_steps), spent.ctypes.data)
        names = [entry["code"].removesuffix("_codeobject") for entry in self._content["objects"]]
        return dict(zip(names, (spent * 1e-9).tolist(), strict=True))

    def call(self, pathway: str, operation: str) -> None:
        """Carry out one of the rule's ``on_demand`` statements for all synapses of a pathway, now."""
        library = self._open()
        entry = find(self.manifest.pathways, pathway, "pathway")
        find(entry.on_demand, operation, f"operation of pathway {pathway!r}")
        if pathway not in self._frozen:
            library.call("ns_call", self.operation(pathway, operation))

    def seed(self, seed: int) -> None:
        """Seed the generator that the running network draws from."""
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ValueError(f"seed = {seed!r}; accepted: an integer of 0 or more")
        self._open().call("ns_seed", generator_word(seed))

    def freeze(self, pathway: str) -> None:
        """Stop the plasticity of a pathway; transmission and traces go on."""
        self._enable(pathway, False)
        self._frozen.add(pathway)

    def unfreeze(self, pathway: str) -> None:
        """Let a frozen pathway learn again."""
        self._enable(pathway, True)
        self._frozen.discard(pathway)

    def record_spikes(self, population: str) -> None:
        """Record all further spikes of a population."""
        library = self._open()
        find(self.manifest.populations, population, "population")
        if population not in self._spike_recorders:
            names = [space["name"] for space in self._content["populations"]]
            self._spike_recorders[population] = library.call("ns_record_spikes", names.index(population))

    def record(self, key: str, every_steps: int = 1) -> None:
        """Record a variable after each step ``s`` for which ``s + 1`` is a multiple of ``every_steps``."""
        if checked_steps(every_steps) == 0:
            raise ValueError("every_steps = 0; accepted: an integer above 0")
        library, array = self._open(), self.view(key)
        if self._content["arrays"][self._index[key]]["monitor"]:
            raise ValueError(f"{key} is what a monitor recorded; accepted: variables of groups and synapses")
        if library.memory(self._index[key], array.dtype).nbytes != array.nbytes:
            raise ValueError(f"{key} is not stored but computed; accepted: variables that change")
        recorder = self._variable_recorders.get(key, (-1, 0))[0]
        recorder = library.call("ns_record", recorder, self._index[key], int(every_steps), array.nbytes)
        self._variable_recorders[key] = (recorder, array.size)

    def spikes(self, population: str) -> Spikes:
        """Hand out what was recorded since the last call, and forget it."""
        recorder = find(self._spike_recorders, population, "recorded population")
        return Spikes(*self._open().drain_spikes(recorder), self.manifest.dt * 1e3)

    def trajectory(self, key: str) -> Trajectory:
        """Hand out a variable's records since the last call, and forget them."""
        recorder, n_elements = find(self._variable_recorders, key, "recorded variable")
        dtype = np.dtype(self._content["arrays"][self._index[key]]["dtype"])
        return Trajectory(*self._open().drain(recorder, dtype, n_elements), self.manifest.dt * 1e3)

    def snapshot(self) -> Snapshot:
        """Copy the entire dynamic state. What a researcher's own monitors recorded is not part of it."""
        library = self._open()
        arrays = {key: self._array(key).copy() for key in self._state_keys()}
        opaque = {"queues": library.queues(), "generator": library.generator().tobytes()}
        return Snapshot(self.name, self.build, self._topology_digest(), self.step, arrays, opaque)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot, of this or of another instance; records not yet handed out are dropped.

        Raises
        ------
        ValueError
            If the snapshot is of another engine, build or topology.
        """
        library = self._open()
        own = {"engine": self.name, "build": self.build, "topology": self._topology_digest()}
        for field, value in own.items():
            if getattr(snapshot, field) != value:
                raise ValueError(f"the snapshot's {field} is {getattr(snapshot, field)!r}; accepted: {value!r}")
        for key in self._state_keys():
            self._array(key)[:] = snapshot.arrays[key]
        library.set_queues(snapshot.opaque["queues"])
        library.generator()[:] = np.frombuffer(snapshot.opaque["generator"], np.uint8)
        library.call("ns_set_step", snapshot.step)
        for population in self._spike_recorders:
            self.spikes(population)
        for key in self._variable_recorders:
            self.trajectory(key)

    def close(self) -> None:
        """Free the network; views that are still held stay valid until they are dropped."""
        self._views = {}
        self._library = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self) -> Library:
        if self._library is None:
            raise RuntimeError("the engine is closed")
        return self._library

    def _array(self, key: str) -> NDArray[np.generic]:
        """Give the memory of an array, or a copy of what a monitor recorded (its memory moves as it grows)."""
        array = self._views.get(key)
        if array is not None:
            return array
        library, index = self._open(), self._index[key]
        entry = self._content["arrays"][index]
        dtype = np.dtype(entry["dtype"])
        if entry["kind"] == "matrix":
            return library.matrix(index, dtype)
        if entry["monitor"]:
            return library.memory(index, dtype).copy()
        owner = key.rpartition(".")[0]
        synapses = self._content["synapses"].get(owner)
        if synapses and not synapses["stores_indices"] and index in (synapses["sources"], synapses["targets"]):
            n_sources, n_targets = synapses["dense"]
            steps = np.arange(n_sources * n_targets, dtype=np.int32)
            ends: NDArray[np.int32] = steps // n_targets if index == synapses["sources"] else steps % n_targets
            return ends
        array = self._views[key] = library.memory(index, dtype)
        return array

    def _state_keys(self) -> list[str]:
        return [
            key for key, index in self._index.items()
            if key.rpartition(".")[2] not in STRUCTURE
            and self._content["arrays"][index]["kind"] != "matrix" and not self._content["arrays"][index]["monitor"]
        ]  # fmt: skip

    def _topology_digest(self) -> str:
        """Give the checksum of who is joined to whom; it cannot change while the network lives."""
        if self._topology is None:
            digest = hashlib.sha256()
            for name, synapses in sorted(self._content["synapses"].items()):
                digest.update(f"{name} {synapses['dense']}".encode())
                if not synapses["dense"]:
                    for variable in ("_synaptic_pre", "_synaptic_post"):
                        digest.update(self._array(f"{name}.{variable}").tobytes())
            self._topology = digest.hexdigest()
        return self._topology

    def _enable(self, pathway: str, enabled: bool) -> None:
        """Let the objects that learn take part in the loop or not; spikes on their way go on."""
        library = self._open()
        learning = freezable(self.manifest, pathway).learning
        for position, entry in enumerate(self._content["objects"]):
            if entry["owner"] in learning and not entry["code"].endswith("_push_spikes"):
                library.call("ns_enable", position, int(enabled))
