"""Numbers and lists as words, for the verdict."""

from __future__ import annotations

from collections.abc import Sequence


def share(value: float) -> str:
    """Write a share in per cent."""
    return f"{100 * value:.1f} %"


def ratio(a: float | None, b: float | None) -> str:
    """Write how many times larger the first number is."""
    if a is None or not b:
        return "an unknown number of"
    times = a / b
    return f"{times:,.0f}" if times >= 10 else f"{times:.1f}" if times >= 1 else f"{times:.2g}"


def capitalised(text: str) -> str:
    """Begin as a sentence does."""
    return text[:1].upper() + text[1:]


def listed(texts: Sequence[str]) -> str:
    """Join texts: a; a and b; a, b and c."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
