"""What an engine offers to whoever drives it, whether it runs compiled code or Brian2's run-time mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosim.snn.manifest import Manifest
from neurosim.snn.units import Quantity


@dataclass(frozen=True)
class Spikes:
    """Recorded spikes, as copies.

    Attributes
    ----------
    steps : ndarray of int64, shape (n_spikes,)
        Time step of each spike, counted from the start of the engine.
    indices : ndarray of int32, shape (n_spikes,)
        Neuron of each spike.
    dt_ms : float
        Length of a step in milliseconds.
    """

    steps: NDArray[np.int64]
    indices: NDArray[np.int32]
    dt_ms: float

    @property
    def times_ms(self) -> NDArray[np.float64]:
        """Spike times in milliseconds."""
        return np.asarray(self.steps * self.dt_ms, dtype=np.float64)


@dataclass(frozen=True)
class Trajectory:
    """A recorded variable: ``values[k]`` is the state after step ``steps[k]``; shape (n_records, n_elements).

    Steps count from 0 as in :class:`Spikes`: after the first step of the engine, ``steps`` holds a 0 and the state
    belongs to the time ``(steps + 1) * dt_ms``.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.floating]
    dt_ms: float


@dataclass(frozen=True)
class Snapshot:
    """The entire dynamic state of an engine, bound to one topology.

    ``arrays`` holds every state array; ``opaque`` what only the same build can read (spikes in flight, generator).
    """

    engine: str
    build: str
    topology: str
    step: int
    arrays: Mapping[str, NDArray[np.generic]]
    opaque: Mapping[str, bytes]


class Engine(Protocol):
    """A running network. State is seen through arrays; time advances in whole steps.

    Used in a ``with`` statement, an engine is closed at its end.
    """

    name: str
    target: str
    manifest: Manifest

    @property
    def step(self) -> int:
        """Steps run so far."""
        ...

    @property
    def dt(self) -> Quantity:
        """Length of a step."""
        ...

    def view(self, key: str) -> NDArray[np.generic]:
        """Give the array of ``"object.variable"`` in SI units; writing to it writes the state."""
        ...

    def set(self, key: str, value: Quantity | ArrayLike) -> None:
        """Set a variable or parameter, its unit checked; takes effect at the next step, without a rebuild.

        A bare number or array is accepted where the variable has no dimensions; else ``Quantity(array, unit)``.
        """
        ...

    def run(self, duration: Quantity) -> None:
        """Advance by a whole number of steps."""
        ...

    def run_steps(self, n_steps: int) -> None:
        """Advance by ``n_steps``."""
        ...

    def call(self, pathway: str, operation: str) -> None:
        """Carry out one of the rule's ``on_demand`` statements for all synapses of a pathway, now.

        Nothing happens while the pathway is frozen.
        """
        ...

    def seed(self, seed: int) -> None:
        """Seed the generator that the running network draws from."""
        ...

    def freeze(self, pathway: str) -> None:
        """Stop the plasticity of a pathway; transmission and traces go on."""
        ...

    def unfreeze(self, pathway: str) -> None:
        """Let a frozen pathway learn again."""
        ...

    def record_spikes(self, population: str) -> None:
        """Record all further spikes of a population."""
        ...

    def record(self, key: str, every_steps: int = 1) -> None:
        """Record a variable after each step ``s`` for which ``s + 1`` is a multiple of ``every_steps``."""
        ...

    def spikes(self, population: str) -> Spikes:
        """Hand out what was recorded since the last call, and forget it."""
        ...

    def trajectory(self, key: str) -> Trajectory:
        """Hand out a variable's records since the last call, and forget them."""
        ...

    def snapshot(self) -> Snapshot:
        """Copy the entire dynamic state."""
        ...

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; another topology is refused."""
        ...

    def close(self) -> None:
        """Free the network; views that are still held stay valid until they are dropped."""
        ...

    def __enter__(self) -> Self:
        """Give the engine itself."""
        ...

    def __exit__(self, *error: object) -> None:
        """Close."""
        ...
