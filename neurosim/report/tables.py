"""Tables of the report beside the result table: the locality ledger, costs, settings, what changed between runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurosim.compare.words.pairs import evidence, wording_of
from neurosim.data import Record
from neurosim.metrics.measure import Wording
from neurosim.report.style import grouped

MISSING = "–"
SET_BY_THE_RUN = ("random_state", "n_presentations")
LEDGER = {
    "local_in_space": "local in space",
    "local_in_time": "local in time",
    "labels": "labels",
    "feedback_bits_per_trial": "feedback a trial (bits)",
    "weight_transport": "weight transport",
    "global_signal": "a global signal",
    "population_homeostasis": "population-wide homeostasis",
    "weight_normalisation": "weight normalisation",
    "resets_between_trials": "resets between trials",
    "known_end": "a schedule with a known end",
}
OPERATIONS = {
    "dense": "connections if nothing is skipped (dense)",
    "effective_macs": "multiply-accumulates, zeros skipped",
    "effective_acs": "accumulates, zeros skipped",
    "feedback_macs": "multiply-accumulates that carry errors back",
    "state_updates": "updates of neurons' states",
    "trace_updates": "updates of traces",
    "weight_writes": "weights written",
    "labels": "labels",
    "feedback_bits": "feedback (bits)",
    "input_spikes": "spikes of inputs",
    "spikes": "spikes of neurons",
}
PHASES = {"inference": "One decision", "learning": "One presentation while learning"}
NOUNS = {"inference": "a decision", "learning": "learning"}
LEARNING_ONLY = ("feedback_macs", "trace_updates", "weight_writes", "labels", "feedback_bits")


@dataclass(frozen=True)
class Table:
    """A table: its caption, column heads, and rows whose first cell is their head."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def pairs(summary: Mapping[str, Any]) -> Table:
    """List how far every two learners, and every learner and the main controls, lie apart."""
    found, wording = [*summary["paired"], *summary["against_controls"]], wording_of(summary)
    rows = []
    for pair in found:
        ratio = pair["error_ratio"]
        rows.append(
            (
                f"{pair['a']} − {pair['b']}",
                wording.number(pair["difference"]["mean"], signed=True),
                _ends(pair["difference"]["ci95"], wording),
                _ends(pair["difference"]["seeds_ci95"], wording),
                _ends(pair["difference"]["pool_ci95"], wording),
                MISSING if ratio is None else f"{ratio:.2f}",
                _p_value(pair),
            )
        )
    tests = " and ".join(dict.fromkeys(pair["test"] for pair in found))
    header = (
        "",
        wording.difference_unit or wording.title,
        "95 % interval",
        "of this test part",
        "other samples to learn from",
        "error ratio",
        "p",
    )
    return Table(f"Differences, seed by seed ({tests}; p after Holm's correction)", header, tuple(rows))


def measures(summary: Mapping[str, Any]) -> Table:
    """List what every measure gives for every learner and control, one row a measure."""
    rows = {**summary["learners"], **summary["controls"]}
    lines = []
    for name, written in summary["measures"].items():
        wording = wording_of(summary, name)
        values = [written["chance"], *(_mean(row["measures"].get(name)) for row in rows.values())]
        lines.append((wording.axis, *(MISSING if value is None else wording.number(value) for value in values)))
    return Table("Every measure on the test part, mean over seeds", ("measure", "no look", *rows), tuple(lines))


def _mean(figure: Mapping[str, Any] | None) -> float | None:
    return None if figure is None else float(figure["mean"])


def ledger(summary: Mapping[str, Any]) -> Table:
    """Say for each learner which information its weight change needs."""
    learners = summary["learners"]
    rows = [("unit", *(row["traits"]["unit"] for row in learners.values()))]
    rows += [("rule", *(row["traits"]["rule"] for row in learners.values()))]
    rows += [("the teacher tells", *(row["traits"]["teacher"] for row in learners.values()))]
    for name, title in LEDGER.items():
        rows.append((title, *(in_words(row["traits"]["locality"][name]) for row in learners.values())))
    return Table("Which information a weight change needs", ("", *learners), tuple(rows))


def costs(summary: Mapping[str, Any]) -> list[Table]:
    """Give everything that was counted, and the energy that a model makes of it."""
    tables = [*(operations(summary, phase) for phase in PHASES), sizes(summary), energy(summary), break_even(summary)]
    return [table for table in tables if table]


def operations(summary: Mapping[str, Any], phase: str) -> Table:
    """Give what one presentation takes in a phase, number by number, averaged over seeds."""
    learners = summary["learners"]
    each = {label: row["operations"][phase]["per_presentation"] or {} for label, row in learners.items()}
    rows = []
    for name, what in OPERATIONS.items():
        if phase == "inference" and name in LEARNING_ONLY:
            continue
        cells = []
        for label, row in learners.items():
            # A rate network has no spikes to count: not the same as none.
            spikeless = name in ("input_spikes", "spikes") and row["traits"]["unit"] != "spike"
            cells.append(number(None if spikeless else each[label].get(name)))
        rows.append((what, *cells))
    return Table(f"{PHASES[phase]}, counted", ("", *learners), tuple(rows))


def sizes(summary: Mapping[str, Any]) -> Table:
    """Give what was presented and told in total, and what has to be stored."""
    learners = summary["learners"].values()
    rows = [
        ("presentations while learning", *(number(row["costs"]["learning"]["presentations"]) for row in learners)),
        ("labels while learning", *(number(row["costs"]["learning"]["labels"]) for row in learners)),
        ("labels for the read-out", *(number(row["costs"]["readout"]["labels"]) for row in learners)),
        ("learned weights", *(number(row["n_parameters"]) for row in learners)),
        ("memory of the weights", *(_bytes(row["bytes"]) for row in learners)),
    ]
    return Table("In total", ("", *summary["learners"]), tuple(rows))


def energy(summary: Mapping[str, Any]) -> Table:
    """Give the estimates of one decision's energy, with their bounds and terms apart."""
    learners, rows = summary["learners"], []
    for name, table in summary["energy_tables"].items():
        found = [row["energy"]["inference"].get(name) for row in learners.values()]
        rows.append((name, *(MISSING if one is None else _between(one, "total") for one in found)))
        for term in ("compute", "neurons", "memory"):
            if term == "memory" and table["word"] == [0, 0]:
                continue
            rows.append((f"    of which {term}", *(MISSING if one is None else _between(one, term) for one in found)))
    caption = "Energy of a decision by a model (counts times constants, lower to upper bound); nothing was measured"
    return Table(caption, ("constants", *learners), tuple(rows))


def break_even(summary: Mapping[str, Any]) -> Table | None:
    """Say below which activity a spiking learner would take less energy than a rate learner; None without a pair."""
    points = summary["break_even"]
    names = list(dict.fromkeys(point["table"] for point in points))
    cells: dict[str, dict[str, str]] = {}
    for point in points:
        cell = f"none: {point['reason']}"
        if point["factor"] is not None:
            cell = f"{number(point['spikes_per_sample'])} ({point['factor']:.2g} × now)"
        cells.setdefault(f"{point['spiking']} against {point['rate']}", {})[point["table"]] = cell
    caption = "Spikes a decision below which the spiking learner would take less energy, by lower bounds"
    rows = [(pair, *(found.get(name, MISSING) for name in names)) for pair, found in cells.items()]
    return Table(caption, ("", *names), tuple(rows)) if rows else None


def count_notes(summary: Mapping[str, Any]) -> list[str]:
    """Say of which learners' costs nothing is known, and why; nothing where all counted."""
    found = []
    for label in summary["learners"]:
        reasons = {phase: summary["unavailable"].get(f"learners.{label}.costs.{phase}") for phase in PHASES}
        for reason in dict.fromkeys(filter(None, reasons.values())):
            phases = " and of ".join(NOUNS[phase] for phase, why in reasons.items() if why == reason)
            found.append(f"Of {label}, the costs of {phases} are not known: {reason}.")
    return found


def energy_notes(summary: Mapping[str, Any]) -> list[str]:
    """Say where the constants come from."""
    return [f"{name}: {table['source']}." for name, table in summary["energy_tables"].items()]


def use(summary: Mapping[str, Any]) -> Table:
    """Say which share of samples no neuron answered, which share of units was ever active, and how sparsely."""
    rows = []
    for label, row in summary["learners"].items():
        shares = (row["silent_samples"], row["units_in_use"], row["sparsity"]["activations"])
        rows.append((label, *(MISSING if share is None else f"{100 * share:.1f} %" for share in shares)))
    header = (
        "learner",
        "test samples without a spike",
        "units active on any test sample",
        "units silent on one sample, on average",
    )
    return Table("How much of the network answers", header, tuple(rows))


def settings(records: Mapping[str, Sequence[Record]]) -> Table | None:
    """List every constructor parameter of every learner."""
    rows = []
    for label, of_label in records.items():
        given = {name: value for name, value in of_label[0].settings.items() if name not in SET_BY_THE_RUN}
        rows.append((f"{label} ({of_label[0].kind})", ", ".join(f"{k} = {in_words(v)}" for k, v in given.items())))
    return Table("Settings of the learners", ("learner", "settings"), tuple(rows)) if rows else None


def provenance(summary: Mapping[str, Any]) -> Table:
    """List where the results come from."""
    rows = []
    for name, value in summary["provenance"].items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        rows.append((name.replace("_", " "), text.strip()))
    return Table("Provenance", ("", ""), tuple(rows))


def in_words(value: Any) -> str:
    """Write a plain value for readers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value)) or "none"
    return "none" if value is None else str(value)


def number(value: float | None) -> str:
    """Write a number short, or a dash where there is none."""
    return MISSING if value is None else grouped(value)


def _ends(ends: Sequence[float] | None, wording: Wording) -> str:
    return MISSING if ends is None else " to ".join(wording.number(end, signed=True) for end in ends)


def _p_value(pair: Mapping[str, Any]) -> str:
    found = evidence(pair["difference"], pair)
    if found == "one seed":
        return found
    if found == "too few seeds":
        return f"too few seeds (≥ {pair['smallest_p_holm']:.2g})"
    return f"{pair['p_holm']:.3g}"


def _bytes(value: float) -> str:
    return f"{value / 1e6:.3g} MB" if value >= 1e6 else f"{value / 1e3:.3g} kB"


def _between(bounds: Mapping[str, Any], term: str) -> str:
    low, high = (in_joules(bounds[end][term]) for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def in_joules(picojoules: float) -> str:
    """Write an energy with a unit that keeps it short."""
    for size, unit in ((1e9, "mJ"), (1e6, "µJ"), (1e3, "nJ")):
        if picojoules >= size:
            return f"{picojoules / size:.3g} {unit}"
    return f"{picojoules:.3g} pJ"
