"""One counter for both worlds: raw events of a phase into operations, in total and for one presentation.

A connection that carries a number costs a multiply-accumulate (MAC), one that carries a spike an accumulate (AC).
*Dense* operations are those of a machine that skips nothing (every connection, at every time step of a spiking
network); *effective* ones skip inputs and weights that are zero. The type of a learner decides between MAC and AC,
not the values that happen to pass: binary pixels do not turn a multilayer perceptron into a spiking network. For the
rule that looks at the values see :mod:`neurosim.metrics.neurobench`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from neurosim.data import Costs, EventCounts, Traits

MEASURED = (
    "dense", "effective_macs", "effective_acs", "feedback_macs", "state_updates", "trace_updates", "weight_writes",
)  # fmt: skip
PHASES = ("learning", "inference", "readout")
NOT_A_NETWORK = "a control prepares itself outside any network; what that takes is not counted"
NOT_COUNTED = "the learner does not say which of its connections were active"
NOTHING_PRESENTED = "nothing was presented"


@dataclass(frozen=True)
class Operations:
    """What one phase took. None where it could not be measured; ``unavailable`` says why.

    Attributes
    ----------
    presentations : float
        Samples presented; 1 where the other numbers are for one presentation.
    dense : float or None
        Connections evaluated if nothing is skipped.
    effective_macs, effective_acs : float or None
        Connections with an input and a weight other than zero that carried a number, and those that carried a spike.
    feedback_macs : float or None
        Multiply-accumulates that carry an error back and form weight changes from it; none of them is skipped.
    state_updates, trace_updates, weight_writes : float or None
        Updates of neurons' states and of plasticity or optimizer traces; weights written.
    labels, feedback_bits : float
        What the teacher said.
    input_spikes, spikes : float
        Spikes of the inputs, and of all other neurons.
    unavailable : mapping of str to str
        Names of fields that are None, with the reason.
    """

    presentations: float
    dense: float | None
    effective_macs: float | None
    effective_acs: float | None
    feedback_macs: float | None
    state_updates: float | None
    trace_updates: float | None
    weight_writes: float | None
    labels: float
    feedback_bits: float
    input_spikes: float
    spikes: float
    unavailable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def effective(self) -> float | None:
        """Effective operations of both types."""
        return _sum(self.effective_macs, self.effective_acs)

    def numbers(self) -> dict[str, float | None]:
        """Give all numbers by name, with the sum of effective operations."""
        named = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "unavailable"}
        return named | {"effective": self.effective}

    def per_presentation(self) -> Operations | None:
        """Give the same for one presentation; None where nothing was presented."""
        if not self.presentations:
            return None
        named = {f.name: _divided(getattr(self, f.name), self.presentations) for f in fields(self)[:-1]}
        return Operations(**named, unavailable=self.unavailable)  # type: ignore[arg-type]


def operations(counts: EventCounts, traits: Traits, phase: str = "inference") -> Operations:
    """Turn the raw events of one phase into operations.

    Parameters
    ----------
    counts : EventCounts
        Raw events.
    traits : Traits
        What the learner is: spiking units make every connection an accumulate.
    phase : {"learning", "inference", "readout"}
        Where the events come from.

    Returns
    -------
    Operations
    """
    unknown = _unknown(counts, traits, phase)
    known: dict[str, float | None] = {
        "dense": counts.connections,
        "effective_macs": counts.active_connections - counts.spike_deliveries,
        "effective_acs": counts.spike_deliveries,
        "feedback_macs": counts.feedback_connections,
        "state_updates": counts.state_updates,
        "trace_updates": counts.trace_updates,
        "weight_writes": counts.weight_writes,
    }
    return Operations(
        presentations=counts.presentations,
        labels=counts.labels,
        feedback_bits=counts.feedback_bits,
        input_spikes=counts.input_spikes,
        spikes=counts.spikes,
        unavailable=unknown,
        **{name: None if name in unknown else value for name, value in known.items()},
    )


def all_operations(costs: Costs, traits: Traits) -> dict[str, Operations]:
    """Give the operations of learning, inference and read-out, each by itself."""
    return {phase: operations(getattr(costs, phase), traits, phase) for phase in PHASES}


def mean_operations(several: Sequence[Operations]) -> Operations:
    """Average over seeds, number by number; None where any of them is.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not several:
        raise ValueError("the mean of no operations does not exist")
    named = {f.name: _mean([getattr(one, f.name) for one in several]) for f in fields(Operations)[:-1]}
    reasons = {name: reason for one in several for name, reason in one.unavailable.items()}
    return Operations(**named, unavailable=reasons)  # type: ignore[arg-type]


def _unknown(counts: EventCounts, traits: Traits, phase: str) -> dict[str, str]:
    if phase == "learning" and traits.role == "control" and counts.presentations:
        return dict.fromkeys(MEASURED, NOT_A_NETWORK)
    # A silent network of spikes delivers nothing; one of numbers without an active connection did not count them.
    if traits.unit != "spike" and counts.connections and not counts.active_connections:
        return dict.fromkeys(("effective_macs", "effective_acs"), NOT_COUNTED)
    return {}


def _sum(*values: float | None) -> float | None:
    return sum(value for value in values if value is not None) if None not in values else None


def _divided(value: float | None, by: float) -> float | None:
    return None if value is None else value / by


def _mean(values: Sequence[float | None]) -> float | None:
    total = _sum(*values)
    return None if total is None else total / len(values)
