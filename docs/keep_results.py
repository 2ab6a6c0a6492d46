"""Keep what documents need of finished runs: `python docs/keep_results.py FOLDER...` writes docs/results/NAME.json.

What is kept has the form of ``results.json``, so that whatever reads a summary reads it too. Left out are learning
curves and series, modelled energy, wall times, and whatever could name a machine. Numbers have nine digits.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neurosim.compare.running.files import write_text
from neurosim.errors import InputError
from neurosim.report.table import QUICK

KEPT = Path(__file__).resolve().parent / "results"
DIGITS = 9
OLDEST = 5
"""The first schema whose summaries hold conditions as they are read here."""
NOT_KEPT = frozenset(
    {"energy", "energy_tables", "curve", "curves", "series", "wall_s", "bytes", "unavailable", "total"}
)
"""Entries left out wherever they stand: long, or of no use to a document."""
WITHOUT_SEEDS = frozenset({"measures", "validation", "train"})
"""Where mean and intervals are enough; what is tested stands under ``test`` as well, seed by seed."""
COUNTS = frozenset({"presentations", "labels", "feedback_bits", "input_spikes", "spikes", "silent_samples"})
"""Counted events that are kept; operations a presentation say the rest."""
OF_A_CLASS = "recall:"
"""Measures of single classes are left out."""
DEEPEST = 4
"""Below so many levels an entry is written on one line."""


def kept_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Reduce a summary to what documents need of it.

    Raises
    ------
    InputError
        If the run is a quick one, or its summary of a schema that is not known here.
    """
    name, schema = summary.get("name"), summary.get("schema")
    if not isinstance(schema, int) or schema < OLDEST:
        raise InputError(f"{name}: schema is {schema!r}; accepted: {OLDEST} or later")
    if summary["quick"]:
        raise InputError(f"{name} is {QUICK}; accepted: a whole run")
    kept: dict[str, Any] = _reduced({key: value for key, value in summary.items() if key != "provenance"})
    return kept | {"provenance": _origin(summary["provenance"])}


def _origin(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Say where a result comes from; paths and the host stay out."""
    return {
        "neurosim": provenance["neurosim"],
        "git_commit": provenance["git_commit"],
        "git_changes": provenance["git_changes"],
        "measured_with": provenance["measured_with"],
        "began": provenance["began"],
        "packages": dict(provenance["packages"]),
        "experiment_sha256": hashlib.sha256(provenance["experiment"].encode("utf-8")).hexdigest(),
        "data": [{key: one[key] for key in ("task", "checksum")} for one in provenance["data"]],
        "plugins": sorted(provenance["plugins"].values()),
    }


def _reduced(value: Any, left_out: frozenset[str] = NOT_KEPT) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _counts(one) if key == "costs" else _reduced(one, left_out | _left_out_in(key))
            for key, one in value.items()
            if key not in left_out and not key.startswith(OF_A_CLASS)
        }
    if isinstance(value, list):
        return [_reduced(one, left_out) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _left_out_in(key: str) -> frozenset[str]:
    return frozenset({"per_seed", "method"}) if key in WITHOUT_SEEDS else frozenset()


def _counts(phases: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the events of each phase that documents speak of."""
    return {
        phase: events and {key: one for key, one in _reduced(events).items() if key in COUNTS}
        for phase, events in phases.items()
    }


def as_text(value: Any, depth: int = 0) -> str:
    """Write plain values as JSON with one line a learner's entry, so that changes are seen line by line."""
    inside = " " * (depth + 1)
    if depth < DEEPEST and value and isinstance(value, dict):
        lines = [f"{inside}{json.dumps(key)}: {as_text(one, depth + 1)}" for key, one in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{' ' * depth}}}"
    if depth < DEEPEST and value and isinstance(value, list) and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"{inside}{as_text(one, depth + 1)}" for one in value) + f"\n{' ' * depth}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def keep(folder: Path, into: Path = KEPT) -> Path:
    """Keep a finished run.

    Raises
    ------
    InputError
        If the folder holds no finished run, or one that is not to be cited.
    """
    try:
        summary = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{str(folder)!r} holds no readable results.json; accepted: a finished run") from error
    kept = kept_of(summary)
    path = into / f"{kept['name']}.json"
    write_text(path, as_text(kept) + "\n")
    return path


def main(*folders: str) -> None:
    """Keep runs, one after the other."""
    if not folders:
        raise SystemExit(__doc__)
    for folder in folders:
        try:
            print(keep(Path(folder)))
        except InputError as error:
            raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main(*sys.argv[1:])
