"""Write tables and figures of kept results into the documents: `python docs/remake.py [--check] [MARKDOWN...]`.

Two kinds of places are made anew from docs/results/NAME.json, which `python docs/keep_results.py` keeps of a run:

- the lines between ``<!-- NAME: PART, PART -->`` and ``<!-- end -->``, where PART is ``learners``, ``controls``,
  ``effects`` or ``answer``, and NAME is a run's, or ``NAME@CONDITION``;
- what stands between ``<!--=NAME:PATH-->`` and ``<!--/-->`` within a line; docs/kept_figures.py lists the paths.

Where nothing was kept of a table's run, the table has to say so by a line ``<!-- not rerun: COMMIT -->``.
``--check`` changes nothing, says what differs, and ends with 1 where something does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kept_figures import Kept, is_current, kept_in
from kept_paths import Entry, commit_of

from neurosim.compare.running.files import write_text
from neurosim.errors import InputError
from neurosim.report.effects import effect_header, effect_rows
from neurosim.report.table import header, result_rows

ROOT = Path(__file__).resolve().parents[1]
CODE = r"^```.*?^```|`[^`\n]+`"
"""Where markers are shown, not meant."""
FIGURE = r"<!--=\s*(?P<path>\S+?)\s*-->(?P<figure>.*?)<!--/-->"
BLOCK = r"<!-- (?P<run>[\w.@=,+-]+): (?P<parts>[a-z, ]+) -->\n(?P<block>.*?)<!-- end -->"
PLACES = re.compile(f"(?P<code>{CODE})|{BLOCK}|{FIGURE}", re.DOTALL | re.MULTILINE)
STRAY = re.compile(
    rf"{CODE}|(?P<stray><!--=.*?-->|<!--/-->|<!-- end -->|<!-- [\w.@=,+-]+: [a-z, ]+ -->)", re.DOTALL | re.MULTILINE
)
BEGINS_A_LINE = re.compile(r"^[ \t]*(?:(?:[-*+>]|\d+[.)])[ \t]+)*<!--=", re.MULTILINE)
"""Markdown takes such a line for HTML as a whole, and shows its stars and backquotes as they are."""
NOT_RERUN = re.compile(r"^<!-- not rerun: [0-9a-f]{7,40} -->$", re.MULTILINE)
LEFT_OUT = ("validation", "weights", "operations")


@dataclass(frozen=True)
class Remade:
    """A document as it should be.

    Attributes
    ----------
    text : str
        With all places made anew that can be.
    problems : tuple of str
        One line each: which place differs, or why it cannot be made.
    """

    text: str
    problems: tuple[str, ...]


def documents() -> list[Path]:
    """List the documents that users read."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def remade(text: str, kept: Kept, where: str = "text") -> Remade:
    """Make all places of a document anew, and say which of them differ."""
    problems: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found["code"] is not None:
            return found[0]
        line = f"{where}:{_line(text, found)}"
        try:
            made = _figure(found, kept) if found["path"] is not None else _block(found, kept)
        except InputError as error:
            problems.append(f"{line}: {error}")
            return found[0]
        if made != found[0]:
            told = f"{found['path']} is {made_of(made)!r}, not {found['figure']!r}" if found["path"] else found["run"]
            problems.append(f"{line}: {told} differs from what was kept")
        return made

    made = PLACES.sub(place, text)
    return Remade(made, (*problems, *_strays(text, where)))


def made_of(figure: str) -> str:
    """Take a figure out of its markers."""
    return re.sub(r"<!--.*?-->", "", figure)


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _strays(text: str, where: str) -> Iterator[str]:
    """Find markers that open or close nothing: a figure behind one would never be made anew."""
    without_code = re.sub(CODE, lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    for found in BEGINS_A_LINE.finditer(without_code):
        yield f"{where}:{_line(without_code, found)}: a figure begins the line; accepted: at least a word before it"
    rest = PLACES.sub(lambda found: found[0] if found["code"] is not None else "\n" * found[0].count("\n"), text)
    for found in STRAY.finditer(rest):
        if found["stray"]:
            line = _line(rest, found)
            yield f"{where}:{line}: {found['stray']} has no partner; accepted: both markers"


def _figure(found: re.Match[str], kept: Kept) -> str:
    return f"<!--={found['path']}-->{kept.written(found['path'])}<!--/-->"


def _block(found: re.Match[str], kept: Kept) -> str:
    parts = [part.strip() for part in found["parts"].split(",")]
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise InputError(f"part is {unknown[0]!r}; accepted: {', '.join(PARTS)}")
    if found["run"].partition("@")[0] not in kept.runs:
        if NOT_RERUN.search(found["block"]):
            return found[0]
        raise InputError(f"nothing is kept of {found['run']}; accepted: a kept result, or <!-- not rerun: COMMIT -->")
    view = kept.view(found["run"])
    made = [PARTS[part](view) for part in parts]
    if not is_current(view):
        made.append(f"Measured at `{commit_of(view)}`, {view['provenance']['began'][:10]}; not repeated since.\n")
    body = "\n".join(made)
    return f"<!-- {found['run']}: {found['parts']} -->\n\n{body}\n<!-- end -->"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def results(view: Entry, group: str) -> str:
    """Give the result table's rows of a group."""
    names = header(view)
    kept = [number for number, name in enumerate(names) if name not in LEFT_OUT]
    rows = [[f"`{row[0]}`", *(row[k] for k in kept[1:])] for row in result_rows(view) if row[0] in view[group]]
    return markdown([names[k] for k in kept], rows)


def effects(view: Entry) -> str:
    """Give the table of effects."""
    if view["effects"] is None:
        raise InputError(f"{view['name']} has no effects; accepted: a run with a design")
    return markdown(effect_header(view["effects"]), effect_rows(view["effects"]))


ANSWER_ROWS = {
    "shown": "Shown", "not_shown": "Not shown", "takes": "What it takes", "do_not_conclude": "Do not conclude",
}  # fmt: skip


def answer(view: Entry) -> str:
    """Give the report's first screen without its picture: the headline, and a line a row."""
    said: Any = view["answer"]
    rows = [f"- *{name}*: {' '.join(said[key])}\n" for key, name in ANSWER_ROWS.items() if said.get(key)]
    return f"**{said['title']}** ({said['under']}). **{said['headline']}**\n\n{''.join(rows)}"


PARTS: Mapping[str, Callable[[Entry], str]] = {
    "learners": lambda view: results(view, "learners"),
    "controls": lambda view: results(view, "controls"),
    "effects": effects,
    "answer": answer,
}


def main(*words: str) -> int:
    """Remake documents, or check them."""
    check = "--check" in words
    paths = [Path(word).resolve() for word in words if word != "--check"] or documents()
    kept = kept_in()
    problems: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        made = remade(text, kept, str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name)
        # What was written anew is no problem any more.
        problems += made.problems if check else remade(made.text, kept, path.name).problems
        if not check and made.text != text:
            write_text(path, made.text)
    print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
