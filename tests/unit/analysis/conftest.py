"""A reader of markup that trusts nobody, as fixtures: tests look at elements, not at text."""

import dataclasses
import html.parser
from collections.abc import Callable

import pytest


@dataclasses.dataclass
class Node:
    """An element as a browser's parser sees it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


class Reader(html.parser.HTMLParser):
    """Lists elements; knows which were left open or closed without being open."""

    _EMPTY = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) != len(attrs):
            self.problems.append(f"{tag} has an attribute twice")
        node = Node(tag, dict(attrs))
        self.nodes.append(node)
        if tag not in self._EMPTY:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.problems.append(f"</{tag}> closes nothing")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"a comment: {data[:20]}")


def read(markup: str) -> list[Node]:
    """Return the elements; fails where they are not well nested."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.problems == []
    assert reader.open == []
    return reader.nodes


@pytest.fixture(scope="session")
def read_markup() -> Callable[[str], list[Node]]:
    return read
