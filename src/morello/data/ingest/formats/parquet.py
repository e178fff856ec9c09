"""Parquet: types are stated, so rows are only brought to the few types that versions have."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from morello.data.ingest.columns.judge import Raw
from morello.data.ingest.columns.names import clean_names
from morello.data.ingest.formats.source import Given, Part
from morello.kernel.errors import BadFile, TooLarge
from morello.kernel.limits import COLUMNS_MAX
from morello.kernel.messages import Message

_BATCH_ROWS = 1 << 15
_BATCH_ROWS_MIN = 64
_BUFFER_BYTES_MAX, _BUFFERS_BYTES_MAX = 1 << 20, 128 << 20
"""Read of a column at a time, instead of all of it; and of all columns together."""


class Parquet:
    """A Parquet file."""

    def __init__(self, given: Given) -> None:
        self._given = given
        name = given.file.name
        try:
            with given.file.seekable() as stream:
                metadata = pq.read_metadata(stream)
                schema = metadata.schema.to_arrow_schema()
                names, made_by = schema.names, metadata.created_by or ""  # they may be no UTF-8
        except (pa.ArrowException, OSError, ValueError) as error:
            raise BadFile("parquet", name=name, problem=str(error)[:200]) from None
        if len(schema) > COLUMNS_MAX:
            raise TooLarge("columns", name=name, columns_max=COLUMNS_MAX)
        if not len(schema):
            raise BadFile("empty", name=name)
        self.rows = metadata.num_rows
        self._batch_rows = _batch_rows(metadata, given.piece_bytes)
        self.names, self.notes = clean_names(names)
        kinds = [_target(field.type) for field in schema]
        self._schema = pa.schema(list(zip(self.names, kinds, strict=True)))
        self.dialect: dict[str, Any] = {"format": "parquet", "made_by": made_by}
        for field, kind in zip(schema, kinds, strict=True):
            if kind == pa.string() and not _is_text(field.type):
                said = {"column": field.name, "kind": str(field.type)[:100]}
                self.notes.append(Message(id="import.note.as_text", parameters=said))

    @property
    def schema(self) -> pa.Schema | None:
        """State the columns."""
        return self._schema

    def pieces(self) -> Iterator[tuple[int, Any]]:
        """Start a pass over batches of rows."""
        self._given.file.verify()
        total, done = self._given.file.bytes, 0
        buffer_bytes = min(_BUFFER_BYTES_MAX, _BUFFERS_BYTES_MAX // max(len(self._schema), 1))
        try:
            with (
                self._given.file.seekable() as stream,
                pq.ParquetFile(stream, pre_buffer=False, buffer_size=buffer_bytes) as file,
            ):
                for batch in file.iter_batches(self._batch_rows, use_threads=True):
                    done += batch.num_rows
                    yield total * done // max(self.rows, 1), batch
        except (pa.ArrowException, OSError) as error:
            problem = str(error)[:200]
            raise BadFile("parquet", name=self._given.file.name, problem=problem) from None
        self._given.file.verify()
        if done != self.rows:
            problem = f"{done} rows instead of {self.rows}"
            raise BadFile("parquet", name=self._given.file.name, problem=problem)

    def parse(self, piece: pa.RecordBatch) -> Part:
        """Return the rows of a batch."""
        try:
            columns = {
                field.name: Raw(_brought_to(values, field.type))
                for field, values in zip(self._schema, piece.columns, strict=True)
            }
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            problem = str(error)[:200]
            raise BadFile("parquet", name=self._given.file.name, problem=problem) from None
        return Part(columns, piece.num_rows, [], piece.num_rows)


def _batch_rows(metadata: pq.FileMetaData, piece_bytes: int) -> int:
    """Return how many rows are one piece, from what the file says that they take unpacked."""
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    size_bytes = sum(group.total_byte_size for group in groups)
    row_bytes = max(size_bytes // max(metadata.num_rows, 1), 1)
    return int(min(max(piece_bytes // row_bytes, _BATCH_ROWS_MIN), _BATCH_ROWS))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _target(kind: pa.DataType) -> pa.DataType:  # noqa: C901, PLR0911 - a table, one line for each
    """Return the type a column gets: the widest of its sort, so that equal rows are equal."""
    types = pa.types
    if types.is_dictionary(kind):
        return _target(kind.value_type)
    if types.is_boolean(kind) or types.is_date32(kind):
        return kind
    if types.is_uint64(kind):
        return pa.decimal128(20, 0)
    if types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_decimal128(kind) and 0 <= kind.scale <= kind.precision:
        return kind
    if types.is_date64(kind):
        return pa.date32()
    if types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if types.is_time(kind):
        return pa.time64("us")
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return pa.binary()
    return pa.string()


def _brought_to(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Cast without loss; what nests becomes JSON text. Raises ArrowInvalid where it would lose."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if kind == pa.string() and pa.types.is_nested(values.type):
        texts = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=str)
            for value in values.to_pylist()
        ]
        return pa.array(texts, pa.string())
    cast = pc.cast(values, kind)
    cast.validate(full=True)  # a file may call text what is no UTF-8
    return cast
