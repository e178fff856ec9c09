"""The only place that wires implementations together. What is heavy waits for the first call."""

import functools
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from morello.jobs.pool import Pool
from morello.kernel.caller import Caller
from morello.kernel.clock import Clock, SystemClock
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.pipeline.providers.brought import BroughtTools
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.providers.packages import PackageTools

if TYPE_CHECKING:
    from morello.app.local import Local

WORKER_MODULES = (
    "morello.data.engine.answer",
    "morello.data.ingest.job",
    "morello.analysis.insights.engine",
    "morello.analysis.profiling.job",
    "morello.pipeline.worker",
)
"""What a worker imports before its first call."""


class App:
    """Morello without a server: one process, its workers, and a lake that goes with them.

    Listing tools needs the registry alone; the rest is made with the first call.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.brought = BroughtTools()
        self.registry = Registry([FolderTools(), PackageTools(), self.brought])
        self._clock = clock
        self._pool: Pool | None = None

    @property
    def caller(self) -> Caller:
        """The pipeline."""
        return self._local.pipeline

    @property
    def parts(self) -> Mapping[type, object]:
        """What tools are given, by its port."""
        return self._local.pipeline.runner.parts

    async def close(self) -> None:
        """Stop the workers and remove the lake."""
        if self._pool is not None:
            await self._pool.close()
            self._local.lake.close()

    @functools.cached_property
    def _local(self) -> "Local":
        self._pool = Pool(
            size=self.settings.workers or os.cpu_count() or 1,
            memory_max_bytes=self.settings.memory_max_bytes,
            preload=WORKER_MODULES,
            keeps_spare=False,  # a command ends before a spare would pay
        )
        self._pool.warm()  # a worker starts while we import what we need ourselves
        from morello.app.local import Local  # noqa: PLC0415 - heavy, see above

        return Local.wire(self.settings, self._clock, self._pool, self.registry)


def build(settings: Settings | None = None, clock: Clock | None = None) -> App:
    """Open local mode."""
    return App(settings or Settings.load(), clock or SystemClock())
