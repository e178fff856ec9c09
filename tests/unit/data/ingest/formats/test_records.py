"""Records: where they end, how many there are, and what happens where quotes are broken."""

import io

import pytest

from morello.data.ingest.formats import records
from morello.data.ingest.formats.records import Records, Splitter
from morello.kernel.messages import render


def split(text: bytes, piece_bytes: int = 1 << 20) -> list[Records]:
    return list(Splitter(b",", b'"').split(io.BytesIO(text).read, piece_bytes))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\nb\r\nc\rd", 4),
        (b"\n\r\n\ra\n\n", 1),
        (b'"a\nb","c\r\n"\n', 1),
        (b'""\n', 1),
        (b'"a""b"\n"c"\n', 2),
        (b'5" pipe,1\n6" pipe,2\n', 2),
    ],
)
def test_records_are_counted(text: bytes, count: int) -> None:
    for piece_bytes in (1, 2, 1000):
        runs = split(text, piece_bytes)
        assert sum(run.count for run in runs) == count
        assert not any(run.rejected for run in runs)
        assert b"".join(run.text for run in runs).strip(b"\n") == text.strip(b"\n")


def test_starts_are_where_records_begin() -> None:
    splitter = Splitter(b",", b'"')
    assert splitter.starts(b'a\n\n"b\n"\r\nc\n').tolist() == [0, 3, 9]
    assert splitter.starts(b'a" b\n\nc\n').tolist() == [0, 6]
    assert splitter.record(b'a\n"b\n",1\nc\n', 2) == b'"b\n",1\n'


def test_a_record_without_end_is_rejected_once_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "RECORD_BYTES_MAX", 500)
    text = b"1,2\n" + b"x" * 5000 + b",3\n4,5\n"
    runs = split(text, 100)
    assert b"".join(run.text for run in runs) == b"1,2\n4,5\n"
    rejected = [each for run in runs for each in run.rejected]
    assert [(each.line, render(each.reason)) for each in rejected] == [(2, "longer than 500 bytes")]
    assert runs[-1].line == 3


def test_a_quote_that_never_closes_is_given_up_after_the_longest_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "RECORD_BYTES_MAX", 500)
    text = b'1,"open\n' + b"2,fine\n" * 1000
    runs = split(text, 100)
    assert sum(run.count for run in runs) == 1000
    assert [each.line for run in runs for each in run.rejected] == [1]
