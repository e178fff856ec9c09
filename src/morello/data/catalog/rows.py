"""Rows of the catalogue's tables, and the datasets and versions that they tell of."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Self

from psycopg import AsyncConnection

from morello.data.catalog.version import Dataset, Version
from morello.kernel.errors import Conflict, NotFound


@dataclasses.dataclass(frozen=True, slots=True)
class Newest:
    """The end of a dataset's history, locked against others who would add to it."""

    number: int
    digest: str | None
    paths: frozenset[str]

    @classmethod
    async def locked(cls, connection: AsyncConnection[Any], dataset_id: uuid.UUID) -> Self:
        """Read it. Raises NotFound."""
        cursor = await connection.execute(
            "select versions from dataset where id = %s for update", (dataset_id,)
        )
        dataset = await cursor.fetchone()
        if dataset is None:
            raise NotFound("dataset", name=str(dataset_id))
        cursor = await connection.execute(
            "select digest, files from version where dataset_id = %s and number = %s",
            (dataset_id, dataset[0]),
        )
        digest, files = await cursor.fetchone() or (None, ())
        return cls(dataset[0], digest, frozenset(file["path"] for file in files))


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A dataset's newest version as it was found last, and which row it was (its `xmin`)."""

    dataset: Dataset
    version: Version
    row: str

    @property
    def weight(self) -> int:
        """How much memory it takes, in columns and files."""
        return 1 + len(self.version.columns) + len(self.version.files)


def dataset_of(organization_id: uuid.UUID, row: Mapping[str, Any]) -> Dataset:
    """Return the dataset that a row tells of."""
    return Dataset(
        id=row["dataset_id"],
        organization_id=organization_id,
        name=row["name"],
        created_at=row["created_at"],
        created_by=row["created_by"],
    )


def version_of(row: Mapping[str, Any]) -> Version:
    """Return the version that a row tells of."""
    return Version(
        id=row["digest"],
        dataset_id=row["dataset_id"],
        columns=row["columns"],
        rows=row["rows"],
        files=row["files"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        lineage=row["lineage"],
    )


def only_version(rows: Sequence[Mapping[str, Any]], name: str, version_id: str | None) -> Version:
    """Return the version meant. Raises Conflict when several are, and NotFound when none is."""
    if len(rows) > 1:
        raise Conflict("version_id", version=version_id)
    if rows[0]["digest"] is None:
        raise NotFound("version", dataset=name, version=version_id or "")
    return version_of(rows[0])
