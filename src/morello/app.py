"""The only place that wires implementations together."""

import dataclasses
import os
from collections.abc import Mapping

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.pinning import Pinning
from morello.data.engine.engine import Engine, Reader
from morello.data.engine.parser import SqlParser
from morello.data.engine.worker_engine import WorkerEngine
from morello.data.ingest.importer import Importer, PoolImporter
from morello.data.policy.rules import OpenPolicy
from morello.identity.approvals import Approvals, MemoryApprovals
from morello.jobs.pool import Pool
from morello.kernel.clock import Clock, SystemClock
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.providers.brought import BroughtTools
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.providers.packages import PackageTools
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.keys import Keys, MasterKeys

_WORKER_MODULES = ("duckdb", "numpy", "pyarrow", "morello.pipeline.worker")
"""What a worker imports before its first call."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Morello without a server: one process, its workers, and a lake that goes with them."""

    registry: Registry
    caller: Pipeline
    settings: Settings
    parts: Mapping[type, object]
    pool: Pool
    lake: Lake
    brought: BroughtTools

    async def close(self) -> None:
        """Stop the workers and remove the lake."""
        await self.pool.close()
        self.lake.close()


def build(settings: Settings | None = None, clock: Clock | None = None) -> App:
    """Wire local mode: everything in this process or in workers of it, nothing kept but keys."""
    settings = settings or Settings.load()
    clock = clock or SystemClock()
    keys = MasterKeys.in_folder(settings.home)
    log, lake, catalog = MemoryLog(keys), Lake.temporary(), MemoryCatalog()
    approvals, brought = MemoryApprovals(clock), BroughtTools()
    pool = Pool(
        size=settings.workers or os.cpu_count() or 1,
        memory_max_bytes=settings.memory_max_bytes,
        preload=_WORKER_MODULES,
        keeps_spare=False,  # a command ends before a spare would pay
    )
    parts: dict[type, object] = {
        Approvals: approvals,
        Catalog: catalog,
        Engine: WorkerEngine(pool, timeout_s=settings.query_timeout_s),
        Importer: PoolImporter(pool, lake, keys, settings),
        Keys: keys,
        Lake: lake,
        Log: log,
        Settings: settings,
    }
    registry = Registry([FolderTools(), PackageTools(), brought])
    pipeline = Pipeline(
        registry=registry,
        resolver=Resolver(
            Pinning(catalog=catalog, lake=lake, keys=keys, policy=OpenPolicy()), SqlParser()
        ),
        authority=Authority(approvals),
        admission=Admission(settings),
        memory=Memory(settings.cache_bytes_max),
        runner=Runner(parts=parts, pool=pool, worker_parts="morello.app:worker_parts"),
        recorder=Recorder(log=log, clock=clock),
    )
    return App(
        registry=registry,
        caller=pipeline,
        settings=settings,
        parts=parts,
        pool=pool,
        lake=lake,
        brought=brought,
    )


def worker_parts() -> Mapping[type, object]:
    """Make the parts that a tool may have in a worker process."""
    from morello.data.engine.duckdb_reader import DuckReader  # noqa: PLC0415 - in workers only

    return {Reader: DuckReader()}
