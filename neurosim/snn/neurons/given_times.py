"""Spike source that plays given spike times, handed in anew whenever one likes, without a rebuild."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from neurosim.snn.engine.interface import Engine
from neurosim.snn.models import NeuronModel, Reference
from neurosim.snn.units import Quantity

NEVER = 1e30
"""Steps to a spike that never comes: subtracting one from it changes nothing, and Brian2 warns of an infinity."""

LONGEST_GAP = 2**24


def given_times(capacity: int = 32) -> NeuronModel:
    """Make a source that holds up to ``capacity`` further spikes a neuron.

    Each neuron counts down the steps to its next spike; at that spike the queue of later gaps moves up by one place.
    Gaps, not times, are kept, so that single precision is exact however long the clock has run.

    Parameters
    ----------
    capacity : int
        Spikes a neuron can be given at once. A step costs the same whatever it is, a spike a little more.

    Raises
    ------
    ValueError
        If ``capacity`` is not at least 1.
    """
    if capacity < 1:
        raise ValueError(f"capacity = {capacity}; accepted: 1 or more")
    gaps = [f"gap_{k}" for k in range(1, capacity)]
    followers = [*gaps, f"{NEVER:g}"][1:]
    moves = [f"{earlier} = {later}" for earlier, later in zip(gaps, followers, strict=True)]
    return NeuronModel(
        name="given-times",
        summary=f"plays given spike times, up to {capacity} a neuron, settable between runs",
        equations="dsteps_left/dt = -1/dt : 1\n" + "".join(f"{gap} : 1\n" for gap in gaps),
        threshold="steps_left < 0.5",
        reset="\n".join([f"steps_left = {gaps[0] if gaps else f'{NEVER:g}'}", *moves]),
        method="exponential_euler",
        parameters={},
        initial={"steps_left": Quantity(NEVER), **dict.fromkeys(gaps, Quantity(NEVER))},
        reference=Reference(
            authors="Brette, R., Rudolph, M., Carnevale, T., et al.",
            year=2007,
            title="Simulation of networks of spiking neurons: a review of tools and strategies",
            doi="10.1007/s10827-007-0038-6",
            where="Clock-driven simulation: spike times are bound to the grid of time steps",
        ),
        departures="No model of a neuron. Times are rounded to the nearest step, halves to even.",
    )


def load(engine: Engine, population: str, times_ms: Sequence[ArrayLike]) -> None:
    """Replace what a population is going to play; times count from now.

    Parameters
    ----------
    engine : Engine
        Holds a population of this model.
    population : str
        Its name.
    times_ms : sequence of array_like, length n
        Ascending spike times of each neuron in milliseconds; an empty one for a silent neuron.

    Raises
    ------
    ValueError
        If the number of neurons differs, times do not ascend by a step or more, begin before 0, are too many, or lie
        more than 2^24 steps apart.
    """
    steps_left = engine.view(f"{population}.steps_left")
    n_neurons = len(steps_left)
    if len(times_ms) != n_neurons:
        raise ValueError(f"times_ms holds {len(times_ms)} neurons; population {population!r} has {n_neurons}")
    trains = [np.rint(np.asarray(times, float) / (engine.dt.si * 1e3)) for times in times_ms]
    longest = max((len(train) for train in trains), default=0)
    gaps = np.full((max(longest, 1), n_neurons), NEVER)
    for neuron, train in enumerate(trains):
        # A step left over at the start: the count falls before it is compared.
        own = np.diff(train, prepend=-1.0)
        if not np.all((own >= 1) & (own < LONGEST_GAP)):
            raise ValueError(
                f"times_ms[{neuron}] = {np.asarray(times_ms[neuron])}; accepted: times of 0 or more that ascend by at "
                f"least one step ({engine.dt}) and at most 2^24 steps"
            )
        gaps[: len(own), neuron] = own
    queue = _queue(engine, population, longest)
    steps_left[:] = gaps[0]
    for place, view in enumerate(queue, start=1):
        view[:] = gaps[place] if place < longest else NEVER


def _queue(engine: Engine, population: str, longest: int) -> list[np.ndarray]:
    views: list[np.ndarray] = []
    while True:
        try:
            views.append(engine.view(f"{population}.gap_{len(views) + 1}"))
        except (KeyError, ValueError):
            break
    if longest > len(views) + 1:
        raise ValueError(
            f"times_ms gives a neuron of {population!r} {longest} spikes; its model holds {len(views) + 1}: build it "
            f"with given_times(capacity={longest})"
        )
    return views


GIVEN_TIMES = given_times()
