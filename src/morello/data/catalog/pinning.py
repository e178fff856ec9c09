"""Pinning: which version a reference means for one call, and where its rows lie."""

import dataclasses

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import PinnedVersion
from morello.data.policy.rules import Policy
from morello.kernel.principal import Principal
from morello.kernel.values import DataRef
from morello.storage.keys import Keys


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pinning:
    """Fixes versions for callers."""

    catalog: Catalog
    lake: Lake
    keys: Keys
    policy: Policy

    async def pin(self, principal: Principal, ref: DataRef) -> PinnedVersion:
        """Return the version a reference means now, with the caller's rules.

        Raises NotFound, and Conflict for a shortened version that means several.
        """
        organization_id = principal.organization_id
        dataset, version = await self.catalog.find(organization_id, ref.dataset, ref.version)
        return PinnedVersion(
            organization_id=organization_id,
            dataset_id=dataset.id,
            dataset=dataset.name,
            version=version.id,
            rows=version.rows,
            columns=version.columns,
            files=self.lake.paths(organization_id, version.files),
            file_rows=tuple(file.rows for file in version.files),
            folder=self.lake.place(organization_id),
            key=await self.keys.derive(organization_id, "lake"),
            rules=await self.policy.rules(principal, dataset.name),
            lineage=version.lineage,
        )
