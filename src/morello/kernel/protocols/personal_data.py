"""A room that keeps something about people."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol


class PersonalData(Protocol):
    """A room that keeps something about people."""

    def find(self, organization_id: uuid.UUID, person: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield what is kept about a person."""
        ...

    async def erase(self, organization_id: uuid.UUID, person: str) -> int:
        """Make it unreadable; return how many records it was."""
        ...
