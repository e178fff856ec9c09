"""Dialects, found by a vote."""

import pytest

from morello.data.ingest.formats.dialect import Dialect, detect
from morello.data.ingest.formats.source import Options
from morello.kernel.errors import InvalidInput


def found(text: str, **options: object) -> Dialect:
    return detect(text.encode(), Options.model_validate(options), is_whole=True)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1\tx, y\n2\tz; w\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('a,b\n"x;y;z",2\n"p;q;r",3\n', ","),
        ("only\nHello, you\nbye\n", "\x1f"),
        ("name\n", "\x1f"),
    ],
)
def test_the_delimiter_under_which_rows_agree_wins(text: str, delimiter: str) -> None:
    assert found(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "header_line", "names"),
    [
        ("a,b\nx,y\n", 1, ("a", "b")),
        ("1,2\n3,4\n", 0, ("", "")),
        ("country,2019,2020\nKR,1,2\n", 1, ("country", "2019", "2020")),
        ("KR,2019,2020\nFR,2001,2002\n", 0, ("", "", "")),
        ("Report\nGenerated 2026-01-01,\n\nname,n,x\nA,1,2\nB,3,4\n", 4, ("name", "n", "x")),
        ('x,y\n"1",2,3\n"2",4,5\n', 1, ("", "x", "y")),
        ("x,y\na,b,\nc,d,\n", 1, ("x", "y", "")),
        ('"two\nlines",b\n1,2\n', 1, ("two\nlines", "b")),
    ],
)
def test_the_header_is_found(text: str, header_line: int, names: tuple[str, ...]) -> None:
    dialect = found(text)
    assert (dialect.header_line, dialect.names) == (header_line, names)


def test_what_is_stated_is_taken() -> None:
    stated = found("x\n1;2,3\n4;5,6\n", delimiter=";", header_row=2)
    assert (stated.names, stated.header_line, stated.body_line) == (("1", "2,3"), 2, 3)
    assert found("a,b\n1,2\n", header_row=0).names == ("", "")
    with pytest.raises(InvalidInput):
        found("a,b\n", header_row=7)


def test_a_quoted_header_over_two_lines_ends_where_it_ends() -> None:
    assert found('"two\nlines",b\n1,2\n').body_line == 3
