"""Counted events, and the three phases of a learner's life in which they are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add


@dataclass(frozen=True)
class EventCounts:
    """Raw events of one phase, cumulative. Only ``metrics`` turns them into operations, bytes or energy.

    Attributes
    ----------
    presentations : int
        Samples presented.
    labels : int
        Labels that reached the learner.
    feedback_bits : float
        Bits that a teacher or a reward handed over.
    connections : int
        Connections evaluated if nothing is skipped (dense).
    active_connections : int
        Of these, those with an input and a weight other than zero.
    spike_deliveries : int
        Arrivals of a spike over a connection.
    feedback_connections : int
        Connections evaluated to carry an error back, and to form weight changes from it.
    state_updates : int
        Updates of a neuron's state or activation.
    trace_updates : int
        Updates of a plasticity or optimizer trace.
    weight_writes : int
        Weights written.
    input_spikes, spikes : int
        Spikes of the input and of all other neurons.
    silent_samples : int
        Samples on which no output neuron spiked.
    """

    presentations: int = 0
    labels: int = 0
    feedback_bits: float = 0.0
    connections: int = 0
    active_connections: int = 0
    spike_deliveries: int = 0
    feedback_connections: int = 0
    state_updates: int = 0
    trace_updates: int = 0
    weight_writes: int = 0
    input_spikes: int = 0
    spikes: int = 0
    silent_samples: int = 0

    def __add__(self, other: EventCounts) -> EventCounts:
        # Several times a presentation; a frozen dataclass keeps its values in the order of its fields.
        return EventCounts(*map(add, vars(self).values(), vars(other).values()))


@dataclass(frozen=True)
class Costs:
    """Event counts of the three phases of a learner's life, never mixed."""

    learning: EventCounts = field(default_factory=EventCounts)
    inference: EventCounts = field(default_factory=EventCounts)
    readout: EventCounts = field(default_factory=EventCounts)
