"""Idempotency: the same key gets the first answer again, and the work is done once."""

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import AsyncGenerator

from morello.kernel.caller import Call, Reply
from morello.kernel.errors import Conflict, InvalidInput
from morello.kernel.limits import IDEMPOTENCY_KEY_LENGTH_MAX

_KEYS_MAX = 10_000


@dataclasses.dataclass(slots=True)
class FirstAnswer:
    """The reply that a key got first; None while it has none."""

    fingerprint: str
    reply: Reply | None = None
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)


class Idempotency:
    """Remembers keys of one process, the newest 10,000. A failed call frees its key."""

    def __init__(self) -> None:
        self._known: collections.OrderedDict[tuple[object, ...], FirstAnswer] = (
            collections.OrderedDict()
        )

    @contextlib.asynccontextmanager
    async def once(self, call: Call, tool: str, input_digest: str) -> AsyncGenerator[FirstAnswer]:
        """Give the first answer of this call's key; a second call with it waits for the first.

        Raises Conflict when the key was used with another tool or input.
        """
        assert call.idempotency_key is not None, "only calls with a key come here"
        if not 0 < len(call.idempotency_key) <= IDEMPOTENCY_KEY_LENGTH_MAX:
            raise InvalidInput("idempotency_key", length_max=IDEMPOTENCY_KEY_LENGTH_MAX)
        fingerprint, principal = f"{tool}:{input_digest}", call.principal
        key = (principal.organization_id, principal.subject_id, call.idempotency_key)
        answer = self._known.setdefault(key, FirstAnswer(fingerprint))
        self._forget_oldest()
        if answer.fingerprint != fingerprint:
            raise Conflict("idempotency_key", key=call.idempotency_key)
        async with answer.lock:
            self._known[key] = answer  # again, if the call before it failed and freed the key
            try:
                yield answer
            finally:
                if answer.reply is None:
                    self._known.pop(key, None)

    def _forget_oldest(self) -> None:
        while len(self._known) > _KEYS_MAX:
            self._known.popitem(last=False)
