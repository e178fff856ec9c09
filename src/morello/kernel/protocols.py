"""Small protocols by which rooms register what cuts across them."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from morello.kernel.messages import Message


class Probe(Protocol):
    """Something whose health can be asked."""

    name: str

    async def health(self) -> Message | None:
        """Return what is wrong, or None."""
        ...

    def metrics(self) -> Mapping[str, float]:
        """Return current figures, by name with its unit last."""
        ...

    async def remedy(self) -> bool:
        """Try to mend what is wrong; tell whether anything was done."""
        ...


class PersonalData(Protocol):
    """A room that keeps something about people."""

    def find(self, organization_id: uuid.UUID, person: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield what is kept about a person."""
        ...

    async def erase(self, organization_id: uuid.UUID, person: str) -> int:
        """Make it unreadable; return how many records it was."""
        ...
