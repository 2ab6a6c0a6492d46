"""For the tests of the rules: a neuron that spikes when told, and drivers for prescribed spike trains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from neurosim.registry import BUILT_IN
from neurosim.snn.circuits import Circuit
from neurosim.snn.engine import open_engine
from neurosim.snn.models import NeuronModel, Reference, Rule

NONE = Reference(authors="", year=0, title="a spike source for tests", doi="", where="")
PARROT = NeuronModel(
    name="parrot",
    summary="spikes in the step in which its drive is set, and sums what it receives",
    equations="drive : 1\ntotal : 1",
    threshold="drive > 0.5",
    reset="drive = 0",
    parameters={},
    reference=NONE,
    # Exact for traces, which do not depend on each other, and built in a moment; Brian2's "exact" solves all traces of
    # a population as one system, which takes minutes where twenty rules share it.
    method="exponential_euler",
    receives={"sum": "total"},
    receives_units={"sum": "1"},
)
Train = Sequence[int]


def load(path: str) -> Rule:
    """Import what a registry entry names."""
    module, attribute = path.split(":")
    return getattr(import_module(module), attribute)


RULES = tuple((entry.name, entry.text, entry.path) for entry in BUILT_IN if entry.kind == "rules")
ALL_RULES: dict[str, Rule] = {name: load(path) for name, _, path in RULES}
LEARNING = {name: rule for name, rule in ALL_RULES.items() if rule.modifies == "weight"}


@contextmanager
def opened(circuit: Circuit, engine: str) -> Iterator[Any]:
    """Open the engine that was asked for, no other, and close it at the end of the ``with`` block."""
    with closing(open_engine(circuit, engine=engine)) as running:
        assert running.name == engine
        yield running


@dataclass(frozen=True)
class Rewound:
    """A network that is built once and starts anew for each test.

    Attributes
    ----------
    engine : Engine
    start : Snapshot
        Its state before the first step.
    """

    engine: Any
    start: Any

    def from_start(self) -> Any:
        """Give the engine in its first state."""
        self.engine.restore(self.start)
        return self.engine


@contextmanager
def rewound(circuit: Circuit, engine: str) -> Iterator[Rewound]:
    """Open the engine that was asked for, to be used again and again, and close it at the end."""
    with opened(circuit, engine) as running:
        yield Rewound(running, running.snapshot())


def play(
    engine: Any, trains: Mapping[str, Sequence[Train]], until: int, calls: Iterable[tuple[int, Callable]] = ()
) -> None:
    """Make neurons spike in given steps and run to a step.

    Parameters
    ----------
    engine : Engine
    trains : mapping of str to sequence of trains
        For each population and neuron the steps in which it spikes.
    until : int
        The step to stop before.
    calls : iterable of (step, callable)
        What to do before that step.
    """
    at: dict[int, list[tuple[str, int]]] = {}
    for population, neurons in trains.items():
        for neuron, steps in enumerate(neurons):
            for step in steps:
                at.setdefault(int(step), []).append((population, neuron))
    todo = dict(calls)
    for step in sorted({*at, *todo, until}):
        if step > until or step < engine.step:
            continue
        engine.run_steps(step - engine.step)
        if step in todo:
            todo[step]()
        if step == until:
            break
        for population, neuron in at.get(step, ()):
            engine.view(f"{population}.drive")[neuron] = 1


def poisson(rng: np.random.Generator, n: int, rate: float, steps: int) -> list[list[int]]:
    """Draw ``n`` independent trains with this probability of a spike in each step."""
    return [list(np.flatnonzero(rng.random(steps) < rate)) for _ in range(n)]
