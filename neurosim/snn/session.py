"""A network in use: opened when first needed; what it has learned survives closing, pickling and copying.

Whoever drives a network names what it reads and writes (``{"weights": "synapses.w"}``), which of it learning changes,
and what each presentation begins with.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from neurosim.data import SampleSpikes
from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.snn.checking import check_circuit
from neurosim.snn.circuits import Circuit
from neurosim.snn.engine import open_engine
from neurosim.snn.engine.interface import Engine, Snapshot
from neurosim.snn.playing import Part, play
from neurosim.snn.views import Array, Views, named_views, owner


@dataclass
class _Opened:
    """What exists only as long as an engine is open."""

    engine: Engine
    views: Views
    fresh: list[tuple[Array, float]]
    plastic: tuple[str, ...]
    learning: bool = True
    recording: bool = False
    n_steps: int = 0
    """Since the presentation began."""


class Session:
    """Drive one network, presentation after presentation.

    Parameters
    ----------
    circuit : Circuit or callable
        What is run: a description, or a function without arguments that makes named Brian2 objects and returns them.
        To be pickled, a function has to be one of a module, or a ``functools.partial`` of one.
    views : mapping of str to str
        What is read and written between runs: a name of one's own to the engine's key, ``"object.variable"``. Synapses
        that join all to all are seen as a matrix, shape (n_sources, n_targets).
    kept : mapping of str to array-like, optional
        By name: what learning changes, with its start values. It has their shape.
    fresh : mapping of str to float, optional
        By name: what each presentation begins with.
    plastic : sequence of str, optional
        Pathways that freezing stops; by default all that learn. Of Brian2 objects' own, those are ``Synapses`` with
        statements whose name begins with ``learn`` (``on_post={"learn": ...}``); others cannot be frozen.
    populations : sequence of str, optional
        Whose spikes :meth:`record` records, from input to output; by default all that can spike.
    construction_seed : int, default=0
        Of random topologies and start values.
    engine : {"auto", "live", "runtime"}, default="auto"
        See :func:`neurosim.snn.engine.open_engine`.

    Raises
    ------
    InputError
        If the circuit contradicts itself, or ``kept`` or ``fresh`` name no view.
    """

    def __init__(
        self,
        circuit: Circuit | Callable[[], Iterable[Any]],
        views: Mapping[str, str],
        *,
        kept: Mapping[str, ArrayLike] | None = None,
        fresh: Mapping[str, float] | None = None,
        plastic: Sequence[str] | None = None,
        populations: Sequence[str] | None = None,
        construction_seed: int = 0,
        engine: str = "auto",
    ) -> None:
        _check_network(circuit)
        self.circuit = circuit
        self.keys = dict(views)
        self.fresh = dict(fresh or {})
        self.plastic = plastic
        self.populations = populations
        self.construction_seed = construction_seed
        self.engine_kind = engine
        self._kept = {name: np.atleast_1d(np.array(values)) for name, values in (kept or {}).items()}
        self._opened: _Opened | None = None
        for field, names in (("kept", self._kept), ("fresh", self.fresh)):
            for name in names:
                if name not in self.keys:
                    raise unknown_name(field, name, self.keys)

    @property
    def engine(self) -> Engine:
        """The engine, opened now if it was not."""
        return (self._opened or self._open()).engine

    @property
    def views(self) -> Views:
        """The named arrays, of an engine that is opened now if it was not.

        Raises
        ------
        InputError
            If a key does not exist in the network, or what is kept has another size; also if a name is asked for that
            is no view.
        """
        return (self._opened or self._open()).views

    def prepare(self, engine: Engine) -> None:
        """Do once what a fresh engine needs, before anything that was kept is written; for subclasses."""

    def begin(self, learning: bool) -> Views:
        """Begin a presentation: with plasticity or without, and with what is fresh.

        Returns
        -------
        Views
            See :attr:`views`.
        """
        opened = self._ready(learning)
        for view, value in opened.fresh:
            view[:] = value
        opened.n_steps = 0
        return opened.views

    def run(self, n_steps: int) -> None:
        """Go on by so many steps."""
        opened = self._opened or self._open()
        opened.engine.run_steps(n_steps)
        opened.n_steps += n_steps

    def play(
        self,
        writes: Mapping[str, ArrayLike],
        parts: Sequence[Part],
        reads: Sequence[str],
        learning: bool = False,
        seeds: Sequence[int] | None = None,
    ) -> dict[str, Array]:
        """Make many presentations, one after the other, each from what is fresh; see :func:`neurosim.snn.playing.play`.

        Parameters
        ----------
        writes : mapping of str to array-like, each of shape (n_samples, ...)
            By view: what each sample writes.
        parts : sequence of Part
            How long a presentation lasts, in one part or in several.
        reads : sequence of str
            Views that are copied at the end of each presentation.
        learning : bool, default=False
            With plasticity, or without.
        seeds : sequence of int, optional
            Of the engine's own generator, one a sample.

        Returns
        -------
        dict of str to ndarray, each of shape (n_samples, ...)
            By view: what was read.
        """
        opened = self._ready(learning)
        first = replace(parts[0], begins={**self.fresh, **parts[0].begins})
        read = play(opened.engine, opened.views, (first, *parts[1:]), writes, reads, seeds)
        opened.n_steps = sum(part.n_steps for part in parts)
        return read

    def let_learn(self, learning: bool) -> None:
        """Freeze or unfreeze, whichever it takes."""
        self._ready(learning)

    def freeze(self) -> None:
        """Stop all learning; transmission and traces go on."""
        opened = self._opened or self._open()
        for pathway in opened.plastic:
            opened.engine.freeze(pathway)
        opened.learning = False

    def unfreeze(self) -> None:
        """Let what was frozen learn again."""
        opened = self._opened or self._open()
        for pathway in opened.plastic:
            opened.engine.unfreeze(pathway)
        opened.learning = True

    def record(self) -> None:
        """Record spikes from now on, until the session is closed.

        Raises
        ------
        InputError
            If no population is to be recorded.
        """
        opened = self._opened or self._open()
        if not self._recorded_sizes(opened.engine):
            raise InputError("populations is empty: there are no spikes to record; accepted: names of populations")
        for name in self._recorded_sizes(opened.engine):
            opened.engine.record_spikes(name)
        opened.recording = True

    def recorded(self) -> SampleSpikes:
        """Hand out the spikes since the last presentation began, and forget all others.

        Raises
        ------
        RuntimeError
            If nothing was recorded.
        """
        opened = self._opened
        if opened is None or not opened.recording:
            raise RuntimeError("no spikes were recorded; accepted: record() before the presentation")
        sizes, first = self._recorded_sizes(opened.engine), opened.engine.step - opened.n_steps
        times_ms, units, names = [], [], []
        for name in sizes:
            spikes = opened.engine.spikes(name)
            late = spikes.steps >= first
            times_ms.append((spikes.steps[late] - first) * spikes.dt_ms)
            units.append(spikes.indices[late])
            names.append(np.full(int(late.sum()), name))
        return SampleSpikes(np.concatenate(times_ms), np.concatenate(units), np.concatenate(names), sizes)

    def state(self) -> dict[str, Array]:
        """Copy what learning has changed, by name."""
        return self._learned()

    def take(self, state: Mapping[str, ArrayLike]) -> None:
        """Go on from what :meth:`state` gave.

        Raises
        ------
        InputError
            If a name is not among those that are kept, or an array has another shape.
        """
        for name, values in state.items():
            if name not in self._kept:
                raise unknown_name("state", name, self._kept)
            array, shape = np.atleast_1d(np.array(values)), self._kept[name].shape
            if array.shape != shape:
                raise out_of_range(f"shape of state {name!r}", array.shape, str(shape))
            self._kept[name] = array
            if self._opened is not None:
                self._opened.views[name][:] = array

    def snapshot(self) -> Snapshot:
        """Copy the entire dynamic state: every array, spikes in flight, the generator."""
        return self.engine.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this network; records not yet handed out are dropped.

        Raises
        ------
        ValueError
            If the snapshot is of another engine, build or topology.
        """
        opened = self._opened or self._open()
        opened.engine.restore(snapshot)
        opened.n_steps = 0

    def close(self) -> None:
        """Close the engine, keeping what was learned; the next use opens another one."""
        if self._opened is not None:
            self._kept = self._learned()
            self._opened.engine.close()
            self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        # Compiled code belongs to this process; a copy opens an engine of its own.
        return vars(self) | {"_kept": self._learned(), "_opened": None}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        # What is run never changes, so that twins share it.
        memo |= {id(self): twin, id(self.circuit): self.circuit}
        vars(twin).update(copy.deepcopy(self.__getstate__(), memo))
        return twin

    def _ready(self, learning: bool) -> _Opened:
        opened = self._opened or self._open()
        if learning != opened.learning:
            (self.unfreeze if learning else self.freeze)()
        return opened

    def _learned(self) -> dict[str, Array]:
        source = self._kept if self._opened is None else self._opened.views
        return {name: source[name].copy() for name in self._kept}

    def _open(self) -> _Opened:
        engine = open_engine(self.circuit, self.engine_kind, self.construction_seed)
        try:
            views = named_views(engine, self.keys, {name: values.shape for name, values in self._kept.items()})
            plastic = self._plastic_pathways(engine)
            self.prepare(engine)
            for name, values in self._kept.items():
                views[name][:] = values
        except BaseException:
            engine.close()
            raise
        fresh = [(views[name], value) for name, value in self.fresh.items()]
        self._opened = _Opened(engine, views, fresh, plastic)
        return self._opened

    def _plastic_pathways(self, engine: Engine) -> tuple[str, ...]:
        if self.plastic is None:
            for name in self._kept:
                self._check_freezable(engine, name)
            pathways = engine.manifest.pathways.items()
            return tuple(name for name, entry in pathways if entry.freezable and (entry.learning or entry.on_demand))
        for pathway in self.plastic:
            # Whoever cannot be frozen is told so before the first presentation.
            engine.unfreeze(pathway)
        return tuple(self.plastic)

    def _check_freezable(self, engine: Engine, name: str) -> None:
        pathway = owner(self.keys[name])
        if pathway in engine.manifest.pathways and not engine.manifest.pathways[pathway].freezable:
            raise InputError(
                f"{name!r} is kept, but nobody can freeze {pathway!r} while predicting; accepted: Synapses that name "
                "what learns, on_post={'learn': ...}, or plastic=() where no statement changes what is kept"
            )

    def _recorded_sizes(self, engine: Engine) -> dict[str, int]:
        sizes = engine.manifest.populations
        if self.populations is None:
            return dict(sizes)
        for name in self.populations:
            if name not in sizes:
                raise unknown_name("population", name, sizes)
        return {name: sizes[name] for name in self.populations}


def _check_network(circuit: object) -> None:
    if isinstance(circuit, Circuit):
        try:
            check_circuit(circuit)
        except ValueError as error:
            raise InputError(str(error)) from error
    elif not callable(circuit):
        raise out_of_range("circuit", circuit, "a Circuit, or a function that returns Brian2 objects")
