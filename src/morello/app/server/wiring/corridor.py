"""The corridor of a server: the same steps as in local mode, over parts that last."""

import dataclasses
from typing import Self

from morello.analysis.models.workshop import Workshop
from morello.analysis.profiling.profiler import PoolProfiler, Profiler
from morello.app.server.wiring.foundation import Foundation
from morello.app.server.wiring.job_ports import JobPassports
from morello.app.server.wiring.probes import probes_of
from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.pinning import Pinning
from morello.data.engine.engine import Engine
from morello.data.engine.parser import SqlParser
from morello.data.engine.worker_engine import WorkerEngine
from morello.data.ingest.importer import Importer, PoolImporter
from morello.data.models.postgres import PostgresModels
from morello.data.models.shelf import Shelf
from morello.data.policy.rules import OpenPolicy
from morello.identity.approvals import Approvals
from morello.identity.callers import Callers
from morello.identity.postgres_approvals import PostgresApprovals
from morello.identity.postgres_quotas import PostgresQuotas
from morello.jobs.durable.jobs import Jobs
from morello.jobs.durable.parcel import Parcels
from morello.jobs.durable.store import JobStore
from morello.kernel.protocols.observer import Errors
from morello.kernel.protocols.probe import Probe, Probes
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.ledger.log import Log
from morello.ledger.postgres.snapshots import PostgresSnapshots
from morello.ledger.replay.replayer import Replayer
from morello.ledger.sealing import Sealing
from morello.pipeline.admit import Admission
from morello.pipeline.authorize import Authority
from morello.pipeline.call import Pipeline
from morello.pipeline.idempotency.postgres_answers import PostgresAnswers
from morello.pipeline.observe.corridor import CorridorProbe
from morello.pipeline.observe.observing import Observing
from morello.pipeline.recall import Memory
from morello.pipeline.record import Recorder
from morello.pipeline.resolve import Resolver
from morello.pipeline.run import Runner
from morello.storage.keys import Keys


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """The pipeline of one process, and who watches it."""

    pipeline: Pipeline
    jobs: Jobs
    observing: Observing
    probes: tuple[Probe, ...]

    @classmethod
    def wire(cls, on: Foundation, registry: Registry, *, service: str, sharing: int = 1) -> Self:
        """Choose the implementation of every part. `service` names the process in traces."""
        settings, clock = on.settings, on.clock
        jobs = Jobs(
            store=JobStore(on.database, clock),
            parcels=Parcels(on.keys, settings.home / "jobs"),
            passports=JobPassports(on.keys, Callers(on.database), clock),
            settings=settings,
        )
        approvals = PostgresApprovals(on.database, clock)
        quotas = PostgresQuotas(on.database, settings, clock)
        answers = PostgresAnswers(on.database, clock)
        admission = Admission(settings, clock, quotas, answers, sharing=sharing)
        memory = Memory(settings.cache_bytes_max)
        probes = (*probes_of(on), CorridorProbe(admission, memory, on.pool))
        observing = Observing.of(settings, clock, probes, service=service)
        pinning = Pinning(catalog=on.catalog, lake=on.lake, keys=on.keys, policy=OpenPolicy())
        parts = _parts(on) | {
            Approvals: approvals,
            Errors: observing.tally,
            Jobs: jobs,
            Probes: Probes(probes),
            Quotas: quotas,
        }
        pipeline = Pipeline(
            registry=registry,
            resolver=Resolver(pinning, SqlParser()),
            authority=Authority(approvals),
            admission=admission,
            memory=memory,
            runner=Runner(
                parts=parts,
                pool=on.pool,
                worker_parts="morello.app.worker:parts",
                analysis_timeout_s=settings.analysis_timeout_s,
                jobs=jobs,
            ),
            recorder=Recorder(log=on.log, clock=clock),
            unit=on.database.unit,
            observer=observing,
        )
        return cls(pipeline=pipeline, jobs=jobs, observing=observing, probes=probes)


def _parts(on: Foundation) -> dict[type, object]:
    return {
        **on.identity.parts,
        Catalog: on.catalog,
        Engine: WorkerEngine(on.pool, timeout_s=on.settings.query_timeout_s),
        Importer: PoolImporter(on.pool, on.lake, on.keys, on.settings),
        Keys: on.keys,
        Lake: on.lake,
        Log: on.log,
        Profiler: PoolProfiler(on.pool, on.lake, on.settings),
        Replayer: Replayer(on.log, snapshots=PostgresSnapshots(on.database)),
        Sealing: on.log.sealing,
        Settings: on.settings,
        Shelf: Shelf(PostgresModels(on.database), on.keys, OpenPolicy()),
        Workshop: Workshop(on.pool, on.lake, on.keys, on.settings),
    }
