"""First answers: the port, and those that this process remembers."""

import collections
import dataclasses
import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from pydantic import BaseModel

from morello.kernel.caller import Reply
from morello.kernel.clock import Clock
from morello.kernel.context import Context
from morello.kernel.tool import Tool
from morello.kernel.values import Blob
from morello.kernel.values.credential import Credential
from morello.pipeline.idempotency.key import Key

LIFETIME = datetime.timedelta(hours=24)
KEYS_MAX = 10_000
"""Keys that are remembered of an organization: the newest."""


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
