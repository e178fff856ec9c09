"""Encrypted Parquet (AES-256-GCM): rows into a file, and rows out of it, in order.

DuckDB writes and reads them; Arrow's own encrypted files are a different dialect of the format.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from morello.data.engine.connection import (
    DEFAULT_THREADS,
    ROW_GROUP_ROWS,
    open_connection,
    read_parquet,
    text,
)
from morello.jobs.memory import memory_share

_ROW_GROUP_BYTES = 64 << 20
_ROW_GROUP_ROWS_MIN = 2048
_MEMORY_MAX_BYTES = 384 << 20
_MEMORY_SHARE = 0.5
"""Of what this process may use: reading a file takes the rest."""
_COLUMNS_FOR_THREADS_MAX = 500
"""Each writing thread holds buffers for every column: a wider table is written by one alone."""
_WIDE_COLUMN_BYTES, _WIDE_MEMORY_SHARE = 320 << 10, 0.7
"""What a buffer takes, and so what the writer may take of a table that is wider."""
_KEY_NAME = "lake"


def write(path: Path, rows: pa.RecordBatchReader, key: bytes, *, row_bytes: float) -> None:
    """Write rows to a new file, in order; `row_bytes` (about) sizes the row groups.

    What the reader raises comes out wrapped by DuckDB: its maker should keep the original.
    """
    group_rows = int(_ROW_GROUP_BYTES / max(row_bytes, 1.0))
    group_rows = min(max(group_rows, _ROW_GROUP_ROWS_MIN), ROW_GROUP_ROWS)
    with _connected([], key, folder=path.parent, columns=len(rows.schema)) as connection:
        connection.register("incoming", rows)
        connection.execute(
            f"COPY (SELECT * FROM incoming) TO {text(str(path))} (FORMAT parquet, "  # noqa: S608 - ours, quoted
            f"COMPRESSION zstd, ROW_GROUP_SIZE {group_rows}, "
            f"ENCRYPTION_CONFIG {{footer_key: '{_KEY_NAME}'}})"
        )


def read(
    paths: Sequence[Path], key: bytes, schema: pa.Schema, *, skip: int = 0
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of files in order, without the first `skip`, with the schema's types."""
    if not paths:
        return
    with _connected(paths, key) as connection:
        source = read_parquet(paths, _KEY_NAME)
        query = f"SELECT * FROM {source} OFFSET {skip}"  # noqa: S608 - our own paths, quoted
        for batch in connection.execute(query).to_arrow_reader(1 << 16):
            columns = [
                column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)
            ]
            yield pa.record_batch(columns, schema=schema)


def count(path: Path, key: bytes) -> int:
    """Return how many rows a file says it has."""
    with _connected([path], key) as connection:
        source = read_parquet([path], _KEY_NAME)
        found = connection.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608 - the same
    return int(found[0]) if found else 0


@contextlib.contextmanager
def _connected(
    files: Sequence[Path],
    key: bytes,
    folder: Path | None = None,
    columns: int = 0,
) -> Iterator[duckdb.DuckDBPyConnection]:
    is_wide = columns > _COLUMNS_FOR_THREADS_MAX
    share = _WIDE_MEMORY_SHARE if is_wide else _MEMORY_SHARE
    at_most = max(_MEMORY_MAX_BYTES, columns * _WIDE_COLUMN_BYTES)
    memory = memory_share(share, at_most_bytes=at_most)
    connection = open_connection(
        files=files,
        folder=folder,
        keys={_KEY_NAME: key},
        threads=1 if is_wide else DEFAULT_THREADS,
        memory_max_bytes=memory,
    )
    try:
        yield connection
    finally:
        connection.close()
