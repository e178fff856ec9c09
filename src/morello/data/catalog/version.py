"""A dataset, its versions, and a version that was pinned for a call."""

import dataclasses
import datetime
import uuid
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from morello.data.policy.rules import Rules
from morello.kernel.context import Pinned
from morello.kernel.messages import Message
from morello.kernel.values import Column


class Dataset(BaseModel):
    """A name for a series of versions."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    organization_id: uuid.UUID
    name: str
    created_at: datetime.datetime
    created_by: uuid.UUID


class DataFile(BaseModel):
    """One encrypted Parquet file of a version."""

    model_config = ConfigDict(frozen=True)

    path: str
    """Relative to the organization's lake folder."""
    rows: int
    bytes: int


class Lineage(BaseModel):
    """What a version was made from."""

    model_config = ConfigDict(frozen=True)

    how: str
    """`import`, `append`, ..."""
    source: str = ""
    """The file's name, as given."""
    source_sha256: str = ""
    source_bytes: int = 0
    parents: tuple[str, ...] = ()
    """Version ids."""
    rows_read: int = 0
    """Rows taken from the source: these are in the version."""
    rows_rejected: int = 0
    """Rows of the source that could not be taken; kept with line number and reason."""
    dialect: dict[str, Any] = {}
    """How the source was understood: encoding, delimiter, sheet, header row, ..."""
    rules_fingerprint: str = ""


class Rejected(BaseModel):
    """A row that could not be taken."""

    model_config = ConfigDict(frozen=True)

    line: int
    """1-based line (or row, or record) number in the source."""
    reason: Message
    """Why: one of `data.rejected.*`."""
    text: str
    """The row as it stood, cut to 1,000 characters."""

    @classmethod
    def because(cls, case: str, *, line: int, text: str, **parameters: Any) -> "Rejected":
        """Reject a row for the reason `data.rejected.<case>`."""
        reason = Message(id=f"data.rejected.{case}", parameters=parameters)
        return cls(line=line, reason=reason, text=text)


class Version(BaseModel):
    """An immutable, ordered set of rows."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Keyed digest of the rows, 64 hex digits: see `data/catalog/digest.py`."""
    dataset_id: uuid.UUID
    columns: tuple[Column, ...]
    rows: int
    files: tuple[DataFile, ...]
    made_at: datetime.datetime
    made_by: uuid.UUID
    lineage: Lineage


class NewVersion(Version):
    """A version as it is added, with what is large and seldom asked for."""

    blocks: tuple[str, ...]
    """Digests of each 65,536 rows, so that an append continues where this ended."""
    rejected: tuple[Rejected, ...] = ()
    """The first of the rejected rows (`settings.rejected_rows_max`)."""

    def kept(self) -> Version:
        """Return the version as the catalogue gives it back."""
        return Version.model_construct(
            **{name: getattr(self, name) for name in Version.model_fields}
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """What a list tells of a dataset and its newest version; nothing but the name without one."""

    name: str
    version: str | None = None
    rows: int = 0
    columns: int = 0
    bytes: int = 0
    """Of the version's files."""
    made_at: datetime.datetime | None = None

    @classmethod
    def of(cls, name: str, version: Version) -> Self:
        """Tell of a version."""
        return cls(
            name=name,
            version=version.id,
            rows=version.rows,
            columns=len(version.columns),
            bytes=sum(file.bytes for file in version.files),
            made_at=version.made_at,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What a history tells of a version."""

    version: str
    rows: int
    bytes: int
    made_at: datetime.datetime
    how: str

    @classmethod
    def of(cls, version: Version) -> Self:
        """Tell of a version."""
        size = sum(file.bytes for file in version.files)
        return cls(version.id, version.rows, size, version.made_at, version.lineage.how)


class Usage(BaseModel):
    """How much of the lake an organization takes."""

    model_config = ConfigDict(frozen=True)

    datasets: int
    bytes: int
    """Of all files of all versions; a file that several versions share counts once."""


class PinnedVersion(Pinned):
    """A version fixed for one call, with everything a process needs to read it.

    Travels to worker processes by pickle; never leaves the machine, and is never printed.
    """

    columns: tuple[Column, ...]
    files: tuple[Path, ...]
    """Absolute paths, all inside `folder`."""
    file_rows: tuple[int, ...] = ()
    """Rows of each file; empty where that is not known."""
    part: tuple[int, int] | None = None
    """Rows of its one file that are read, from and up to; None is every row of every file."""
    folder: Path
    """The organization's lake folder: nothing outside it can be read."""
    key: bytes = Field(repr=False, exclude=True)
    """AES-256 key of the files."""
    rules: Rules = Rules()
    """Row and column rules for this caller; the engine rewrites them into every query."""
    lineage: Lineage
