"""From rows that were written to a version that is there: whatever they were made from."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import DataFile, Dataset, Lineage, NewVersion, Version
from morello.data.ingest.task import Imported
from morello.kernel.context import Context, Fact, Progress
from morello.kernel.errors import Conflict, NotFound, TooLarge
from morello.kernel.ids import new_id
from morello.kernel.protocols.quotas import Quotas

Report = Callable[[Progress], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """Rows that became a version."""

    dataset: Dataset
    version: Version
    imported: Imported


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """What is to come: where to, how its rows are written, and what they are made from."""

    name: str
    write: Callable[[Report], Awaitable[Imported]]
    """Writes rows; their files are in the lake afterwards, or nothing of them is left."""
    lineage: Callable[[Imported], Lineage]
    kept: tuple[DataFile, ...] = ()
    """Files of the newest version that the new one begins with."""


@dataclasses.dataclass(frozen=True, slots=True)
class Arrival:
    """Takes rows into one dataset. On any error nothing is left, neither files nor a name."""

    catalog: Catalog
    lake: Lake
    context: Context
    quotas: Quotas

    async def take(
        self, coming: Coming, dataset: Dataset | None, newest: Version | None
    ) -> AsyncIterator[Progress | Taken]:
        """Yield progress, then what was taken. The version follows the newest one.

        Raises Conflict when another version came in between, and TooLarge over the quota.
        """
        await self._check_room(bytes_more=1, datasets_more=dataset is None)
        updates: asyncio.Queue[Progress | None] = asyncio.Queue()
        writing = asyncio.ensure_future(coming.write(updates.put_nowait))
        writing.add_done_callback(lambda _: updates.put_nowait(None))
        try:
            while (progress := await updates.get()) is not None:
                yield progress
            imported = await writing
        finally:
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([writing])  # until what it wrote is gone
        version = self._version(imported, coming)
        size = sum(file.bytes for file in imported.files)
        try:
            await self._check_room(bytes_more=size, datasets_more=dataset is None)
            dataset, kept = await self._add(dataset, coming.name, version, newest)
        except BaseException:
            self.lake.remove(self.context.principal.organization_id, imported.files)
            raise
        self._tell(dataset, kept, imported)
        yield Taken(dataset, kept, imported)

    async def newest(
        self, name: str, *, must_exist: bool = False
    ) -> tuple[Dataset | None, Version | None]:
        """Return a dataset and its newest version, where there are. Raises NotFound."""
        organization_id = self.context.principal.organization_id
        try:
            return await self.catalog.find(organization_id, name)
        except NotFound:
            if must_exist:
                raise
            return None, None

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

    def _version(self, imported: Imported, coming: Coming) -> NewVersion:
        return NewVersion(
            id=imported.version,
            dataset_id=new_id(),
            columns=imported.columns,
            rows=imported.rows,
            files=(*coming.kept, *imported.files),
            blocks=imported.blocks,
            made_at=self.context.clock.now(),
            made_by=self.context.principal.subject_id,
            lineage=coming.lineage(imported),
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
