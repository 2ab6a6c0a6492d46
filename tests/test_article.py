"""The article's map leads somewhere: every entry has a link, and whatever it names is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from neurosim.ann.activations import ACTIVATIONS
from neurosim.ann.losses import LOSSES
from neurosim.ann.optimizers import OPTIMIZERS
from neurosim.registry import open_registry

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "article.md"
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<path>[^)\s#]*)(?:#(?P<anchor>[^)\s]+))?\)")
SAYS = re.compile(r"\*\*(runs|planned|not here)\*\*|^see \[")
CONDITION = "train_size"
"""A field of experiments that entries name."""


def tables(text: str) -> dict[str, list[list[str]]]:
    """Give the rows of every section's tables, without their heads."""
    found: dict[str, list[list[str]]] = {}
    for section in text.split("\n## ")[1:]:
        title, *lines = section.splitlines()
        cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("|")]
        heads = [k - 1 for k, row in enumerate(cells) if set("".join(row)) <= set("-| ")]
        found[title] = [row for k, row in enumerate(cells) if k not in heads and k - 1 not in heads]
    return found


ROWS = tables(PAGE.read_text(encoding="utf-8"))
ENTRIES = [(title, row) for title, rows in ROWS.items() for row in rows]


def slugs(path: Path) -> set[str]:
    """Give the anchors of a document's headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(path: Path, text: str) -> list[str]:
    """Name the links into the repository that lead nowhere, or to a file without the symbol they name."""
    wrong = []
    for link in LINK.finditer(text):
        if link["path"].startswith("http"):
            continue
        target = (path.parent / link["path"]).resolve() if link["path"] else path
        symbol = re.fullmatch(r"`(\w+)` in ([\w.]+)", link["text"])
        there = target.exists() and (not link["anchor"] or link["anchor"] in slugs(target))
        if there and symbol:
            named = re.search(rf"\b{symbol[1]}\b", target.read_text(encoding="utf-8"))
            there = target.name == symbol[2] and named is not None
        if not there:
            wrong.append(link[0])
    return wrong


def test_the_page_has_all_sections_of_the_article() -> None:
    """Guard: the tables are found, and none is short."""
    assert [title[:1] for title in ROWS][:6] == ["1", "2", "3", "4", "5", "6"]
    assert {title: len(rows) for title, rows in ROWS.items() if len(rows) < 4} == {}
    assert len(ENTRIES) > 70 and {"References", "Corrections"} < set(ROWS)
    for number in ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "5.1", "5.2"):
        assert any(number in cell for _, row in ENTRIES for cell in row), number


@pytest.mark.parametrize(("title", "row"), ENTRIES, ids=lambda value: value[0][:30] if isinstance(value, list) else "")
def test_every_entry_says_what_becomes_of_it(title: str, row: list[str]) -> None:
    """A link in its last column, and one of three words; a correction says what holds."""
    assert len(row) == (4 if title == "Corrections" else 3), row
    assert LINK.search(row[-1]), row
    if title == "Corrections":
        assert all(row)
    else:
        assert row[0] and SAYS.search(row[-1]), row


def test_links_lead_somewhere() -> None:
    assert broken(PAGE, PAGE.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found() -> None:
    for text in (
        "[a](nowhere.md)", "[a](xor.md#nowhere)", "[a](#nowhere)", "[`nobody` in losses.py](../neurosim/ann/losses.py)"
    ):  # fmt: skip
        assert broken(PAGE, text) == [text]
    good = "[`Loss` in losses.py](../neurosim/ann/losses.py) [b](xor.md#what-works) [c](https://nowhere.example)"
    assert broken(PAGE, good) == []


def test_formulas_are_printed() -> None:
    """Each has both sides of an equation, an assignment or what is minimised; those that were asked for are there."""
    formulas = {row[0].partition(":")[0]: row[0].partition(":")[2] for row in ROWS["3 Algorithms and formulas"]}
    steps = [name for name in formulas if "→" in name]
    assert len(steps) == 1, "the row of steps"
    for name, text in formulas.items():
        if name not in steps:
            spans = re.findall(r"`([^`]+)`", text)
            assert spans and len(spans[0]) > 5 and re.search(r"=|←|min_G", spans[0]), name
    wanted = (
        "Perceptron", "Sigmoid", "Hyperbolic tangent", "Rectified", "Softmax", "Mean squared", "Cross-entropy of two",
        "Cross-entropy of K", "Gradient descent", "Chain rule at", "Chain rule to", "Convolution", "Recurrent",
        "Generative", "Variational", "Autoencoder", "Hebb", "STDP", "Leaky", "Reward",
    )  # fmt: skip
    assert [name for name in wanted if not any(head.startswith(name) for head in formulas)] == []


def test_names_are_registered() -> None:
    """What stands in backquotes in a last column, but for links' texts, can be picked by that name."""
    registry = open_registry()
    known = {entry.name for entry in registry.entries} | {*ACTIVATIONS, *LOSSES, *OPTIMIZERS, CONDITION}
    named, commands = set(), set()
    for _, row in ENTRIES:
        for code in re.findall(r"`([^`]+)`", re.sub(LINK, "", row[-1])):
            (commands if code.startswith("neurosim ") else named).add(code)
    plain = {name for name in named if re.fullmatch(r"[a-z][a-z_-]+", name)}
    assert len(plain) > 20 and plain - known == set()
    assert len(commands) > 6
    for command in commands:
        _, verb, *rest = shlex.split(command)
        assert verb in {"run", "directions", "compare"}, command
        if verb == "run":
            assert (ROOT / "experiments" / f"{rest[0]}.toml").exists(), command


def test_the_other_pages_lead_to_the_map() -> None:
    assert "(article.md#corrections)" in (ROOT / "docs" / "xor.md").read_text(encoding="utf-8")
    for page in ("xor.md", "objections.md"):
        path = ROOT / "docs" / page
        assert broken(path, path.read_text(encoding="utf-8")) == []
