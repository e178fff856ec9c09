"""Housekeeping: what nobody needs any more goes, once an hour, in the worker process."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from morello.app.server.wiring.foundation import Foundation
from morello.data.catalog.sweeping import sweep
from morello.kernel.errors import MorelloError

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
    """Remove uploads that no call used, and files that no version of a dataset names."""
    try:
        uploads = await on.uploads.sweep(UPLOAD_KEPT_S)
        files = await sweep(on.catalog, on.lake, on.clock)
        _log.info("removed %d old uploads and %d files of no version", uploads, files)
    except (MorelloError, OSError):
        _log.exception("what is old could not be removed")
