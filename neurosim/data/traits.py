"""What a learner is: its unit, its rule, its teacher, and which information its weight changes need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Teacher = Literal["nothing", "reward", "label"]
Labels = Literal["never", "for read-out", "while learning"]


@dataclass(frozen=True)
class Locality:
    """The locality ledger: which information a learner's weight change needs.

    Attributes
    ----------
    local_in_space, local_in_time : bool
        Does a weight change use only what its own two neurons know? Only what they know now?
    labels : {"never", "for read-out", "while learning"}
        Where labels enter.
    feedback_bits_per_trial : str
        What the teacher hands over in one trial, in words or bits.
    weight_transport : bool
        Does an error travel back over the forward weights?
    global_signal : bool
        Is one signal broadcast to all synapses?
    population_homeostasis, weight_normalisation, resets_between_trials, known_end : bool
        Aids that reach beyond the synapse: a population mean, a norm over incoming weights, a reset at trial
        boundaries, a schedule that knows when training ends.
    """

    local_in_space: bool
    local_in_time: bool
    labels: Labels
    feedback_bits_per_trial: str
    weight_transport: bool
    global_signal: bool
    population_homeostasis: bool = False
    weight_normalisation: bool = False
    resets_between_trials: bool = False
    known_end: bool = False


@dataclass(frozen=True)
class Traits:
    """What a learner is: its unit, its rule, its teacher, its ledger.

    Attributes
    ----------
    unit : {"rate", "spike", "none"}
        What a unit computes.
    rule : str
        How a weight learns, in a few words.
    teacher : {"nothing", "reward", "label"}
        What the teacher tells.
    locality : Locality
        The ledger.
    role : {"learner", "control"}
        Controls learn little or nothing and stand in every table.
    task_kinds : tuple of str
        Kinds of task it can do.
    """

    unit: Literal["rate", "spike", "none"]
    rule: str
    teacher: Teacher
    locality: Locality
    role: Literal["learner", "control"] = "learner"
    task_kinds: tuple[str, ...] = ("classification",)
