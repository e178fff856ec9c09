"""Which format a file is: by its content; its name is believed only where content cannot tell."""

from collections.abc import Callable

from morello.data.ingest.formats.delimited import Delimited
from morello.data.ingest.formats.encoding import by_mark, wide
from morello.data.ingest.formats.excel import Excel
from morello.data.ingest.formats.jsontext import JsonText
from morello.data.ingest.formats.parquet import Parquet
from morello.data.ingest.formats.source import Given, Source
from morello.data.ingest.unpacked import Packing
from morello.kernel.errors import BadFile

_HEAD_BYTES = 64 << 10
_CONTROL = bytes(set(range(32)) - {0, 9, 10, 12, 13, 27})
_CONTROL_SHARE_MAX = 0.02
_ZERO_SHARE_MAX = 0.1


def open_source(given: Given) -> Source:
    """Return the file as its format. Raises BadFile for an empty file and for what we do not read.

    A workbook or a Parquet file that is compressed once more is not read: it has to be unpacked.
    """
    head = given.sample(_HEAD_BYTES)
    if not head:
        raise BadFile("empty", name=given.file.name)
    binary = _binary(head)
    if binary is not None:
        if given.packing is not Packing.PLAIN:
            raise BadFile("packed_twice", name=given.file.name)
        return binary(given)
    marked, mark_bytes = by_mark(head)
    encoding = marked or wide(head)
    if encoding is None and _is_no_text(head):
        raise BadFile("unknown", name=given.file.name)
    start = head[mark_bytes:].decode(encoding or "utf-8", "replace").lstrip()
    if not start and len(head) < _HEAD_BYTES:
        raise BadFile("empty", name=given.file.name)
    # A line of a CSV file may begin with a bracket, too; a JSON file goes on with a value or key.
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in "{]"):
        return JsonText(given)
    return Delimited(given)


def _binary(head: bytes) -> Callable[[Given], Source] | None:
    if head.startswith(b"PAR1"):
        return Parquet
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return Excel
    return None


def _is_no_text(head: bytes) -> bool:
    controls = len(head) - len(head.translate(None, _CONTROL))
    return controls > len(head) * _CONTROL_SHARE_MAX or head.count(0) > len(head) * _ZERO_SHARE_MAX
