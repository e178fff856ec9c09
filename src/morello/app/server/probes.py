"""How a server's parts are: the database answers, and there is room on the disk."""

import asyncio
import dataclasses
import shutil
from collections.abc import Mapping
from pathlib import Path

from morello.app.server.foundation import Foundation
from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION
from morello.kernel.messages import Message
from morello.kernel.protocols.probe import Probe
from morello.storage.postgres.database import Database

_FREE_BYTES_MIN = 256 << 20


@dataclasses.dataclass(slots=True)
class DatabaseProbe:
    """Whether the database answers, and how soon."""

    database: Database
    clock: Clock
    name: str = "database"
    _took_s: float = 0.0

    async def health(self) -> Message | None:
        """Ask it something."""
        began = self.clock.monotonic()
        try:
            await self.database.fetch(INSTALLATION, "select 1 as one")
        except MorelloError as error:
            return error.message
        self._took_s = self.clock.monotonic() - began
        return None

    def metrics(self) -> Mapping[str, float]:
        """Return how long the last answer took."""
        return {"answer_s": self._took_s}

    async def remedy(self) -> bool:
        """Nothing to do: connections mend themselves, and the supervisor starts the server."""
        return False


@dataclasses.dataclass(slots=True)
class DiskProbe:
    """Whether there is room for what has to be kept."""

    folder: Path
    name: str = "disk"

    async def health(self) -> Message | None:
        """Look how much is free."""
        free_bytes = await asyncio.to_thread(self._free_bytes)
        if free_bytes >= _FREE_BYTES_MIN:
            return None
        return Message(id="server.disk_low", parameters={"free_bytes": free_bytes})

    def metrics(self) -> Mapping[str, float]:
        """Return how much is free."""
        return {"free_bytes": float(self._free_bytes())}

    async def remedy(self) -> bool:
        """Nothing to do: whatever is kept here is somebody's."""
        return False

    def _free_bytes(self) -> int:
        return shutil.disk_usage(self.folder).free


def probes_of(on: Foundation) -> tuple[Probe, ...]:
    """Return the probes of a process."""
    return (DatabaseProbe(on.database, on.clock), DiskProbe(on.settings.home))
