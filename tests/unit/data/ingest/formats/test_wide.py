"""The parser for very wide text says what Arrow's says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import BufferReader, csv, string

from morello.data.ingest.formats.wide import WideParser

COLUMNS = 3


def parsed(text: bytes) -> tuple[list[list[str | None]], list[tuple[int, int]]]:
    refused: list[tuple[int, int]] = []
    arrays = WideParser(b",", b'"', COLUMNS).parse(
        text, lambda number, fields: refused.append((number, fields))
    )
    return [array.to_pylist() for array in arrays], refused


def by_arrow(text: bytes) -> tuple[list[list[str | None]], list[tuple[int, int]]]:
    refused: list[tuple[int, int]] = []

    def skip(row: csv.InvalidRow) -> str:
        refused.append((row.number, row.actual_columns))
        return "skip"

    names = [str(place) for place in range(COLUMNS)]
    table = csv.read_csv(
        BufferReader(text),
        read_options=csv.ReadOptions(use_threads=False, column_names=names),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    return [column.to_pylist() for column in table.columns], refused


@pytest.mark.parametrize(
    "text",
    [
        b"a,b,c\n",
        b"1,,3\n,,\n4,5,6\n",
        b"1,2\n1,2,3\n1,2,3,4\n",
        b'"a,1","say ""hi""",\n"","b\nb",c\n',
        b"1,2,3\r\n4,5\r\n6,7,8\r\n",
        b"1,2,3\n\n4,5,6\n",
        "서울,부산,제주\n".encode(),
        b"only\n",
    ],
)
def test_it_says_what_arrow_says(text: bytes) -> None:
    assert parsed(text) == by_arrow(text)


_cell = st.sampled_from(["", "x", "1.5", '""', '"a"', '"a,b"', '"q""q"', '"two\nlines"', "가"])
_record = st.lists(_cell, min_size=2, max_size=4)


@given(st.lists(_record, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_it_says_what_arrow_says_of_anything(records: list[list[str]], end: str) -> None:
    text = "".join(",".join(record) + end for record in records).encode()
    assert parsed(text) == by_arrow(text)
