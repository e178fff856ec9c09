"""Brings a file in: the port that tools use, and how it is done in a worker process."""

import dataclasses
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import orjson

from morello.data.catalog.digest import BLOCK_ROWS
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Version
from morello.data.ingest.formats.source import Options
from morello.data.ingest.plan import Machine, piece_bytes
from morello.data.ingest.task import Imported, Look, Onto, SourceFile, Task
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.messages import Message
from morello.kernel.settings import Settings
from morello.kernel.values import Blob
from morello.storage.keys import Keys

_JOB = "morello.data.ingest.job"
_THREADS_MAX = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Basis:
    """The version that an append continues, with the digests of its blocks."""

    version: Version
    blocks: tuple[str, ...]


class Importer(Protocol):
    """Reads files into the lake."""

    async def read(
        self,
        blob: Blob,
        *,
        organization_id: uuid.UUID,
        options: Options,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        onto: Basis | None = None,
    ) -> Imported:
        """Read a file, or append it to a version's rows; its files are in the lake afterwards.

        `report` is called in this event loop. Raises BadFile, TooLarge, InvalidInput, Cancelled,
        TimedOut; then nothing of it is left.
        """
        ...

    async def look(self, blob: Blob, *, options: Options, cancellation: Cancellation) -> Look:
        """Return what a file seems to hold, from its beginning. Raises BadFile."""
        ...


class PoolImporter:
    """Reads files in worker processes, which hostile files may kill."""

    def __init__(self, pool: Pool, lake: Lake, keys: Keys, settings: Settings) -> None:
        self._pool, self._lake, self._keys, self._settings = pool, lake, keys, settings

    async def read(
        self,
        blob: Blob,
        *,
        organization_id: uuid.UUID,
        options: Options,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        onto: Basis | None = None,
    ) -> Imported:
        """Read a file, or append it to a version's rows."""
        machine = Machine.here().within(self._settings.memory_max_bytes)
        threads = min(self._settings.workers or machine.cores, _THREADS_MAX)
        with self._lake.stage(organization_id) as stage, blob.on_disk() as path:
            task = Task(
                source=self._source(blob, path, options),
                stage=stage,
                lake_key=await self._keys.derive(organization_id, "lake"),
                digest_key=await self._keys.derive(organization_id, "digest"),
                rejected_rows_max=self._settings.rejected_rows_max,
                threads=threads,
                piece_bytes=piece_bytes(machine, threads),
                onto=self._onto(organization_id, onto),
            )
            answer = await self._pool.run(
                f"{_JOB}:run",
                task.model_dump_json().encode(),
                timeout_s=self._settings.analysis_timeout_s,
                cancellation=cancellation,
                report=lambda update: report(_progress(update, blob.name)),
                owner=organization_id.hex,
            )
            imported = Imported.model_validate_json(answer)
            files = self._lake.adopt(organization_id, stage, imported.files)
        return imported.model_copy(update={"files": files})

    async def look(self, blob: Blob, *, options: Options, cancellation: Cancellation) -> Look:
        """Return what a file seems to hold, from its beginning."""
        with blob.on_disk() as path:
            answer = await self._pool.run(
                f"{_JOB}:look",
                self._source(blob, path, options).model_dump_json().encode(),
                timeout_s=self._settings.query_timeout_s,
                cancellation=cancellation,
            )
        return Look.model_validate_json(answer)

    def _source(self, blob: Blob, path: Path, options: Options) -> SourceFile:
        return SourceFile(
            path=path.absolute(),
            name=blob.name,
            options=options,
            file_bytes_max=self._settings.file_bytes_max,
            unpacked_ratio_max=self._settings.unpacked_ratio_max,
        )

    def _onto(self, organization_id: uuid.UUID, basis: Basis | None) -> Onto | None:
        """Return what an append must know: the rows after the complete blocks are read again."""
        if basis is None:
            return None
        version = basis.version
        complete = version.rows // BLOCK_ROWS
        skip, tail = complete * BLOCK_ROWS, list(version.files)
        while tail and tail[0].rows <= skip:
            skip -= tail.pop(0).rows
        return Onto(
            columns=version.columns,
            blocks=basis.blocks[:complete],
            tail=self._lake.paths(organization_id, tail),
            tail_skip=skip,
        )


def _progress(update: bytes, name: str) -> Progress:
    told = orjson.loads(update)
    message = Message(id=f"import.progress.{told['phase']}", parameters={"name": name})
    return Progress(message=message, share=told["share"])
