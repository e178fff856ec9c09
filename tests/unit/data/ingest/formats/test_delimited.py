"""Delimited text: whatever is in it, and however it is cut, every record is a row or rejected."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Parse = Callable[..., Any]
CELLS = st.text(st.sampled_from('ab,"\n\r;é\0 '), max_size=6)
OPTIONS: dict[str, Any] = {"delimiter": ",", "header_row": 1}


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8), piece_bytes=st.integers(1, 40))
def test_what_is_quoted_by_the_standard_comes_back(
    parse: Parse, rows: list[tuple[str, str]], piece_bytes: int
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("left", "right"), *rows])
    found = parse(stream.getvalue(), piece_bytes, **OPTIONS)
    assert found.rows == rows
    assert found.rejected == []


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(body=st.text(st.sampled_from('a1,"\n\r '), max_size=60), piece_bytes=st.integers(1, 40))
def test_however_it_is_cut_the_rows_are_the_same(parse: Parse, body: str, piece_bytes: int) -> None:
    text = "left,right\nx,y\n" + body
    whole, cut = parse(text, **OPTIONS), parse(text, piece_bytes, **OPTIONS)
    assert (cut.rows, cut.rejected) == (whole.rows, whole.rejected)
    if '"' not in body:
        lines = [line for line in re.split("\r\n|\r|\n", text)[1:] if line]
        assert whole.records == len(lines)


@pytest.mark.prove
@settings(max_examples=20_000, deadline=None)
@given(body=st.text(st.sampled_from('a1,"\n\r; '), max_size=80), piece_bytes=st.integers(1, 60))
def test_however_it_is_cut_the_rows_are_the_same_in_many_rounds(
    parse: Parse, body: str, piece_bytes: int
) -> None:
    text = "left,right\nx,y\n" + body
    whole, cut = parse(text, **OPTIONS), parse(text, piece_bytes, **OPTIONS)
    assert (cut.rows, cut.rejected) == (whole.rows, whole.rejected)


def test_an_empty_quoted_cell_is_text_and_a_bare_one_is_missing(parse: Parse) -> None:
    assert parse('a,b\n"",\n', **OPTIONS).rows == [("", None)]


def test_an_open_quote_costs_its_own_line_only(parse: Parse) -> None:
    text = 'a,b\n1,"open\n2,"fine"\n3,x\n4,"never\n5,y\n'
    found = parse(text, **OPTIONS)
    assert [row[0] for row in found.rows] == ["2", "3", "5"]
    assert [each[0] for each in found.rejected] == [2, 5]
    assert found.rejected[0][2] == '1,"open'


def test_files_that_do_not_quote_are_read_as_they_are(parse: Parse) -> None:
    lines = ["title\tyear", *(f'"Film {i}" again\t19{i:02}' for i in range(50))]
    found = parse("\n".join(lines))
    assert found.rows[0] == ('"Film 0" again', "1900")
    assert found.rejected == []


def test_rejected_rows_have_the_lines_an_editor_shows(parse: Parse) -> None:
    text = 'a,b\r\n\r\n"x\r\ny",1\r\n\r\nbad\r\n"z",2\r\nalso,bad,row\r\n'
    for piece_bytes in (1, 4, 1000):
        found = parse(text, piece_bytes, **OPTIONS)
        assert [(line, text) for line, _, text in found.rejected] == [
            (6, "bad"),
            (8, "also,bad,row"),
        ]


def test_a_trailing_delimiter_in_every_row_is_a_column(parse: Parse) -> None:
    assert parse("a,b\n1,2,\n3,4,\n").rows == [("1", "2", None), ("3", "4", None)]
    assert parse("a,b\nx,2,3\ny,4,5\n").rows == [("x", "2", "3"), ("y", "4", "5")]
