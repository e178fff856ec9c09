"""Letters are estimated wide enough, and cut where they do not fit."""

from morello.analysis.charts.drawing.lettering import shorten, width


def test_korean_is_wider_than_latin() -> None:
    assert width("한글") > width("ab")
    assert width("ill") < width("mmm")


def test_a_text_is_cut_to_its_room() -> None:
    assert shorten("short", 100) == "short"
    cut = shorten("a text that is far too long for this", 100)
    assert cut.endswith("…")
    assert width(cut) <= 100


def test_a_text_is_one_line() -> None:
    assert shorten("two\n lines", 500) == "two lines"
