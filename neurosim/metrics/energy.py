"""Energy is a model: operations times a named table of constants, with bounds; nothing here was measured.

Three terms stay apart: computing (multiply-accumulates and accumulates), neurons (updates of states and traces) and
memory (fetching weights and states). Computing alone makes a spiking network look five times better for the same
number of operations, which is what the constants of one table say and not what a machine does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from neurosim.metrics.costs import Operations

PJ_PER_NJ = 1000.0
Bound = Literal["low", "high"]
BOUNDS: tuple[Bound, Bound] = ("low", "high")


@dataclass(frozen=True)
class EnergyTable:
    """Constants of one kind of hardware, in picojoules.

    Attributes
    ----------
    name, source : str
        Registry name; who published the constants, and what was added to them.
    mac, ac : float
        One multiply-accumulate (None where none is published) and one accumulate.
    update : float
        One update of a neuron's state or of a trace.
    word : tuple of float
        One access to a stored word, lowest and highest; (0, 0) where the constants above contain it.
    fixed_machine : bool
        True for one machine, on which only spikes cost and all neurons are updated at every step, so that both bounds
        are the same. False for a technology, with which clocked and event-driven machines are built.
    """

    name: str
    source: str
    mac: float | None
    ac: float
    update: float
    word: tuple[float, float]
    fixed_machine: bool


def _horowitz(name: str, bits: int, mac: float, ac: float) -> EnergyTable:
    # Memory is published for 64 bits: 10 pJ from 8 kB of SRAM, 2.6 nJ from DRAM.
    return EnergyTable(
        name,
        f"Horowitz 2014 (doi:10.1109/ISSCC.2014.6757323), 45 nm, 0.9 V, {bits} bits; an update is taken as one"
        " multiply-accumulate; a word comes from 8 kB of SRAM at best, from DRAM at worst",
        mac,
        ac,
        mac,
        (10.0 * bits / 64, 2.6 * PJ_PER_NJ * bits / 64),
        fixed_machine=False,
    )


TABLES: Mapping[str, EnergyTable] = {
    table.name: table
    for table in (
        _horowitz("45nm-float32", 32, mac=4.6, ac=0.9),
        _horowitz("45nm-float16", 16, mac=1.5, ac=0.4),
        _horowitz("45nm-int8", 8, mac=0.23, ac=0.03),
        EnergyTable(
            "loihi",
            "Davies et al. 2018 (doi:10.1109/MM.2018.112130359): 23.6 pJ an accumulate plus 3.5 pJ for its spike, 81 pJ"
            " a neuron update, memory contained; no constant for a multiply-accumulate",
            None, 27.1, 81.0, (0.0, 0.0), fixed_machine=True,
        ),
        EnergyTable(
            "spinnaker2",
            "Höppner et al. 2019, as used by keras-spiking: 450 pJ an accumulate, 2.19 nJ a neuron update, memory"
            " contained; no constant for a multiply-accumulate",
            None, 450.0, 2190.0, (0.0, 0.0), fixed_machine=True,
        ),
    )
}  # fmt: skip
"""Constants by name."""
DEFAULT_TABLES = ("45nm-float32", "45nm-int8", "loihi")


@dataclass(frozen=True)
class Energy:
    """One bound of an estimate, in picojoules, term by term."""

    compute: float
    neurons: float
    memory: float

    @property
    def total(self) -> float:
        """The sum of the terms."""
        return self.compute + self.neurons + self.memory

    def numbers(self) -> dict[str, float]:
        """Give terms and total by name."""
        return {"compute": self.compute, "neurons": self.neurons, "memory": self.memory, "total": self.total}


@dataclass(frozen=True)
class Estimate:
    """Energy from the lower to the upper bound.

    ``low`` skips every zero, updates a neuron only when a spike reaches it, and finds every word in the nearest memory;
    ``high`` skips nothing and fetches every word from the farthest.
    """

    low: Energy
    high: Energy


def estimate(operations: Operations, table: EnergyTable) -> Estimate | str:
    """Estimate what operations take on a kind of hardware.

    A word is fetched for each operation (a weight) and fetched and stored for each update and each weight written.

    Parameters
    ----------
    operations : Operations
        For one presentation, or in total.
    table : EnergyTable
        The constants.

    Returns
    -------
    Estimate or str
        In picojoules; a reason where there can be no estimate.
    """
    needed = {name: value for name, value in operations.numbers().items() if name not in ("labels", "feedback_bits")}
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        return operations.unavailable.get(missing[0], f"{missing[0]} was not counted")
    n = {name: float(value or 0) for name, value in needed.items()}
    if table.mac is None and n["effective_macs"] + n["feedback_macs"] > 0:
        return f"{table.name} has no constant for a multiply-accumulate"
    return Estimate(_bound(n, table, "low"), _bound(n, table, "high"))


def _bound(n: Mapping[str, float], table: EnergyTable, bound: Bound) -> Energy:
    macs, acs, states = n["effective_macs"], n["effective_acs"], n["state_updates"]
    adds = macs == 0
    if not table.fixed_machine:
        if bound == "high":
            # Dense operations are of the type that the effective ones are.
            macs, acs = (0.0, n["dense"]) if adds else (n["dense"], 0.0)
        elif adds:
            # A decaying potential need not be touched between two spikes that reach it.
            states = min(states, acs)
    macs += n["feedback_macs"]
    updates = states + n["trace_updates"]
    words = macs + acs + 2 * (updates + n["weight_writes"])
    return Energy(
        compute=macs * (table.mac or 0.0) + acs * table.ac,
        neurons=updates * table.update,
        memory=words * table.word[BOUNDS.index(bound)],
    )


@dataclass(frozen=True)
class BreakEven:
    """Below which activity a spiking learner would take less energy than a rate learner.

    Attributes
    ----------
    factor : float or None
        By which all spikes would have to be multiplied to draw level; above 1 where it takes less already.
    spikes_per_sample : float or None
        Spikes of inputs and neurons for a decision at that point.
    reason : str
        Why there is no such point; empty where there is.
    """

    factor: float | None
    spikes_per_sample: float | None
    reason: str = ""


def break_even(spiking: Operations, rate: Operations, table: EnergyTable) -> BreakEven:
    """Find the activity at which a spiking learner's lower bound meets that of a rate learner.

    Accumulates are taken as proportional to the spikes, and so are updates of neurons until a clocked machine would
    make fewer.

    Parameters
    ----------
    spiking, rate : Operations
        For one decision.
    table : EnergyTable
        The constants, for both.

    Returns
    -------
    BreakEven
    """
    ours, theirs = estimate(spiking, table), estimate(rate, table)
    for found in (ours, theirs):
        if isinstance(found, str):
            return BreakEven(None, None, found)
    assert isinstance(ours, Estimate) and isinstance(theirs, Estimate)
    acs, states = float(spiking.effective_acs or 0), float(spiking.state_updates or 0)
    if not acs or spiking.effective_macs:
        return BreakEven(None, None, "its operations are not all caused by spikes")
    delivery, update = table.ac + table.word[0], table.update + 2 * table.word[0]
    touched = states if table.fixed_machine else min(states, acs)
    # What is left when no neuron spikes.
    silent = ours.low.total - acs * delivery - touched * update
    left = theirs.low.total - silent
    level = left / (delivery + update)
    if table.fixed_machine or level > states:
        level = (left - states * update) / delivery
    if level <= 0:
        return BreakEven(None, None, "it takes more without any spike")
    factor = level / acs
    return BreakEven(factor, factor * float((spiking.input_spikes or 0) + (spiking.spikes or 0)))


def energy_rows(
    operations: Operations, names: tuple[str, ...] = DEFAULT_TABLES
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give estimates by table, as plain values in picojoules, and the reasons for those that are missing."""
    rows: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for name in names:
        found = estimate(operations, TABLES[name])
        if isinstance(found, str):
            rows[name], reasons[name] = None, found
        else:
            rows[name] = {bound: getattr(found, bound).numbers() for bound in BOUNDS}
    return rows, reasons
