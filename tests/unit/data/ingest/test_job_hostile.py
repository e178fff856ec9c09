"""Files that want to do harm, or that are simply broken: refused in words, and nothing is left."""

import dataclasses
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from morello.data.ingest.formats.delimited import Delimited
from morello.kernel.errors import BadFile, Fault, InvalidInput, MorelloError, TooLarge
from morello.kernel.messages import render

Read = Callable[..., Any]
CSV = b"a,b\n1,2\n" * 100
PACKED = gzip.compress(CSV)


def parquet_bytes() -> bytes:
    stream = io.BytesIO()
    pd.DataFrame({"a": range(1000)}).to_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "case"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n \n\n", "empty"),
        ("mark.csv", b"\xef\xbb\xbf", "empty"),
        ("cut.csv.gz", PACKED[:-10], "truncated"),
        ("more.csv.gz", PACKED + b"garbage", "damaged"),
        ("bits.csv.gz", PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "damaged"),
        ("footer.parquet", parquet_bytes()[:-6] + b"broken", "parquet"),
        ("cut.parquet", parquet_bytes()[:200], "parquet"),
        (
            "middle.parquet",
            parquet_bytes()[:100] + b"\xff" * 600 + parquet_bytes()[700:],
            "parquet",
        ),
        ("book.xlsx", b"PK\x03\x04" + b"x" * 100, "excel"),
        ("image.csv", bytes(range(256)) * 40, "unknown"),
        ("packed.parquet.gz", gzip.compress(parquet_bytes()), "packed_twice"),
        ("cut.json", b'[{"a": 1}, {"a": 2', "json"),
        ("nothing.json", b"[]", "no_columns"),
        ("nonsense.ndjson", b'{"a\n{"b\n', "no_columns"),
        ("comma.json", b'[{"a": 1} {"a": 2}]', "json"),
        ("after.json", b'[{"a": 1}] x', "json"),
        ("deep.json", b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "json"),
        ("huge.json", b'[{"a": 1' + b"0" * 5000 + b"}]", "json"),
    ],
)
def test_a_broken_file_is_refused(read: Read, name: str, content: bytes, case: str) -> None:
    with pytest.raises(BadFile) as caught:
        read(content, name)
    assert caught.value.message.id == f"error.bad_file.{case}"
    assert_in_words(caught.value)


def assert_in_words(error: MorelloError) -> None:
    for language in ("en", "ko"):
        for message in (error.message, error.next_step):
            text = render(message, language)
            assert text != message.id
            assert "{" not in text


@pytest.mark.slow
def test_a_zip_bomb_is_stopped_early(read: Read) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * (17 << 20), compresslevel=1)
    with pytest.raises(TooLarge) as caught:
        read(bomb, "bomb.csv.gz", limits={"unpacked_ratio_max": 2})
    assert caught.value.message.id == "error.too_large.unpacked"
    assert_in_words(caught.value)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(read: Read) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (80 << 20))
    with pytest.raises(TooLarge):
        read(stream.getvalue(), "bomb.xlsx", limits={"unpacked_ratio_max": 2})


def test_limits_on_size_and_columns(read: Read) -> None:
    with pytest.raises(TooLarge) as caught:
        read(CSV, limits={"file_bytes_max": 100})
    assert_in_words(caught.value)
    with pytest.raises(TooLarge):
        read(",".join("x" * 20_000) + "\n")


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "missing", "unreadable", "link"])
def test_what_is_no_file_is_refused_without_waiting(
    read: Read, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "thing.csv"
    case = {"missing": "missing", "link": "missing"}.get(kind, "not_a_file")
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "link":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "unreadable":
        path.write_bytes(CSV)
        monkeypatch.setattr(os, "open", _refused)  # to root no file is unreadable
        case = "unreadable"
    with pytest.raises(BadFile) as caught:
        read(path)
    assert caught.value.message.id == f"error.bad_file.{case}"
    assert_in_words(caught.value)


def _refused(*_: object) -> int:
    raise PermissionError(13, "Permission denied")


def test_a_link_to_a_file_is_followed(read: Read, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(CSV)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert read(tmp_path / "link.csv").imported.rows_read == 199


@pytest.mark.parametrize("change", ["grows", "shrinks", "rewritten"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = tmp_path / "live.csv"
    path.write_bytes(CSV)
    parse = Delimited.parse

    def meddling(self: Delimited, piece: Any) -> Any:
        if change == "grows":
            with path.open("ab") as stream:
                stream.write(b"9,9\n")
        elif change == "shrinks":
            os.truncate(path, 8)
        else:
            path.write_bytes(CSV.replace(b"1,2", b"3,4"))
            os.utime(path, ns=(0, 0))
        return parse(self, piece)

    monkeypatch.setattr(Delimited, "parse", meddling)
    with pytest.raises(BadFile) as caught:
        read(path, piece_bytes=64)
    assert caught.value.message.id == "error.bad_file.changed"
    assert_in_words(caught.value)


def test_a_row_that_we_lose_is_our_fault_and_no_version(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = Delimited.parse

    def losing(self: Delimited, piece: Any) -> Any:
        part = parse(self, piece)
        shorter = {
            name: dataclasses.replace(raw, text=raw.text.slice(1))
            for name, raw in part.columns.items()
        }
        return dataclasses.replace(part, columns=shorter, rows=part.rows - 1)

    monkeypatch.setattr(Delimited, "parse", losing)
    with pytest.raises(Fault) as caught:
        read(CSV)
    assert caught.value.message.id == "error.fault.rows"
    assert_in_words(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"delimiter": "é"}, {"delimiter": '"'}, {"encoding": "klingon"}, {"header_row": 900}],
)
def test_wrong_options_are_said(read: Read, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(CSV, **options)
    assert_in_words(caught.value)


@pytest.mark.slow
def test_a_json_bomb_of_one_object_is_refused(read: Read) -> None:
    big = json.dumps({"a": ["x" * 1000] * 70_000})
    with pytest.raises(TooLarge) as caught:
        read(big, "big.json")
    assert caught.value.message.id == "error.too_large.json_object"
