"""The shelf: keeps models sealed, and hands them to those who may know of them."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import orjson

from morello.data.catalog.version import PinnedVersion
from morello.data.models.model import ModelVersion
from morello.data.models.models import Models
from morello.data.models.seal import CONTENT_BYTES_MAX, digest_of, seal, unseal
from morello.data.policy.rules import Policy
from morello.kernel.context import Context
from morello.kernel.errors import Fault, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.principal import Principal
from morello.storage.keys import Keys

MODELS_MAX = 1_000
"""Versions of models that an organization may keep."""
_PURPOSE = "model"


@dataclasses.dataclass(frozen=True, slots=True)
class Shelf:
    """Models of all organizations. Who sees less of a dataset than a model did, sees no model."""

    models: Models
    keys: Keys
    policy: Policy

    async def keep(
        self,
        context: Context,
        name: str,
        pinned: PinnedVersion,
        card: dict[str, Any],
        content: bytes,
    ) -> ModelVersion:
        """Keep a model trained on a version; one that is there already is returned as it is.

        Raises TooLarge beyond the limits.
        """
        organization_id = context.principal.organization_id
        if len(content) > CONTENT_BYTES_MAX:
            raise TooLarge("model", bytes_max=CONTENT_BYTES_MAX)
        if await self.models.count(organization_id) >= MODELS_MAX:
            raise TooLarge("models", models_max=MODELS_MAX)
        key = await self.keys.derive(organization_id, _PURPOSE)
        digest = digest_of(key, _plain(card), content)
        sealed = seal(key, organization_id, digest, content)
        version = ModelVersion(
            organization_id=organization_id,
            id=new_id(),
            name=name,
            digest=digest,
            dataset_id=pinned.dataset_id,
            dataset=pinned.dataset,
            data_version=pinned.version,
            rules=pinned.rules,
            card=card,
            bytes=len(sealed),
            made_at=context.clock.now(),
            made_by=context.principal.subject_id,
        )
        if await self.models.add(version, sealed):
            return version
        return await self.models.find(organization_id, name, digest)

    async def find(self, principal: Principal, reference: str) -> ModelVersion:
        """Return the model that `name` or `name@version` means. Raises NotFound, Conflict."""
        name, _, digest = reference.partition("@")
        version = await self.models.find(principal.organization_id, name, digest or None)
        if not await self._sees(principal, version):
            raise NotFound("model", name=name)
        return version

    async def content(self, version: ModelVersion) -> bytes:
        """Return a model's content. Raises NotFound, and Fault when it was changed since."""
        key = await self.keys.derive(version.organization_id, _PURPOSE)
        sealed = await self.models.content(version)
        content = unseal(key, version.organization_id, version.digest, sealed)
        if digest_of(key, _plain(version.card), content) != version.digest:
            raise Fault("model_seal")
        return content

    async def newest(
        self, principal: Principal, *, after: str, limit: int
    ) -> tuple[Sequence[ModelVersion], str | None]:
        """Return a page of models at their newest version, and where the next one begins."""
        found = await self.models.newest(principal.organization_id, after=after, limit=limit + 1)
        page = found[:limit]
        seen = [each for each in page if await self._sees(principal, each)]
        return seen, page[-1].name if len(found) > limit else None

    async def versions(
        self, principal: Principal, name: str, *, limit: int
    ) -> Sequence[ModelVersion]:
        """Return the versions of a name, the newest first."""
        found = await self.models.versions(principal.organization_id, name, limit=limit)
        return [each for each in found if await self._sees(principal, each)]

    async def delete(self, principal: Principal, name: str) -> int:
        """Remove every version of a name; return how many there were. Raises NotFound."""
        await self.find(principal, name)
        return await self.models.delete(principal.organization_id, name)

    async def _sees(self, principal: Principal, version: ModelVersion) -> bool:
        return version.is_seen_by(await self.policy.rules(principal, version.dataset))


def _plain(card: dict[str, Any]) -> bytes:
    return orjson.dumps(card, option=orjson.OPT_SORT_KEYS)
