"""How anybody calls a tool: the protocol that `app` fills with the pipeline."""

import dataclasses
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from morello.kernel.cancellation import Cancellation
from morello.kernel.ids import new_id
from morello.kernel.principal import Origin, Principal

if TYPE_CHECKING:
    from morello.kernel.context import Context, Update


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to run one tool."""

    tool: str
    given: BaseModel | dict[str, Any]
    """The input, raw or already the tool's model."""
    principal: Principal
    origin: Origin = dataclasses.field(default_factory=Origin)
    cancellation: Cancellation = dataclasses.field(default_factory=Cancellation)
    idempotency_key: str | None = None
    approval: uuid.UUID | None = None
    """An approved request, for a call that needed approval."""
    as_job: bool = False
    """Whether a tool that may run for long is to be queued, and answered with an `Accepted`."""
    job: uuid.UUID | None = None
    """The job that this call is the work of."""
    together: "Callable[[Context, BaseModel, uuid.UUID], Awaitable[None]] | None" = None
    """Writes what is kept together with its record, given the output and the event's id."""
    parent: uuid.UUID | None = None
    depth: int = 0
    call_id: uuid.UUID = dataclasses.field(default_factory=new_id)


class Accepted(BaseModel):
    """What a call that became a job answers."""

    job: uuid.UUID


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a call: the output, and where its record is."""

    call_id: uuid.UUID
    event_id: uuid.UUID
    output: Any
    from_cache: bool = False
    """Whether an earlier run of the same question on the same versions answered."""
    repeated: bool = False
    """Whether this is the first answer again, because the idempotency key was seen before."""


class Caller(Protocol):
    """Runs calls."""

    async def call(self, call: Call) -> Reply:
        """Run to the end. Raises a MorelloError."""
        ...

    def stream(self, call: Call) -> "AsyncIterator[Update | Reply]":
        """Run, yielding updates; the last item is the reply. Raises a MorelloError."""
        ...
