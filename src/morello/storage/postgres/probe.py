"""How the database is: whether it answers and how soon, its size, the use of its connections."""

from collections.abc import Mapping

from pydantic import BaseModel

from morello.kernel.clock import Clock
from morello.kernel.errors import MorelloError
from morello.kernel.ids import INSTALLATION
from morello.kernel.messages import Message
from morello.storage.postgres.database import Database


class _Size(BaseModel):
    database_bytes: int


class PostgresProbe:
    """Implements `kernel.protocols.probe.Probe`."""

    name = "database"

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._figures: dict[str, float] = {}

    async def health(self) -> Message | None:
        """Ask it how large it is."""
        began = self._clock.monotonic()
        query = "select pg_database_size(current_database()) as database_bytes"
        try:
            (size,) = await self._database.fetch(INSTALLATION, query, (), _Size)
        except MorelloError as error:
            self._figures = {}
            return error.message
        self._figures = {
            "answer_s": self._clock.monotonic() - began,
            "size_bytes": float(size.database_bytes),
        }
        return None

    def metrics(self) -> Mapping[str, float]:
        """Return what was learned last, and how the connections of this process are used."""
        connections, idle, waiting = self._database.connections()
        used = {
            "connections": float(connections),
            "connections_idle": float(idle),
            "connections_waited_for": float(waiting),
        }
        return {**self._figures, **used}

    async def remedy(self) -> bool:
        """Nothing to do: connections mend themselves, and the supervisor starts the server."""
        return False
