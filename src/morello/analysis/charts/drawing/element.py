"""Elements of SVG and HTML as text in which everything that came from outside is escaped."""

import html
import re
from collections.abc import Iterable

_FORBIDDEN = re.compile(
    # Control characters have no place in a document, halves of surrogate pairs cannot be
    # encoded, and bidirectional overrides could show a name as another one.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_EMPTY = frozenset({"meta", "br", "hr", "img", "col", "link", "input"})


class Safe(str):
    """Markup that is ready: what `element` returns, and constants of ours. Never outside text."""

    __slots__ = ()


Child = str | Iterable["Safe"] | None
"""Text (escaped), ready markup, several of it, or nothing."""


def escape(text: str) -> Safe:
    """Return text that can stand in an element or a quoted attribute."""
    return Safe(html.escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)))


def element(name: str, /, *children: Child, **attributes: object) -> Safe:
    """Build one element. `class_` is `class`, `aria_label` is `aria-label`.

    An attribute of None or False is left out, one of True stands without a value.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Safe(f"<{name}{written}>")
    return Safe(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Safe:
    """Put children after one another."""
    return Safe("".join(_ready(child) for child in children))


def _ready(child: Child) -> str:
    if child is None or isinstance(child, Safe):
        return child or ""
    if isinstance(child, str):
        return escape(child)
    return "".join(child)


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{pixels(value) if isinstance(value, float) else escape(str(value))}"'


def pixels(value: float) -> str:
    """Write a coordinate to a tenth, without a needless zero."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
