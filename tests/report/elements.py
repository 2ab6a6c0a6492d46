"""A page as its elements, read by the standard library's parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "source"}


@dataclass
class Page(HTMLParser):
    """Elements in order, with attributes and text; ``open_tags`` is empty where every element is closed."""

    elements: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._texts: list[tuple[int, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, ""))
        if tag not in VOID:
            self.open_tags.append(tag)
            self._texts.append((len(self.elements) - 1, []))

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags and self.open_tags[-1] == tag, f"</{tag}> closes {self.open_tags[-3:]}"
        self.open_tags.pop()
        position, texts = self._texts.pop()
        name, attributes, _ = self.elements[position]
        self.elements[position] = (name, attributes, " ".join("".join(texts).split()))

    def handle_data(self, data: str) -> None:
        for _, texts in self._texts:
            texts.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str], str]]:
        """Give attributes and text of all elements of a kind."""
        return [(attributes, text) for name, attributes, text in self.elements if name == tag]


def read_page(text: str) -> Page:
    """Parse a page to its end."""
    page = Page()
    page.feed(text)
    page.close()
    return page
