"""The server of a home folder, as the command line runs it and asks after it."""

import datetime
from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel

from morello.kernel.messages import Message


class Part(BaseModel):
    """One process of a server."""

    name: str
    """`supervisor`, `postgres`, `api` or `worker`."""
    pid: int | None = None
    """None where it runs elsewhere or not at all."""
    since: datetime.datetime | None = None
    memory_bytes: int | None = None
    address: str = ""
    """Where it listens, if it does."""
    version: str = ""
    problem: Message | None = None
    """What is wrong with it; None when it is well."""


class Status(BaseModel):
    """What runs of a server."""

    home: str
    url: str = ""
    """Where it is reached; empty when it is not running."""
    parts: Sequence[Part] = ()

    @property
    def is_well(self) -> bool:
        """Whether it runs, and every part of it is well."""
        return bool(self.parts) and all(each.problem is None for each in self.parts)


class Audience(Protocol):
    """Whoever is told how a server is doing."""

    def preparing(self, message: Message) -> None:
        """Be told what it is doing, or that something went wrong."""
        ...

    def ready(self, message: Message) -> None:
        """Be told that it is there, and how to get in."""
        ...


class Server(Protocol):
    """The server of one home folder."""

    async def up(self, audience: Audience, *, wants_link: bool = False) -> None:
        """Start everything and stay until asked to stop. Raises Conflict, Unavailable.

        Whoever has no password is given a one-time link; with `wants_link` anybody is.
        """
        ...

    async def status(self) -> Status:
        """Look at what runs, without starting anything."""
        ...
