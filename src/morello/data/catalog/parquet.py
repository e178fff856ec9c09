"""Encrypted Parquet (AES-256-GCM): rows into a file, and rows out of it, in order.

DuckDB writes and reads them; Arrow's own encrypted files are a different dialect of the format.
"""

import base64
import contextlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

ROW_GROUP_ROWS_MAX = 122_880
_ROW_GROUP_BYTES = 64 << 20
_ROW_GROUP_ROWS_MIN = 2048
_MEMORY_MAX = "384MB"
_KEY_NAME = "lake"


@contextlib.contextmanager
def connected(key: bytes, *, threads: int = 2) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that can write and read files encrypted with `key` (32 bytes)."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": _MEMORY_MAX,
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(config=settings) as connection:
        # httpfs brings OpenSSL, without which DuckDB does not encrypt.
        folder = resources.files("duckdb_extension_httpfs") / "extensions"
        extension = folder / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        connection.execute(f"LOAD '{extension}'")
        encoded = base64.b64encode(key).decode()
        connection.execute(f"PRAGMA add_parquet_key('{_KEY_NAME}', '{encoded}')")
        yield connection


def write(path: Path, rows: pa.RecordBatchReader, key: bytes, *, row_bytes: float) -> None:
    """Write rows to a new file, in order; `row_bytes` (about) sizes the row groups.

    What the reader raises comes out wrapped by DuckDB: its maker should keep the original.
    """
    group_rows = int(_ROW_GROUP_BYTES / max(row_bytes, 1.0))
    group_rows = min(max(group_rows, _ROW_GROUP_ROWS_MIN), ROW_GROUP_ROWS_MAX)
    with connected(key) as connection:
        connection.register("incoming", rows)
        connection.execute(
            f"COPY (SELECT * FROM incoming) TO '{_quoted(path)}' (FORMAT parquet, "
            f"COMPRESSION zstd, ROW_GROUP_SIZE {group_rows}, "
            f"ENCRYPTION_CONFIG {{footer_key: '{_KEY_NAME}'}})"
        )


def read(
    paths: list[Path], key: bytes, schema: pa.Schema, *, skip: int = 0
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of files in order, without the first `skip`, with the schema's types."""
    if not paths:
        return
    listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
    with connected(key) as connection:
        reader = connection.execute(
            f"SELECT * FROM read_parquet([{listed}], "  # noqa: S608 - our own paths, quoted
            f"encryption_config = {{footer_key: '{_KEY_NAME}'}}) OFFSET {skip}"
        ).to_arrow_reader(1 << 16)
        for batch in reader:
            columns = [
                column.cast(field.type)
                for column, field in zip(batch.columns, schema, strict=True)
            ]
            yield pa.record_batch(columns, schema=schema)


def count(path: Path, key: bytes) -> int:
    """Return how many rows a file says it has."""
    with connected(key) as connection:
        found = connection.execute(
            f"SELECT count(*) FROM read_parquet('{_quoted(path)}', "  # noqa: S608 - the same
            f"encryption_config = {{footer_key: '{_KEY_NAME}'}})"
        ).fetchone()
    return int(found[0]) if found else 0


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
