"""Tables as CSV (RFC 4180) and as an Arrow stream, for who does not want JSON."""

import csv
import io
from collections.abc import Callable
from typing import Any

from morello.kernel.values import Table

CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: Table, *, escaped: bool) -> bytes:
    """Return a table as CSV in UTF-8.

    Values stand as they are, so that a program reads what was there. `escaped` puts an apostrophe
    before texts that a spreadsheet would run as a formula (CWE-1236): for who opens it in one.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    plain = _escaped if escaped else _plain
    writer.writerow([plain(column.name) for column in table.columns])
    writer.writerows([plain(value) for value in row] for row in table.rows)
    return written.getvalue().encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _escaped(value: Any) -> Any:
    value = _plain(value)
    dangerous = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if dangerous else value


def to_arrow(table: Table) -> bytes:
    """Return a table as an Arrow IPC stream. What does not fit its type goes as text."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and few ask for it

    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    arrays = [
        _array(values, column.type) for values, column in zip(columns, table.columns, strict=True)
    ]
    made = pa.table(arrays, names=[column.name for column in table.columns])
    sink = pa.BufferOutputStream()
    writer: Any = pa.RecordBatchStreamWriter
    with writer(sink, made.schema) as stream:
        stream.write_table(made)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _array(values: Any, type_name: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and few ask for it

    texts = [None if each is None else str(each) for each in values]
    known: Any = pa.type_for_alias
    try:
        kind = known(type_name)
    except ValueError:
        return pa.array(texts, pa.string())
    attempts: list[Callable[[], Any]] = [
        lambda: pa.array(values, kind),
        lambda: pa.array(texts, pa.string()).cast(kind),
    ]
    for attempt in attempts:
        try:
            return attempt()
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            continue
    return pa.array(texts, pa.string())
