import datetime
from typing import Any

from morello.kernel.messages import render
from morello.ledger.disclosure import lines

AT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)
CLAIMS: dict[str, dict[str, Any]] = {
    "who": {"subject": "ana", "role": "analyst", "door": "cli"},
    "what": {"tool": "data.query"},
    "query": {"sql": "select 1"},
    "versions": {
        "datasets": {"orders": "a" * 64},
        "source_sha256": "b" * 64,
        "rows_read": 22090,
        "rows_rejected": 3,
    },
    "result": {"digest": "c" * 64},
}


def test_every_value_has_a_line() -> None:
    assert [render(each) for each in lines(CLAIMS, AT)] == [
        "Who: ana, as analyst, by the door cli.",
        "What: data.query, recorded at 2026-01-02T03:04:05+00:00 by the log's own clock.",
        "Query: select 1",
        "Data version: orders aaaaaaaaaaaa.",
        f"File: SHA-256 {'b' * 64}.",
        "Rows: 22,090 read, 3 rejected.",
        f"Result: SHA-256 {'c' * 64}.",
    ]
    assert all("{" not in render(each, "ko") for each in lines(CLAIMS, AT))


def test_what_is_not_disclosed_has_none() -> None:
    assert lines({}, AT) == []
    assert lines({"who": {"subject": "ana"}, "versions": {"datasets": 7}}, AT) == []
