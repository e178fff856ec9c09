"""Whoever is told how calls walk the corridor, and what they can tell of it afterwards."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol, Self

from pydantic import BaseModel

from morello.kernel.caller import Call
from morello.kernel.errors import MorelloError


class Watch(Protocol):
    """One call, while it is watched."""

    def step(self, name: str) -> None:
        """Be told that a step begins; the one before it has ended."""
        ...

    def end(self, outcome: str, error: MorelloError | None = None) -> None:
        """Be told how the call ended: `ok`, `cached`, `repeated`, or its error's code.

        What is told first counts.
        """
        ...


class Observer(Protocol):
    """Watches calls."""

    def watch(self, call: Call) -> Watch:
        """Begin to watch a call."""
        ...


class Unwatched:
    """Watches nothing, at no cost."""

    def watch(self, call: Call) -> Self:  # noqa: ARG002 - the port
        """Look away."""
        return self

    def step(self, name: str) -> None:
        """Look away."""

    def end(self, outcome: str, error: MorelloError | None = None) -> None:
        """Look away."""


class ErrorGroup(BaseModel):
    """Errors of one kind, and for our own mistakes: from one place in the code."""

    error: str
    """The message id, such as `error.not_found.dataset`."""
    code: str
    fingerprint: str = ""
    """Digest of where a fault came from; equal for the same mistake."""
    count: int
    first_at: datetime.datetime
    last_at: datetime.datetime
    call: uuid.UUID
    """The newest call that ended so."""
    tools: Mapping[str, int]
    """How often each tool did."""


class Errors(Protocol):
    """The errors of this process since it started, of all organizations."""

    needs_server: bool = True

    def groups(self) -> Sequence[ErrorGroup]:
        """Return them, the most frequent first."""
        ...
