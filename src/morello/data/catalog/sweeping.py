"""Sweeping: files that no version names go: what a crash, or a call that was undone, left."""

import asyncio
import datetime

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import SUMMARY_SUFFIX, Lake
from morello.kernel.clock import Clock

AGE_MIN = datetime.timedelta(days=1)
"""What is younger may belong to an import that is still running."""


async def sweep(catalog: Catalog, lake: Lake, clock: Clock) -> int:
    """Remove such files of all organizations; return how many there were.

    Safe while calls run, in this process or others: the lake is looked at before the catalogue,
    and only what is older than any call can run is removed.
    """
    before_s = (clock.now() - AGE_MIN).timestamp()
    removed = 0
    for organization_id in lake.organizations():
        old = await asyncio.to_thread(lake.written_before, organization_id, before_s)
        known = await catalog.files(organization_id) if old else frozenset()
        unknown = [each for each in old if each.removesuffix(SUMMARY_SUFFIX) not in known]
        removed += await asyncio.to_thread(lake.discard, organization_id, unknown)
    return removed
