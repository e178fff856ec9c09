"""What a process of a server stands on: database, keys, ledger, people, data, workers."""

import contextlib
import dataclasses
import os
from typing import Self

from morello.app import WORKER_MODULES
from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.postgres import PostgresCatalog
from morello.identity.identity import Identity
from morello.jobs.pool import Pool
from morello.kernel.clock import Clock
from morello.kernel.settings import Settings
from morello.ledger.postgres.log import PostgresLog
from morello.storage.keys import Keys, MasterKeys
from morello.storage.objects import FolderObjects
from morello.storage.postgres.database import Database
from morello.storage.wrapped_keys import WrappedKeys


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """Parts that are opened and have to be closed again."""

    settings: Settings
    clock: Clock
    url: str
    """Of the database, as the app's login."""
    keys: Keys
    database: Database
    log: PostgresLog
    identity: Identity
    lake: Lake
    catalog: Catalog
    pool: Pool
    uploads: FolderObjects

    @classmethod
    async def open(
        cls, stack: contextlib.AsyncExitStack, settings: Settings, clock: Clock, url: str
    ) -> Self:
        """Open all of it; the stack closes it.

        Raises Unavailable when the database cannot be reached or the keys cannot be read.
        """
        pool = Pool(
            size=settings.workers or os.cpu_count() or 1,
            memory_max_bytes=settings.memory_max_bytes,
            preload=WORKER_MODULES,
        )
        stack.push_async_callback(pool.close)
        master = MasterKeys.of_site(settings)
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        keys = WrappedKeys(master, database, clock)
        log = PostgresLog(
            database, url=url, keys=keys, host=settings.installation_name, home=settings.home
        )
        identity = await Identity.open(database, keys, log, settings, clock)
        stack.callback(identity.close)
        log.hear("morello_identity", lambda _: identity.known.empty())
        await log.start()
        stack.push_async_callback(log.close)
        return cls(
            settings=settings,
            clock=clock,
            url=url,
            keys=keys,
            database=database,
            log=log,
            identity=identity,
            lake=Lake(settings.home / "lake"),
            catalog=PostgresCatalog(database),
            pool=pool,
            uploads=FolderObjects(settings.home / "objects", settings.file_bytes_max, clock),
        )
