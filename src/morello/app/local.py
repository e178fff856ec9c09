"""Local mode: everything in this process or in workers of it, nothing kept but keys."""

import dataclasses
from typing import Self

from morello.analysis.models.workshop import Workshop
from morello.analysis.profiling.profiler import PoolProfiler, Profiler
from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.pinning import Pinning
from morello.data.engine.engine import Engine
from morello.data.engine.parser import SqlParser
from morello.data.engine.worker_engine import WorkerEngine
from morello.data.ingest.importer import Importer, PoolImporter
from morello.data.models.memory import MemoryModels
from morello.data.models.shelf import Shelf
from morello.data.policy.rules import OpenPolicy
from morello.identity.approvals import Approvals, MemoryApprovals
from morello.identity.quotas import MemoryQuotas
from morello.jobs.pool import Pool
from morello.kernel.clock import Clock
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.ledger.log import Log
from morello.ledger.memory import MemoryLog
from morello.ledger.replay.replayer import Replayer
from morello.ledger.sealing import Sealing
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.keys import Keys, MasterKeys


@dataclasses.dataclass(frozen=True, slots=True)
class Local:
    """The corridor of local mode, and the lake that goes with it."""

    pipeline: Pipeline
    lake: Lake

    @classmethod
    def wire(cls, settings: Settings, clock: Clock, pool: Pool, registry: Registry) -> Self:
        """Choose the implementation of every part."""
        keys = MasterKeys.in_folder(settings.home)
        log, lake, catalog = MemoryLog(keys), Lake.temporary(), MemoryCatalog()
        approvals, quotas = MemoryApprovals(clock), MemoryQuotas(settings)
        pinning = Pinning(catalog=catalog, lake=lake, keys=keys, policy=OpenPolicy())
        parts: dict[type, object] = {
            Approvals: approvals,
            Catalog: catalog,
            Engine: WorkerEngine(pool, timeout_s=settings.query_timeout_s),
            Importer: PoolImporter(pool, lake, keys, settings),
            Keys: keys,
            Lake: lake,
            Profiler: PoolProfiler(pool, lake, settings),
            Log: log,
            Quotas: quotas,
            Replayer: Replayer(log),
            Sealing: log.sealing,
            Settings: settings,
            Shelf: Shelf(MemoryModels(), keys, OpenPolicy()),
            Workshop: Workshop(pool, lake, keys, settings),
        }
        pipeline = Pipeline(
            registry=registry,
            resolver=Resolver(pinning, SqlParser()),
            authority=Authority(approvals),
            admission=Admission(settings, clock, quotas),
            memory=Memory(settings.cache_bytes_max),
            runner=Runner(
                parts=parts,
                pool=pool,
                worker_parts="morello.app.worker:parts",
                analysis_timeout_s=settings.analysis_timeout_s,
            ),
            recorder=Recorder(log=log, clock=clock),
        )
        return cls(pipeline, lake)
