"""Write the tables of a finished run into the documents: `python docs/remake_tables.py RESULTS [MARKDOWN...]`.

In each document the lines between ``<!-- NAME: PART -->`` and ``<!-- end -->`` are made anew from ``results.json`` of
the run called NAME. PART is ``learners``, ``controls`` or ``effects``, alone or several with a comma between them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from neurosim.compare.summary.comparison import views_of
from neurosim.report.effects import effect_header, effect_rows
from neurosim.report.table import QUICK, header, result_rows

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "measured.md")
BLOCK = r"(<!-- {name}: ([a-z, ]+) -->\n).*?(<!-- end -->)"
LEFT_OUT = ("validation", "weights", "operations")


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def results(summary: Mapping[str, Any], group: str) -> str:
    """Give the result table's rows of a group."""
    names = header(summary)
    kept = [number for number, name in enumerate(names) if name not in LEFT_OUT]
    rows = [[f"`{row[0]}`", *(row[k] for k in kept[1:])] for row in result_rows(summary) if row[0] in summary[group]]
    return markdown([names[k] for k in kept], rows)


PARTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "learners": lambda summary: results(summary, "learners"),
    "controls": lambda summary: results(summary, "controls"),
    "effects": lambda summary: markdown(effect_header(summary["effects"]), effect_rows(summary["effects"])),
}


def remade(text: str, summary: Mapping[str, Any]) -> str:
    """Replace all blocks of a run in a document."""

    def block(found: re.Match[str]) -> str:
        made = "\n".join(PARTS[part.strip()](summary) for part in found[2].split(","))
        return f"{found[1]}\n{made}\n{found[3]}"

    return re.sub(BLOCK.format(name=re.escape(summary["name"])), block, text, flags=re.DOTALL)


def main(folder: str, *documents: str) -> None:
    """Remake the tables of one run."""
    (summary,) = views_of(json.loads((Path(folder) / "results.json").read_text(encoding="utf-8")))
    if summary["quick"]:
        raise SystemExit(f"{folder} is {QUICK}")
    for path in map(Path, documents or map(str, DOCUMENTS)):
        path.write_text(remade(path.read_text(encoding="utf-8"), summary), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
