"""One counter for both worlds: raw events of a phase into operations, in total and for one presentation.

A connection that carries a number costs a multiply-accumulate (MAC), one that carries a spike an accumulate (AC).
*Dense* operations are those of a machine that skips nothing (every connection, at every time step of a spiking
network); *effective* ones skip inputs and weights that are zero. The type of a learner decides between MAC and AC,
not the values that happen to pass: binary pixels do not turn a multilayer perceptron into a spiking network. For the
rule that looks at the values see :mod:`neurosim.metrics.neurobench`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType

from neurosim.data import Costs, EventCounts, Traits

MEASURED = (
    "dense", "effective_macs", "effective_acs", "feedback_macs", "state_updates", "trace_updates", "weight_writes",
)  # fmt: skip
TOLD = ("presentations", "labels", "feedback_bits")
"""What a learner was shown and told; all other events are its own doing."""
PHASES = ("learning", "inference", "readout")
NOT_A_NETWORK = "a control prepares itself outside any network; what that takes is not counted"
NOT_COUNTED = "the learner does not say which of its connections were active"
NOTHING_PRESENTED = "nothing was presented"
COUNTED_NOTHING = "the learner counted nothing of what was presented to it"
COUNTED_NO_OPERATION = "the learner counted presentations and no operation, although it has weights"


@dataclass(frozen=True)
class Operations:
    """What one phase took. None where it could not be measured; ``unavailable`` says why.

    Attributes
    ----------
    presentations : float or None
        Samples presented; 1 where the other numbers are for one presentation.
    dense : float or None
        Connections evaluated if nothing is skipped.
    effective_macs, effective_acs : float or None
        Connections with an input and a weight other than zero that carried a number, and those that carried a spike.
    feedback_macs : float or None
        Multiply-accumulates that carry an error back and form weight changes from it; none of them is skipped.
    state_updates, trace_updates, weight_writes : float or None
        Updates of neurons' states and of plasticity or optimizer traces; weights written.
    labels, feedback_bits : float or None
        What the teacher said.
    input_spikes, spikes : float or None
        Spikes of the inputs, and of all other neurons.
    unavailable : mapping of str to str
        Names of fields that are None, with the reason.
    """

    presentations: float | None
    dense: float | None
    effective_macs: float | None
    effective_acs: float | None
    feedback_macs: float | None
    state_updates: float | None
    trace_updates: float | None
    weight_writes: float | None
    labels: float | None
    feedback_bits: float | None
    input_spikes: float | None
    spikes: float | None
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
        """Give the same for one presentation; None where nothing was presented, or nobody counted."""
        if not self.presentations:
            return None
        named = {f.name: _divided(getattr(self, f.name), self.presentations) for f in fields(self)[:-1]}
        return Operations(**named, unavailable=self.unavailable)


def uncounted(costs: Costs, traits: Traits, learned: bool, has_weights: bool) -> dict[str, str]:
    """Say of which phases a learner's zeros are no counts.

    A learner that was presented samples and counted no presentation counted nothing. One that counted presentations
    and no operation at all did not count what it does, unless it has no weights: then there was nothing to evaluate.

    Parameters
    ----------
    costs : Costs
        Raw events of learning, of a pass over a test part, and of read-out.
    traits : Traits
        What the learner is. How a control prepares itself is not counted anyway.
    learned : bool
        Whether samples were presented for learning.
    has_weights : bool
        Whether the learner holds a weight matrix.

    Returns
    -------
    dict of str to str
        Phase to the reason why its events are not known.
    """
    found: dict[str, str] = {}
    for phase, presented in (("learning", learned), ("inference", True)):
        counts = getattr(costs, phase)
        if not presented:
            continue
        if not counts.presentations:
            found[phase] = COUNTED_NOTHING
        elif has_weights and not _operated(counts) and (phase, traits.role) != ("learning", "control"):
            found[phase] = COUNTED_NO_OPERATION
    # Many have nothing to do for a read-out. Of one that counts nothing else, this is not known.
    if found.get("inference") == COUNTED_NOTHING and not costs.readout.presentations:
        found["readout"] = COUNTED_NOTHING
    return found


def unknown_events(counts: EventCounts, reason: str) -> frozenset[str]:
    """Name the events that are not known in a phase for which :func:`uncounted` gave a reason; none without one."""
    if not reason:
        return frozenset()
    known = TOLD if counts.presentations else ()
    return frozenset(f.name for f in fields(EventCounts)) - set(known)


def _operated(counts: EventCounts) -> bool:
    return any(value for name, value in asdict(counts).items() if name not in TOLD)


def operations(counts: EventCounts, traits: Traits, phase: str = "inference", reason: str = "") -> Operations:
    """Turn the raw events of one phase into operations.

    Parameters
    ----------
    counts : EventCounts
        Raw events.
    traits : Traits
        What the learner is: spiking units make every connection an accumulate.
    phase : {"learning", "inference", "readout"}
        Where the events come from.
    reason : str, default=""
        Why the events are not known, from :func:`uncounted`; empty where they are.

    Returns
    -------
    Operations
    """
    unknown = _unknown(counts, traits, phase, reason)
    known: dict[str, float | None] = {
        "dense": counts.connections,
        "effective_macs": counts.active_connections - counts.spike_deliveries,
        "effective_acs": counts.spike_deliveries,
        "feedback_macs": counts.feedback_connections,
        "state_updates": counts.state_updates,
        "trace_updates": counts.trace_updates,
        "weight_writes": counts.weight_writes,
        "presentations": counts.presentations,
        "labels": counts.labels,
        "feedback_bits": counts.feedback_bits,
        "input_spikes": counts.input_spikes,
        "spikes": counts.spikes,
    }
    return Operations(
        unavailable=unknown, **{name: None if name in unknown else value for name, value in known.items()}
    )


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
    return Operations(**named, unavailable=reasons)


def _unknown(counts: EventCounts, traits: Traits, phase: str, reason: str) -> dict[str, str]:
    if reason:
        events = unknown_events(counts, reason)
        return dict.fromkeys((*MEASURED, *(f.name for f in fields(Operations) if f.name in events)), reason)
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
