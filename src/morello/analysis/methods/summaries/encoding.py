"""A table summary as bytes: a versioned header, a JSON tree, then the arrays. No code is run.

`MSUM`, version (1 byte), CRC-32 of the rest (4), length of the tree (8, big-endian), the tree,
the arrays as little-endian numbers, each at the place that the tree tells.
"""

import dataclasses
import json
import struct
import zlib
from typing import Any

import numpy as np

from morello.analysis.methods.summaries.columns.boolean import BooleanColumn
from morello.analysis.methods.summaries.columns.column import Tally
from morello.analysis.methods.summaries.columns.distribution import Distribution
from morello.analysis.methods.summaries.columns.empty import EmptyColumn
from morello.analysis.methods.summaries.columns.nested import NestedColumn
from morello.analysis.methods.summaries.columns.number import NumberColumn
from morello.analysis.methods.summaries.columns.place import PlacePair
from morello.analysis.methods.summaries.columns.text import TextColumn
from morello.analysis.methods.summaries.columns.time import TimeColumn
from morello.analysis.methods.summaries.sketches.distinct import Distinct
from morello.analysis.methods.summaries.sketches.frequent import Frequent
from morello.analysis.methods.summaries.sketches.lengths import Lengths
from morello.analysis.methods.summaries.sketches.moments import Moments
from morello.analysis.methods.summaries.sketches.products import Products
from morello.analysis.methods.summaries.sketches.quantiles import Quantiles
from morello.analysis.methods.summaries.sketches.rows import Rows
from morello.analysis.methods.summaries.sketches.sample import Sample
from morello.analysis.methods.summaries.sketches.tails import Tails
from morello.analysis.methods.summaries.sketches.values import Values
from morello.analysis.methods.summaries.table import TableSummary
from morello.kernel.errors import BadFile

VERSION = 2
_MAGIC = b"MSUM"
_HEADER = struct.Struct(">4sBIQ")
_CLASSES: dict[str, type[Any]] = {
    each.__name__: each
    for each in (
        BooleanColumn,
        Distinct,
        Distribution,
        EmptyColumn,
        Frequent,
        Lengths,
        Moments,
        NestedColumn,
        NumberColumn,
        PlacePair,
        Products,
        Quantiles,
        Rows,
        Sample,
        TableSummary,
        Tails,
        Tally,
        TextColumn,
        TimeColumn,
        Values,
    )
}
_ARRAY_TYPES = ("<f8", "<i8", "<u8")


def to_bytes(summary: TableSummary) -> bytes:
    """Return a summary as bytes that any process, and any later version of ours, can read."""
    arrays = bytearray()
    tree = json.dumps(_plain(summary, arrays)).encode()
    checksum = _checksum(len(tree), tree, arrays)
    # Wide tables have hundreds of megabytes here: nothing is copied twice.
    return b"".join((_HEADER.pack(_MAGIC, VERSION, checksum, len(tree)), tree, arrays))


def from_bytes(content: bytes) -> TableSummary:
    """Return the summary. Raises BadFile when it is none, damaged, or of a newer version."""
    if len(content) < _HEADER.size or not content.startswith(_MAGIC):
        raise BadFile("summary")
    _, version, checksum, tree_bytes = _HEADER.unpack_from(content)
    if version != VERSION:
        raise BadFile("summary_version", version=version)
    body = memoryview(content)[_HEADER.size :]
    if _checksum(tree_bytes, body) != checksum:
        raise BadFile("summary")
    try:
        summary = _rebuilt(json.loads(bytes(body[:tree_bytes])), body[tree_bytes:])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadFile("summary") from None
    if not isinstance(summary, TableSummary):
        raise BadFile("summary")
    return summary


def _checksum(tree_bytes: int, *parts: bytes | bytearray | memoryview) -> int:
    checksum = zlib.crc32(tree_bytes.to_bytes(8, "big"))
    for part in parts:
        checksum = zlib.crc32(part, checksum)
    return checksum


def _plain(value: Any, arrays: bytearray) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _plain(getattr(value, field.name), arrays)
            for field in dataclasses.fields(value)
        }
        return {"class": type(value).__name__, "fields": fields}
    if isinstance(value, list):
        return [_plain(item, arrays) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype == object:
        return {"texts": value.tolist()}
    type_ = value.dtype.newbyteorder("<").str
    assert type_ in _ARRAY_TYPES, f"{type_}: sketches hold 64-bit numbers"
    start = len(arrays)
    arrays += np.ascontiguousarray(value, type_).tobytes()
    return {"array": type_, "start": start, "shape": value.shape}


def _rebuilt(value: Any, arrays: memoryview) -> Any:
    if isinstance(value, list):
        return [_rebuilt(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if "class" in value:
        fields = {name: _rebuilt(field, arrays) for name, field in value["fields"].items()}
        return _CLASSES[value["class"]](**fields)
    if "texts" in value:
        texts = np.empty(len(value["texts"]), object)
        texts[:] = [str(text) for text in value["texts"]]
        return texts
    if value["array"] not in _ARRAY_TYPES:
        raise ValueError(value["array"])
    shape = [int(length) for length in value["shape"]]
    count = int(np.prod(shape, dtype=np.int64))
    numbers = np.frombuffer(arrays, value["array"], count, int(value["start"]))
    return numbers.reshape(shape).copy()
