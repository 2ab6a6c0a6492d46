"""Names that a figure can show: in whatever script, as far as a font is there, and no longer than it has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

LONGEST = 14
"""Letters of a class name in a figure; the key below has it whole."""
PLACEHOLDERS = "Last Resort"
"""Begin of the names of fonts that have a box for every letter there is, and no letter."""


@dataclass(frozen=True)
class ShownNames:
    """What a figure writes for each name, and what has to be said below it.

    Attributes
    ----------
    texts : tuple of str
        One a name, in their order.
    families : tuple of str
        Font families that have all their letters, in order of preference.
    key : str
        What stands for what, where a figure cannot show a name whole; empty where it can.
    """

    texts: tuple[str, ...]
    families: tuple[str, ...]
    key: str


def shown_names(names: Sequence[str]) -> ShownNames:
    """Choose how a figure writes some names: whole, shortened, or as numbers with a key."""
    families = families_for("".join(names))
    if families is None:
        key = "; ".join(f"{number} {name}" for number, name in enumerate(names, 1))
        numbers = tuple(str(number) for number in range(1, len(names) + 1))
        return ShownNames(numbers, (), f"No font here has these letters: {key}.")
    texts = tuple(cut(name) for name in names)
    if len(set(texts)) < len(set(names)):
        texts = tuple(f"{cut(name, LONGEST - 3)} {number}" for number, name in enumerate(names, 1))
    cuts = [f"{text} is {name}" for text, name in zip(texts, names, strict=True) if text != name]
    return ShownNames(texts, families, f"{'; '.join(cuts)}." if cuts else "")


def cut(name: str, longest: int = LONGEST) -> str:
    """Shorten a name that is too long, with an ellipsis at its end."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def families_for(text: str) -> tuple[str, ...] | None:
    """Name fonts that together have every letter of a text; None where some letter is in none."""
    needed = {ord(letter) for letter in text if letter.isprintable() and letter != " "}
    from matplotlib import font_manager

    default = font_manager.FontProperties(family="DejaVu Sans")
    left = needed - letters_of(font_manager.findfont(default))
    families = ["DejaVu Sans"]
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda one: (one.name, one.fname)):
        if not left:
            break
        if entry.name.startswith(PLACEHOLDERS):
            continue
        if entry.style == "normal" and (found := left & letters_of(entry.fname)):
            families.append(entry.name)
            left -= found
    return None if left else tuple(dict.fromkeys(families))


@cache
def letters_of(path: str) -> frozenset[int]:
    """Give the code points of the letters that a font file has; none where it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
