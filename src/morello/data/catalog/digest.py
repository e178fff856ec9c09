"""A version's id: a keyed digest of its rows, whatever files, batches and threads they came in.

Each 65,536 rows are a block. In a block every column has a SHA-256 over its values, one over its
lengths (text) and one over its validity; nulls are zeros. A block's digest is the HMAC-SHA256
(RFC 2104) of the schema and these; the id is the HMAC of the schema, the row count and the blocks.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLOCK_ROWS = 1 << 16

_VALID = np.ones(BLOCK_ROWS, np.uint8)


class RowDigest:
    """Digests rows in order; `blocks` may be given to go on where complete blocks ended."""

    def __init__(self, key: bytes, schema: pa.Schema, blocks: Sequence[str] = ()) -> None:
        self._key = key
        self._schema = _described(schema)
        self._columns = [_Column() for _ in schema]
        self._blocks = list(blocks)
        self._open_rows = 0

    @property
    def rows(self) -> int:
        """Rows so far."""
        return len(self._blocks) * BLOCK_ROWS + self._open_rows

    def update(self, batch: pa.RecordBatch) -> None:
        """Add rows, in the order and with the columns of the schema."""
        start = 0
        while start < batch.num_rows:
            taken = min(BLOCK_ROWS - self._open_rows, batch.num_rows - start)
            for column, values in zip(self._columns, batch.columns, strict=True):
                column.update(values.slice(start, taken))
            self._open_rows += taken
            start += taken
            if self._open_rows == BLOCK_ROWS:
                self._close_block()

    def finish(self) -> tuple[str, tuple[str, ...]]:
        """Return the version's id (64 hex digits) and its blocks, the last of them maybe short."""
        rows = self.rows
        if self._open_rows:
            self._close_block()
        named = f"{self._schema}\n{rows}\n".encode()
        return self._keyed(named + "\n".join(self._blocks).encode()), tuple(self._blocks)

    def _close_block(self) -> None:
        content = [f"{self._schema}\n{self._open_rows}\n".encode()]
        content += [column.close() for column in self._columns]
        self._blocks.append(self._keyed(b"".join(content)))
        self._open_rows = 0

    def _keyed(self, content: bytes) -> str:
        return hmac.digest(self._key, content, "sha256").hex()


def version_id(
    key: bytes, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> tuple[str, tuple[str, ...]]:
    """Return the id and the blocks of rows that are all there."""
    digest = RowDigest(key, schema)
    for batch in batches:
        digest.update(batch)
    return digest.finish()


class _Column:
    """The digests of one column of one block."""

    def __init__(self) -> None:
        self._values = hashlib.sha256()
        self._lengths = hashlib.sha256()
        self._validity = hashlib.sha256()

    def update(self, values: pa.Array) -> None:
        values = _canonical(values)
        if values.null_count:
            self._validity.update(np.asarray(values.is_valid()).data)
            values = pc.fill_null(values, _blank(values.type))
        else:
            self._validity.update(_VALID[: len(values)].data)
        if pa.types.is_large_string(values.type) or pa.types.is_large_binary(values.type):
            _, offsets, data = values.buffers()
            bounds = np.frombuffer(offsets, np.int64)[
                values.offset : values.offset + len(values) + 1
            ]
            self._lengths.update(np.diff(bounds).data)
            if data is not None:
                self._values.update(np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]].data)
            return
        width = values.type.bit_width // 8
        data = np.frombuffer(values.buffers()[1], np.uint8)
        self._values.update(
            data[values.offset * width : (values.offset + len(values)) * width].data
        )

    def close(self) -> bytes:
        parts = (self._values.digest(), self._lengths.digest(), self._validity.digest())
        self._values, self._lengths, self._validity = (hashlib.sha256() for _ in parts)
        return b"".join(parts)


def _canonical(values: pa.Array) -> pa.Array:
    """Return the one layout that equal values have."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _canonical(values.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return values.cast(pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return values.cast(pa.large_binary())
    if pa.types.is_boolean(kind):
        return values.cast(pa.uint8())
    if pa.types.is_floating(kind) and pc.any(pc.is_nan(values)).as_py():
        return pc.if_else(pc.is_nan(values), pa.scalar(float("nan"), kind), values)
    assert kind.bit_width % 8 == 0, f"{kind} has no digest"
    return values


def _blank(kind: pa.DataType) -> pa.Scalar:
    if pa.types.is_large_string(kind):
        return pa.scalar("", kind)
    if pa.types.is_large_binary(kind):
        return pa.scalar(b"", kind)
    zeros = pa.py_buffer(bytes(kind.bit_width // 8))
    return pa.Array.from_buffers(kind, 1, [None, zeros])[0]


def _described(schema: pa.Schema) -> str:
    return json.dumps([[field.name, _type_name(field.type)] for field in schema])


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return _type_name(kind.value_type)
    return str(kind).removeprefix("large_")
