"""A source: what a person has at hand in Python, made into a file that can be imported."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from morello.kernel.errors import InvalidInput
from morello.kernel.values import Blob
from morello.sample.shipped import PREFIX, unpacked

_NAMELESS = "table"


@contextlib.contextmanager
def as_blob(source: Any, name: str | None = None) -> Iterator[Blob]:
    """Give a path, bytes, an open file, or a table as a blob, for as long as the block lasts.

    `sample:orders` is the shipped sample, and `{"name": ..., "text": ...}` is content as it stands.
    A table is anything with the Arrow PyCapsule interface (`__arrow_c_stream__`): pandas, polars,
    pyarrow, DuckDB. It is written to a temporary Parquet file. Raises InvalidInput.
    """
    if isinstance(source, Blob):
        yield source
    elif isinstance(source, Mapping):
        yield _inline(cast("Mapping[str, Any]", source))
    elif isinstance(source, str) and source.startswith(PREFIX):
        with unpacked(source) as path:
            yield Blob.from_path(path)
    elif isinstance(source, str | os.PathLike):
        yield Blob.from_path(_existing(Path(source)))
    elif isinstance(source, bytes | bytearray | memoryview):
        yield Blob.of(name or _NAMELESS, bytes(source), "application/octet-stream")
    else:
        with tempfile.TemporaryDirectory(prefix="morello-") as folder:
            yield Blob.from_path(_kept(source, Path(folder), name))


def _inline(source: Mapping[str, Any]) -> Blob:
    """Return content that is written out, as other doors take it: `{"name": ..., "text": ...}`."""
    try:
        return Blob.model_validate(dict(source))
    except ValidationError:
        raise InvalidInput("python.source", kind=type(source).__name__) from None


def _existing(path: Path) -> Path:
    found = path.expanduser()
    if not found.is_file():
        raise InvalidInput("python.no_file", name=str(path))
    return found


def _kept(source: Any, folder: Path, name: str | None) -> Path:
    if hasattr(source, "__arrow_c_stream__"):
        return _parquet(source, folder / f"{name or _NAMELESS}.parquet")
    if hasattr(source, "read"):
        path = folder / (Path(str(getattr(source, "name", _NAMELESS))).name or _NAMELESS)
        mode, encoding = ("w", "utf-8") if isinstance(source.read(0), str) else ("wb", None)
        with path.open(mode, encoding=encoding) as stream:
            shutil.copyfileobj(source, stream)
        return path
    raise InvalidInput("python.source", kind=type(source).__name__)


def _parquet(source: Any, path: Path) -> Path:
    import pyarrow as pa  # noqa: PLC0415 - only for tables
    from pyarrow import parquet  # noqa: PLC0415 - the same

    reader = pa.RecordBatchReader.from_stream(source)
    with parquet.ParquetWriter(path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return path
