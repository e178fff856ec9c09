"""Kept models in PostgreSQL: a model is kept together with the record of its training."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg.types.json import Json

from morello.data.models.model import ModelVersion
from morello.kernel.errors import Conflict, NotFound
from morello.kernel.values import is_dataset_name
from morello.storage.postgres.database import Database

_HEX = frozenset("0123456789abcdef")
_SHOWN: LiteralString = (
    "id, name, digest, dataset_id, dataset, data_version, rules, card,"
    " length(content) as bytes, made_at, made_by"
)


class PostgresModels:
    """Models of all organizations, each behind its row-level security."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, version: ModelVersion, content: bytes) -> bool:
        """Keep a version; return whether it is new."""
        plain = version.model_dump(mode="json")
        rows: list[dict[str, Any]] = await self._database.fetch(
            version.organization_id,
            "insert into model (organization_id, id, name, digest, dataset_id, dataset,"
            " data_version, rules, card, content, made_at, made_by)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (organization_id, name, digest) do nothing returning id",
            (
                version.organization_id,
                version.id,
                version.name,
                version.digest,
                version.dataset_id,
                version.dataset,
                version.data_version,
                Json(plain["rules"]),
                Json(plain["card"]),
                content,
                version.made_at,
                version.made_by,
            ),
        )
        return bool(rows)

    async def find(
        self, organization_id: uuid.UUID, name: str, digest: str | None = None
    ) -> ModelVersion:
        """Return the newest version of a name, or the one whose digest begins so."""
        # PostgreSQL may not be asked for every text there is.
        sound = is_dataset_name(name) and set(digest or "") <= _HEX
        query: LiteralString = (
            f"select {_SHOWN} from model where name = %s and starts_with(digest, %s)"  # noqa: S608 - constants
            " order by id desc limit 2"
        )
        rows: list[dict[str, Any]] = []
        if sound:
            rows = await self._database.fetch(organization_id, query, (name, digest or ""))
        if digest and len(rows) > 1:
            raise Conflict("model_version", version=digest)
        if not rows:
            raise NotFound("model", name=name)
        return _version(organization_id, rows[0])

    async def content(self, version: ModelVersion) -> bytes:
        """Return a version's sealed content. Raises NotFound."""
        rows: list[dict[str, Any]] = await self._database.fetch(
            version.organization_id, "select content from model where id = %s", (version.id,)
        )
        if not rows:
            raise NotFound("model", name=version.name)
        return bytes(rows[0]["content"])

    async def newest(
        self, organization_id: uuid.UUID, *, after: str = "", limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the newest version of each name after `after`, in order of name."""
        query: LiteralString = (
            f"select distinct on (name) {_SHOWN} from model where name > %s"  # noqa: S608 - constants
            " order by name, id desc limit %s"
        )
        storable = after.encode("utf-8", "ignore").decode().replace("\0", "")
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id, query, (storable, limit)
        )
        return [_version(organization_id, row) for row in rows]

    async def versions(
        self, organization_id: uuid.UUID, name: str, *, limit: int = 100
    ) -> Sequence[ModelVersion]:
        """Return the versions of a name, the newest first."""
        query: LiteralString = (
            f"select {_SHOWN} from model where name = %s order by id desc limit %s"  # noqa: S608 - constants
        )
        rows: list[dict[str, Any]] = []
        if is_dataset_name(name):
            rows = await self._database.fetch(organization_id, query, (name, limit))
        return [_version(organization_id, row) for row in rows]

    async def delete(self, organization_id: uuid.UUID, name: str) -> int:
        """Remove every version of a name; return how many there were."""
        if not is_dataset_name(name):
            return 0
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id, "delete from model where name = %s returning id", (name,)
        )
        return len(rows)

    async def count(self, organization_id: uuid.UUID) -> int:
        """Return how many versions an organization has."""
        rows: list[dict[str, Any]] = await self._database.fetch(
            organization_id, "select count(*) as models from model"
        )
        return int(rows[0]["models"])


def _version(organization_id: uuid.UUID, row: Mapping[str, Any]) -> ModelVersion:
    return ModelVersion.model_validate({**row, "organization_id": organization_id})
