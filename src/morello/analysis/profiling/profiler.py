"""Profiles a version: the port that tools use, and how it is done in worker processes."""

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from morello.analysis.profiling.chunk import Chunk, parts_of
from morello.analysis.profiling.load import load_of
from morello.analysis.profiling.page import ProfilePage
from morello.analysis.profiling.wish import COVERED, Merging, Wish
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import PinnedVersion
from morello.data.ingest.plan import Machine, Plan, divide, plan
from morello.jobs.chunks import Chunks
from morello.jobs.pool import Pool
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.messages import Message
from morello.kernel.settings import Settings
from morello.kernel.values import Blob

_JOB = "morello.analysis.profiling.job"
_THREADS_MAX = 8
_NAME_LENGTH_MAX = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Profiled:
    """A profile, and how it was made this time: from what was kept, on this machine."""

    page: ProfilePage
    plan: Plan


class Profiler(Protocol):
    """Tells what is in a version."""

    async def profile(
        self,
        pinned: PinnedVersion,
        *,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        after: int = 0,
        is_whole: bool = False,
    ) -> Profiled:
        """Return the columns after the first `after`, or with `is_whole` all, as a file.

        `report` is called in this event loop. Raises Cancelled, Fault (a chunk failed for good).
        """
        ...


class PoolProfiler:
    """Summarizes chunks in worker processes, and keeps the summary for the next version.

    The result does not depend on how many workers there are, nor on what was kept: chunks follow
    from the version's files, and are merged in their order.
    """

    def __init__(
        self, pool: Pool, lake: Lake, settings: Settings, *, chunk_rows: int | None = None
    ) -> None:
        self._pool, self._lake, self._settings = pool, lake, settings
        self._chunk_rows = chunk_rows

    async def profile(
        self,
        pinned: PinnedVersion,
        *,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
        after: int = 0,
        is_whole: bool = False,
    ) -> Profiled:
        """Read the files that no summary is kept of, chunk by chunk, as far as rules allow."""
        known = await asyncio.to_thread(load_of, pinned)
        planned = plan(
            known, Machine.here(), chunk_rows=self._chunk_rows, workers=self._settings.workers
        )
        wish, covered, told = Wish(pinned, after, is_whole), 0, b""
        if known.rows_known:
            raw = await self._run("from_kept", wish, cancellation)
            (covered,), told = COVERED.unpack_from(raw), raw[COVERED.size :]
        if not told:
            with self._lake.stage(pinned.organization_id) as stage:
                chunks = self._chunks(pinned, covered, planned, stage)
                await self._summarize(wish, chunks, planned, cancellation, report)
                merging = Merging(wish, covered, tuple(chunk.into for chunk in chunks))
                told = await self._run("merge", merging, cancellation)
        if is_whole:
            name = f"{pinned.dataset[:_NAME_LENGTH_MAX]}-profile.json"
            file = Blob.of(name, told, "application/json")
            page = ProfilePage(rows=pinned.rows, columns=[], download=file)
        else:
            page = ProfilePage.model_validate_json(told)
        whole = await asyncio.to_thread(load_of, pinned, from_kept=False)
        division = divide(whole, chunk_rows=self._chunk_rows)
        return Profiled(page.model_copy(update={"plan": division}), planned)

    def _chunks(
        self, pinned: PinnedVersion, covered: int, planned: Plan, stage: Path
    ) -> list[Chunk]:
        parts = parts_of(pinned, covered=covered, chunk_rows=planned.chunk_rows)
        # A single chunk has all cores; more of them have one each.
        threads = 1 if len(parts) > 1 else min(self._cores, _THREADS_MAX)
        return [Chunk(part, stage / f"{at}", threads) for at, part in enumerate(parts)]

    async def _summarize(
        self,
        wish: Wish,
        chunks: list[Chunk],
        planned: Plan,
        cancellation: Cancellation,
        report: Callable[[Progress], None],
    ) -> None:
        rows = sum(chunk.pinned.rows for chunk in chunks)

        def tell(progress: Progress) -> None:
            done = round((progress.share or 0.0) * rows)
            message = Message(id="profile.progress", parameters={"done": done, "rows": rows})
            report(Progress(message=message, share=progress.share))

        work = Chunks(
            pool=self._pool,
            function=f"{_JOB}:summarize",
            at_once_max=planned.workers,
            timeout_s=self._settings.analysis_timeout_s,
            owner=wish.pinned.organization_id.hex,
        )
        await work.run(chunks, cancellation=cancellation, report=tell)

    @property
    def _cores(self) -> int:
        return self._settings.workers or Machine.here().cores

    async def _run(self, function: str, wish: Wish | Merging, cancellation: Cancellation) -> bytes:
        pinned = wish.pinned if isinstance(wish, Wish) else wish.wish.pinned
        return await self._pool.run(
            f"{_JOB}:{function}",
            wish,
            timeout_s=self._settings.analysis_timeout_s,
            cancellation=cancellation,
            owner=pinned.organization_id.hex,
        )
