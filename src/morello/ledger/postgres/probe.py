"""How the ledger is: whether its writer keeps up, and at what pace."""

from collections.abc import Mapping

from morello.kernel.messages import Message
from morello.ledger.postgres.log import PostgresLog

WAITING_EVENTS_MAX = 10_000
"""Events that wait to be written in a process that is well."""


class LedgerProbe:
    """Implements `kernel.protocols.probe.Probe`."""

    name = "ledger"

    def __init__(self, log: PostgresLog) -> None:
        self._log = log

    async def health(self) -> Message | None:
        """Look how many events wait."""
        waiting = self._log.figures()["waiting_events"]
        if waiting <= WAITING_EVENTS_MAX:
            return None
        return Message(id="observe.ledger_behind", parameters={"events": int(waiting)})

    def metrics(self) -> Mapping[str, float]:
        """Return the writer's figures."""
        return self._log.figures()

    async def remedy(self) -> bool:
        """Nothing to do: the writer connects again by itself."""
        return False
