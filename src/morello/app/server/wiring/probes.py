"""How a server's parts are: the database answers, and there is room on the disk."""

import asyncio
import dataclasses
import shutil
from collections.abc import Mapping
from pathlib import Path

from morello.app.server.wiring.foundation import Foundation
from morello.kernel.messages import Message
from morello.kernel.protocols.probe import Probe
from morello.ledger.postgres.probe import LedgerProbe
from morello.storage.postgres.probe import PostgresProbe

_FREE_BYTES_MIN = 256 << 20


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
    return (
        PostgresProbe(on.database, on.clock),
        LedgerProbe(on.log),
        DiskProbe(on.settings.home),
    )
