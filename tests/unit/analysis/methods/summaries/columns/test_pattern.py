import pytest

from morello.analysis.methods.summaries.columns.pattern import PATTERN_LENGTH_MAX, pattern


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Seoul 101", "Aa+ 9{3}"),
        ("A1", "A9"),
        ("010-1234-5678", "9{3}-9{4}-9{4}"),
        ("ab@c.org", "a+@a.a+"),
        ("서울 3호", "L+ 9L"),
        ("दिल्ली กรุงเทพ", "L+ L+"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "a+"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_shapes(text: str, shape: str) -> None:
    assert pattern(text) == shape


def test_long_shapes_are_cut() -> None:
    assert len(pattern("-a" * 100)) == PATTERN_LENGTH_MAX + 1
