"""From a file that was read to a version that is there: what an import and an append share."""

import dataclasses
from collections.abc import AsyncIterator

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Lineage, Version
from morello.data.ingest.arrival import Arrival, Coming, Report, Taken
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Basis, Importer
from morello.data.ingest.task import Imported
from morello.kernel.context import Context, Progress
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.values import Blob

__all__ = ["Intake", "Taken"]


@dataclasses.dataclass(frozen=True, slots=True)
class Intake:
    """Takes one file into one dataset. On any error nothing is left, neither files nor a name."""

    catalog: Catalog
    lake: Lake
    importer: Importer
    context: Context
    quotas: Quotas

    async def bring(
        self, blob: Blob, name: str, options: Options, *, appends: bool = False
    ) -> AsyncIterator[Progress | Taken]:
        """Yield progress, then what was taken.

        The version follows the newest one; with `appends` it begins with that one's rows.
        Raises Conflict when another version came in between, and TooLarge over the quota.
        """
        arrival = Arrival(self.catalog, self.lake, self.context, self.quotas)
        dataset, newest = await arrival.newest(name, must_exist=appends)
        onto = await self._basis(newest) if newest and appends else None

        async def write(report: Report) -> Imported:
            return await self.importer.read(
                blob,
                organization_id=self.context.principal.organization_id,
                options=options,
                cancellation=self.context.cancellation,
                report=report,
                onto=onto,
            )

        def lineage(imported: Imported) -> Lineage:
            return Lineage(
                how="append" if appends else "import",
                source=blob.name,
                source_sha256=imported.source_sha256,
                source_bytes=imported.source_bytes,
                parents=(newest.id,) if newest else (),
                rows_read=imported.rows_read,
                rows_rejected=imported.rows_rejected,
                dialect=imported.dialect,
            )

        kept = newest.files if newest and appends else ()
        async for update in arrival.take(Coming(name, write, lineage, kept), dataset, newest):
            yield update

    async def _basis(self, version: Version) -> Basis:
        organization_id = self.context.principal.organization_id
        blocks = await self.catalog.blocks(organization_id, version.dataset_id, version.id)
        return Basis(version, blocks)
