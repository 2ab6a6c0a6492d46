"""The design: three factors kept apart, what a unit computes, how a weight learns, what the teacher tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from neurosim.data import Teacher, Traits
from neurosim.errors import InputError, out_of_range

Unit = Literal["rate", "spike"]
Rule = Literal["gradient", "local"]
TEACHERS: tuple[Teacher, ...] = ("label", "reward", "nothing")


class DesignSettings(BaseModel):
    """What an experiment says of one learner's place; what it leaves out is taken from the learner's traits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Unit | None = Field(default=None, description="what a unit computes")
    rule: Rule | None = Field(
        default=None, description="how a weight learns: by a gradient sent back, or by a local rule"
    )
    teacher: Teacher | None = Field(default=None, description="what the teacher tells")


@dataclass(frozen=True)
class DesignPlace:
    """A learner's place in the table of the design.

    Attributes
    ----------
    teacher : {"label", "reward", "nothing"}
        What the teacher tells: the row of the table.
    unit : {"rate", "spike"}
        What a unit computes.
    rule : {"gradient", "local"}
        Whether an error travels back over the weights that carried the signal, or a synapse hears nothing but what its
        own neurons do and what all are told.
    """

    teacher: Teacher
    unit: Unit
    rule: Rule


def places(settings: Mapping[str, DesignSettings], traits: Mapping[str, Traits]) -> dict[str, DesignPlace]:
    """Give each learner its place in the table of the design.

    Parameters
    ----------
    settings : mapping of str to DesignSettings
        Label to what the experiment says; where it is empty, all learners stand in the table.
    traits : mapping of str to Traits
        Label to what the learner is.

    Returns
    -------
    dict of str to DesignPlace
        One learner a place.

    Raises
    ------
    InputError
        If a label is no learner's, traits contradict what is said or do not decide what is not, or two learners share
        a place.
    """
    found: dict[str, DesignPlace] = {}
    for label in settings or traits:
        if label not in traits:
            raise out_of_range("design", label, f"a learner's label: {', '.join(traits)}")
        place = _place(label, settings.get(label, DesignSettings()), traits[label])
        taken = next((other for other, its in found.items() if its == place), None)
        if taken:
            same = f"{place.unit} units, {place.rule} rule, teacher tells {place.teacher}"
            raise InputError(
                f"design.{label} has the place of {taken} ({same}); accepted: one learner a place, under [design]"
            )
        found[label] = place
    return found


def compared(labels: Sequence[str], found: Mapping[str, DesignPlace]) -> list[tuple[str, str]]:
    """Give the pairs of learners that are set against each other where a table of the design is asked for.

    Along the edges of the table alone: the teacher tells both the same, and either the unit or the rule is another.
    Which differences are tested is then fixed by the question, before anything is known of the answers, and so few that
    ten seeds can carry a correction for their number.

    Parameters
    ----------
    labels : sequence of str
        All learners, in order.
    found : mapping of str to DesignPlace
        Label to place; from :func:`places`. A learner without a place is set against all others.

    Returns
    -------
    list of (str, str)
    """
    return [(a, b) for a, b in combinations(labels, 2) if {a, b} - found.keys() or _is_edge(found[a], found[b])]


def _is_edge(a: DesignPlace, b: DesignPlace) -> bool:
    return a.teacher == b.teacher and (a.unit == b.unit) is not (a.rule == b.rule)


def _place(label: str, given: DesignSettings, traits: Traits) -> DesignPlace:
    if traits.unit == "none":
        raise out_of_range("design", label, "a learner with rate or spiking units")
    for name, said, known in (("unit", given.unit, traits.unit), ("teacher", given.teacher, traits.teacher)):
        if said not in (None, known):
            raise out_of_range(f"design.{label}.{name}", said, f"{known}, as the learner's traits say")
    decided = _rule_of(traits)
    if given.rule is None and decided is None:
        raise InputError(f"design.{label}.rule is missing and the traits leave it open; accepted: gradient or local")
    if given.rule == "local" and decided == "gradient":
        raise out_of_range(f"design.{label}.rule", given.rule, "gradient: its errors travel back over its own weights")
    return DesignPlace(traits.teacher, traits.unit, given.rule or decided or "local")


def _rule_of(traits: Traits) -> Rule | None:
    """Read the rule from the locality ledger, where the ledger decides it."""
    if traits.locality.weight_transport:
        return "gradient"
    return "local" if traits.locality.local_in_space else None
