"""From a file that was read to a version that is there: what an import and an append share."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Dataset, Lineage, NewVersion, Version
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Basis, Importer
from morello.data.ingest.task import Imported
from morello.kernel.context import Context, Fact, Progress
from morello.kernel.errors import Conflict, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.values import Blob


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """A file that became a version."""

    dataset: Dataset
    version: Version
    imported: Imported


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
        dataset, newest = await self._newest(name, must_exist=appends)
        onto = await self._basis(newest) if newest and appends else None
        await self._check_room(bytes_more=1, datasets_more=dataset is None)
        updates: asyncio.Queue[Progress | None] = asyncio.Queue()
        reading = asyncio.ensure_future(self._read(blob, options, onto, updates.put_nowait))
        reading.add_done_callback(lambda _: updates.put_nowait(None))
        try:
            while (progress := await updates.get()) is not None:
                yield progress
            imported = await reading
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([reading])  # until what it wrote is gone
        version = self._version(imported, blob, newest, appends=appends)
        size = sum(file.bytes for file in imported.files)
        try:
            await self._check_room(bytes_more=size, datasets_more=dataset is None)
            dataset, kept = await self._add(dataset, name, version, newest)
        except BaseException:
            self.lake.remove(self.context.principal.organization_id, imported.files)
            raise
        self._tell(dataset, kept, imported)
        yield Taken(dataset, kept, imported)

    async def _check_room(self, *, bytes_more: int, datasets_more: bool) -> None:
        """Raise TooLarge when the organization may not have so much more."""
        organization_id = self.context.principal.organization_id
        quota = await self.quotas.of(organization_id)
        usage = await self.catalog.usage(organization_id)
        if usage.datasets + datasets_more > quota.datasets_max:
            raise TooLarge("quota_datasets", datasets_max=quota.datasets_max)
        size, size_max = usage.bytes + bytes_more, quota.storage_bytes_max
        if size > size_max:
            raise TooLarge("quota_storage", bytes=size, storage_bytes_max=size_max)

    async def _newest(
        self, name: str, *, must_exist: bool
    ) -> tuple[Dataset | None, Version | None]:
        organization_id = self.context.principal.organization_id
        try:
            return await self.catalog.find(organization_id, name)
        except NotFound:
            if must_exist:
                raise
            return None, None

    async def _basis(self, version: Version) -> Basis:
        organization_id = self.context.principal.organization_id
        blocks = await self.catalog.blocks(organization_id, version.dataset_id, version.id)
        return Basis(version, blocks)

    async def _read(
        self,
        blob: Blob,
        options: Options,
        onto: Basis | None,
        report: Callable[[Progress], None],
    ) -> Imported:
        return await self.importer.read(
            blob,
            organization_id=self.context.principal.organization_id,
            options=options,
            cancellation=self.context.cancellation,
            report=report,
            onto=onto,
        )

    def _version(
        self, imported: Imported, blob: Blob, newest: Version | None, *, appends: bool
    ) -> NewVersion:
        kept = newest.files if newest and appends else ()
        return NewVersion(
            id=imported.version,
            dataset_id=new_id(),
            columns=imported.columns,
            rows=imported.rows,
            files=(*kept, *imported.files),
            blocks=imported.blocks,
            made_at=self.context.clock.now(),
            made_by=self.context.principal.subject_id,
            lineage=Lineage(
                how="append" if appends else "import",
                source=blob.name,
                source_sha256=imported.source_sha256,
                source_bytes=imported.source_bytes,
                parents=(newest.id,) if newest else (),
                rows_read=imported.rows_read,
                rows_rejected=imported.rows_rejected,
                dialect=imported.dialect,
            ),
            rejected=imported.rejected,
        )

    async def _add(
        self, dataset: Dataset | None, name: str, version: NewVersion, newest: Version | None
    ) -> tuple[Dataset, Version]:
        """Add the version; when the same rows are there already, that version stays."""
        principal = self.context.principal
        organization_id = principal.organization_id
        if dataset is None:
            dataset = Dataset(
                id=new_id(),
                organization_id=organization_id,
                name=name,
                created_at=version.made_at,
                created_by=principal.subject_id,
            )
            await self.catalog.create(dataset)
        version = version.model_copy(update={"dataset_id": dataset.id})
        expected = newest.id if newest else None
        await self.catalog.add_version(organization_id, version, expected=expected)
        kept = await self.catalog.version(organization_id, dataset.id, version.id)
        if kept.files != version.files:
            known = {file.path for file in kept.files}
            unused = [file for file in version.files if file.path not in known]
            self.lake.remove(organization_id, unused)
            current = await self.catalog.version(organization_id, dataset.id)
            if current.id != version.id:
                raise Conflict("older_version", dataset=name, version=version.id[:12])
        return dataset, kept

    def _tell(self, dataset: Dataset, version: Version, imported: Imported) -> None:
        told = {
            "version": version.id,
            "source_sha256": imported.source_sha256,
            "rows_read": imported.rows_read,
            "rows_rejected": imported.rows_rejected,
        }
        self.context.disclosures.update(told)
        self.context.record(
            Fact(
                stream=f"dataset:{dataset.id}",
                kind="dataset.version_added",
                body={**told, "dataset": dataset.name, "rows": version.rows},
            )
        )
