"""Locked DuckDB connections: they reach the files they were opened for, and nothing else.

Encrypted Parquet is read and written here alone: keys are registered under a name, AES-256-GCM.
"""

import base64
import functools
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from morello.kernel.errors import Unavailable

DEFAULT_THREADS = 2
DEFAULT_MEMORY_MAX_BYTES = 1 << 30
ROW_GROUP_ROWS = 122_880
_KEY_BYTES = 32
_ROW_NUMBER = "file_row_number"


def open_connection(
    *,
    files: Sequence[Path] = (),
    folder: Path | None = None,
    keys: Mapping[str, bytes],
    threads: int = DEFAULT_THREADS,
    memory_max_bytes: int = DEFAULT_MEMORY_MAX_BYTES,
    extensions: Sequence[str] = (),
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database that may read `files`, and read and write inside `folder`.

    Paths must be absolute and free of symbolic links (`plan.inside` sees to that). `keys` are
    AES-256 keys by the name that `encryption_config={footer_key: 'name'}` gives. Nothing is spilled
    to disk, because DuckDB would spill it in the clear. `extensions` come from installed packages,
    `httpfs` always: its OpenSSL reads encrypted files four times as fast, and only it may write.
    """
    # The extension lies in our own environment like any module we import; checking its signature
    # as well would cost 50 ms a connection. Once external access is off nothing can be loaded.
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in ("httpfs", *extensions):
        path = extension_path(name)
        if path is not None:
            connection.execute(f"LOAD {text(str(path))}")
        elif name != "httpfs":
            raise Unavailable("extension", name=name)
    for name, key in keys.items():
        assert len(key) == _KEY_BYTES, f"an AES-256 key has {_KEY_BYTES} bytes"
        encoded = base64.b64encode(key).decode()
        connection.execute(f"PRAGMA add_parquet_key({text(name)}, {text(encoded)})")
    folders = [] if folder is None else [f"{folder}/"]  # with a slash: /a is not a prefix of /ab
    settings = {
        "threads": str(threads),
        "memory_limit": text(f"{memory_max_bytes // 1024}KiB"),
        "temp_directory": "''",
        "TimeZone": "'UTC'",
        "allowed_paths": _list([str(path) for path in files]),
        "allowed_directories": _list(folders),
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",  # the last: nothing above can be undone
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def read_parquet(files: Sequence[Path], key_name: str, part: tuple[int, int] | None = None) -> str:
    """Return what reads encrypted files in order; of one file, `part` are the rows from, up to.

    Row groups before and after a part are not read.
    """
    paths = _list([str(path) for path in files])
    key = f"encryption_config = {{footer_key: {text(key_name)}}}"
    if part is None:
        return f"read_parquet({paths}, {key})"
    assert len(files) == 1, "a part of one file"
    number = f"{_ROW_NUMBER} >= {part[0]:d} AND {_ROW_NUMBER} < {part[1]:d}"
    return f"read_parquet({paths}, {key}, {_ROW_NUMBER} = true) WHERE {number}"


def write_options(key_name: str) -> str:
    """Return the options of `COPY ... TO ...` that write an encrypted file."""
    return (
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}, "
        f"ENCRYPTION_CONFIG {{footer_key: {text(key_name)}}})"
    )


def name(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a string."""
    assert "\0" not in value, "no NUL in SQL"
    return "'" + value.replace("'", "''") + "'"


@functools.cache
def extension_path(name: str) -> Path | None:
    """Find an extension's file in the installed package of this DuckDB version."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in found.submodule_search_locations or () if found else ():
        version = f"v{duckdb.__version__}"
        path = Path(folder) / "extensions" / version / f"{name}.duckdb_extension"
        if path.is_file():
            return path
    return None


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(text(value) for value in values) + "]"
