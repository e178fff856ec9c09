"""Files in, rows out: every format, and nothing lost or invented."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from morello.data.catalog.digest import BLOCK_ROWS
from morello.data.ingest.task import Onto
from morello.kernel.errors import BadFile, InvalidInput

Read = Callable[..., Any]
SMALL = "day,amount,code\n2026-01-01,10,007\n2026-01-02,,008\n"


def test_a_small_file_becomes_typed_rows(read: Read) -> None:
    result = read(SMALL)
    assert result.columns == {"day": "date32[day]", "amount": "int64", "code": "string"}
    assert [row[1:] for row in result.rows] == [(10, "007"), (None, "008")]
    assert result.imported.source_bytes == len(SMALL)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv.gz", gzip.compress),
        ("a.csv.zst", zstandard.compress),
        ("a.csv.gz", lambda content: gzip.compress(content[:20]) + gzip.compress(content[20:])),
        ("wrong.json", gzip.compress),
    ],
)
def test_compressed_files_are_the_same_rows(
    read: Read, name: str, pack: Callable[[bytes], bytes]
) -> None:
    assert read(pack(SMALL.encode()), name).imported.version == read(SMALL).imported.version


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_found(read: Read, encoding: str) -> None:
    text = "name,city\n" + "김철수,서울\nAnn,Zürich\n" * 20
    result = read(text.encode(encoding))
    assert result.rows[:2] == [("김철수", "서울"), ("Ann", "Zürich")]
    assert not result.imported.rows_rejected


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp949", "서울특별시,뷁"),
        ("euc-kr", "부산,대구"),
        ("latin-1", "Café,Müller"),
        ("cp1252", "price €,Ærøskøbing"),
    ],
)
def test_other_encodings_are_found(read: Read, encoding: str, words: str) -> None:
    # The first other letter comes after the first piece: until then it is plain ASCII.
    text = "left,right\n" + "ascii,only\n" * 1000 + f"{words}\n"
    result = read(text.encode(encoding), piece_bytes=1000)
    assert ",".join(result.rows[-1]) == words


def test_rows_that_are_broken_are_kept_apart_with_their_lines(read: Read) -> None:
    lines = ["id,name", '1,"two', 'lines"', "2,too,many", "3", "", '4,"open', "5,fine", "6,\xff"]
    result = read("\n".join(lines).encode("latin-1") + b"\n", encoding="utf-8")
    assert result.rows == [(1, "two\nlines"), (5, "fine")]
    assert result.rejected == [
        (4, "3 fields instead of 2"),
        (5, "1 field instead of 2"),
        (7, "a quote is not closed, or text follows its end"),
        (9, "not valid utf-8"),
    ]
    assert result.imported.rows_read + result.imported.rows_rejected == 6


def test_one_broken_row_in_a_thousand_does_not_change_the_delimiter(read: Read) -> None:
    lines = ["a;b;c", *("1;2,5;x, y" if i % 500 else "1;2" for i in range(1, 3000))]
    result = read("\n".join(lines))
    assert list(result.columns) == ["a", "b", "c"]
    assert (result.imported.rows_read, result.imported.rows_rejected) == (2994, 5)
    assert result.columns["b"] == "double"
    assert result.imported.dialect["delimiter"] == ";"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(read: Read, end: str) -> None:
    result = read(SMALL.replace("\n", end), piece_bytes=7)
    assert result.imported.version == read(SMALL).imported.version


def test_odd_shapes(read: Read) -> None:
    assert read("a,b\n").rows == []
    assert [file.rows for file in read("a,b\n").imported.files] == [0]
    assert read("a,b\n").columns == {"a": "string", "b": "string"}
    assert read("only\n1\n2\n").rows == [(1,), (2,)]
    assert read("text\nHello, world\nBye, you, all\n").rows[0] == ("Hello, world",)
    long = "a,b\n1," + "x" * 3_000_000 + "\n2,y\n"
    assert len(read(long, piece_bytes=1 << 16).rows[0][1]) == 3_000_000
    assert read("a,b\n1,x\0y\n").rows == [(1, "x\0y")]


@pytest.mark.slow
def test_five_thousand_columns_are_fine(read: Read) -> None:
    wide = ",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join("7" * 5000) + "\n"
    assert len(read(wide).columns) == 5000


def test_titles_above_the_table_are_left_out_and_said(read: Read) -> None:
    result = read("Report of sales\n\nday,amount\n2026-01-01,3\n2026-01-02,4\n")
    assert list(result.columns) == ["day", "amount"]
    assert "import.note.skipped" in result.notes


def test_a_file_without_header_gets_names_and_says_so(read: Read) -> None:
    result = read("1,2\n3,4\n")
    assert result.columns == {"column_1": "int64", "column_2": "int64"}
    assert result.notes[0] == "import.note.no_header"


def test_names_are_made_clear(read: Read) -> None:
    result = read("a,A,,b \t\n1,2,3,4\n")
    assert list(result.columns) == ["a", "A_2", "column_3", "b"]
    assert "import.note.names" in result.notes


def test_a_later_row_decides_the_type(read: Read) -> None:
    text = "n,empty,m\n" + "1,,5\n" * 500 + "1.5,2026-01-01,x\n" + "2,,6\n" * 500
    result = read(text, piece_bytes=512)
    assert result.columns == {"n": "double", "empty": "date32[day]", "m": "string"}
    assert result.notes == ["import.note.mixed"]


def test_day_and_month_are_told_apart_by_any_row_of_the_file(read: Read) -> None:
    text = "d\n" + "01/02/2026\n" * 500
    assert read(text).columns == {"d": "string"}
    assert read(text).notes == ["import.note.ambiguous"]
    later = read(text + "13/02/2026\n", piece_bytes=512)
    assert later.columns == {"d": "date32[day]"}
    assert later.rows[0][0].month == 2


def test_the_way_a_file_is_cut_into_pieces_changes_nothing(read: Read) -> None:
    text = 'a,b\n"x, ""y""\n",1\n5" pipe,2\n\n"",3\n,4\n"bad"x,5\nlast,6'
    wanted = read(text)
    assert wanted.imported.rows_rejected == 1
    for piece_bytes in (1, 2, 3, 5, 17):
        result = read(text, piece_bytes=piece_bytes)
        assert result.rows == wanted.rows
        assert result.rejected == wanted.rejected
        assert result.imported.version == wanted.imported.version


def test_an_append_is_the_same_version_as_one_import(read: Read) -> None:
    rows = [f"{i},n{i}" for i in range(BLOCK_ROWS + 1000)]
    whole = read("\n".join(["a,b", *rows]))
    first = read("\n".join(["a,b", *rows[: BLOCK_ROWS + 10]]))
    onto = Onto(
        columns=first.imported.columns,
        blocks=first.imported.blocks[:1],
        tail=(first.stage / first.imported.files[0].path,),
        tail_skip=BLOCK_ROWS,
    )
    swapped = [",".join(reversed(row.split(","))) for row in rows[BLOCK_ROWS + 10 :]]
    second = read("\n".join(["b,a", *swapped]), onto=onto)
    assert second.imported.rows_read == 990
    assert second.imported.rows == whole.imported.rows
    assert second.imported.version == whole.imported.version
    assert second.imported.blocks == whole.imported.blocks


def test_an_append_with_other_columns_names_them(read: Read) -> None:
    first = read("a,b,c\n1,2,x\n")
    onto = Onto(columns=first.imported.columns, blocks=(), tail=(), tail_skip=0)
    with pytest.raises(InvalidInput) as caught:
        read("a,b,d\n1,x,y\n", onto=onto)
    assert caught.value.message.parameters["differences"] == [
        "c is missing",
        "d is new",
        "b is string instead of int64",
    ]
    assert read("a,b,c\n,,9\n", onto=onto).rows == [(None, None, "9")]


def test_ndjson_and_json_are_the_same_rows(read: Read) -> None:
    records: list[dict[str, Any]] = [
        {"n": 1, "s": "1", "d": "2026-01-01", "deep": {"x": [1, 2]}, "big": 2**70, "b": True},
        {"n": 2.5, "s": None, "d": None, "late": "é", "b": None},
    ]
    lines = read("\n".join(json.dumps(each) for each in records), "a.ndjson")
    array = read(json.dumps(records, indent=2), "a.json", piece_bytes=10)
    within = read(json.dumps({"count": 2, "rows": records}), "b.json")
    assert lines.imported.version == array.imported.version == within.imported.version
    assert lines.columns == {
        "n": "double",
        "s": "string",
        "d": "date32[day]",
        "deep": "string",
        "big": "decimal128(38, 0)",
        "b": "bool",
        "late": "string",
    }
    assert lines.rows[0][3:5] == ('{"x": [1, 2]}', 2**70)
    assert within.imported.dialect["records_in"] == "rows"


def test_broken_lines_of_ndjson_are_rejected(read: Read) -> None:
    deep = '{"a": ' * 5000 + "1" + "}" * 5000
    bad = ['{"a": 1}', '{"a": ', "[1]", deep, '{"a": 1e999}', '{"a": "\\ud800"}', '{"a": NaN}']
    result = read("\n".join(bad), "a.ndjson")
    assert result.rows == [(1,), (None,)]
    assert [line for line, _ in result.rejected] == [2, 3, 4, 5, 6]


def test_broken_bytes_in_json_are_found(read: Read) -> None:
    result = read(b'{"a": "x"}\n{"a": "\xff\xfe"}\n{"a": "\xc3\xa9"}\n', "a.ndjson")
    assert result.rows == [("x",), ("é",)]
    assert result.rejected == [(2, "characters that are not valid in the file's encoding")]
    result.imported.rejected[0].model_dump_json()


def test_a_new_key_in_a_late_record_becomes_a_column(read: Read) -> None:
    lines = ['{"a": 1}'] * 9000 + ['{"a": "x", "b": 2}']
    result = read("\n".join(lines), "a.ndjson")
    assert result.columns == {"a": "string", "b": "int64"}
    assert result.rows[-1] == ("x", 2)


def test_progress_is_told(read: Read) -> None:
    reports: list[bytes] = []
    read(SMALL, reports=reports)
    assert json.loads(reports[0])["phase"] == "reading"
    assert 0 <= json.loads(reports[0])["share"] <= 1


def test_a_parquet_whose_text_or_names_are_no_text_is_refused(read: Read, tmp_path: Path) -> None:
    bytes_as_text = pa.array([b"M\xa9"], pa.binary()).view(pa.string())
    path = tmp_path / "latin.parquet"
    pq.write_table(pa.table({"name": bytes_as_text}), path)
    with pytest.raises(BadFile, match="UTF8"):
        read(path)
    pq.write_table(pa.table({"zzqq": [1]}), path, store_schema=False)
    with pytest.raises(BadFile, match="utf-8"):
        read(path.read_bytes().replace(b"zzqq", b"zz\xa9q"), "spoilt.parquet")


def test_parquet_keeps_its_types(read: Read, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "small": pd.array([1, None, 3], "Int8"),
            "f": [1.5, None, 0.1],
            "when": pd.to_datetime(pd.Series(["2026-01-01 10:00", None, "2026-01-03 00:00"])),
            "kind": pd.Categorical(["x", "y", None]),
            "list": [[1], [], None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    result = read(tmp_path / "a.parquet", "wrong.csv")
    assert result.columns == {
        "small": "int64",
        "f": "double",
        "when": "timestamp[us]",
        "kind": "string",
        "list": "string",
    }
    assert result.rows[0][4] == "[1]"
    assert result.notes == ["import.note.as_text"]


def test_excel_finds_the_table_under_its_title(read: Read, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": [1, 2, None],
            "code": ["007", "8", None],
            "exact": [2 / 3, 1 / 3, None],
            "day": pd.to_datetime(pd.Series(["2026-01-01", "2026-01-02", None])),
            "mixed": [1, "x", None],
        }
    )
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame().to_excel(book, sheet_name="Empty", index=False)
        frame.to_excel(book, sheet_name="Data", index=False, startrow=3)
        book.sheets["Data"]["A1"] = "Sales report"
    result = read(tmp_path / "a.xlsx", "a.xlsx")
    assert result.imported.dialect["sheet"] == "Data"
    assert result.imported.dialect["header_row"] == 4
    assert result.columns["id"] == "int64"
    assert result.columns["day"].startswith("timestamp")
    assert [row[:3] for row in result.rows] == [(1, "007", 2 / 3), (2, "8", 1 / 3)]
    assert [row[4] for row in result.rows] == ["1", "x"]
    with pytest.raises(InvalidInput):
        read(tmp_path / "a.xlsx", "a.xlsx", sheet="Nope")
