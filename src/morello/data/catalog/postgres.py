"""The catalogue in PostgreSQL: what an import adds is committed with the call's record.

A dataset, its newest version and all that a call needs of both take one statement. What is large
and seldom asked for (digests of blocks, rejected rows) is only read by those who ask for it.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from moka_py import Moka
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import dict_row
from psycopg.types.json import Json

from morello.data.catalog.rows import Known, Newest, dataset_of, only_version, version_of
from morello.data.catalog.version import Dataset, Listed, Made, NewVersion, Rejected, Usage, Version
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.values import is_dataset_name
from morello.storage.postgres.database import Database

_DIGEST_BYTES = 32
_HEX = frozenset("0123456789abcdef")
_AFTER_ALL_HEX = "g"

_NOTHING = uuid.UUID(int=0)
_KNOWN_COLUMNS_MAX = 50_000
"""Columns and files of the versions that are kept in memory, some 300 bytes each."""

_DATASET: LiteralString = """
    d.id as dataset_id, d.name, d.created_at, d.created_by"""
_VERSION: LiteralString = """
    v.digest, v.columns, v.rows, v.files, v.made_at, v.made_by, v.lineage"""
_NEWEST: LiteralString = """
    from dataset d left join version v on v.organization_id = d.organization_id
        and v.dataset_id = d.id and v.number = d.versions"""
_BYTES: LiteralString = """
    coalesce((select sum((file->>'bytes')::bigint) from json_array_elements(v.files) file),
        0)::bigint as bytes"""
_HISTORY: LiteralString = f"""
    select v.digest as version, v.rows, v.made_at, v.lineage->>'how' as how, {_BYTES}
    from dataset d left join version v on v.organization_id = d.organization_id
        and v.dataset_id = d.id
    where d.id = %s order by v.number desc limit %s"""  # noqa: S608 - constants
_LISTED: LiteralString = f"""
    select d.name, v.digest as version, coalesce(v.rows, 0) as rows, v.made_at,
        coalesce(json_array_length(v.columns), 0) as columns, {_BYTES}
    {_NEWEST} where d.name > %s order by d.name limit %s"""
_IS_KNOWN: LiteralString = """
    coalesce(d.id = %(dataset)s and v.digest = %(digest)s and v.xmin::text = %(row)s, false)"""
_UNLESS_KNOWN: LiteralString = f"""
    select {_DATASET}, v.digest, v.rows, v.made_at, v.made_by, v.xmin::text as row,
        {_IS_KNOWN} as is_known,
        case when not {_IS_KNOWN} then v.columns end as columns,
        case when not {_IS_KNOWN} then v.files end as files,
        case when not {_IS_KNOWN} then v.lineage end as lineage
    {_NEWEST} where d.name = %(name)s"""
_BEGINNING: LiteralString = """
    from dataset d left join lateral (
        select * from version w where w.organization_id = d.organization_id
            and w.dataset_id = d.id and w.digest >= %(least)s and w.digest < %(beyond)s
        order by w.digest limit 2) v on true"""


class PostgresCatalog:
    """Datasets and versions of all organizations, each behind its row-level security."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Moka[tuple[uuid.UUID, str], Known] = Moka(
            _KNOWN_COLUMNS_MAX, weigher=lambda _, known: known.weight
        )

    async def create(self, dataset: Dataset) -> None:
        """Add a dataset. Raises Conflict when the organization has one of that name."""
        try:
            async with self._database.transaction(dataset.organization_id) as connection:
                await connection.execute(
                    "insert into dataset (organization_id, id, name, created_at, created_by)"
                    " values (%(organization_id)s, %(id)s, %(name)s, %(created_at)s,"
                    " %(created_by)s)",
                    dataset.model_dump(),
                )
        except UniqueViolation:
            raise Conflict("dataset", name=dataset.name) from None

    async def find(
        self, organization_id: uuid.UUID, name: str, version_id: str | None = None
    ) -> tuple[Dataset, Version]:
        """Return a dataset and one of its versions in one round trip."""
        if not is_dataset_name(name):  # nor may PostgreSQL be asked for every text there is
            raise NotFound("dataset", name=name)
        if version_id is None:
            return await self._newest(organization_id, name)
        found = await self._one(organization_id, "d.name = %(key)s", name, version_id)
        if not found:
            raise NotFound("dataset", name=name)
        return dataset_of(organization_id, found[0]), only_version(found, name, version_id)

    async def dataset(self, organization_id: uuid.UUID, name: str) -> Dataset:
        """Return a dataset by name. Raises NotFound."""
        found: Sequence[Mapping[str, Any]] = ()
        if is_dataset_name(name):
            query: LiteralString = f"select {_DATASET} from dataset d where d.name = %s"  # noqa: S608 - constants
            found = await self._database.fetch(organization_id, query, (name,))
        if not found:
            raise NotFound("dataset", name=name)
        return dataset_of(organization_id, found[0])

    async def listed(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[Listed]:
        """Return datasets in order of name, those after `after`, with their newest versions."""
        return await self._database.fetch(
            organization_id, _LISTED, (_storable(after), limit), Listed
        )

    async def add_version(
        self, organization_id: uuid.UUID, version: NewVersion, *, expected: str | None
    ) -> None:
        """Add a version whose predecessor is `expected`. Raises Conflict when it no longer is."""
        async with self._database.transaction(organization_id) as connection:
            newest = await Newest.locked(connection, version.dataset_id)
            cursor = await connection.execute(
                "select 1 from version where dataset_id = %s and digest = %s",
                (version.dataset_id, version.id),
            )
            if await cursor.fetchone():
                return
            if newest.digest != expected:
                raise Conflict("version", expected=expected or "", newest=newest.digest or "")
            await self._insert(connection, organization_id, version, newest)

    async def version(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str | None = None
    ) -> Version:
        """Return a version, the newest without an id; an id may be shortened. Raises NotFound."""
        found = await self._one(organization_id, "d.id = %(key)s", dataset_id, version_id)
        if not found:
            raise NotFound("dataset", name=str(dataset_id))
        return only_version(found, found[0]["name"], version_id)

    async def history(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, *, limit: int = 100
    ) -> Sequence[Made]:
        """Return versions, the newest first."""
        rows = await self._database.fetch(organization_id, _HISTORY, (dataset_id, limit), Made)
        if not rows:
            raise NotFound("dataset", name=str(dataset_id))
        return [row for row in rows if row.version]

    async def blocks(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str
    ) -> tuple[str, ...]:
        """Return a version's digests of each 65,536 rows. Raises NotFound."""
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id,
            "select blocks from version where dataset_id = %s and digest = %s",
            (dataset_id, version_id),
        )
        if not rows:
            raise NotFound("version", dataset=str(dataset_id), version=version_id)
        packed = bytes(rows[0]["blocks"])
        starts = range(0, len(packed), _DIGEST_BYTES)
        return tuple(packed[start : start + _DIGEST_BYTES].hex() for start in starts)

    async def rejected(
        self, organization_id: uuid.UUID, dataset_id: uuid.UUID, version_id: str, *, limit: int
    ) -> Sequence[Rejected]:
        """Return the first of a version's rejected rows."""
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id,
            "select r.said from rejected_row r join version v"
            " using (organization_id, dataset_id, number)"
            " where v.dataset_id = %s and v.digest = %s order by r.ordinal limit %s",
            (dataset_id, version_id, limit),
        )
        return [Rejected.model_validate(row["said"]) for row in rows]

    async def delete(self, organization_id: uuid.UUID, dataset_id: uuid.UUID) -> Sequence[Version]:
        """Remove a dataset and return the versions it had, whose files may now go."""
        async with self._database.transaction(organization_id) as connection:
            await Newest.locked(connection, dataset_id)
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(
                f"select v.dataset_id, {_VERSION} from version v"  # noqa: S608 - constants
                " where v.dataset_id = %s order by v.number",
                (dataset_id,),
            )
            versions = [version_of(row) for row in await cursor.fetchall()]
            await connection.execute("delete from dataset where id = %s", (dataset_id,))
        return versions

    async def usage(self, organization_id: uuid.UUID) -> Usage:
        """Return how much an organization has."""
        (usage,) = await self._database.fetch(
            organization_id,
            "select count(*) as datasets, coalesce(sum(bytes), 0)::bigint as bytes from dataset",
            (),
            Usage,
        )
        return usage

    async def files(self, organization_id: uuid.UUID) -> frozenset[str]:
        """Return the paths of all files that versions have."""
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id,
            "select distinct f.path from version v, json_to_recordset(v.files) as f(path text)",
        )
        return frozenset(row["path"] for row in rows)

    async def _newest(self, organization_id: uuid.UUID, name: str) -> tuple[Dataset, Version]:
        """Return a dataset and its newest version; what is still as it was is not sent again."""
        known = self._known.get((organization_id, name))
        asked = {"name": name, "dataset": _NOTHING, "digest": "", "row": ""}
        if known is not None:
            asked |= {"dataset": known.dataset.id, "digest": known.version.id, "row": known.row}
        found = await self._database.fetch(organization_id, _UNLESS_KNOWN, asked)
        if not found:
            raise NotFound("dataset", name=name)
        if known is not None and found[0]["is_known"]:
            return known.dataset, known.version
        dataset, version = dataset_of(organization_id, found[0]), only_version(found, name, None)
        self._known.set((organization_id, name), Known(dataset, version, found[0]["row"]))
        return dataset, version

    async def _one(
        self,
        organization_id: uuid.UUID,
        condition: LiteralString,
        key: str | uuid.UUID,
        version_id: str | None,
    ) -> list[dict[str, Any]]:
        """Return a dataset with the version meant: no row without one, two if it is not clear."""
        source = _NEWEST if version_id is None else _BEGINNING
        query: LiteralString = f"select {_DATASET}, {_VERSION} {source} where {condition}"
        # What is no hexadecimal number begins no id, but PostgreSQL need not be asked.
        least = version_id if version_id and set(version_id) <= _HEX else _AFTER_ALL_HEX
        parameters = {"key": key, "least": least, "beyond": least + _AFTER_ALL_HEX}
        return await self._database.fetch(organization_id, query, parameters)

    async def _insert(
        self,
        connection: AsyncConnection[Any],
        organization_id: uuid.UUID,
        version: NewVersion,
        newest: Newest,
    ) -> None:
        plain = version.model_dump(mode="json")
        key = (organization_id, version.dataset_id, newest.number + 1)
        added = sum(file.bytes for file in version.files if file.path not in newest.paths)
        await connection.execute(
            "insert into version (organization_id, dataset_id, number, digest, columns, rows,"
            " files, blocks, made_at, made_by, lineage)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *key,
                version.id,
                Json(plain["columns"]),
                version.rows,
                Json(plain["files"]),
                b"".join(bytes.fromhex(each) for each in version.blocks),
                version.made_at,
                version.made_by,
                Json(plain["lineage"]),
            ),
        )
        await connection.execute(
            "update dataset set versions = versions + 1, bytes = bytes + %s where id = %s",
            (added, version.dataset_id),
        )
        if version.rejected:
            await connection.execute(
                "insert into rejected_row (organization_id, dataset_id, number, ordinal, said)"
                " select %s, %s, %s, each.ordinal, each.said"
                " from unnest(%s::json[]) with ordinality as each(said, ordinal)",
                (*key, [Json(each) for each in plain["rejected"]]),
            )


def _storable(text: str) -> str:
    """Return a text without what PostgreSQL cannot hold: NUL, and halves of characters."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")
