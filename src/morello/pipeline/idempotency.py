"""Idempotency: the same key gets the first answer again, and the work is done once.

The first answer is kept together with what the call did. Where that is durable, two processes that
work on the same key at once cannot both commit: the one that comes second takes back what it did
and gives the answer of the first.
"""

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import hashlib
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol, Self, cast

from pydantic import BaseModel

from morello.kernel.caller import Call, Reply
from morello.kernel.clock import Clock
from morello.kernel.context import Context
from morello.kernel.errors import Busy, Conflict, InvalidInput
from morello.kernel.limits import IDEMPOTENCY_KEY_LENGTH_MAX
from morello.kernel.tool import Tool
from morello.kernel.values import Blob
from morello.kernel.values.credential import Credential
from morello.pipeline.slots import patience

LIFETIME = datetime.timedelta(hours=24)
KEYS_MAX = 10_000
"""Keys that are remembered of an organization: the newest."""
WAITING_MAX = 16
"""Calls that may wait for the first answer of one key."""


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One caller's key; the same key of somebody else is another."""

    organization_id: uuid.UUID
    subject_id: uuid.UUID
    sha256: bytes
    """Of the key, which may be any text."""
    fingerprint: str = dataclasses.field(compare=False)
    """The tool and the digest of the input it is used with."""
    given: str = dataclasses.field(compare=False, repr=False)
    """As the caller gave it."""

    @classmethod
    def of(cls, call: Call, tool: Tool, input_digest: str) -> Self:
        """Take a call's key. Raises InvalidInput when it is empty or too long."""
        given = call.idempotency_key or ""
        if not 0 < len(given) <= IDEMPOTENCY_KEY_LENGTH_MAX:
            raise InvalidInput("idempotency_key", length_max=IDEMPOTENCY_KEY_LENGTH_MAX)
        sha256 = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
        principal = call.principal
        fingerprint = f"{tool.name}:{input_digest}"
        return cls(principal.organization_id, principal.subject_id, sha256, fingerprint, given)

    def check(self, fingerprint: str, *, is_kept: bool) -> None:
        """Raise Conflict when the first use was another call, or its answer is not kept."""
        if fingerprint != self.fingerprint:
            raise Conflict("idempotency_key", key=self.given)
        if not is_kept:
            raise Conflict("already_shown")


class Answers(Protocol):
    """Keeps the first answers of keys, for `LIFETIME`."""

    async def find(self, key: Key, tool: Tool) -> Reply | None:
        """Return the first answer. Raises Conflict as `Key.check` does."""
        ...

    async def keep(self, key: Key, reply: Reply, context: Context) -> None:
        """Keep an answer together with what the call did.

        Raises Conflict when another process has kept one in between.
        """
        ...


class _Organization(collections.OrderedDict[Key, tuple[datetime.datetime, str, Reply | None]]):
    """Its keys, the oldest first: when each was kept, what for, and the answer unless withheld."""


class MemoryAnswers:
    """The newest answers of each organization, for as long as the process lives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[uuid.UUID, _Organization] = {}

    async def find(self, key: Key, tool: Tool) -> Reply | None:  # noqa: ARG002 - the port
        """Return the first answer."""
        self._forget_old(key.organization_id)
        known = self._known.get(key.organization_id, _Organization())
        if key not in known:
            return None
        _, fingerprint, reply = known[key]
        key.check(fingerprint, is_kept=reply is not None)
        assert reply is not None, "just checked"
        return dataclasses.replace(reply, repeated=True)

    async def keep(self, key: Key, reply: Reply, context: Context) -> None:
        """Keep an answer once its call is recorded."""
        kept = (self._clock.now(), key.fingerprint, None if is_withheld(reply.output) else reply)
        known = self._known.setdefault(key.organization_id, _Organization())
        context.after_record.append(lambda: known.__setitem__(key, kept))

    def _forget_old(self, organization_id: uuid.UUID) -> None:
        known, oldest = self._known.get(organization_id), self._clock.now() - LIFETIME
        while known and (len(known) > KEYS_MAX or next(iter(known.values()))[0] <= oldest):
            known.popitem(last=False)


@dataclasses.dataclass(slots=True)
class _Lock:
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    users: int = 0


class Turns:
    """Lets one call at a time work on a key in this process; known while there are any."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._locks: dict[Key, _Lock] = {}

    @contextlib.asynccontextmanager
    async def take(self, key: Key, call: Call) -> AsyncGenerator[None]:
        """Hold a key while the block runs. Raises Busy, Cancelled."""
        held = self._locks.setdefault(key, _Lock())
        if held.users > WAITING_MAX:
            raise Busy("queue_full", queue_max=WAITING_MAX, retry_after_s=1.0)
        held.users += 1
        try:
            async with patience(call.cancellation, self._wait_s):
                await held.lock.acquire()
            try:
                yield
            finally:
                held.lock.release()
        finally:
            held.users -= 1
            if not held.users:
                self._locks.pop(key, None)


def is_withheld(value: Any) -> bool:
    """Tell whether an answer holds what is given once: a credential, or a file."""
    if isinstance(value, Credential | Blob):
        return True
    if isinstance(value, BaseModel):
        return any(is_withheld(each) for _, each in value)
    if isinstance(value, dict):
        return any(is_withheld(each) for each in cast("Mapping[Any, Any]", value).values())
    if isinstance(value, list | tuple):
        return any(is_withheld(each) for each in cast("Sequence[Any]", value))
    return False
