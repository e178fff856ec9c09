"""Housekeeping: what nobody needs any more goes, once an hour, in the worker process."""

import asyncio
import contextlib
import datetime
import logging
import uuid
from collections.abc import AsyncIterator

from morello.app.server.wiring.foundation import Foundation
from morello.data.catalog.sweeping import sweep
from morello.identity.expiring import EXPIRING
from morello.identity.organizations import Organizations
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION
from morello.pipeline.idempotency.postgres_answers import PostgresAnswers
from morello.storage.postgres.expiry import Expiring, expire

_log = logging.getLogger(__name__)

EVERY_S = 3600.0
_FIRST_AFTER_S = 60.0
UPLOAD_KEPT_S = 86_400.0
"""How long an upload waits for the call that uses it."""


@contextlib.asynccontextmanager
async def kept(on: Foundation) -> AsyncIterator[None]:
    """Keep house while the block lasts."""
    task = asyncio.create_task(_keep(on), name="housekeeping")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep(on: Foundation) -> None:
    await asyncio.sleep(_FIRST_AFTER_S)
    while True:
        await tidy(on)
        await asyncio.sleep(EVERY_S)


async def tidy(on: Foundation) -> None:
    """Remove what nobody needs any more; what cannot be removed now is tried the next time."""
    for work in (_tidy_files, _tidy_rows):
        try:
            await work(on)
        except (MorelloError, OSError):
            _log.exception("what is old could not be removed")


async def _tidy_files(on: Foundation) -> None:
    uploads = await on.uploads.sweep(UPLOAD_KEPT_S)
    files = await sweep(on.catalog, on.lake, on.clock)
    _log.info("removed %d old uploads and %d files of no version", uploads, files)


async def _tidy_rows(on: Foundation) -> None:
    answers, removed = PostgresAnswers(on.database, on.clock), 0
    jobs = Expiring("job", "ended_at", datetime.timedelta(days=on.settings.jobs_kept_days))
    async for organization_id in _organizations(on):
        await answers.sweep(organization_id)
        for each in (*EXPIRING, jobs):
            removed += await expire(on.database, organization_id, each, on.clock.now())
    _log.info("removed %d rows whose time was over", removed)


async def _organizations(on: Foundation) -> AsyncIterator[uuid.UUID]:
    yield INSTALLATION
    organizations, after = Organizations(on.database, on.clock), None
    while page := await organizations.organizations(after=after):
        for each in page:
            yield each.id
        after = page[-1].id
