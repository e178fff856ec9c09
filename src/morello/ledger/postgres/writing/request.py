"""What the writer is asked: to take in new events, or to place some that are offered already."""

import asyncio
import uuid
from collections.abc import Sequence

from morello.kernel.errors import MorelloError
from morello.ledger.draft import Draft


class Request:
    """Events that are to be taken in all together, and who waits for their positions."""

    __slots__ = ("drafts", "future", "organization_id", "positions", "versions")

    def __init__(self, organization_id: uuid.UUID, drafts: Sequence[Draft]) -> None:
        self.organization_id = organization_id
        self.drafts = drafts
        self.versions: list[int] = []
        self.positions: list[int] = []
        self.future: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()

    def answer(self) -> None:
        """Tell the positions."""
        if not self.future.done():  # who asked may have gone
            self.future.set_result(self.positions)

    def fail(self, error: MorelloError) -> None:
        """Tell why there are none."""
        if not self.future.done():
            self.future.set_exception(error)


class Offered:
    """Events that a business transaction inserts, and who waits for their places."""

    __slots__ = ("future", "is_committed", "organization_id", "positions")

    def __init__(self, organization_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
        self.organization_id = organization_id
        self.positions: dict[uuid.UUID, int | None] = dict.fromkeys(ids)
        self.is_committed = False
        self.future: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()

    def place(self, event_id: uuid.UUID, position: int) -> None:
        """Take note of a place; with the last one, tell them all."""
        self.positions[event_id] = position
        found = [each for each in self.positions.values() if each is not None]
        if len(found) == len(self.positions) and not self.future.done():
            self.future.set_result(found)
