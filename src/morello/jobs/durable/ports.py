"""What jobs need of floors that they may not know: who somebody is now, and the ledger."""

import uuid
from typing import Protocol

from morello.kernel.context import Fact
from morello.kernel.principal import Principal
from morello.kernel.protocols.unit import Unit


class Passports(Protocol):
    """Signs who asked for a job, and tells who that is by the time it runs."""

    async def issue(self, principal: Principal) -> str:
        """Return a signed passport that holds for as long as a job may wait."""
        ...

    async def holder(self, passport: str) -> Principal:
        """Return whom it was issued to, with the role they have now.

        Raises Unauthenticated when it is forged or too old, Forbidden when they were removed.
        """
        ...


class Facts(Protocol):
    """Puts facts about jobs in the ledger."""

    async def tell(
        self, organization_id: uuid.UUID, fact: Fact, *, subject: uuid.UUID, unit: Unit | None
    ) -> None:
        """Commit a fact about a job of `subject`, together with what the unit has written."""
        ...
