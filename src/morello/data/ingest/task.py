"""What the process that reads a file is told, and what it answers."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from morello.data.catalog.version import DataFile, Rejected
from morello.data.ingest.formats.source import Options
from morello.kernel.messages import Message
from morello.kernel.values import Column


class Onto(BaseModel):
    """Rows that are there already, which the file's rows are appended to."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    blocks: tuple[str, ...]
    """Digests of the complete blocks."""
    tail: tuple[Path, ...]
    """Files that hold the rows after the complete blocks."""
    tail_skip: int
    """Rows at the beginning of `tail` that belong to complete blocks."""


class SourceFile(BaseModel):
    """A file, and the limits on reading it."""

    model_config = ConfigDict(frozen=True)

    path: Path
    name: str
    options: Options
    file_bytes_max: int
    unpacked_ratio_max: int


class Look(BaseModel):
    """What a file seems to hold, from its beginning."""

    model_config = ConfigDict(frozen=True)

    format: str
    bytes: int
    """Of the file as it is, maybe compressed."""
    rows: int
    """About; exact where the format states it."""
    columns: int


class Task(BaseModel):
    """One file to read. Never leaves the machine, and is never printed: it holds keys."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    source: SourceFile
    stage: Path
    """An empty folder to write into."""
    lake_key: bytes = Field(repr=False)
    digest_key: bytes = Field(repr=False)
    rejected_rows_max: int
    threads: int
    piece_bytes: int
    onto: Onto | None = None


class Imported(BaseModel):
    """A file's rows, in encrypted files: all that a version needs."""

    model_config = ConfigDict(frozen=True)

    version: str
    """Digest of all rows of the version, 64 hex digits."""
    blocks: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int
    """Rows of the version: those of the file, and those they were appended to."""
    rows_read: int
    rows_rejected: int
    files: tuple[DataFile, ...]
    """New files; relative to the stage while in the worker, to the organization's folder after."""
    rejected: tuple[Rejected, ...]
    dialect: dict[str, str | int]
    notes: tuple[Message, ...]
    source_sha256: str
    source_bytes: int
