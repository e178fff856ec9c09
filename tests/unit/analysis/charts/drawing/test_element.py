"""Markup lets nothing in that is not ours."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from morello.analysis.charts.drawing.element import Safe, element, pixels


def test_text_and_attributes_are_escaped() -> None:
    built = element("p", "<b>&", title="\"'<>", class_="a", hidden=True, lang=None, dir=False)
    assert built == ('<p title="&quot;&#x27;&lt;&gt;" class="a" hidden>&lt;b&gt;&amp;</p>')


def test_only_ready_markup_is_not_escaped_again() -> None:
    inner = element("b", "x")
    assert element("p", inner, [inner, inner], None) == "<p><b>x</b><b>x</b><b>x</b></p>"
    assert element("p", str(inner)) == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
    assert isinstance(inner, Safe)
    assert not isinstance(inner + "<i>", Safe)


def test_what_cannot_be_written_or_turns_text_around_is_replaced() -> None:
    assert element("p", "a\x00\ud800\u202eb\n") == "<p>a���b\n</p>"


@given(st.text())
def test_any_text_comes_back(read_markup: Callable[[str], list[Any]], text: str) -> None:
    nodes = read_markup(element("p", text, title=text))
    assert len(nodes) == 1
    assert len(nodes[0].attributes["title"]) <= max(len(text), len(nodes[0].text))


def test_coordinates_are_short() -> None:
    assert [pixels(each) for each in (1.0, -0.04, 0.26, -12.34)] == ["1", "0", "0.3", "-12.3"]
