"""A running server, as its doors see it. Implements `kernel.protocols.service.Service`."""

import contextlib
from collections.abc import Sequence
from typing import Self

from morello.app.server.process.draining import Draining
from morello.app.server.wiring.corridor import Corridor
from morello.app.server.wiring.divided import divided
from morello.app.server.wiring.foundation import Foundation
from morello.kernel.clock import Clock, SystemClock
from morello.kernel.errors import NotFound
from morello.kernel.protocols.authenticator import Authenticator
from morello.kernel.protocols.probe import Probe
from morello.kernel.protocols.uploads import Uploads
from morello.kernel.registry import Registry
from morello.kernel.settings import Settings
from morello.pipeline.providers.folder import FolderTools
from morello.pipeline.providers.packages import PackageTools


class RunningService:
    """Foundation and corridor of one process, opened and closed together."""

    def __init__(
        self, foundation: Foundation, corridor: Corridor, stack: contextlib.AsyncExitStack
    ) -> None:
        self.foundation = foundation
        self.corridor = corridor
        self.caller = Draining(corridor.pipeline, corridor.pipeline.registry)
        self._stack = stack

    @classmethod
    async def open(
        cls,
        settings: Settings,
        url: str,
        *,
        name: str,
        sharing: int = 1,
        clock: Clock | None = None,
    ) -> Self:
        """Open a process of a server, one of `sharing` that divide its limits among them.

        Raises Unavailable without a database or keys.
        """
        settings = divided(settings, sharing)
        async with contextlib.AsyncExitStack() as stack:
            foundation = await Foundation.open(stack, settings, clock or SystemClock(), url)
            registry = Registry([FolderTools(), PackageTools()])
            corridor = Corridor.wire(
                foundation, registry, service=f"morello-{name}", sharing=sharing
            )
            stack.callback(corridor.observing.close)
            return cls(foundation, corridor, stack.pop_all())
        raise AssertionError("the block above returns or raises")

    @property
    def registry(self) -> Registry:
        """Every tool there is."""
        return self.corridor.pipeline.registry

    @property
    def settings(self) -> Settings:
        """What the site chose."""
        return self.foundation.settings

    @property
    def authenticator(self) -> Authenticator:
        """Who knows callers."""
        return self.foundation.identity.authenticator

    @property
    def uploads(self) -> Uploads:
        """Where uploaded bytes go."""
        return self.foundation.uploads

    @property
    def probes(self) -> Sequence[Probe]:
        """What can be asked how it is."""
        return self.corridor.probes

    def metrics(self) -> bytes:
        """Return the figures in Prometheus' text format.

        Raises NotFound where several processes answer, since nobody knows whose they would be.
        """
        if self.settings.api_processes > 1:
            raise NotFound("server.metrics", port=self.settings.metrics_port)
        return self.corridor.observing.metrics.text()

    async def close(self) -> None:
        """Close everything that was opened, the last first."""
        await self._stack.aclose()
