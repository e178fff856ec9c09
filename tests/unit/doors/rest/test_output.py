import csv
import io
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, RootModel, SecretStr

from morello.doors.rest.output import table
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.output.cookie import cookies_of, credentials_in
from morello.doors.rest.output.file import of as file_answer
from morello.doors.rest.output.problem import every_code
from morello.doors.rest.output.shape import Shape
from morello.doors.rest.output.wording import to_json
from morello.kernel.messages import REVIEWED, Message, catalog
from morello.kernel.values import Blob, Column, Table
from morello.kernel.values.credential import Credential, CredentialKind

QUERY = "/api/tools/data.query"
DATA = {"data": "orders"}


async def test_messages_are_said_in_the_caller_s_language(client: httpx.AsyncClient) -> None:
    answer = await client.post(QUERY, json=DATA)
    assert answer.json()["note"] == {"id": "fake.note", "parameters": {"n": 1}, "text": "fake.note"}


async def test_a_table_comes_as_csv_as_it_stands(client: httpx.AsyncClient) -> None:
    answer = await client.post(QUERY, json=DATA, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert rows == [["=city", "n"], ["=1+1", "1"], ['서울, "x"', ""]]


async def test_a_table_for_a_spreadsheet_holds_no_formula(client: httpx.AsyncClient) -> None:
    headers = {"Accept": 'text/csv; formulas="escaped"'}
    answer = await client.post(QUERY, json=DATA, headers=headers)
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert rows[0] == ["'=city", "n"]
    assert rows[1] == ["'=1+1", "1"]


async def test_a_table_comes_as_an_arrow_stream(client: httpx.AsyncClient) -> None:
    headers = {"Accept": f"{table.ARROW}, text/csv;q=0.1"}
    answer = await client.post(QUERY, json=DATA, headers=headers)
    assert answer.headers["content-type"] == table.ARROW
    read = pa.RecordBatchStreamReader(answer.content).read_all()
    assert read.schema.names == ["=city", "n"]
    assert read.column("n").to_pylist() == [1, None]


@pytest.mark.parametrize(
    ("kind", "values", "made"),
    [
        ("timestamp[us]", ["2026-11-20T01:02:03"], "timestamp[us]"),
        ("date32[day]", ["2026-11-20"], "date32[day]"),
        ("double", ["NaN", 1.5], "double"),
        ("int8", [1000], "string"),
        ("decimal128(5, 2)", ["1.25"], "string"),
        ("list<item: int64>", [[1, 2]], "string"),
        ("no such", [None], "string"),
    ],
)
def test_a_column_keeps_its_type_or_goes_as_text(kind: str, values: list[Any], made: str) -> None:
    given = Table(columns=[Column(name="x", type=kind)], rows=[[each] for each in values])
    read = pa.RecordBatchStreamReader(table.to_arrow(given)).read_all()
    assert str(read.schema.field("x").type) == made
    assert read.num_rows == len(values)


def test_a_table_without_rows_keeps_its_columns() -> None:
    given = Table(columns=[Column(name="x", type="int64")], rows=[])
    read = pa.RecordBatchStreamReader(table.to_arrow(given)).read_all()
    assert (read.num_rows, read.schema.names) == (0, ["x"])


cells = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_csv_is_read_back_and_escaped_text_begins_no_formula(rows: list[tuple[Any, Any]]) -> None:
    columns = [Column(name="a", type="string"), Column(name="b", type="string")]
    given = Table(columns=columns, rows=[list(each) for each in rows])
    read = list(csv.reader(io.StringIO(table.to_csv(given, escaped=False).decode(), newline="")))
    assert len(read) == len(rows) + 1
    safe = table.to_csv(given, escaped=True).decode()
    for line, row in zip(list(csv.reader(io.StringIO(safe, newline="")))[1:], rows, strict=True):
        for cell, value in zip(line, row, strict=True):
            assert not (isinstance(value, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"})


async def test_a_file_is_shown_but_runs_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/tools/insights.report?data=orders")
    assert answer.text == "<p>report</p>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "allow" not in answer.headers["content-security-policy"]
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('inline; filename="orders-___.html"; filename*=UTF-8')
    assert "x-event-id" in answer.headers


async def test_a_file_of_an_answer_is_asked_for_by_its_field_or_type(
    client: httpx.AsyncClient,
) -> None:
    path = "/api/tools/fake.files"
    answer = await client.post(f"{path}?download=chart", json={})
    assert answer.content == b"\x00"
    assert answer.headers["content-disposition"].startswith("attachment")
    html = {"Accept": "text/html"}
    assert (await client.post(path, json={}, headers=html)).text == "<p>"
    assert set((await client.post(path, json={})).json()) == {"page", "chart"}
    for field in ("nothing", "__class__"):
        missing = await client.post(f"{path}?download={field}", json={})
        assert missing.status_code == 404


@pytest.mark.parametrize(
    ("name", "media_type"),
    [('a"; x="\r\nSet-Cookie: a=b', "text/html\r\nX: y"), ("\ud800", ""), ("배" * 300, "a" * 999)],
)
def test_a_file_s_name_and_type_break_no_header(name: str, media_type: str) -> None:
    blob = Blob.model_construct(name=name, media_type=media_type)
    for _, value in file_answer(blob).headers:
        assert b"\r" not in value
        assert b"\n" not in value
        value.decode("ascii")


async def test_a_large_file_comes_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(bytes(range(256)) * 4096)
    body = file_answer(Blob.from_path(path)).body
    assert not isinstance(body, bytes)
    pieces = [piece async for piece in body]
    assert len(pieces) == 4
    assert b"".join(pieces) == path.read_bytes()


class Inner(BaseModel):
    said: Message | None = None


class Outer(BaseModel):
    inner: list[Inner]


class Free(BaseModel):
    free: dict[str, Any]


class Closed(BaseModel):
    number: int
    rows: Table


class Keys(BaseModel):
    keys: dict[str, list[Credential]]


class Wrapped(RootModel[list[Inner]]):
    pass


class Deep(BaseModel):
    deeper: "Deep | None" = None


def test_a_shape_is_found_however_deep() -> None:
    words = {each: Shape.of(each).has_words for each in (Outer, Free, Closed, Wrapped, Deep, Table)}
    assert words == {
        Outer: True,
        Free: True,
        Closed: False,
        Wrapped: True,
        Deep: False,
        Table: False,
    }
    assert Shape.of(Keys).has_credentials
    assert Shape.of(Closed).table == "rows"
    assert Shape.of(Table).table == ""
    assert Shape.of(Outer).table is None


def test_what_holds_no_words_is_not_walked() -> None:
    output = Closed(number=1, rows=Table(columns=[], rows=[[{"id": "a", "parameters": {}}]]))
    assert b"text" not in to_json(output, "ko")


def test_credentials_are_found_wherever_they_are() -> None:
    key = Credential(kind=CredentialKind.KEY, secret=SecretStr("k"))
    session = Credential(kind=CredentialKind.SESSION, secret=SecretStr("s"))
    output = Keys(keys={"a": [key, session]})
    assert {each.kind for each, _ in credentials_in(output)} == {key.kind, session.kind}
    assert [name for name, _ in cookies_of(output, secure=True)] == [b"set-cookie"] * 2


@pytest.mark.parametrize("secret", ["a;b", "a b", "a\r\nb", "x" * 5000])
def test_what_cannot_stand_in_a_cookie_does_not_get_there(secret: str) -> None:
    session = Credential(kind=CredentialKind.SESSION, secret=SecretStr(secret))
    with pytest.raises(AssertionError):
        cookies_of(Keys(keys={"a": [session]}), secure=True)


@pytest.mark.parametrize("language", REVIEWED)
def test_every_kind_of_problem_has_a_title(language: str) -> None:
    titles = [f"rest.title.{code}" for code, _ in every_code()]
    assert len(titles) == 15
    assert [each for each in titles if each not in catalog(language)] == []


def test_an_answer_may_hold_what_json_does_not_know() -> None:
    assert Answer.json({"path": Path("/a")}).body == b'{"path":"/a"}'
